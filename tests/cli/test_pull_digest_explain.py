"""``pull``, ``digest`` and ``explain`` over feeds on loopback."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Result
from tests.servers import LoopbackServer
from tests.unit.classify import rivers

SETTINGS = "fetch: {allow_private_networks: true, timeout_seconds: 5}\n"
PULL_KEYS = {"feeds", "items", "stories", "matches", "seconds"}
DIGEST_KEYS = {"since", "until", "zone", "summary", "sections", "ledger", "scenarios", "coverage", "health", "made"}


def rss(*titles: str, ago: timedelta = timedelta(minutes=5)) -> str:
    dated = format_datetime(datetime.now(UTC) - ago)
    entries = "".join(
        f"<item><guid>{title}</guid><title>{title}</title><link>https://news.example/{n}</link>"
        f"<description>Reported at noon.</description><pubDate>{dated}</pubDate></item>"
        for n, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'


@pytest.fixture
def valley(tmp_path: Path, server: LoopbackServer) -> Path:
    """A folder whose first feed has two items and whose second answers 404."""
    server.serve("/harbour.xml", rss("Velin dam opens its gates", "Velin museum reopens"), etag='"a"')
    feeds = rivers.FEEDS.replace("https://harbour-news.example/feed.xml", server.url("/harbour.xml"))
    feeds = feeds.replace("https://upland-post.example/feed.xml", server.url("/upland.xml"))
    return rivers.write(tmp_path / "valley", feeds=feeds, settings=SETTINGS)


def counts(result: Result) -> tuple[object, ...]:
    report = result.json
    return (report["feeds"], report["items"], report["matches"])


def test_pull_tells_programs_what_it_did(command: Command, valley: Path) -> None:
    first = command("pull", "--config", valley, "--json")
    assert first.status == 0 and first.err == ""
    assert set(first.json) - {"problems"} == PULL_KEYS
    assert counts(first) == (
        {"due": 2, "fetched": 1, "unchanged": 0, "failed": 1},
        {"new": 2, "revised": 0, "known": 0},
        1,
    )
    assert first.json["stories"]["new"] == 1 and first.json["seconds"] > 0
    assert "404" in first.json["problems"]["upland-post"]
    second = command("pull", "--config", valley, "--json")
    assert counts(second)[0] == {"due": 0, "fetched": 0, "unchanged": 0, "failed": 0} and second.status == 0
    forced = command("pull", "--config", valley, "--json", "--force", "--feed", "harbour-news")
    assert counts(forced)[0] == {"due": 1, "fetched": 0, "unchanged": 1, "failed": 0}


def test_pull_tells_people_what_it_did(command: Command, valley: Path, server: LoopbackServer) -> None:
    server.serve("/upland.xml", rss("Flood in Velin submerges homes"))
    result = command("pull", "--config", valley)
    assert result.status == 0
    assert re.fullmatch(
        r"2 feeds due: 2 fetched, 0 unchanged, 0 failed\. "
        r"3 new items, 0 revised; 2 new stories; 2 matches\. \d+\.\d s\n",
        result.out,
    )


def test_only_the_named_feed_is_asked(command: Command, valley: Path, server: LoopbackServer) -> None:
    assert counts(command("pull", "--config", valley, "--feed", "harbour-news", "--json"))[0]["due"] == 1  # type: ignore[index]  # an object
    assert server.asked("/upland.xml") == []


def test_an_unknown_feed_is_the_users_mistake(command: Command, valley: Path) -> None:
    result = command("pull", "--config", valley, "--feed", "harbor-news")
    assert result.status == 2 and "harbor-news" in result.err and "Traceback" not in result.err


def test_all_feeds_failing_is_trouble(command: Command, valley: Path, server: LoopbackServer) -> None:
    server.forget("/harbour.xml")
    result = command("pull", "--config", valley)
    assert result.status == 1
    assert result.out.startswith("2 feeds due: 0 fetched, 0 unchanged, 2 failed.")
    assert [line.split(":")[0].strip() for line in result.err.splitlines()] == ["harbour-news", "upland-post"]


def test_private_networks_are_refused_unless_allowed(command: Command, valley: Path) -> None:
    (valley / "config" / "settings.yml").write_text("")
    assert command("pull", "--config", valley).status == 1


@pytest.mark.parametrize(
    ("format", "beginning"),
    [("html", "<!"), ("md", "# "), ("txt", ""), ("json", "{")],
    ids=lambda value: value or "any",
)
def test_the_digest_is_written_in_every_format(command: Command, valley: Path, format: str, beginning: str) -> None:
    command("pull", "--config", valley)
    shown = command("digest", "--config", valley, "--format", format, "--output", "-")
    assert shown.status == 0 and shown.out.startswith(beginning)
    assert "Velin dam opens its gates" in shown.out and "museum" not in shown.out
    target = valley / "new folder" / f"digest.{format}"
    written = command("digest", "--config", valley, "--output", target)
    assert (written.status, written.out) == (0, f"{target}\n")
    assert target.read_text(encoding="utf-8").startswith(beginning)
    kept = command("digest", "--config", valley, "--format", format)
    assert kept.status == 0 and Path(kept.out.strip()).is_file() and Path(kept.out.strip()).suffix == f".{format}"


def test_the_digest_for_programs_has_its_stable_keys(command: Command, valley: Path) -> None:
    command("pull", "--config", valley)
    result = command("digest", "--config", valley, "--json")
    assert result.status == 0 and set(result.json) >= DIGEST_KEYS
    dams = next(section for section in result.json["sections"] if section["target"] == "dams")
    assert dams["kind"] == "watch-point"
    [story] = dams["stories"]
    assert story["title"] == "Velin dam opens its gates"
    assert set(story) >= {"story", "title", "lead", "first_seen", "sources", "origins", "score", "evidence"}


def today_and_before() -> tuple[str, str]:
    now = datetime.now(UTC)
    return now.date().isoformat(), (now.date() - timedelta(days=1)).isoformat()


def test_days_and_periods_can_be_named(command: Command, valley: Path) -> None:
    today, yesterday = today_and_before()
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    for given, since, until in (
        (("--day", "today"), today, tomorrow),
        (("--day", "yesterday"), yesterday, today),
        (("--day", "2025-09-03"), "2025-09-03", "2025-09-04"),
        (("--since", "2025-09-03", "--until", "2025-09-05"), "2025-09-03", "2025-09-05"),
        (("--since", "2025-09-03T09:00+09:00", "--until", "2025-09-04"), "2025-09-03", "2025-09-04"),
    ):
        result = command("digest", "--config", valley, "--json", *given)
        assert result.status == 0, result.err
        period = [result.json[key] for key in ("since", "until")]
        if today_and_before()[0] == today:  # unless midnight has passed meanwhile
            assert period == [f"{day}T00:00:00+00:00" for day in (since, until)] or period == [
                f"{day}T00:00:00Z" for day in (since, until)
            ]


def test_an_empty_day_is_written_and_says_so(command: Command, valley: Path) -> None:
    result = command("digest", "--config", valley, "--day", "2025-09-03", "--format", "md", "--output", "-")
    assert result.status == 0 and len(result.out) > 100
    as_json = command("digest", "--config", valley, "--day", "2025-09-03", "--json").json
    assert not any(section["stories"] for section in as_json["sections"]) and as_json["summary"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--day", "soon"), "'soon' is no day"),
        (("--day", "2025-02-30"), "'2025-02-30' is no day"),
        (("--since", "soon"), "'soon' is no date or time"),
        (("--since", "2025-09-04", "--until", "2025-09-03"), "the period is empty"),
        (("--since", "2999-01-01"), "the period is empty"),
        (("--day", "today", "--since", "2025-09-03"), "either --day or --since"),
        (("--format", "docx"), "'docx' is not one of"),
        (("--output", "/"), "cannot write"),
    ],
)
def test_a_bad_period_is_the_users_mistake(command: Command, valley: Path, given: tuple[str, ...], said: str) -> None:
    result = command("digest", "--config", valley, *given)
    assert result.status == 2 and said in result.err and "Traceback" not in result.err


def test_a_digest_is_sent_once(command: Command, valley: Path) -> None:
    command("pull", "--config", valley)
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    until = datetime.now(UTC).isoformat()
    first = command("digest", "--config", valley, "--since", since, "--until", until, "--send")
    assert first.status == 0 and first.err.startswith("sent ") and first.out == ""
    again = command("digest", "--config", valley, "--since", since, "--until", until, "--send")
    assert again.status == 0 and "was sent before: nothing was sent" in again.err


def test_an_item_is_explained_by_id_and_by_address(command: Command, valley: Path) -> None:
    command("pull", "--config", valley)
    by_address = command("explain", "--config", valley, "https://news.example/0?utm_source=x", "--json")
    assert by_address.status == 0
    [item] = by_address.json["items"]
    assert (item["title"], item["feed"], list(item["matches"])) == (
        "Velin dam opens its gates",
        "harbour-news",
        ["dams"],
    )
    explained = {each["target"]: each for each in item["targets"]}
    assert explained["dams"]["matched"] is True and explained["floods"]["matched"] is False
    assert explained["dams"]["score"] == item["matches"]["dams"]
    by_id = command("explain", "--config", valley, item["item"])
    assert by_id.status == 0
    assert by_id.out.startswith("Velin dam opens its gates\n") and "stored matches: dams" in by_id.out
    assert re.search(r"^dams: 0\.\d\d, threshold 0\.\d\d: match( \(dam-opens 0\.\d\d\))?$", by_id.out, re.M)
    museum = command("explain", "--config", valley, "https://news.example/1")
    assert museum.status == 0 and "no match: below the threshold of every target" in museum.out
    assert "  in no story: it scored less than 0.05 on every target\n" in museum.out
    assert "  story " in by_id.out and item["story"] and item["in_view"] is True


def test_an_item_never_fetched_is_said_to_be_so(command: Command, valley: Path) -> None:
    result = command("explain", "--config", valley, "https://news.example/never")
    assert result.status == 1 and result.out.startswith("never fetched: no item 'https://news.example/never'")
    as_json = command("explain", "--config", valley, "nothing", "--json")
    assert as_json.status == 1 and as_json.json["items"] == [] and "never fetched" in as_json.json["why"]


@pytest.mark.parametrize("headline", ["Velin dam opens", "", "\x1b[31mdam\x1b[0m \u202e <b>"])
def test_any_headline_can_be_explained(command: Command, folder: Path, headline: str) -> None:
    result = command("explain", "--config", folder, "--text", headline)
    assert result.status == 0 and "\x1b" not in result.out
    assert {line.split(":")[0] for line in result.out.splitlines() if line[:1].isalpha()} == {
        "dams",
        "floods",
        "water-sharing",
    }
    as_json = json.loads(command("explain", "--config", folder, "--text", headline, "--json").out)
    for each in as_json["targets"]:
        assert set(each) >= {"target", "score", "threshold", "matched", "evidence", "indicator", "answer", "needed"}
        assert (each["needed"] is None) == each["matched"]


def test_weights_shown_add_up_and_a_reject_says_what_it_would_have_needed(command: Command, folder: Path) -> None:
    out = command("explain", "--config", folder, "--text", "Velin dam opens at the upper river, Vos Aldar says").out
    for part in re.split(r"^(?=\S)", out, flags=re.M)[1:]:
        *weights, together = [float(found) for found in re.findall(r"^    ([+-]\d+\.\d\d)  ", part, re.M)]
        assert sum(weights) == pytest.approx(together, abs=0.1)
        assert ("needed: " in part) == (": no match" in part)
    floods = out[out.index("floods:") :]
    assert "its rule would hold with: flood\n" in floods and re.search(
        r"with flood \[flood\] in the title: 0\.", floods
    )


@pytest.mark.parametrize("arguments", [(), ("some-id", "--text", "Dam")], ids=["neither", "both"])
def test_either_an_item_or_a_headline_is_explained(command: Command, folder: Path, arguments: tuple[str, ...]) -> None:
    result = command("explain", "--config", folder, *arguments)
    assert result.status == 2 and "--text" in result.err
