"""``watchtower demo``, whole: real HTTP, real parsing, a real database, the real classifier."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from watchtower.cli.demo import command
from watchtower.demo.samples import Quirk, read_samples

SAMPLES = {sample.id: sample for sample in read_samples()}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that has been run, and what it left behind."""

    folder: Path
    status: int
    out: str

    @property
    def html(self) -> str:
        return (self.folder / "digest-2024-11-05.html").read_text("utf-8")

    def rows(self, query: str, *values: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "watchtower.db")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "run"
    result = CliRunner().invoke(command, ["--folder", str(folder)], catch_exceptions=False)
    return Demo(folder=folder, status=result.exit_code, out=result.stdout)


def test_it_ends_with_the_paths_of_digest_and_database(demo):
    assert demo.status == 0
    assert demo.out.splitlines()[-2:] == [
        f"digest: {demo.folder / 'digest-2024-11-05.html'}",
        f"database: {demo.folder / 'watchtower.db'}",
    ]
    assert (demo.folder / "watchtower.db").is_file()


@pytest.mark.parametrize("words", ["short-range ballistic missiles", "first 'small-scale' clash with N. Korean troops"])
def test_the_digest_tells_the_news_of_the_day(demo, words):
    assert words in unescape(demo.html)


def test_every_morning_has_its_digest(demo):
    mornings = [date(2024, 10, 21) + timedelta(days=number) for number in range(17)]
    assert sorted(path.name for path in (demo.folder / "digests").iterdir()) == [f"{day}.html" for day in mornings]
    assert all("<html" in path.read_text("utf-8") for path in (demo.folder / "digests").iterdir())


def test_every_entry_served_is_an_item_once(demo):
    served = {sample.id: len(sample.entries) for sample in SAMPLES.values() if sample.entries}
    assert dict(demo.rows("SELECT feed_id, count(*) FROM items GROUP BY feed_id")) == served


def test_items_of_the_broken_feed_are_read_whole(demo):
    (broken,) = (sample for sample in SAMPLES.values() if sample.quirk is Quirk.BROKEN)
    titles = {title for (title,) in demo.rows("SELECT title FROM items WHERE feed_id = ?", broken.id)}
    assert titles == {entry.title for entry in broken.entries}
    assert any("&" in title for title in titles)


@pytest.mark.parametrize("feed", ["han-river-wire-ko", "zarya-inform", "toto-shimbun", "huayue"])
def test_titles_in_old_encodings_arrive_as_written(demo, feed):
    titles = {title for (title,) in demo.rows("SELECT title FROM items WHERE feed_id = ?", feed)}
    assert titles == {" ".join(entry.title.split()) for entry in SAMPLES[feed].entries}


def test_corrections_are_the_next_revision(demo):
    ((title, revision),) = demo.rows("SELECT title, revision FROM items WHERE title LIKE 'Correction: first North%'")
    assert (str(title)[:10], revision) == ("Correction", 2)


def test_a_launch_told_eleven_times_in_four_languages_is_one_story(demo):
    rows = demo.rows(
        "SELECT story, count(*) FROM items WHERE story IS NOT NULL GROUP BY story ORDER BY count(*) DESC LIMIT 2"
    )
    assert [count for _, count in rows] == [11, 9]
    languages = demo.rows("SELECT count(DISTINCT language) FROM items WHERE story = ?", str(rows[1][0]))
    assert languages == [(5,)]


def test_the_dead_feed_is_reported_in_the_digests_health(demo):
    assert "The Skerry Post" in demo.html
    assert "404" in demo.html
    assert "skerry-post" in demo.out


def test_the_moved_feed_is_followed_and_reported(demo):
    assert "brussels-ledger: has moved to http://127.0.0.1:" in demo.out


def test_undated_items_count_from_when_they_were_first_seen(demo):
    rows = demo.rows("SELECT published, dated = first_seen FROM items WHERE feed_id = 'longitude-review'")
    assert rows == [(None, 1)] * 5


def test_no_script_of_a_feed_gets_into_a_digest(demo):
    for path in [demo.folder / "digest-2024-11-05.html", *(demo.folder / "digests").iterdir()]:
        html = path.read_text("utf-8").lower()
        assert "<script" not in html
        assert "<iframe" not in html
        assert "onmouseover=" not in html


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = CliRunner().invoke(command, ["--folder", str(tmp_path)])
    assert "not made by the demo" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
