"""Digests and the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchtower.errors import StoreError
from watchtower.store.memory.base import Base, in_utc
from watchtower.store.texts import storable_message
from watchtower.types import (
    Digest,
    Message,
    Retold,
    StoredItem,
)

_REMEMBERED = timedelta(days=30)


@dataclass(slots=True)
class _Recorded:
    """A digest and what it told of."""

    digest: Digest
    local_date: str
    told: frozenset[str]
    #: what is stored of these items, as it was told
    as_told: dict[str, StoredItem]


@dataclass(slots=True)
class _Sent:
    """A message in the outbox."""

    message: Message
    sent_at: datetime | None = None


class Telling(Base):
    """Keep what was told, and what is on its way out."""

    def __init__(self) -> None:
        super().__init__()
        self._digests: dict[str, _Recorded] = {}
        self._outbox: dict[str, _Sent] = {}

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
            self._digests[digest.id] = _Recorded(digest, local_date, frozenset(told), self._as_told(told))
            self._outbox |= {message.id: _Sent(in_utc(storable_message(message))) for message in messages}
            return True

    def _as_told(self, told: Sequence[str]) -> dict[str, StoredItem]:
        return {id: self._items[id].stored for id in told if id in self._items}

    def retold(self, analysis: str) -> list[Retold]:
        """See ``seams.Store``."""
        with self._turn():
            own = [one for one in self._digests.values() if one.digest.analysis == analysis]
            newest = max((one.digest.until for one in own), default=None)
            last: dict[str, tuple[Digest, StoredItem]] = {}
            for one in sorted(own, key=lambda one: (one.digest.until, one.digest.id)):
                if newest is not None and one.digest.until >= newest - _REMEMBERED:
                    last |= {id: (one.digest, stored) for id, stored in one.as_told.items()}
            now = {id: self._items[id].stored for id in last}
        changed = [id for id in sorted(last) if now[id].item.revision > last[id][1].item.revision]
        return [_retold(*last[id], now[id]) for id in changed if now[id].classified_by is not None]

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


def _retold(digest: Digest, told: StoredItem, now: StoredItem) -> Retold:
    return Retold(
        item=now.item.id,
        feed=now.item.feed_id,
        digest=digest.id,
        until=digest.until,
        title=told.item.title,
        now=now.item.title,
        url=now.item.url,
        before={match.target: match.indicator or match.answer or "" for match in told.matches},
        after={match.target: match.indicator or match.answer or "" for match in now.matches},
    )
