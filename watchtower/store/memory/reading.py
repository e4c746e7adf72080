"""Pages of items, and what sites ask of robots."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchtower.store.memory.base import Base, in_utc
from watchtower.store.texts import storable
from watchtower.store.turns import by_turns
from watchtower.types import Page, Robots


class Reading(Base):
    """Keep pages and robots.txt."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, Page] = {}
        self._robots: dict[str, Robots] = {}

    # --- full text
    def want_pages(self, wanted: Sequence[Page]) -> None:
        """See ``seams.Store``."""
        with self._turn():
            self._pages = {page.item_id: _storable(page) for page in reversed(wanted)} | self._pages

    def due_pages(self, now: datetime, feeds: Collection[str], limit: int) -> list[Page]:
        """See ``seams.Store``."""
        with self._turn():
            due = [
                (page.next_try, id, page.url)
                for id, page in self._pages.items()
                if page.next_try is not None and page.next_try <= now and page.feed_id in feeds
            ]
            return [self._pages[id] for id in by_turns(due, limit)]

    def save_page(self, page: Page, text: str | None) -> None:
        """See ``seams.Store``."""
        with self._turn():
            self._pages[page.item_id] = _storable(page)
            kept = self._items.get(page.item_id)
            if kept is not None and text is not None:
                item = replace(kept.stored.item, body=storable(text))
                kept.stored = replace(kept.stored, item=item, classified_by=None)

    def robots(self, sites: Sequence[str]) -> Mapping[str, Robots]:
        """See ``seams.Store``."""
        with self._turn():
            return {site: self._robots[site] for site in sites if site in self._robots}

    def save_robots(self, robots: Sequence[Robots]) -> None:
        """See ``seams.Store``."""
        with self._turn():
            self._robots |= {one.site: replace(in_utc(one), rules=storable(one.rules)) for one in robots}


def _storable(page: Page) -> Page:
    return replace(in_utc(page), url=storable(page.url), problem=storable(page.problem))
