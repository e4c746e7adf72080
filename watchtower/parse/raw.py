"""What the readers of XML documents find, and the one way to make a ``ParsedFeed`` of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import struct_time

from watchtower.parse.dates import read_date
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

#: the dates of an entry, in the order in which they count as when it was published
DATES = ("published", "created", "updated")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
_LONGEST_TTL = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry as written, with its markup."""

    guid: str
    #: where its page may be, the likeliest first
    links: Iterable[str]
    title: str
    summary: str
    #: the longest of its contents
    content: str
    authors: Iterable[str]
    categories: Iterable[str]
    #: by their names and in the order of ``DATES``, as written
    dates: Mapping[str, str]
    #: feedparser's readings of them, for the formats that only it knows
    readings: Mapping[str, struct_time | None] = field(default_factory=dict)
    #: of the entry, its title and its summary; stated or inherited
    languages: Sequence[str | None]


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A document as written."""

    title: str
    language: str | None
    #: RSS 2.0 ``ttl``, in minutes
    ttl: str
    #: the RSS 1.0 syndication module: so many times an hour, a day and so on
    period: str
    frequency: str
    #: hours and days in which it asks not to be read
    skips: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    #: all of them, or at least as many as are read
    entries: Sequence[RawEntry]
    #: how many the document has
    count: int


def made(raw: RawFeed, base_url: str, warnings: Iterable[str] = (), *, whole: bool = True) -> ParsedFeed:
    """Clean what is written: plain text, absolute links, dates in UTC; entries over the cap are counted."""
    language = _language(raw.language)
    entries = [_entry(entry, base_url, language) for entry in raw.entries[:MOST_ENTRIES]]
    texts = sum(
        is_cut(written.title, entry.title, LONGEST_TITLE)
        + is_cut(written.content or written.summary, entry.body, LONGEST_BODY)
        for written, entry in zip(raw.entries, entries, strict=False)
    )
    return ParsedFeed(
        title=label(raw.title, 300),
        entries=tuple(entries),
        ttl=_ttl(raw),
        skip_hours=raw.skips[0],
        skip_days=raw.skips[1],
        warnings=(*warnings, *too_many(raw.count), *cut_short(texts)),
        whole=whole,
    )


def _entry(raw: RawEntry, base_url: str, feed_language: str | None) -> Entry:
    summary, body = texts_of(raw.summary, raw.content)
    url = None
    for link in raw.links:
        if (url := absolute(base_url, link)) is not None:
            break
    published, updated, unread = _dates(raw)
    return Entry(
        guid=clean(raw.guid) or None,
        url=url,
        title=label(raw.title, LONGEST_TITLE),
        summary=summary,
        body=body,
        authors=labels(raw.authors),
        categories=labels(raw.categories),
        published=published,
        updated=updated,
        date_text=unread,
        language=_own_language(raw.languages, feed_language),
    )


def _dates(raw: RawEntry) -> tuple[datetime | None, datetime | None, str | None]:
    """Published, updated, and the first date that is written but cannot be read.

    Where an entry gives only one date, that is when it was published, whatever the format calls it: RSS 1.0 and
    Dublin Core have no other (``dc:date``, which feedparser files under updated).
    """
    published = updated = unread = None
    for name, text in raw.dates.items():
        if not (text := text.strip()):
            continue
        date = read_date(text, raw.readings.get(name))
        if date is None:
            unread = unread or cut(clean(text), 100)
        published = published or date
        updated = date if name == "updated" else updated
    return published, updated, unread


def _language(value: str | None) -> str | None:
    return value.strip().lower() or None if value else None


def _own_language(stated: Sequence[str | None], feed_language: str | None) -> str | None:
    """What the entry itself says, or None where it only inherits the document's language.

    The document's is not used: it is a default of the publishing software as often as not, and feeds.yml knows.
    """
    if not stated:
        return None
    found = (_language(value) for value in stated)
    return next((cut(clean(value), 20) for value in found if value and value != feed_language), None)


def _ttl(raw: RawFeed) -> timedelta | None:
    """What the document asks for: its ``ttl``, or else the syndication module's period and frequency."""
    minutes = _number(raw.ttl)
    if minutes:
        return min(timedelta(minutes=minutes), _LONGEST_TTL)
    hours = _PERIODS.get(raw.period.strip().lower())
    if hours is None:
        return None
    return min(timedelta(hours=hours) / (_number(raw.frequency) or 1), _LONGEST_TTL)


def _number(text: str) -> int:
    """A positive whole number of sane length, else 0."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
