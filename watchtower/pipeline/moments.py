"""One moment of a watchtower: what is read and worked out for one reader then serves the others too."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from typing import ParamSpec, TypeVar, cast

from watchtower import stories
from watchtower.pipeline.parts import Parts
from watchtower.types import Copy, Lineage, StoredItem

P = ParamSpec("P")
T = TypeVar("T")


class Moment:
    """What a watchtower knows at a moment, each thing found out once however many readers it is told to.

    What is stored meanwhile may be seen or not, as if all readers had been told one after the other.
    """

    def __init__(self, tower: Parts, now: datetime) -> None:
        self.tower = tower
        self.now = now
        self._known: dict[Hashable, object] = {}
        self._items: dict[str, list[StoredItem]] = {}
        self._lineages: dict[str, Lineage] = {}

    def once(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something with these arguments, the first time only. They are hashable; nobody changes the answer."""
        key = (ask, args, *kwargs.items())
        if key not in self._known:
            self._known[key] = ask(*args, **kwargs)
        return cast(T, self._known[key])

    def items(self, wanted: Iterable[str]) -> tuple[StoredItem, ...]:
        """Give every item of these stories, by ``dated`` and id."""
        some = list(wanted)
        if missing := sorted(set(some) - self._items.keys()):
            self._items |= {story: [] for story in missing}
            for stored in self.tower.store.items_of_stories(missing):
                self._items[str(stored.story)].append(stored)
        found = (stored for story in dict.fromkeys(some) for stored in self._items[story])
        return tuple(sorted(found, key=lambda stored: (stored.item.dated, stored.item.id)))

    def lineages(self, wanted: Iterable[str]) -> Mapping[str, Lineage]:
        """Trace these stories: by the items that ``items`` gave, else by what is stored."""
        some = list(wanted)
        missing = set(some) - self._lineages.keys()
        copies = [Copy.of(one) for story in missing for one in self._items.get(story, ())]
        if unread := sorted(missing - self._items.keys()):
            copies += self.tower.store.story_copies(unread)
        self._lineages |= stories.lineages(copies, self.tower.feeds)
        return {story: self._lineages[story] for story in some if story in self._lineages}
