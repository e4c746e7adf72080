from __future__ import annotations

import os
import time
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path

import pytest

from watchtower.config import load
from watchtower.errors import ConfigError
from watchtower.types import Concept, LabelledItem, Rhythm, TargetKind


def problems(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return [str(problem) for problem in caught.value.problems]


def test_feeds_come_with_defaults_and_nulls(folder: Path) -> None:
    harbour, fjord = load(folder, {}).feeds
    assert (harbour.id, harbour.every, harbour.state, harbour.reliability) == (
        "harbour-wire",
        timedelta(minutes=30),
        None,
        "B",
    )
    assert (fjord.country, fjord.language, fjord.kind, fjord.every) == ("NO", "no", "other", timedelta(hours=2))


def test_the_analysis_comes_with_full_references(folder: Path) -> None:
    analysis = load(folder, {}).analysis
    patrols, openness = analysis.targets
    assert (analysis.published, analysis.languages) == ("2026-11", ("en", "ko", "no"))
    assert analysis.concepts[1] == Concept(id="ferry", terms={"en": ("ferry",), "any": ("MV Aurora",)})
    assert (patrols.kind, openness.kind) == (TargetKind.WATCH_POINT, TargetKind.CRITICAL_QUESTION)
    assert (patrols.about, patrols.threshold) == ("Ships of war in the straits.", 0.5)
    assert patrols.indicators[0].expect == Rhythm(every=timedelta(days=30))
    assert patrols.indicators[1].expect == Rhythm(by=date(2026, 12, 31))
    assert (openness.title, [answer.id for answer in openness.answers]) == (
        "Will the straits stay open?",
        ["open", "closing"],
    )
    assert (openness.indicators[0].supports, openness.indicators[0].contradicts) == (
        ("openness.closing",),
        ("openness.open",),
    )
    assert analysis.scenarios[0].rules_out == ("nightly-patrols", "tolls")
    assert analysis.examples[1] == LabelledItem(title="Ferry fares fall")
    assert analysis.examples[0].labels == {"patrols": "", "openness": "-"}


def test_settings_come_with_defaults(folder: Path) -> None:
    settings = load(folder, {}).settings
    assert (settings.fetch.concurrency, settings.fetch.max_bytes, settings.fetch.per_host) == (50, 10 * 1024**2, 2)
    assert (settings.digest.at, settings.digest.zone, settings.digest.formats) == (
        clock(7, 15),
        "Asia/Seoul",
        ("html", "md"),
    )


def test_settings_may_be_left_out_or_be_all_comments(folder: Path) -> None:
    (folder / "config" / "settings.yml").write_text("# nothing\nfetch:\n  # concurrency: 5\n")
    assert load(folder, {}).settings.fetch.concurrency == 100
    (folder / "config" / "settings.yml").unlink()
    assert load(folder, {}).settings.fetch.concurrency == 100


def test_a_settings_file_beside_the_others_is_read_but_not_two(folder: Path) -> None:
    beside = folder / "settings.yml"
    (folder / "config" / "settings.yml").rename(beside)
    assert load(folder, {}).settings.fetch.concurrency == 50
    (folder / "config" / "settings.yml").write_text("fetch: {concurrency: 7}\n")
    assert problems(folder) == [
        f"{beside}:1:1: there is {folder}/config/settings.yml too, which is the one that is read: delete one of them"
    ]


@pytest.mark.parametrize("name", ["feeds.yml", "watchpoints.yml", "config/settings.yml", "."])
def test_a_folder_is_found_by_any_of_its_files(folder: Path, name: str) -> None:
    assert load(folder / name, {}).folder == folder


def test_the_folder_is_found_from_inside_config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "config")
    assert len(load(Path("settings.yml"), {}).feeds) == 2


def test_problems_name_files_as_the_user_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "feeds.yml").write_text("feeds: 1\n")
    assert problems(Path()) == ["feeds.yml:1:8: feeds: expected a list, got the number 1; write it as a list"]


def test_missing_files_point_to_init(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        f"{tmp_path}/feeds.yml:1:1: no such file; `watchtower init` makes one to start from",
        f"{tmp_path}/watchpoints.yml:1:1: no such file; `watchtower init` makes one to start from",
    ]


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    nowhere, other = tmp_path / "nowhere", tmp_path / "notes.txt"
    other.write_text("notes")
    assert problems(nowhere) == [f"{nowhere}:1:1: no such folder; `watchtower init` makes one to start from"]
    assert problems(other) == [f"{other}:1:1: give a folder, or one of the three files in it"]


def test_what_is_no_readable_file_is_named(folder: Path) -> None:
    (folder / "feeds.yml").unlink()
    (folder / "feeds.yml").mkdir()
    (folder / "watchpoints.yml").unlink()
    os.mkfifo(folder / "watchpoints.yml")
    (folder / "config" / "settings.yml").unlink()
    (folder / "config" / "settings.yml").symlink_to("settings.yml")
    assert problems(folder) == [
        f"{folder}/config/settings.yml:1:1: cannot be read: too many levels of symbolic links",
        f"{folder}/feeds.yml:1:1: this is a folder; a file is wanted",
        f"{folder}/watchpoints.yml:1:1: this is no regular file",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(folder: Path) -> None:
    (folder / "feeds.yml").chmod(0)
    assert problems(folder) == [f"{folder}/feeds.yml:1:1: cannot be read: permission denied"]


def test_a_file_that_is_far_too_large_is_refused(folder: Path) -> None:
    (folder / "feeds.yml").write_bytes(b"#" * (10 * 1024 * 1024 + 1))
    assert problems(folder) == [f"{folder}/feeds.yml:1:1: larger than 10240 KiB; this cannot be meant as configuration"]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(folder: Path) -> None:
    before = load(folder, {})
    for name in ("feeds.yml", "watchpoints.yml", "config/settings.yml", "config/examples/straits.jsonl"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert load(folder, {}) == before


def test_lines_are_counted_alike_with_windows_line_ends(folder: Path) -> None:
    text = (folder / "feeds.yml").read_text().replace("language: no", "langage: no")
    (folder / "feeds.yml").write_bytes(text.replace("\n", "\r\n").encode())
    assert problems(folder) == [f"{folder}/feeds.yml:15:5: feeds[1].langage: no such key; did you mean 'language'?"]


def test_problems_of_all_files_come_at_once(folder: Path) -> None:
    for name in ("feeds.yml", "watchpoints.yml", "config/settings.yml"):
        with open(folder / name, "a") as file:
            file.write("wrong: 1\n")
    with open(folder / "config" / "examples" / "straits.jsonl", "a") as file:
        file.write("wrong\n")
    found = problems(folder, {"WATCHTOWER_FETCH__WRONG": "1"})
    assert [problem.replace(f"{folder}/", "").partition(":")[0] for problem in found] == [
        "config/examples/straits.jsonl",
        "config/settings.yml",
        "feeds.yml",
        "watchpoints.yml",
        "environment",
    ]


def test_the_same_feed_twice_is_a_warning_and_the_first_counts(folder: Path) -> None:
    with open(folder / "feeds.yml", "a") as file:
        file.write(
            "  - {id: harbour-wire, url: 'https://wire.example/rss', title: Later, language: en, owner: Someone}\n"
        )
    config = load(folder, {})
    assert [(feed.id, feed.title) for feed in config.feeds] == [
        ("harbour-wire", "Harbour Wire"),
        ("fjord-post", "Fjord Post"),
    ]
    assert [(warning.line, warning.harmless) for warning in config.warnings] == [(19, True)]


def test_a_harmless_problem_is_reported_beside_a_real_one(folder: Path) -> None:
    with open(folder / "feeds.yml", "a") as file:
        file.write(
            "  - {id: harbour-wire, url: 'https://wire.example/rss', title: Later, language: en, owner: Someone}\n"
            "  - {id: harbour-wire, url: 'https://other.example/', title: Other, language: en, owner: Someone}\n"
        )
    with pytest.raises(ConfigError) as caught:
        load(folder, {})
    assert [(problem.line, problem.harmless) for problem in caught.value.problems] == [(19, True), (20, False)]


def test_places_tell_where_things_are_written(folder: Path) -> None:
    places = load(folder, {}).places
    assert (places["feeds.fjord-post.language"].line, places["feeds.fjord-post.language"].path) == (
        15,
        "feeds[1].language",
    )
    assert (places["concepts.navy"].line, places["concepts.navy"].column) == (10, 3)
    assert places["watch_points.patrols.indicators.talks.when"].path == "watch_points[0].indicators[1].when"
    assert places["examples[1]"].line == 2


def test_a_thousand_feeds_with_five_hundred_mistakes_are_reported_quickly(folder: Path) -> None:
    wrong = ("kind: wirre", "titel: x", "every: 5", "reliability: Q", "country: korea")
    entries = (
        f"  - id: feed-{n}\n    url: https://a{n}.example/\n    title: T\n    language: en\n    owner: O\n"
        + (f"    {wrong[n % 5]}\n" if n % 2 else "")
        for n in range(1000)
    )
    (folder / "feeds.yml").write_text("feeds:\n" + "".join(entries))
    started = time.process_time()
    found = problems(folder)
    assert len(found) == 500
    assert time.process_time() - started < 3


def test_five_hundred_wrong_references_are_reported_quickly(folder: Path) -> None:
    text = (folder / "watchpoints.yml").read_text()
    names = ", ".join(f"nightly-patrol-{n}" for n in range(500))
    (folder / "watchpoints.yml").write_text(text.replace("expects: [talks]", f"expects: [{names}]"))
    started = time.process_time()
    assert len(problems(folder)) == 500
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("terms", "warned"),
    [
        ('[navy, drought "rainfall"]', "11:24: concepts.navy.en[1]: 'drought \"rainfall\"'"),
        ("[navy, 'war' , drought 'rainfall' ]", "11:32: concepts.navy.en[2]: 'drought 'rainfall''"),
        ("[navy, drought\n      rainfall]", "12:7: concepts.navy.en[1]: 'drought rainfall'"),
    ],
)
def test_a_comma_that_is_missing_in_brackets_is_warned_of(folder: Path, terms: str, warned: str) -> None:
    path = folder / "watchpoints.yml"
    path.write_text(path.read_text().replace("[navy, warship*]", terms))
    assert [str(one).replace(f"{path}:", "") for one in load(folder, {}).warnings] == [
        f"{warned} is read as one text: is a comma missing? If not, put it in quotes"
    ]


@pytest.mark.parametrize(
    "terms",
    [
        "[navy, \"drought 'rainfall'\"]",
        "[navy, it's, 'a b', \"c\\n d\"]",
        '\n      - drought "rainfall"\n      - a\n        b',
    ],
)
def test_texts_in_quotes_and_on_lines_of_their_own_miss_no_comma(folder: Path, terms: str) -> None:
    path = folder / "watchpoints.yml"
    path.write_text(path.read_text().replace(" [navy, warship*]", f" {terms}"))
    assert load(folder, {}).warnings == ()
