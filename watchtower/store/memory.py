"""The store without a database: for tests and dry runs, with the promises of ``seams.Store``."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from watchtower.errors import StoreError
from watchtower.store.locks import LocalLocks
from watchtower.store.texts import storable, storable_message, storable_verdict, storable_visits
from watchtower.types import (
    Classified,
    Digest,
    FeedState,
    Grouping,
    Item,
    KnownItem,
    Message,
    StoredItem,
    StoredModel,
    StoryItem,
    Text,
    Verdict,
    Visit,
)

T = TypeVar("T", Item, FeedState, Message, StoredModel, Verdict, Visit)

_REMEMBERED = timedelta(days=30)


@dataclass(slots=True)
class _Kept:
    """An item with all that is known of it."""

    stored: StoredItem
    earlier: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Recorded:
    """A digest and what it told of."""

    digest: Digest
    local_date: str
    told: frozenset[str]


@dataclass(slots=True)
class _Sent:
    """A message in the outbox."""

    message: Message
    sent_at: datetime | None = None


class MemoryStore:
    """Keep everything in this process until ``close``; one lock makes every method one transaction."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._locks = LocalLocks()
        self._closed = False
        self._states: dict[str, FeedState] = {}
        self._items: dict[str, _Kept] = {}
        self._digests: dict[str, _Recorded] = {}
        self._outbox: dict[str, _Sent] = {}
        self._models: dict[str, StoredModel] = {}
        self._verdicts: dict[str, Verdict] = {}

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise StoreError("memory://: the store is closed; open it again with open_store")
            yield

    # --- collecting
    def feed_states(self) -> Mapping[str, FeedState]:
        """See ``seams.Store``."""
        with self._turn():
            return dict(self._states)

    def known_items(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, KnownItem]]:
        """See ``seams.Store``."""
        asked = {(feed_id, storable(key)): key for feed_id, keys in wanted.items() for key in keys}
        found: dict[str, dict[str, KnownItem]] = {}
        with self._turn():
            for item in self._present():
                key = asked.get((item.feed_id, item.key))
                if key is not None:
                    found.setdefault(item.feed_id, {})[key] = _known(item)
        return found

    def save_visits(self, visits: Sequence[Visit]) -> None:
        """See ``seams.Store``."""
        done = storable_visits(visits)
        states = [_in_utc(_in_utc(visit).state) for visit in done]
        items = [_in_utc(item) for visit in done for item in (*visit.new, *visit.revised)]
        with self._turn():
            self._states |= {state.feed_id: state for state in states}
            for item in items:
                self._save_item(item)

    def _save_item(self, item: Item) -> None:
        kept = self._items.get(item.id)
        if kept is None:
            self._items[item.id] = _Kept(StoredItem(item=item, story=None))
        elif item.revision > kept.stored.item.revision:
            kept.earlier.append(kept.stored.item)
            kept.stored = replace(kept.stored, item=item, classified_by=None)

    # --- grouping
    def ungrouped(self, limit: int) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._turn():
            return [_story_item(stored) for stored in self._where(grouped=False)][:limit]

    def story_items(self, since: datetime, until: datetime) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._turn():
            return [_story_item(stored) for stored in self._where(grouped=True) if since <= stored.item.dated < until]

    def save_grouping(self, grouping: Grouping) -> None:
        """See ``seams.Store``."""
        with self._turn():
            for id, story in grouping.stories.items():
                if id in self._items:
                    self._items[id].stored = replace(self._items[id].stored, story=story)

    # --- classifying
    def unclassified(self, limit: int) -> list[Text]:
        """See ``seams.Store``."""
        with self._turn():
            unread = [kept.stored.item for kept in self._items.values() if kept.stored.classified_by is None]
        return [Text.of(item) for item in sorted(unread, key=lambda item: (item.first_seen, item.id))[:limit]]

    def save_classified(self, classified: Sequence[Classified], model: str, configuration: str) -> None:
        """See ``seams.Store``."""
        _refuse_scores(classified)
        with self._turn():
            for one in classified:
                kept = self._items.get(one.item_id)
                if kept is not None and kept.stored.item.revision == one.revision:
                    by_target = tuple(sorted(one.matches, key=lambda match: match.target))
                    kept.stored = replace(kept.stored, matches=by_target, classified_by=model)

    # --- looking up
    def item(self, id: str) -> StoredItem | None:
        """See ``seams.Store``."""
        with self._turn():
            return self._items[id].stored if id in self._items else None

    def items_at(self, url: str) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._turn():
            here = [stored for stored in self._where() if stored.item.url == storable(url)]
        return sorted(here, key=lambda stored: stored.item.dated, reverse=True)

    def revisions(self, id: str) -> list[Item]:
        """See ``seams.Store``."""
        with self._turn():
            return list(self._items[id].earlier) if id in self._items else []

    def items_of_stories(self, stories: Sequence[str]) -> list[StoredItem]:
        """See ``seams.Store``."""
        wanted = set(stories)
        with self._turn():
            return [stored for stored in self._where() if stored.story in wanted]

    # --- digest
    def matched_items(self, since: datetime, until: datetime, seen_by: datetime) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._turn():
            matched = [stored for stored in self._where() if stored.matches]
        return [one for one in matched if since <= one.item.dated < until and one.item.first_seen <= seen_by]

    def late_items(self, since: datetime, until: datetime, dated_after: datetime) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._turn():
            news = [stored for stored in self._where() if stored.matches and not stored.item.backfill]
        seen = [stored for stored in news if since <= stored.item.first_seen < until]
        return [stored for stored in seen if dated_after <= stored.item.dated < since]

    def item_counts(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """See ``seams.Store``."""
        with self._turn():
            return dict(Counter(item.feed_id for item in self._present() if since <= item.dated < until))

    def told(self, digest: str | None = None) -> Mapping[str, frozenset[str]]:
        """See ``seams.Store``."""
        with self._turn():
            recorded = list(self._digests.values())
        if digest is None and recorded:
            oldest = max(one.digest.until for one in recorded) - _REMEMBERED
            return {one.digest.id: one.told for one in recorded if one.digest.until >= oldest}
        return {one.digest.id: one.told for one in recorded if one.digest.id == digest}

    def save_digest(self, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
        """See ``seams.Store``."""
        day = (digest.analysis, local_date)
        with self._turn():
            if digest.id in self._digests or day in ((r.digest.analysis, r.local_date) for r in self._digests.values()):
                return False
            self._refuse_messages(digest, messages)
            self._digests[digest.id] = _Recorded(digest, local_date, frozenset(told))
            self._outbox |= {message.id: _Sent(_in_utc(storable_message(message))) for message in messages}
            return True

    def _refuse_messages(self, digest: Digest, messages: Sequence[Message]) -> None:
        ids = [message.id for message in messages]
        if len(set(ids)) < len(ids) or not self._outbox.keys().isdisjoint(ids):
            raise StoreError("memory://: a message of this id is in the outbox already; give each its own id")
        if any(message.digest_id not in (digest.id, *self._digests) for message in messages):
            raise StoreError("memory://: a message names a digest that is not recorded; give it the digest's id")

    def last_digest(self, analysis: str) -> Digest | None:
        """See ``seams.Store``."""
        with self._turn():
            daily = [one for one in self._digests.values() if "/" not in one.local_date]
            recorded = [one.digest for one in daily if one.digest.analysis == analysis]
        return max(recorded, key=lambda digest: (digest.until, digest.id), default=None)

    def digest(self, id: str) -> Digest | None:
        """See ``seams.Store``."""
        with self._turn():
            return self._digests[id].digest if id in self._digests else None

    # --- outbox
    def due_messages(self, now: datetime) -> list[Message]:
        """See ``seams.Store``."""
        with self._turn():
            waiting = [one.message for one in self._outbox.values() if one.sent_at is None]
        return [message for message in waiting if message.next_try is None or message.next_try <= now]

    def mark_sent(self, message: str, at: datetime) -> None:
        """See ``seams.Store``."""
        with self._turn():
            kept = self._message(message)
            kept.sent_at = kept.sent_at or at

    def mark_failed(self, message: str, problem: str, next_try: datetime) -> None:
        """See ``seams.Store``."""
        with self._turn():
            kept = self._message(message)
            kept.message = replace(kept.message, attempts=kept.message.attempts + 1, next_try=next_try)

    def _message(self, id: str) -> _Sent:
        if id not in self._outbox:
            raise StoreError(f"there is no message {id!r} in the outbox; due_messages() says which there are")
        return self._outbox[id]

    # --- verdicts
    def save_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """See ``seams.Store``."""
        given = [_in_utc(storable_verdict(verdict)) for verdict in verdicts]
        with self._turn():
            for verdict in given:
                known = self._verdicts.get(verdict.item_id)
                if known is None or verdict.at >= known.at:
                    self._verdicts[verdict.item_id] = verdict

    def verdicts(self) -> list[Verdict]:
        """See ``seams.Store``."""
        with self._turn():
            return sorted(self._verdicts.values(), key=lambda verdict: (verdict.at, verdict.item_id))

    # --- models
    def model(self, configuration: str, format: int) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._turn():
            fitting = [m for m in self._models.values() if (m.configuration, m.format) == (configuration, format)]
        return max(fitting, key=lambda model: (model.made, model.id), default=None)

    def learned_model(self, analysis: str) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._turn():
            fitting = [m for m in self._models.values() if m.analysis == analysis and m.beta is not None]
        return max(fitting, key=lambda model: (model.made, model.id), default=None)

    def newest_model(self) -> str | None:
        """See ``seams.Store``."""
        with self._turn():
            newest = max(self._models.values(), key=lambda model: (model.made, model.id), default=None)
        return newest.id if newest else None

    def save_model(self, model: StoredModel) -> None:
        """See ``seams.Store``."""
        with self._turn():
            self._models.setdefault(model.id, _in_utc(model))

    # --- life
    def exclusive(self, name: str, wait_seconds: float = 0) -> AbstractContextManager[None]:
        """See ``seams.Store``."""
        with self._turn():
            return self._locks.hold(name, wait_seconds)

    def close(self) -> None:
        """See ``seams.Store``."""
        self._closed = True

    def _present(self) -> Iterator[Item]:
        return (kept.stored.item for kept in self._items.values())

    def _where(self, grouped: bool | None = None) -> list[StoredItem]:
        """Give what is stored by ``dated`` and id: all of it, or what is in a story, or what is in none."""
        every = (kept.stored for kept in self._items.values())
        wanted = [stored for stored in every if grouped is None or (stored.story is not None) == grouped]
        return sorted(wanted, key=lambda stored: (stored.item.dated, stored.item.id))


def _in_utc(value: T) -> T:
    """Turn the times of a value into UTC; one without a zone is refused."""
    times = {f.name: getattr(value, f.name) for f in fields(value) if isinstance(getattr(value, f.name), datetime)}
    for name, time in times.items():
        if time.tzinfo is None:
            raise StoreError(f"memory://: {name} {time.isoformat()} has no time zone; give an aware one")
    return replace(value, **{name: time.astimezone(UTC) for name, time in times.items()})


def _refuse_scores(classified: Iterable[Classified]) -> None:
    for match in (match for one in classified for match in one.matches):
        if not 0 <= match.score <= 1:
            raise StoreError(f"memory://: {match.item_id}, {match.target}: the score {match.score} is not 0 to 1")


def _known(item: Item) -> KnownItem:
    return KnownItem(
        id=item.id,
        key=item.key,
        url=item.url,
        title=item.title,
        content_hash=item.content_hash,
        revision=item.revision,
        first_seen=item.first_seen,
        dated=item.dated,
    )


def _story_item(stored: StoredItem) -> StoryItem:
    item = stored.item
    return StoryItem(
        item_id=item.id,
        feed_id=item.feed_id,
        title=item.title,
        summary=item.summary,
        language=item.language,
        dated=item.dated,
        story=stored.story,
    )
