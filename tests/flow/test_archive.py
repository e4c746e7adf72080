"""``pull --from`` through the pipeline: resumed after a crash, never doubled, never news."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flow import test_pipeline
from tests.flow.test_pipeline import HOUR, World
from watchtower.archive import files
from watchtower.archive.files import FileArchive
from watchtower.errors import StoreBusy, UserError
from watchtower.pipeline.archiving import TakenIn
from watchtower.types import ArchiveReport, Piece

#: the fixture of the river valley
world = test_pipeline.world
DAY = timedelta(days=1)


def old(folder: Path, world: World, *titles: str, ago: timedelta, name: str = "old.jsonl") -> FileArchive:
    """Write titles of one date, each with an id of its own, as an archive of harbour-news."""
    rows = [
        {"id": title, "title": title, "published": (world.now - ago).isoformat(), "source": "harbour-news"}
        for title in titles
    ]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return FileArchive(folder / name, max_bytes=10_000, belonging="")


def items(report: ArchiveReport) -> tuple[int, int, int]:
    return (report.new, report.known, report.matches)


def test_an_archive_is_stored_classified_and_grouped(world: World, tmp_path: Path) -> None:
    steps: list[tuple[str, int]] = []
    archive = old(tmp_path, world, "Dam opens", "Flood warning lifted", "Museum reopens", ago=90 * DAY)
    report = world.tower.pull_from(archive, on_step=lambda step, count: steps.append((step, count)))
    assert items(report) == (3, 0, 2) and report.stories_new == 2 and report.is_whole
    assert steps == [("classified", 3), ("grouped", 2)]
    assert world.tower.store.feed_states() == {}
    again = world.tower.pull_from(archive)
    assert (again.files, again.before, items(again)) == (0, 1, (0, 0, 0))
    forced = world.tower.pull_from(archive, again=True)
    assert (forced.files, items(forced)) == (1, (0, 3, 0))


def test_a_run_that_was_killed_goes_on_where_it_was(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 2)
    archive = old(tmp_path, world, *(f"Dam {n} opens" for n in range(7)), ago=90 * DAY)

    def killed(piece: Piece, done: TakenIn) -> None:
        if done.new == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.tower.pull_from(archive, on_piece=killed)
    read: list[int] = []
    report = world.tower.pull_from(archive, on_piece=lambda piece, done: read.extend(n for n, _ in piece.lines))
    assert read == [5, 6, 7]
    assert items(report) == (3, 0, 7)


def test_a_stop_keeps_what_was_stored_and_the_next_run_takes_the_rest(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 2)
    archive = old(tmp_path, world, *(f"Dam {n} opens" for n in range(5)), ago=90 * DAY)
    stopped = world.tower.pull_from(archive, stopping=lambda: True)
    assert items(stopped) == (2, 0, 0)
    assert items(world.tower.pull_from(archive)) == (3, 0, 5)


def test_what_was_pulled_before_is_not_doubled_and_what_is_pulled_afterwards_neither(
    world: World, tmp_path: Path
) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull(only=["harbour-news"])
    archive = old(tmp_path, world, "Dam opens", "Flood warning", ago=HOUR)
    assert items(world.tower.pull_from(archive)) == (1, 1, 1)
    world.prints("harbour-news", "Flood warning")
    assert world.tower.pull(only=["harbour-news"], force=True).new == 0


@pytest.mark.parametrize("ago", [timedelta(minutes=1), HOUR, 2 * DAY])
def test_an_archive_is_never_news_in_the_next_digest(world: World, tmp_path: Path, ago: timedelta) -> None:
    world.prints("upland-post", "Flood warning")
    world.tower.pull()
    world.tower.pull_from(old(tmp_path, world, "Dam opens", ago=ago))
    world.now += HOUR
    [made] = world.tower.daily_digests()
    assert world.told() == ["Flood warning"]
    assert [story.title for section in made.sections for story in section.stories] == ["Flood warning"]
    world.now += DAY
    world.tower.daily_digests()
    assert world.told() == ["Flood warning"]


def test_an_archive_taken_in_between_a_digests_hour_and_its_making_is_no_news_either(
    world: World, tmp_path: Path
) -> None:
    world.now += HOUR  # the digest of 06:30 is due
    world.tower.pull_from(old(tmp_path, world, "Dam opens", ago=3 * HOUR))
    assert len(world.tower.daily_digests()) == 1
    assert world.told() == []


def test_an_archive_is_what_days_are_compared_with_and_what_digests_of_past_periods_tell(
    world: World, tmp_path: Path
) -> None:
    world.tower.pull_from(old(tmp_path, world, "Dam opens", "Dam cracks", ago=2 * DAY))
    world.prints("harbour-news", "Dam gates shut")
    world.tower.pull()
    today = world.tower.digest(world.now - DAY, world.now + HOUR).sections[0]
    assert [day.stories for day in today.before if day.stories] == [2]
    assert [story.title for story in today.stories] == ["Dam gates shut"]
    past = world.tower.digest(world.now - 3 * DAY, world.now - DAY).sections[0]
    assert sorted(story.title for story in past.stories) == ["Dam cracks", "Dam opens"]


def test_a_folder_of_stored_documents_is_taken_in_by_the_same_parser(world: World, tmp_path: Path) -> None:
    rss = '<rss version="2.0"><channel><item><guid>{0}</guid><title>{0}</title></item></channel></rss>'
    for name, title in (
        ("harbour-news/1.xml", "Dam opens"),
        ("upland-post.2025.xml", "Flood warning"),
        ("x.xml", "Lost"),
    ):
        (tmp_path / "a" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / name).write_text(rss.format(title), encoding="utf-8")
    report = world.tower.pull_from(FileArchive(tmp_path / "a", max_bytes=10_000, belonging=""))
    assert (report.files, items(report), report.undated) == (3, (2, 0, 2), 2)
    assert list(report.unknown.values()) == [1] and not report.is_whole


def test_more_sources_than_can_be_told_are_counted_together(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchtower.pipeline.archiving.MOST_TOLD", 2)
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"title": "A", "source": "S{n}"}}\nx\n' for n in range(5)), encoding="utf-8")
    report = world.tower.pull_from(FileArchive(path, max_bytes=1, belonging=""))
    assert report.unknown == {"S0": 1, "S1": 1, "(others)": 3}
    assert (len(report.problems), report.problem_count) == (2, 5)


def test_all_of_an_archive_can_be_given_to_one_feed(world: World, tmp_path: Path) -> None:
    archive = old(tmp_path, world, "Dam opens", ago=DAY)
    assert world.tower.pull_from(archive, feed="upland-post").new == 1
    [stored] = world.tower.store.matched_items(world.now - 2 * DAY, world.now, world.now)
    assert stored.item.feed_id == "upland-post"
    with pytest.raises(UserError, match=r"no feed 'upland'.* did you mean 'upland-post'"):
        world.tower.pull_from(archive, feed="upland")


def test_one_process_at_a_time_takes_in(world: World, tmp_path: Path) -> None:
    with world.tower.store.exclusive("pull"), pytest.raises(StoreBusy):
        world.tower.pull_from(old(tmp_path, world, "Dam opens", ago=DAY))
