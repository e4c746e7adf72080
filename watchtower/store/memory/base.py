"""What every part of the store in memory stands on: one lock, and the items."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import TypeVar

from watchtower.errors import StoreError
from watchtower.store.locks import LocalLocks
from watchtower.types import (
    Alert,
    Definition,
    FeedState,
    Item,
    Judgement,
    Measurement,
    Message,
    Page,
    Reset,
    Robots,
    StoredItem,
    StoredModel,
    Verdict,
    Visit,
)

T = TypeVar(
    "T",
    Alert,
    Definition,
    Item,
    FeedState,
    Judgement,
    Measurement,
    Message,
    Page,
    Reset,
    Robots,
    StoredModel,
    Verdict,
    Visit,
)


@dataclass(slots=True)
class Kept:
    """An item with all that is known of it."""

    stored: StoredItem
    earlier: list[Item] = field(default_factory=list)


class Base:
    """One lock makes every method one transaction."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._locks = LocalLocks()
        self._closed = False
        self._items: dict[str, Kept] = {}

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise StoreError("memory://: the store is closed; open it again with open_store")
            yield

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


def in_utc(value: T) -> T:
    """Turn the times of a value into UTC; one without a zone is refused."""
    times = {f.name: getattr(value, f.name) for f in fields(value) if isinstance(getattr(value, f.name), datetime)}
    for name, time in times.items():
        if time.tzinfo is None:
            raise StoreError(f"memory://: {name} {time.isoformat()} has no time zone; give an aware one")
    return replace(value, **{name: time.astimezone(UTC) for name, time in times.items()})
