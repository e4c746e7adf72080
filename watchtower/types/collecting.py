"""One visit to a feed: request, outcome, entries, items and all that the visit changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered about a feed between visits, over restarts."""

    feed_id: str
    #: the address the validators below belong to; another address in feeds.yml drops them
    url: str
    #: validators, byte-exact as the server sent them
    etag: str | None = None
    last_modified: str | None = None
    #: no request before this time
    next_check: datetime
    failures: int = 0
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    #: when a visit last brought an item that was not known; of the first visit, the date of its newest item
    last_new: datetime | None = None
    problem: str | None = None
    #: where the server says that the feed has moved for good, and how many successful visits in a row said so
    moved_to: str | None = None
    moved_times: int = 0
    #: the server said 410 Gone: not asked again until the address changes
    gone: bool = False
    #: what came last was a document that is no feed
    not_feed: bool = False
    #: least time between visits that the document asked for (ttl): a 304 says it again without sending it
    ttl: timedelta | None = None
    #: hours of the day (0 to 23, UTC) and days of the week (0 is Monday) in which the document asks not to be read
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    #: its rhythm, in whole seconds: half of the pauses between its items are shorter than ``rhythm``, nine in ten
    #: shorter than ``pause``; None until enough has come to tell
    rhythm: timedelta | None = None
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """The editor's bounds on how long a feed may be left alone; how often it may be asked is ``Feed.every``."""

    #: a feed that seldom brings anything is asked at least this often
    at_least_every: timedelta = timedelta(hours=6)
    #: longest wait that a server's or document's wish, or a row of failures, can bring about
    longest_wait: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One conditional request."""

    feed_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body came; ``headers`` are lower-cased, validators inside are byte-exact."""

    feed_id: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    #: the address after permanent redirects only, or None where nothing has moved for good
    moved_to: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server answered 304."""

    feed_id: str
    headers: Mapping[str, str]
    moved_to: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing usable came; ``reason`` is a sentence for people, without credentials."""

    feed_id: str
    reason: str
    status: int | None = None
    #: no request before this time, as the server asked (Retry-After), or None
    retry_after: datetime | None = None
    at: datetime


Outcome = Fetched | NotModified | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """What a server answered, whatever its status; ``headers`` are lower-cased."""

    #: the address that answered, after redirects, without credentials
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    #: no request before this time, as the server asked (Retry-After), or None
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as a feed document gives it: plain text, absolute links, dates aware or None."""

    guid: str | None
    url: str | None
    title: str
    summary: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    #: the date as written, where it could not be read
    date_text: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed document, parsed."""

    title: str
    entries: tuple[Entry, ...]
    #: shortest time between visits that the document itself asks for (ttl, syndication module), or None
    ttl: timedelta | None = None
    #: hours (0 to 23, UTC) and days (0 is Monday) in which the document asks not to be read (skipHours, skipDays)
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    #: what was survived, one sentence each (mis-declared encoding, malformed XML, entries over the cap)
    warnings: tuple[str, ...] = ()
    #: False where the document breaks off: its entries count, its validators do not
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of one feed, in one revision."""

    id: str
    feed_id: str
    #: what identifies the entry within its feed: guid, else link, else a hash of the text
    key: str
    url: str | None
    title: str
    summary: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    language: str | None = None
    #: as the feed says, or None; never guessed
    published: datetime | None = None
    #: when watchtower first saw it
    first_seen: datetime
    #: the time it counts for: ``published`` where plausible, else ``first_seen``
    dated: datetime
    #: 1 for the first text seen, one more for each change of title, summary or body
    revision: int = 1
    content_hash: str = ""
    #: ingested from an archive: never news in the next digest
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """What the store knows of an item, enough to tell new, revised and known apart."""

    id: str
    key: str
    url: str | None
    title: str
    content_hash: str
    revision: int
    first_seen: datetime
    dated: datetime


class VisitKind(StrEnum):
    """How a visit ended."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that one visit to a feed changes; stored whole, in one transaction."""

    feed_id: str
    at: datetime
    kind: VisitKind
    state: FeedState
    new: tuple[Item, ...] = ()
    revised: tuple[Item, ...] = ()
    #: entries that were there before, unchanged
    known: int = 0
    problem: str | None = None
    warnings: tuple[str, ...] = ()
