"""A feed document to entries: RSS, RDF and Atom by feedparser, JSON Feed by our own reader.

feedparser gets bytes, never an address, and fetches nothing. Its sanitizer stays off, because it is no
security boundary and slow; every text that leaves this module is plain text made by ``watchtower.text``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import feedparser

from watchtower.errors import ParseError
from watchtower.parse.dates import read_date
from watchtower.parse.document import Document, read_document, refuse_what_is_no_feed
from watchtower.parse.jsonfeed import parse_json_feed
from watchtower.parse.skips import skips
from watchtower.parse.texts import MOST_ENTRIES, label, labels, texts_of, too_many
from watchtower.parse.urls import absolute
from watchtower.text import clean, cut, plain
from watchtower.types import Entry, ParsedFeed

#: What feedparser raises on purpose-made garbage, found by fuzzing (tests/property/test_parse.py): elements out of
#: place (KeyError, IndexError, TypeError: a value that was never opened), numbers that are none or too large.
_FEEDPARSER_GIVES_UP = (LookupError, OverflowError, TypeError, ValueError)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
_LONGEST_TTL = timedelta(days=7)


def parse(body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
    """Read a feed document; raises ``ParseError`` with a sentence for people where it is none.

    ``headers`` are lower-cased; ``base_url`` is the address the document came from, for relative links. Malformed
    documents give what can be read of them, with a warning.
    """
    document = read_document(body, headers.get("content-type", ""))
    if document.root == "json":
        return parse_json_feed(document, base_url)
    refuse_what_is_no_feed(document)
    result = _feedparser(document)
    feed, entries = result["feed"], result["entries"]
    if not result.get("version") and not entries:
        raise ParseError(f"not a feed: {_what(document)}")
    warnings = [*document.warnings, *_malformed(result), *too_many(len(entries))]
    if not entries and not document.whole:
        raise ParseError("the document breaks off before its first entry")
    # what could not be read as XML went through the lenient reader, which leaves references in short fields
    lenient, language = bool(result.get("bozo")), _language(feed.get("language"))
    skip_hours, skip_days = skips(document.text)
    return ParsedFeed(
        title=cut(plain(_text(feed, "title")), 300),
        entries=tuple(_entry(raw, base_url, language, lenient) for raw in entries[:MOST_ENTRIES]),
        ttl=_ttl(feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        warnings=tuple(warnings) if document.whole else (*warnings, "the document breaks off before its end"),
        whole=document.whole,
    )


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


def _entry(raw: dict[str, Any], base_url: str, feed_language: str | None, lenient: bool) -> Entry:
    decoded = unescape if lenient else str
    summary, body = texts_of(_text(raw, "summary"), _longest_content(raw))
    published, updated, unread = _dates(raw)
    return Entry(
        guid=clean(decoded(_text(raw, "id"))) or None,
        url=_link(raw, base_url),
        title=label(_text(raw, "title"), 500),
        summary=summary,
        body=body,
        authors=labels(decoded(name) for name in _authors(raw)),
        categories=labels(decoded(name) for name in _categories(raw)),
        published=published,
        updated=updated,
        date_text=unread,
        language=_entry_language(raw, feed_language),
    )


def _text(raw: dict[str, Any], name: str) -> str:
    """One field as text; past feedparser's own ``get``, which answers for missing fields with other ones."""
    value = dict.get(raw, name)
    return value if isinstance(value, str) else ""


def _list(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = dict.get(raw, name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _longest_content(raw: dict[str, Any]) -> str:
    return max((_text(content, "value") for content in _list(raw, "content")), key=len, default="")


def _link(raw: dict[str, Any], base_url: str) -> str | None:
    """The entry's page: where FeedBurner says it really is, the link, an alternate link, an enclosure."""
    rels = {"alternate": 0, "related": 1, "via": 2, "enclosure": 3}
    links = sorted(
        (link for link in _list(raw, "links") if link.get("rel") in rels), key=lambda link: rels[link["rel"]]
    )
    written = [_text(raw, "feedburner_origlink"), _text(raw, "link"), *(_text(link, "href") for link in links)]
    return next((url for link in written if (url := absolute(base_url, link))), None)


def _authors(raw: dict[str, Any]) -> Iterable[str]:
    named = [_text(author, "name") or _text(author, "email") for author in _list(raw, "authors")]
    return [name for name in named if name] or [_text(raw, "author")]


def _categories(raw: dict[str, Any]) -> Iterable[str]:
    return [_text(tag, "label") or _text(tag, "term") for tag in _list(raw, "tags")]


def _dates(raw: dict[str, Any]) -> tuple[datetime | None, datetime | None, str | None]:
    """Published, updated, and the first date that is written but cannot be read.

    Where an entry gives only one date, that is when it was published, whatever the format calls it: RSS 1.0 and
    Dublin Core have no other (``dc:date``, which feedparser files under updated).
    """
    written = {name: _text(raw, name).strip() for name in ("published", "created", "updated")}
    read = {name: read_date(text, dict.get(raw, f"{name}_parsed")) for name, text in written.items() if text}
    unread = next((text for name, text in written.items() if text and read[name] is None), None)
    published = next((date for date in read.values() if date is not None), None)
    return published, read.get("updated"), cut(clean(unread), 100) if unread else None


def _language(value: object) -> str | None:
    return value.strip().lower() or None if isinstance(value, str) else None


def _entry_language(raw: dict[str, Any], feed_language: str | None) -> str | None:
    """What the entry itself says, or None where it only inherits the document's language.

    The document's is not used: it is a default of the publishing software as often as not, and feeds.yml knows.
    """
    details = (dict.get(raw, f"{name}_detail") or {} for name in ("title", "summary"))
    stated = [raw.get("language"), *(detail.get("language") for detail in details)]
    found = (_language(value) for value in stated)
    return next((cut(clean(value), 20) for value in found if value and value != feed_language), None)


def _ttl(feed: dict[str, Any]) -> timedelta | None:
    """RSS 2.0 ``ttl`` in minutes, or the RSS 1.0 syndication module's period and frequency."""
    minutes = _number(_text(feed, "ttl"))
    if minutes:
        return min(timedelta(minutes=minutes), _LONGEST_TTL)
    hours = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    if hours is None:
        return None
    return min(timedelta(hours=hours) / (_number(_text(feed, "sy_updatefrequency")) or 1), _LONGEST_TTL)


def _number(text: str) -> int:
    """A positive whole number of sane length, else 0."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
