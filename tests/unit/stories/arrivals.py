"""Items that arrive one batch after another, grouped as the pipeline does it, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from watchtower.stories import WINDOW, group, touched
from watchtower.types import StoryItem


class Arrivals:
    """Remembers what has arrived and where it went."""

    def __init__(self, known: Iterable[StoryItem] = ()) -> None:
        self._known = {item.item_id: replace(item, strand=item.strand or item.story) for item in known}

    def take_in(self, *new: StoryItem) -> Mapping[str, str]:
        """Group a batch; every item's story afterwards."""
        if new:
            since, until = min(item.dated for item in new) - WINDOW, max(item.dated for item in new) + WINDOW
            recent = [item for item in self._known.values() if since <= item.dated < until]
            strands = touched(new, recent)
            grouping = group([*new, *(item for item in self._known.values() if item.strand in strands)])
            self._known |= {item.item_id: item for item in new}
            for id, story in grouping.stories.items():
                self._known[id] = replace(self._known[id], story=story)
            for id, item in self._known.items():
                strand = grouping.strands.get(item.story or "", item.strand or item.story)
                self._known[id] = replace(item, strand=strand)
        return self.stories

    @property
    def stories(self) -> Mapping[str, str]:
        return {id: item.story for id, item in self._known.items() if item.story}


def arrived(batches: Iterable[Sequence[StoryItem]]) -> Mapping[str, str]:
    """Take in batch after batch; every item's story in the end."""
    arrivals = Arrivals()
    for batch in batches:
        arrivals.take_in(*batch)
    return arrivals.stories


def partition(stories: Mapping[str, str]) -> set[frozenset[str]]:
    """Which items are together, whatever the stories are called."""
    return {frozenset(id for id, story in stories.items() if story == one) for one in stories.values()}
