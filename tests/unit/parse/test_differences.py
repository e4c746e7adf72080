"""Where entries are not what feedparser says: the differences that the page of behaviours lists, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import feedparser
import pytest

from tests.docs.pages import ROOT
from tests.unit.parse.test_strict import BASE, rss
from watchtower.parse.feed import parse
from watchtower.types import Entry

PAGE = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\S[^|]*?) \| [^|]+ \| [^|]+ \| [^|]+ \|$", PAGE.partition("## Unlike feedparser")[2], re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A document, and what each says of its entry."""

    body: bytes
    theirs: Callable[[Any], object]
    their_word: object
    ours: Callable[[Entry], object]
    our_word: object


def title(entry: Any) -> object:
    return entry.get("title")


DIFFERENCES = {
    "impossible dates": Difference(
        body=rss("<pubDate>77</pubDate>"),
        theirs=lambda entry: entry.published_parsed is None, their_word=False,
        ours=lambda entry: (entry.published, entry.date_text), our_word=(None, "77"),
    ),
    "`dc:date`": Difference(
        body=rss("<dc:date>2026-11-01T00:00:00Z</dc:date>"),
        theirs=lambda entry: entry.get("published"), their_word=None,
        ours=lambda entry: str(entry.published), our_word="2026-11-01 00:00:00+00:00",
    ),
    "guids": Difference(
        body=rss("<guid>story/7</guid>"),
        theirs=lambda entry: entry.id, their_word="https://feeds.example/news/story/7",
        ours=lambda entry: entry.guid, our_word="story/7",
    ),
    "markup": Difference(
        body=rss("<title>&lt;b&gt;A&lt;/b&gt; &amp;amp; B</title>"),
        theirs=title, their_word="<b>A</b> &amp; B", ours=lambda entry: entry.title, our_word="A & B",
    ),
    "addresses": Difference(
        body=rss("<link>javascript:alert(1)</link>"),
        theirs=lambda entry: entry.link, their_word="javascript:alert(1)",
        ours=lambda entry: entry.url, our_word=None,
    ),
    "control characters": Difference(
        body=rss("<title>A&#11;B</title>"),
        theirs=title, their_word="A\x0bB", ours=lambda entry: entry.title, our_word="AB",
    ),
    "wrong encodings": Difference(
        body='<?xml version="1.0" encoding="utf-8"?><rss><channel><item><title>Дамба открыта сегодня утром</title>'
        "</item></channel></rss>".encode("cp1251"),
        theirs=title, their_word="Äàìáà îòêðûòà ñåãîäíÿ óòðîì",
        ours=lambda entry: entry.title, our_word="Дамба открыта сегодня утром",
    ),
    "attribute names": Difference(
        body=rss("<link ą='x' href='https://x.example/a'/>"),
        theirs=lambda entry: entry.get("link"), their_word="",
        ours=lambda entry: entry.url, our_word="https://x.example/a",
    ),
    "languages": Difference(
        body=rss("<title>A</title>", root="xml:lang='ko'"),
        theirs=lambda entry: entry.title_detail.language, their_word="ko",
        ours=lambda entry: entry.language, our_word=None,
    ),
    "long texts": Difference(
        body=rss(f"<title>{'A' * 600}</title>"),
        theirs=lambda entry: len(entry.title), their_word=600, ours=lambda entry: len(entry.title), our_word=500,
    ),
}  # fmt: skip


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=DIFFERENCES.keys())
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_difference_from_feedparser_is_what_the_page_says(difference: Difference) -> None:
    said = feedparser.parse(difference.body, response_headers={"content-location": BASE})
    assert difference.theirs(said.entries[0]) == difference.their_word
    assert difference.ours(parse(difference.body, {}, BASE).entries[0]) == difference.our_word


def test_json_feed_is_read_where_feedparser_finds_no_entry() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7, "title": "A"}]}'
    assert feedparser.parse(body).entries == []
    assert [entry.title for entry in parse(body, {}, BASE).entries] == ["A"]


def test_the_page_lists_these_differences() -> None:
    assert [*DIFFERENCES, "JSON Feed"] == [row for row in ROWS if row not in ("what", "---")]
