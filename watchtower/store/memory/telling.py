"""Digests and the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from watchtower.errors import StoreError
from watchtower.seams import REMEMBERED
from watchtower.store.memory.base import Base, in_utc
from watchtower.store.texts import storable, storable_alert, storable_message
from watchtower.types import (
    Alert,
    Digest,
    Earlier,
    LastTold,
    Message,
    Retold,
    StoredItem,
)


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
        self._alerts: dict[tuple[str, str], Alert] = {}

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

    def earlier_matches(self, since: datetime, until: datetime, seen_by: datetime) -> list[Earlier]:
        """See ``seams.Store``."""
        return [
            Earlier(
                item=stored.item.id,
                feed=stored.item.feed_id,
                language=stored.item.language,
                story=stored.story or stored.item.id,
                dated=stored.item.dated,
                title=stored.item.title,
                target=match.target,
                indicator=match.indicator,
                answer=match.answer,
                concepts=match.concepts,
            )
            for stored in self.matched_items(since, until, seen_by)
            for match in stored.matches
        ]

    def told(self, digest: str | None = None, *, reader: str | None = None) -> Mapping[str, frozenset[str]]:
        """See ``seams.Store``."""
        with self._turn():
            recorded = list(self._digests.values())
        oldest = max((one.digest.until for one in recorded), default=None)
        return {
            one.digest.id: one.told
            for one in recorded
            if reader in (None, one.digest.reader)
            and (oldest and one.digest.until >= oldest - REMEMBERED if digest is None else one.digest.id == digest)
        }

    def save_digest(self, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
        """See ``seams.Store``."""
        day = (digest.analysis, digest.reader, local_date)
        with self._turn():
            days = {(one.digest.analysis, one.digest.reader, one.local_date) for one in self._digests.values()}
            if digest.id in self._digests or day in days:
                return False
            self._refuse_messages(messages, digest.id)
            self._digests[digest.id] = _Recorded(digest, local_date, frozenset(told), self._as_told(told))
            self._put_out(messages)
            return True

    def _as_told(self, told: Sequence[str]) -> dict[str, StoredItem]:
        return {id: self._items[id].stored for id in told if id in self._items}

    def retold(self, analysis: str, reader: str = "") -> list[Retold]:
        """See ``seams.Store``."""
        with self._turn():
            every = self._digests.values()
            own = [one for one in every if (one.digest.analysis, one.digest.reader) == (analysis, reader)]
            newest = max((one.digest.until for one in own), default=None)
            last: dict[str, tuple[Digest, StoredItem]] = {}
            for one in sorted(own, key=lambda one: (one.digest.until, one.digest.id)):
                if newest is not None and one.digest.until >= newest - REMEMBERED:
                    last |= {id: (one.digest, stored) for id, stored in one.as_told.items()}
            now = {id: self._items[id].stored for id in last}
        changed = [id for id in sorted(last) if now[id].item.revision > last[id][1].item.revision]
        return [_retold(*last[id], now[id]) for id in changed if now[id].classified_by is not None]

    def _refuse_messages(self, messages: Sequence[Message], *digests: str) -> None:
        ids = [message.id for message in messages]
        if len(set(ids)) < len(ids) or not self._outbox.keys().isdisjoint(ids):
            raise StoreError("memory://: a message of this id is in the outbox already; give each its own id")
        if any(message.digest_id not in (None, *digests, *self._digests) for message in messages):
            raise StoreError("memory://: a message names a digest that is not recorded; give it the digest's id")

    def _put_out(self, messages: Sequence[Message]) -> None:
        self._outbox |= {message.id: _Sent(in_utc(storable_message(message))) for message in messages}

    def last_digest(self, analysis: str, reader: str = "") -> Digest | None:
        """See ``seams.Store``."""
        last = self._last(analysis, reader)
        return last.digest if last else None

    def last_told(self, analysis: str, reader: str = "") -> LastTold | None:
        """See ``seams.Store``."""
        last = self._last(analysis, reader)
        return LastTold(last.digest.until, date.fromisoformat(last.local_date)) if last else None

    def _last(self, analysis: str, reader: str) -> _Recorded | None:
        with self._turn():
            daily = [one for one in self._digests.values() if "/" not in one.local_date]
        own = [one for one in daily if (one.digest.analysis, one.digest.reader) == (analysis, reader)]
        return max(own, key=lambda one: (one.digest.until, one.digest.id), default=None)

    def digest(self, id: str) -> Digest | None:
        """See ``seams.Store``."""
        with self._turn():
            return self._digests[id].digest if id in self._digests else None

    def digest_of(self, analysis: str, local_date: str, reader: str = "") -> Digest | None:
        """See ``seams.Store``."""
        wanted = (analysis, reader, local_date)
        with self._turn():
            recorded = list(self._digests.values())
        found = (one.digest for one in recorded if (one.digest.analysis, one.digest.reader, one.local_date) == wanted)
        return next(found, None)

    # --- alerts
    def known_alerts(self, analysis: str, keys: Sequence[str]) -> frozenset[str]:
        """See ``seams.Store``."""
        with self._turn():
            return frozenset(key for key in keys if (analysis, key) in self._alerts)

    def alerts_since(self, analysis: str, since: datetime) -> list[Alert]:
        """See ``seams.Store``."""
        with self._turn():
            recent = [one for one in self._alerts.values() if one.analysis == analysis and one.at >= since]
        return sorted(recent, key=lambda alert: (alert.at, alert.key))

    def save_alerts(self, alerts: Sequence[Alert], messages: Sequence[Message]) -> bool:
        """See ``seams.Store``."""
        new = {(alert.analysis, alert.key): in_utc(storable_alert(alert)) for alert in alerts}
        with self._turn():
            if len(new) < len(alerts) or not self._alerts.keys().isdisjoint(new):
                return False
            self._refuse_messages(messages)
            self._alerts |= new
            self._put_out(messages)
            return True

    # --- outbox
    def due_messages(self, now: datetime) -> list[Message]:
        """See ``seams.Store``."""
        waiting = [message for message in self.unsent_messages() if message.given_up_at is None]
        return [message for message in waiting if message.next_try is None or message.next_try <= now]

    def unsent_messages(self) -> list[Message]:
        """See ``seams.Store``."""
        with self._turn():
            return [one.message for one in self._outbox.values() if one.sent_at is None]

    def mark_sending(self, message: str, at: datetime) -> None:
        """See ``seams.Store``."""
        self._change(message, lambda old: replace(old, sending_since=at))

    def mark_sent(self, message: str, at: datetime) -> None:
        """See ``seams.Store``."""
        with self._turn():
            kept = self._sent(message)
            kept.sent_at = kept.sent_at or at

    def mark_failed(self, message: str, problem: str, next_try: datetime, *, uncertain: bool = False) -> None:
        """See ``seams.Store``."""

        def failed(old: Message) -> Message:
            counted = replace(old, attempts=old.attempts + 1, uncertain=old.uncertain + uncertain)
            return replace(counted, problem=storable(problem), next_try=next_try, sending_since=None)

        self._change(message, failed)

    def mark_given_up(self, message: str, problem: str, at: datetime) -> None:
        """See ``seams.Store``."""

        def given_up(old: Message) -> Message:
            counted = replace(old, attempts=old.attempts + 1, sending_since=None)
            return replace(counted, problem=storable(problem), given_up_at=at)

        self._change(message, given_up)

    def retry(self, message: str) -> None:
        """See ``seams.Store``."""

        def fresh(old: Message) -> Message:
            return replace(old, attempts=0, uncertain=0, next_try=None, given_up_at=None, sending_since=None)

        self._change(message, fresh, given_up=True)

    def _change(self, id: str, change: Callable[[Message], Message], *, given_up: bool = False) -> None:
        """Change a message that is waiting, or perhaps given up; one that was handed over stays as it is."""
        with self._turn():
            kept = self._sent(id)
            if kept.sent_at is None and (given_up or kept.message.given_up_at is None):
                kept.message = change(kept.message)

    def _sent(self, id: str) -> _Sent:
        if id not in self._outbox:
            raise StoreError(
                f"there is no message {id!r} in the outbox; `watchtower outbox` lists those that are not sent"
            )
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
