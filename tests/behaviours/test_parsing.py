"""Rows P1 to P12 and S8 of docs/behaviours.md, from a real server to what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.behaviours.conftest import DAY, HOUR, Desk
from watchtower.errors import ParseError
from watchtower.parser import bounded
from watchtower.parser.bounded import BoundedParser
from watchtower.types import Item


def document(*items: str, root: str = "", channel: str = "") -> bytes:
    made = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {root}><channel><title>News</title>{channel}{made}</channel></rss>".encode()


def printed(desk: Desk, id: str, body: bytes, **given: object) -> list[Item]:
    """Print a document at a feed's address and pull; all that is stored, by title."""
    if id not in {feed.id for feed in desk.feeds}:
        desk.feed(id)
    desk.answers(id, body, **given)
    desk.pull(force=True)
    return stored(desk)


def stored(desk: Desk) -> list[Item]:
    found = desk.tower.store.story_items(desk.now - 40_000 * DAY, desk.now + 4_000 * DAY)
    known = [desk.tower.store.item(one.item_id) for one in found]
    return sorted((one.item for one in known if one is not None), key=lambda item: item.title)


def one(desk: Desk, item: str) -> Item:
    [item_] = printed(desk, "news", document(item))
    return item_


# --- malformed, undated, oddly dated


def test_p1_malformed_xml_keeps_its_items_with_exact_addresses(desk: Desk) -> None:
    items = printed(
        desk,
        "news",
        b"<rss version='2.0'><channel><item><title>AT&T opens dam</title><link>https://x.example/?a=1&b=2&copy=3</link></item>"
        b"<item><title>Cut off</title><link>https://x.example/2</link><descr",
    )
    assert [(item.title, item.url) for item in items] == [
        ("AT&T opens dam", "https://x.example/?a=1&b=2&copy=3"),
        ("Cut off", "https://x.example/2"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        document("<title>A</title>", "<title>B</title><br>", "<title>C</title>"),
        document("<title>A</title>", "<title>B</title>", "<title>C</title>").decode().encode("utf-16"),
        document("<title>A</title>", "<title>B &nosuch; </title>", "<title>C\x00</title>"),
        b"junk before " + document("<title>A</title>", "<title>B</title>", "<title>C</title>") + b"junk behind",
    ],
)
def test_p2_that_a_document_is_malformed_discards_no_entry(desk: Desk, body: bytes) -> None:
    assert [item.title[0] for item in printed(desk, "news", body)] == ["A", "B", "C"]


@pytest.mark.parametrize("item", ["<title>Dam opens</title>", "<guid>77</guid><title>2026-11-01</title>"])
def test_p3_an_item_without_a_date_counts_from_its_first_sight(desk: Desk, item: str) -> None:
    made = one(desk, item)
    assert (made.published, made.first_seen, made.dated) == (None, desk.now, desk.now)


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Wed, 25 Nov 2026 06:00:00 GMT", datetime(2026, 11, 25, 6, tzinfo=UTC)),
        ("2399-01-01T00:00:00Z", datetime(2399, 1, 1, tzinfo=UTC)),
        ("31/02/2026", None),
        ("1730704500", None),
        ("Mon, 30 Feb 2026 10:00:00 GMT", None),
    ],
)
def test_p4_a_future_or_impossible_date_pins_an_item_to_no_digest(
    desk: Desk, date: str, published: datetime | None
) -> None:
    made = one(desk, f"<title>The dam opens</title><pubDate>{date}</pubDate>")
    assert (made.published, made.dated) == (published, made.first_seen)
    first, then = (desk.tower.digest(desk.now + at * DAY, desk.now + (at + 1) * DAY) for at in (0, 1))
    assert [len(digest.sections[0].stories) for digest in (first, then)] == [1, 0]


def test_p5_dc_date_is_the_date_of_publication(desk: Desk) -> None:
    [item] = printed(
        desk,
        "news",
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title></channel><item rdf:about="https://x.example/1">
        <title>A</title><link>https://x.example/1</link><dc:date>2026-11-22T08:00:00+01:00</dc:date></item></rdf:RDF>""",
    )
    assert item.published == item.dated == datetime(2026, 11, 22, 7, tzinfo=UTC)


# --- identity


def test_p6_guids_that_are_doubled_missing_or_used_again_lose_no_story(desk: Desk) -> None:
    twice = [
        f"<guid>7</guid><title>{title}</title><link>https://x.example/{title}</link>" for title in ("Alpha", "Beta")
    ]
    nameless = ["<title>Gamma only</title>", "<link>https://x.example/d</link><title>Delta</title>"]
    assert len(printed(desk, "news", document(*twice, *nameless))) == 4
    assert len(printed(desk, "news", document(*reversed(nameless), *reversed(twice)))) == 4
    again = "<guid>7</guid><title>Quite another matter</title><link>https://x.example/other</link>"
    assert "Quite another matter" in [item.title for item in printed(desk, "news", document(again))]
    assert len(stored(desk)) == 5


def test_p7_a_changed_text_is_a_revision_and_a_changed_build_date_is_none(desk: Desk) -> None:
    def again(title: str, built: str) -> tuple[int, int, int]:
        [item] = printed(
            desk,
            "news",
            document(f"<guid>7</guid><title>{title}</title>", channel=f"<lastBuildDate>{built}</lastBuildDate>"),
        )
        assert item.title == title
        return item.revision, len(desk.tower.store.revisions(item.id)), len(stored(desk))

    assert again("Dam opens", "Mon, 23 Nov 2026 06:00:00 GMT") == (1, 0, 1)
    assert again("Dam opens", "Mon, 23 Nov 2026 07:00:00 GMT") == (1, 0, 1)
    assert again("Dam opens at last", "Mon, 23 Nov 2026 08:00:00 GMT") == (2, 1, 1)
    for number in range(60):
        desk.answers("news", document(f"<guid>7</guid><title>Dam opens, says count {number}</title>"))
        desk.pull(HOUR, force=True)
    [item] = stored(desk)
    assert item.revision == 25


def test_sixty_new_entries_are_sixty_items_and_a_shared_date_hides_none(desk: Desk) -> None:
    date = "<pubDate>Mon, 23 Nov 2026 05:00:00 GMT</pubDate>"
    sixty = [f"<guid>{number}</guid><title>Report {number}</title>{date}" for number in range(60)]
    assert len(printed(desk, "news", document(*sixty))) == 60
    assert len(printed(desk, "news", document(f"<guid>60</guid><title>Report 60</title>{date}", *sixty))) == 61


# --- links, encodings, other formats


def test_p9_relative_links_are_made_absolute_by_what_the_document_says(desk: Desk) -> None:
    base = "xml:base='https://base.example/a/'"
    [item] = printed(desk, "news", document("<title>A</title><link>b?c=1</link>", root=base))
    assert item.url == "https://base.example/a/b?c=1"
    [item, other] = printed(desk, "other", document("<title>B</title><link>/b</link>"))
    assert other.url == desk.server.url("/b")


@pytest.mark.parametrize(("declared", "warned"), [("windows-1251", 0), ("utf-8", 1), ("no-such-encoding", 1)])
def test_p10_a_wrong_encoding_is_found_out_and_is_a_warning(desk: Desk, declared: str, warned: int) -> None:
    title = "Плотина открыта в воскресенье утром"
    desk.feed("news")
    body = f"<?xml version='1.0' encoding='{declared}'?>" + document(f"<title>{title}</title>").decode()
    desk.answers("news", body.encode("cp1251"))
    visits = []
    desk.tower.pull(on_visit=visits.append)
    assert [item.title for item in stored(desk)] == [title]
    assert sum("encoding" in warning for warning in visits[0].warnings) == warned


def test_p11_json_feed_is_read_and_other_json_is_refused(desk: Desk) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7, "title": "Dam opens"}]}
    assert [item.title for item in printed(desk, "news", json.dumps(feed).encode())] == ["Dam opens"]
    printed(desk, "other", b'{"items": [{"title": "No feed"}]}')
    assert len(stored(desk)) == 1
    assert "no JSON Feed" in (desk.state("other").problem or "")


# --- time and memory


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def strange(names: Iterator[int]) -> bytes:
    """A feed of half a megabyte whose elements all have names of their own."""
    return document("<title>A</title>", channel="".join(f"<n{next(names)}-of-an-element/>" for _ in range(20_000)))


def test_p12_memory_does_not_grow_with_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_MOST_BYTES_A_THREAD", 1_000_000)
    parser, names, held = BoundedParser(), count(10**9), []
    for _ in range(6):
        for _ in range(5):
            parser.parse(strange(names), {}, "https://x.example/")
        held.append(resident())
    parser.close()
    # in one thread, the names of each five would stay: 5 MB and more
    assert held[-1] - held[1] < 10_000_000


def test_s8_a_document_that_takes_too_long_fails_its_feed_alone(desk: Desk) -> None:
    desk.tower = replace(desk.tower, parser=BoundedParser(seconds=1.0))
    desk.feed("endless")
    desk.feed("broken")
    # as much as is fetched at most here, which takes a fast machine more than two seconds
    desk.answers("endless", document(*["<title>&</title>"] * 34_000, "<br>"))
    desk.answers("broken", document("<title>AT&T</title>"))
    report = desk.pull()
    assert report.problems == {"endless": "the document takes more than 1 seconds to be read"}
    assert desk.titles() == ["AT&T"]
    desk.answers("endless", document("<title>Short & sound</title>"))
    desk.pull(timedelta(days=2))
    assert desk.titles() == ["AT&T", "Short & sound"]
    desk.tower.parser.close()


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (document("<title>A</title><description>" + "word " * 4_800_000 + "</description>"), 1),
        (document("<title>A</title>" + "<b>" * 20_000 + "x" + "</b>" * 20_000), 1),
        (document("<title>A</title><description><![CDATA[" + "<b>" * 200_000 + "]]></description>"), 1),
        (document(*(f"<guid>{n}</guid>" for n in range(50_000))), 10_000),
        (b"<rss><channel><item><title>" + b"<a<" * 600_000, None),
    ],
    ids=["24 MB of text", "deep", "deep in CDATA", "50,000 items", "junk"],
)
def test_s8_large_and_deep_documents_are_read_within_bounds_or_refused(body: bytes, entries: int | None) -> None:
    parser = BoundedParser()
    try:
        parsed = parser.parse(body, {}, "https://x.example/")
        assert len(parsed.entries) == entries
        assert all(len(entry.body) <= 100_000 for entry in parsed.entries)
    except ParseError as error:
        assert entries is None and "too damaged" in str(error)
    finally:
        parser.close()
