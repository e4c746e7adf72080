"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from watchtower.errors import ParseError
from watchtower.parse.dates import read_date
from watchtower.parse.document import Document
from watchtower.parse.texts import (
    LONGEST_BODY,
    LONGEST_TITLE,
    MOST_ENTRIES,
    cut_short,
    is_cut,
    label,
    labels,
    texts_of,
    too_many,
)
from watchtower.parse.urls import absolute
from watchtower.text import clean, cut
from watchtower.types import Entry, ParsedFeed


def parse_json_feed(document: Document, base_url: str) -> ParsedFeed:
    """Read a JSON Feed; raises ``ParseError`` where the JSON is damaged or is something else.

    Fields of a wrong type count as missing, as the specification asks readers to be lenient.
    """
    try:
        feed = json.loads(document.text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not a feed: damaged JSON ({cut(clean(str(error)), 120)})") from error
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in _text(feed, "version"):
        raise ParseError("not a feed: JSON, but no JSON Feed (its version does not name jsonfeed.org)")
    items = [item for item in feed.get("items") or () if isinstance(item, dict)] if _is_list(feed, "items") else []
    entries = [_entry(item, base_url) for item in items[:MOST_ENTRIES]]
    texts = sum(
        is_cut(_text(item, "title"), entry.title, LONGEST_TITLE) + is_cut(_content(item), entry.body, LONGEST_BODY)
        for item, entry in zip(items, entries, strict=False)
    )
    return ParsedFeed(
        title=label(_text(feed, "title"), 300),
        entries=tuple(entries),
        warnings=(*document.warnings, *too_many(len(items)), *cut_short(texts)),
    )


def _entry(item: dict[str, Any], base_url: str) -> Entry:
    summary, body = texts_of(_text(item, "summary"), _content(item))
    dates = {name: _text(item, f"date_{name}").strip() for name in ("published", "modified")}
    read = {name: read_date(text) for name, text in dates.items() if text}
    unread = next((text for name, text in dates.items() if text and read[name] is None), None)
    return Entry(
        guid=_guid(item.get("id")),
        url=absolute(base_url, _text(item, "url")) or absolute(base_url, _text(item, "external_url")),
        title=label(_text(item, "title"), LONGEST_TITLE),
        summary=summary,
        body=body,
        authors=labels(_authors(item)),
        categories=labels(item["tags"]) if _is_list(item, "tags") else (),
        published=read.get("published") or read.get("modified"),
        updated=read.get("modified"),
        date_text=cut(clean(unread), 100) if unread else None,
        language=_text(item, "language").strip().lower()[:20] or None,
    )


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _content(item: dict[str, Any]) -> str:
    return _text(item, "content_html") or _text(item, "content_text")


def _is_list(values: dict[str, Any], name: str) -> bool:
    return isinstance(values.get(name), list)


def _guid(value: object) -> str | None:
    """The id as text; the specification asks readers to take numbers too."""
    if isinstance(value, str):
        return clean(value) or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _authors(item: dict[str, Any]) -> Iterator[str]:
    several = item["authors"] if _is_list(item, "authors") else [item.get("author")]
    yield from (_text(author, "name") for author in several if isinstance(author, dict))
