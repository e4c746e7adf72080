"""What one visit to a feed changes: read the outcome, look up what is known, decide. No I/O, no clock.

The pipeline calls ``due`` and ``request_for``, fetches, calls ``read``, looks up ``Reading.keys`` in the store, and
stores what ``decide`` returns whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from watchtower.errors import ParseError
from watchtower.parse.due import Hints, freshness, jitter_of, next_check
from watchtower.parse.identity import Identified, assign, identify
from watchtower.parse.rhythm import FIRST_PLAUSIBLE, Rhythm, after_pause, rhythm_of
from watchtower.seams import Parser
from watchtower.text import cut
from watchtower.types import (
    Entry,
    Failed,
    Feed,
    FeedState,
    Fetched,
    FetchRequest,
    Item,
    KnownItem,
    NotModified,
    Outcome,
    Pacing,
    ParsedFeed,
    Visit,
    VisitKind,
    stable_id,
)

#: After so many changes an item stops being revised: some feeds put a counter or a random picture into every poll.
#: The number is that of lemon24/reader (HASH_CHANGED_LIMIT).
MOST_CHANGES = 24
_MOST_WARNINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An outcome, read: what came, or why nothing usable did."""

    feed_id: str
    outcome: Outcome
    parsed: ParsedFeed | None = None
    #: the entries with the keys they may be known under
    entries: tuple[Identified, ...] = ()
    problem: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key to look up in the store before deciding."""
        return tuple(dict.fromkeys(key for entry in self.entries for key in entry.keys))


def due(
    feeds: Iterable[Feed],
    states: Mapping[str, FeedState],
    now: datetime,
    *,
    force: bool = False,
    only: Collection[str] = (),
) -> list[Feed]:
    """Choose the feeds to ask now: never asked first, then the longest overdue.

    ``only`` restricts to these ids where it is not empty; ``force`` also asks feeds that are not due or gone.
    """
    chosen = [
        feed
        for feed in feeds
        if feed.enabled and (not only or feed.id in only) and (force or _is_due(feed, states.get(feed.id), now))
    ]
    return sorted(
        chosen, key=lambda feed: (states[feed.id].next_check.timestamp() if feed.id in states else 0, feed.id)
    )


def _is_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    if state is None or state.url != feed.url:
        return True
    return not state.gone and state.next_check <= now


def request_for(feed: Feed, state: FeedState | None) -> FetchRequest:
    """Make the request for a feed; validators only where they belong to its present address."""
    if state is None or state.url != feed.url:
        return FetchRequest(feed_id=feed.id, url=feed.url)
    return FetchRequest(feed_id=feed.id, url=feed.url, etag=state.etag, last_modified=state.last_modified)


def read(feed: Feed, outcome: Outcome, parser: Parser) -> Reading:
    """Parse what came; never raises for a bad document: that is a problem of the reading."""
    if isinstance(outcome, Failed):
        return Reading(feed_id=feed.id, outcome=outcome, problem=outcome.reason)
    if isinstance(outcome, NotModified):
        return Reading(feed_id=feed.id, outcome=outcome)
    try:
        parsed = parser.parse(outcome.body, outcome.headers, outcome.url)
    except ParseError as error:
        return Reading(feed_id=feed.id, outcome=outcome, problem=str(error))
    return Reading(feed_id=feed.id, outcome=outcome, parsed=parsed, entries=identify(saying(parsed.entries)))


def saying(entries: Iterable[Entry]) -> list[Entry]:
    """Leave out entries that say nothing at all, such as the last one of a document that breaks off."""
    return [entry for entry in entries if entry.title or entry.summary or entry.body or entry.url]


def decide(
    feed: Feed,
    state: FeedState | None,
    reading: Reading,
    known: Mapping[str, KnownItem],
    now: datetime,
    pacing: Pacing,
) -> Visit:
    """Decide all that a visit changes; ``known`` are the feed's items stored under ``reading.keys``."""
    before = _before(feed, state, now)
    match reading.outcome:
        case Fetched() as fetched if reading.parsed is not None:
            keyed = assign(reading.entries, known)
            items = [item_of(feed, found, key, known.get(key), now) for found, key in keyed]
            return _fetched(feed, before, fetched, reading.parsed, items, now, pacing)
        case NotModified() as same if before.etag or before.last_modified:
            return _unchanged(feed, before, same, now, pacing)
        case _:
            return _failed(feed, before, reading, now, pacing)


def _before(feed: Feed, state: FeedState | None, now: datetime) -> FeedState:
    """The state to start from: with another address, only the history of the feed is kept."""
    fresh = FeedState(feed_id=feed.id, url=feed.url, next_check=now)
    if state is None:
        return fresh
    if state.url == feed.url:
        return state
    return replace(
        fresh, last_success=state.last_success, last_new=state.last_new, rhythm=state.rhythm, pause=state.pause
    )


def _fetched(
    feed: Feed,
    before: FeedState,
    outcome: Fetched,
    parsed: ParsedFeed,
    items: Sequence[Item | None],
    now: datetime,
    pacing: Pacing,
) -> Visit:
    changed = [item for item in items if item is not None]
    new = tuple(item for item in changed if item.revision == 1)
    state = _with_rhythm(before, parsed, new, now)
    state = replace(state, ttl=parsed.ttl, skip_hours=parsed.skip_hours, skip_days=parsed.skip_days)
    given = Validators(outcome.headers.get("etag"), outcome.headers.get("last-modified"))
    # a document that breaks off must come again whole, so its validators are not kept
    kept = given if parsed.whole else Validators(None, None)
    return Visit(
        feed_id=feed.id,
        at=now,
        kind=VisitKind.FETCHED,
        state=_succeeded(feed, state, outcome, kept, any(given), now, pacing),
        new=new,
        revised=tuple(item for item in changed if item.revision > 1),
        known=len(items) - len(changed),
        warnings=parsed.warnings[:_MOST_WARNINGS],
    )


def _with_rhythm(before: FeedState, parsed: ParsedFeed, new: Sequence[Item], now: datetime) -> FeedState:
    """What the document's dates, or else the time since the last new item, say about the feed's rhythm."""
    rhythm = rhythm_of((entry.published for entry in parsed.entries if entry.published), now)
    first = before.last_success is None
    if rhythm is None and new and not first and before.last_new is not None:
        learned = Rhythm(usual=before.rhythm, long=before.pause) if before.rhythm and before.pause else None
        rhythm = after_pause(learned, max(now - before.last_new, timedelta(0)))
    if rhythm is not None:
        before = replace(before, rhythm=rhythm.usual, pause=rhythm.long)
    if not new:
        return before
    # all items of a first document are new to us; how long the feed has been silent, its newest date says
    return replace(before, last_new=max(item.dated for item in new) if first else now)


def _unchanged(feed: Feed, before: FeedState, outcome: NotModified, now: datetime, pacing: Pacing) -> Visit:
    """304: the stored answer is good; its Last-Modified may be newer, its ETag stays (RFC 9111 section 4.3.4)."""
    kept = Validators(before.etag, outcome.headers.get("last-modified") or before.last_modified)
    state = _succeeded(feed, before, outcome, kept, True, now, pacing)
    return Visit(feed_id=feed.id, at=now, kind=VisitKind.UNCHANGED, state=state)


class Validators(NamedTuple):
    """What to ask with next time."""

    etag: str | None
    last_modified: str | None


def _succeeded(
    feed: Feed,
    state: FeedState,
    outcome: Fetched | NotModified,
    kept: Validators,
    conditional: bool,
    now: datetime,
    pacing: Pacing,
) -> FeedState:
    hints = Hints(
        fresh=freshness(outcome.headers, now),
        ttl=state.ttl,
        validators=conditional,
        rhythm=state.rhythm,
        silence=max(now - state.last_new, timedelta(0)) if state.last_new else timedelta(0),
        skip_hours=state.skip_hours,
        skip_days=state.skip_days,
    )
    moved_to = outcome.moved_to
    return replace(
        state,
        etag=kept.etag,
        last_modified=kept.last_modified,
        next_check=next_check(feed, 0, hints, now, jitter_of(feed.id), pacing),
        failures=0,
        last_attempt=now,
        last_success=now,
        problem=None,
        moved_to=moved_to,
        moved_times=0 if moved_to is None else 1 + (state.moved_times if state.moved_to == moved_to else 0),
        gone=False,
        not_feed=False,
    )


def _failed(feed: Feed, before: FeedState, reading: Reading, now: datetime, pacing: Pacing) -> Visit:
    outcome = reading.outcome
    problem = reading.problem or before.problem or "the server answered 304 Not Modified though nothing was known"
    retry_after, status = (outcome.retry_after, outcome.status) if isinstance(outcome, Failed) else (None, None)
    failures = before.failures + 1
    hints = Hints(retry_after=retry_after, too_many_requests=status == 429)
    state = replace(
        before,
        next_check=next_check(feed, failures, hints, now, jitter_of(feed.id, failures), pacing),
        failures=failures,
        last_attempt=now,
        problem=problem,
        gone=before.gone or status == 410,
        not_feed=isinstance(outcome, Fetched),
    )
    if isinstance(outcome, Fetched):
        # what came was no feed: asking with any validator could make the server call that the present state
        state = replace(state, etag=None, last_modified=None)
    return Visit(feed_id=feed.id, at=now, kind=VisitKind.FAILED, state=state, problem=problem)


def item_of(feed: Feed, found: Identified, key: str, known: KnownItem | None, now: datetime) -> Item | None:
    """Make the item that an entry comes to, or None where its text is known."""
    entry = found.entry
    title = entry.title or cut(entry.summary or entry.body, 100) or found.url or "(without a title)"
    content_hash = stable_id(title, entry.summary, entry.body)
    if known is not None and (known.content_hash == content_hash or known.revision > MOST_CHANGES):
        return None
    return Item(
        id=known.id if known else stable_id(feed.id, key),
        feed_id=feed.id,
        key=key,
        url=found.url,
        title=title,
        summary=entry.summary,
        body=entry.body,
        authors=entry.authors,
        language=_primary(entry.language) or feed.language,
        published=entry.published,
        first_seen=known.first_seen if known else now,
        dated=known.dated if known else _dated(entry, now),
        revision=known.revision + 1 if known else 1,
        content_hash=content_hash,
    )


def _dated(entry: Entry, first_seen: datetime) -> datetime:
    """When an item counts as having happened: when published, if that is plausible, else when first seen.

    Nothing seen now can be published later: such a date is a wrong zone or an embargo, and would keep the item out
    of the digest it belongs to, or pin it to every one.
    """
    published = entry.published
    if published is not None and FIRST_PLAUSIBLE <= published <= first_seen:
        return published
    return first_seen


def _primary(language: str | None) -> str | None:
    """The primary subtag of a language tag (RFC 5646), or None where it is none.

    >>> _primary("ko-KR"), _primary("english please")
    ('ko', None)
    """
    if not language:
        return None
    primary = language.replace("_", "-").partition("-")[0].strip().lower()
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else None
