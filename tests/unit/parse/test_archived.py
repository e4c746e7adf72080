"""Archives: which feed an item belongs to, what a line is, and what a piece adds to what is known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import NOW, feed, item
from tests.fakes import InProcessParser
from watchtower.errors import ParseError
from watchtower.parse.archived import decide, read, read_line
from watchtower.parse.belonging import Belonging
from watchtower.types import Archived, KnownItem, Mark, Piece

HARBOUR = feed("harbour-news", owner="Harbour Ltd", title="Harbour News")
UPLAND = feed("upland-post", owner="Upland Press", title="Upland Post")
UPLAND_2 = feed("upland-24", owner="Upland Press", title="Upland Post")
FEEDS = (HARBOUR, UPLAND, UPLAND_2)
WRITTEN = NOW - timedelta(days=90)


def piece(*rows: object, **given: object) -> Piece:
    lines = tuple(
        (number, row if isinstance(row, bytes) else json.dumps(row).encode()) for number, row in enumerate(rows, 1)
    )
    made = {"name": "old.jsonl", "names": ("old",), "written": WRITTEN, "read": 1, "lines": lines}
    return Piece(**{**made, "mark": Mark(file="/old.jsonl", fingerprint="f", position=9, line=len(rows)), **given})  # type: ignore[arg-type]


def document(text: str, *names: str, **given: object) -> Piece:
    return piece(document=text.encode(), lines=(), name=f"{names[0]}.xml", names=names, **given)


def taken(one: Piece, *known: KnownItem, only: bool = False) -> Archived:
    """Decide on a piece; the known items are found by key and by address, as the store would find them."""
    collected = read(one, Belonging(FEEDS, HARBOUR if only else None), InProcessParser())
    keys, there = {found.key: found for found in known}, {}
    for found in known:
        there.setdefault(found.url or "", []).append(found)
    feeds = collected.keys
    return decide(collected, dict.fromkeys(feeds, keys), dict.fromkeys(feeds, there), one, NOW)


def known(**given: object) -> KnownItem:
    stored = item(**given)
    return KnownItem(**{name: getattr(stored, name) for name in KnownItem.__slots__})


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("harbour-news", "harbour-news"),
        ("HARBOUR NEWS", "harbour-news"),
        ("Harbour Ltd", "harbour-news"),
        ("http://harbour-news.example:80/feed.xml", "harbour-news"),
        ("harbour-news-2024-05-01", "harbour-news"),
        ("harbour-news_20240501T1200Z", "harbour-news"),
        ("upland-24", "upland-24"),
        ("upland-24-2024", "upland-24"),
        ("Upland Press", None),
        ("Upland Post", None),
        ("harbour-news-extra", None),
        ("", None),
    ],
)
def test_a_source_is_known_by_what_names_one_feed(name: str, id: str | None) -> None:
    found = Belonging(FEEDS).of([name])
    assert (found.id if found else None) == id


def test_the_first_name_that_is_known_counts() -> None:
    found = Belonging(FEEDS).of(["2024", "upland-post", "harbour-news"])
    assert found == UPLAND


def test_a_line_becomes_an_item_of_the_past() -> None:
    row = {
        "id": "7", "title": "Dam <b>opens</b>", "summary": "At noon.", "body": "At noon it opened.",
        "language": "ko-KR",
        "published": "2024-02-03T04:05:06Z", "source": "harbour-news", "url": "https://h.example/7?utm_source=x",
        "more": 1,
    }  # fmt: skip
    [made] = taken(piece(row)).new
    assert (made.feed_id, made.key, made.title, made.summary) == ("harbour-news", "7", "Dam opens", "At noon.")
    assert (made.body, made.language, made.url) == ("At noon it opened.", "ko", "https://h.example/7")
    assert made.published == made.dated == datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert made.first_seen == NOW and made.backfill and made.revision == 1


@pytest.mark.parametrize("published", [None, "", "yesterday", "1980-01-01", "2031-01-01"])
def test_an_item_without_a_usable_date_counts_for_the_time_its_file_was_written(published: str | None) -> None:
    done = taken(piece({"title": "Dam opens", "source": "harbour-news", "published": published}))
    assert [one.dated for one in done.new] == [WRITTEN] and done.undated == 1


def test_without_a_source_the_names_of_file_and_folders_tell() -> None:
    done = taken(piece({"title": "Dam opens"}, names=("2024", "upland-post")))
    assert [one.feed_id for one in done.new] == ["upland-post"]


def test_with_one_feed_named_every_line_is_of_it() -> None:
    done = taken(piece({"title": "Dam opens", "source": "Old Wire"}), only=True)
    assert [one.feed_id for one in done.new] == ["harbour-news"]


def test_lines_that_cannot_be_taken_in_are_counted_and_the_others_taken() -> None:
    rows = [
        b"{",
        b"[1]",
        {"title": 3},
        {"title": " "},
        b"\xff",
        {"title": "A", "source": "Old Wire"},
        {"title": "B", "source": "Old Wire"},
    ]
    done = taken(piece(*rows, {"title": "Dam opens", "source": "harbour-news"}))
    assert [said.partition(": ")[0] for said in done.problems] == [f"old.jsonl:{n}" for n in range(1, 6)]
    assert "title must be a text" in done.problems[2] and "nothing to read" in done.problems[3]
    assert (done.unknown, len(done.new)) == ({"Old Wire": 2}, 1)
    assert done.mark is not None and done.mark.left_out == 7


@pytest.mark.parametrize(
    "line", [b'{"title": "x", "url": "' + b"[" * 100 + b'"}', b"[" * 100_000, b'{"title": "\\ud800"}']
)
def test_hostile_lines_are_items_or_problems(line: bytes) -> None:
    try:
        entry, _ = read_line(line)
    except ParseError as error:
        assert str(error)
    else:
        assert entry.title == "x"


def test_what_is_known_by_key_or_by_address_stays_as_it_is() -> None:
    rows = [
        {"id": "dam-opens", "title": "Dam opens, says mayor", "source": "harbour-news"},
        {"id": "other-tool-7", "title": "Museum reopens", "url": "https://h.example/m", "source": "harbour-news"},
        {"id": "other-tool-8", "title": "Flood warning lifted", "url": "https://h.example/m", "source": "harbour-news"},
    ]
    done = taken(
        piece(*rows), known(key="dam-opens"), known(key="m", url="https://h.example/m", title="Museum reopens again")
    )
    assert [one.title for one in done.new] == ["Flood warning lifted"]
    assert done.known == 2


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><link rel="self" href="http://upland-post.example/feed.xml"/>'
    "<entry><id>1</id><title>Dam opens</title><updated>2024-02-03T04:05:06Z</updated></entry></feed>"
)
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": "https://harbour-news.example/feed.xml",
        "items": [{"id": "1", "title": "T"}],
    }
)


def test_a_document_belongs_to_the_feed_its_file_is_named_for_else_to_the_address_inside() -> None:
    assert [one.feed_id for one in taken(document(ATOM, "harbour-news", "folder")).new] == ["harbour-news"]
    assert [one.feed_id for one in taken(document(ATOM, "page-1", "folder")).new] == ["upland-post"]
    assert [one.feed_id for one in taken(document(JSON_FEED, "page-1")).new] == ["harbour-news"]


def test_a_document_of_no_known_feed_is_counted_and_not_marked_as_taken_in() -> None:
    done = taken(document(ATOM.replace("upland-post", "elsewhere"), "page-1"))
    assert (done.new, done.unknown, done.mark) == ((), {"page-1.xml": 1}, None)


def test_a_document_that_is_no_feed_is_a_problem() -> None:
    done = taken(document("<html><title>Moved</title></html>", "harbour-news"))
    assert done.mark is None and "harbour-news.xml: not a feed: an HTML page" in done.problems[0]


def test_what_was_wrong_with_the_file_is_told_too() -> None:
    done = taken(replace(piece(), mark=None, problems=("old.jsonl: cannot be read: x",)))
    assert done.problems == ("old.jsonl: cannot be read: x",) and done.mark is None
