"""The careful reader: any document that may be a feed, by feedparser.

feedparser gets bytes, never an address, and fetches nothing. Its sanitizer stays off, because it is no
security boundary and slow; every text becomes plain text in ``raw.made``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

import feedparser

from watchtower.errors import ParseError
from watchtower.parse.document import Document, read_document, refuse_what_is_no_feed
from watchtower.parse.jsonfeed import parse_json_feed
from watchtower.parse.raw import DATES, RawEntry, RawFeed, made
from watchtower.parse.skips import skips
from watchtower.parse.texts import MOST_ENTRIES
from watchtower.text import clean, cut
from watchtower.types import ParsedFeed

#: What feedparser raises on purpose-made garbage, found by fuzzing (tests/property/test_parse.py): elements out of
#: place (KeyError, IndexError, TypeError: a value that was never opened), numbers that are none or too large.
_FEEDPARSER_GIVES_UP = (LookupError, OverflowError, TypeError, ValueError)


def parse_leniently(body: bytes, content_type: str, base_url: str) -> ParsedFeed:
    """Read a document as well as it goes, with a warning for what is malformed; ``ParseError`` where it is no feed."""
    document = read_document(body, content_type)
    if document.root == "json":
        return parse_json_feed(document, base_url)
    refuse_what_is_no_feed(document)
    result = _feedparser(document)
    feed, entries = result["feed"], result["entries"]
    if not result.get("version") and not entries:
        raise ParseError(f"not a feed: {_what(document)}")
    if not entries and not document.whole:
        raise ParseError("the document breaks off before its first entry")
    # what could not be read as XML went through the lenient reader, which leaves references in short fields
    decoded = unescape if result.get("bozo") else str
    raw = RawFeed(
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        ttl=_text(feed, "ttl"),
        period=_text(feed, "sy_updateperiod"),
        frequency=_text(feed, "sy_updatefrequency"),
        skips=skips(document.text),
        entries=[_entry(entry, decoded) for entry in entries[:MOST_ENTRIES]],
        count=len(entries),
    )
    breaks_off = [] if document.whole else ["the document breaks off before its end"]
    return made(raw, base_url, (*document.warnings, *_malformed(result), *breaks_off), whole=document.whole)


def _feedparser(document: Document) -> dict[str, Any]:
    try:
        result: dict[str, Any] = feedparser.parse(
            # a stream, because a string could be taken for an address or a file name
            io.BytesIO(document.text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FEEDPARSER_GIVES_UP as error:
        raise ParseError(f"the document is too damaged to be read ({type(error).__name__}: {error})") from error
    return result


def _what(document: Document) -> str:
    if document.root:
        return f"an XML document with the root element <{cut(document.root, 40)}>"
    return f'text that begins with "{cut(clean(document.text[:200]), 60)}"'


def _malformed(result: dict[str, Any]) -> list[str]:
    if not result.get("bozo"):
        return []
    return [f"the XML is malformed, read as well as it goes: {cut(clean(str(result.get('bozo_exception'))), 120)}"]


def _entry(entry: dict[str, Any], decoded: Callable[[str], str]) -> RawEntry:
    return RawEntry(
        guid=decoded(_text(entry, "id")),
        links=_links(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=max((_text(content, "value") for content in _list(entry, "content")), key=len, default=""),
        authors=[decoded(name) for name in _authors(entry)],
        categories=[decoded(_text(tag, "label") or _text(tag, "term")) for tag in _list(entry, "tags")],
        dates={name: _text(entry, name) for name in DATES},
        readings={name: dict.get(entry, f"{name}_parsed") for name in DATES},
        languages=_languages(entry),
    )


def _text(values: dict[str, Any], name: str) -> str:
    """One field as text; past feedparser's own ``get``, which answers for missing fields with other ones."""
    value = dict.get(values, name)
    return value if isinstance(value, str) else ""


def _list(values: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = dict.get(values, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _links(entry: dict[str, Any]) -> list[str]:
    """The entry's page: where FeedBurner says it really is, the link, an alternate link, an enclosure."""
    rels = {"alternate": 0, "related": 1, "via": 2, "enclosure": 3}
    links = sorted(
        (link for link in _list(entry, "links") if link.get("rel") in rels), key=lambda link: rels[link["rel"]]
    )
    return [_text(entry, "feedburner_origlink"), _text(entry, "link"), *(_text(link, "href") for link in links)]


def _authors(entry: dict[str, Any]) -> Iterable[str]:
    named = [_text(author, "name") or _text(author, "email") for author in _list(entry, "authors")]
    return [name for name in named if name] or [_text(entry, "author")]


def _languages(entry: dict[str, Any]) -> list[str]:
    details = [dict.get(entry, f"{name}_detail") for name in ("title", "summary")]
    return [_text(entry, "language"), *(_text(one, "language") for one in details if isinstance(one, dict))]
