"""The sample feeds as written in ``data/``, and what each of them showed at a given moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any

import yaml

#: entries that a feed shows at once: the latest, as in most real feeds
WINDOW = 30
#: how long after an entry its author corrects it: long enough that a visit every eight hours sees both texts
CORRECTED_AFTER = timedelta(hours=9)
#: what of a sample feed belongs into feeds.yml, besides its address
DESCRIPTION = ("id", "title", "language", "country", "owner", "kind", "state", "reliability")


class Quirk(StrEnum):
    """How a sample feed misbehaves on purpose."""

    NONE = ""
    #: answers 404
    DEAD = "dead"
    #: malformed XML that breaks off before its end
    BROKEN = "broken"
    #: redirects for good
    MOVED = "moved"
    #: entries without dates
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEntry:
    """One entry of a sample feed."""

    guid: str
    url: str
    title: str
    summary: str
    #: HTML
    content: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()
    #: the date in the feed, or None where it gives none
    published: datetime | None = None
    #: when the feed begins to show it
    appears: datetime
    #: when the present text was written: later than ``appears`` after a correction
    written: datetime
    revised_title: str = ""
    revised_summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFeed:
    """A sample feed with all that it will ever show."""

    #: the keys of ``DESCRIPTION``
    description: Mapping[str, str | None]
    #: rss2, rss1, atom or jsonfeed
    format: str
    #: of the XML formats; JSON is always UTF-8 (RFC 8259 §8.1)
    encoding: str = "utf-8"
    quirk: Quirk = Quirk.NONE
    #: oldest first
    entries: tuple[SampleEntry, ...] = ()

    @property
    def id(self) -> str:
        """Give the id that feeds.yml has."""
        return str(self.description["id"])

    @property
    def title(self) -> str:
        """Give the title that the document and feeds.yml have."""
        return str(self.description["title"])

    @property
    def language(self) -> str:
        """Give the language code that the document and feeds.yml have."""
        return str(self.description["language"])


def read_samples() -> tuple[SampleFeed, ...]:
    """Read the sample feeds that come with watchtower."""
    data = files("watchtower.demo") / "data"
    rows = yaml.safe_load((data / "feeds.yml").read_text("utf-8"))["feeds"]
    written = {
        row["id"]: [json.loads(line) for line in (data / f"{row['id']}.jsonl").read_text("utf-8").splitlines()]
        for row in rows
        if row.get("demo") != Quirk.DEAD
    }
    dates = [date for entries in written.values() for row in entries if (date := _date(row))]
    return tuple(_feed(row, written.get(row["id"], []), min(dates), max(dates)) for row in rows)


def shown(feed: SampleFeed, as_of: datetime) -> tuple[SampleEntry, ...]:
    """Tell what the feed shows at a moment: newest first, at most ``WINDOW`` entries, corrections applied."""
    out = [_as_it_stood(entry, as_of) for entry in feed.entries if entry.appears <= as_of]
    out.sort(key=lambda entry: entry.appears, reverse=True)
    return tuple(out[:WINDOW])


def _as_it_stood(entry: SampleEntry, as_of: datetime) -> SampleEntry:
    corrected = entry.appears + CORRECTED_AFTER
    if not (entry.revised_title or entry.revised_summary) or corrected > as_of:
        return entry
    return replace(
        entry,
        title=entry.revised_title or entry.title,
        summary=entry.revised_summary or entry.summary,
        written=corrected,
    )


def _feed(row: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], first: datetime, last: datetime) -> SampleFeed:
    # entries without a date appear at even distances
    step = (last - first) / (len(entries) + 1)
    return SampleFeed(
        description={key: row[key] for key in DESCRIPTION},
        format=row["format"],
        encoding=row["encoding"],
        quirk=Quirk(row.get("demo", "")),
        entries=tuple(_entry(entry, first + number * step) for number, entry in enumerate(entries, 1)),
    )


def _entry(row: Mapping[str, Any], otherwise: datetime) -> SampleEntry:
    published = _date(row)
    appears = published or otherwise
    texts = ("guid", "url", "title", "summary", "content", "author", "revised_title", "revised_summary")
    return SampleEntry(
        **{key: row[key] for key in texts if key in row},
        categories=tuple(row.get("categories", ())),
        published=published,
        appears=appears,
        written=appears,
    )


def _date(row: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["published"]).astimezone(UTC) if row["published"] else None
