"""Grouping: items that report the same development become one story, whatever order they come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from watchtower.stories.candidates import candidates
from watchtower.stories.figures import Figures
from watchtower.stories.reading import Reading
from watchtower.stories.same import likeness
from watchtower.types import Grouping, StoryItem, stable_id


def group(new: Sequence[StoryItem], recent: Sequence[StoryItem]) -> Grouping:
    """Find the story of each new item: one that ``recent`` items are in, or a new one.

    ``recent`` are items already in stories, dated within ``WINDOW`` of the new ones. The result does not depend on the
    order of either sequence. An item that bridges two stories merges them into the older one (whose earliest
    known item comes first by ``dated`` and id); the items that move are in the result too. A new story's id is
    made from its earliest item and stays. Items whose numbers or dates contradict each other never share a story
    that is formed here, not even by way of a third.
    """
    readings = _readings(new, recent)
    clusters = _Clusters(readings)
    fresh = [reading.item.story is None for reading in readings]
    edges = []
    for left, right in candidates(readings, fresh):
        alike = likeness(readings[left], readings[right])
        if alike:
            edges.append((-alike, left, right))
    for _, left, right in sorted(edges):
        clusters.join(left, right)
    return Grouping(stories=_stories(readings, clusters))


def _readings(new: Iterable[StoryItem], recent: Iterable[StoryItem]) -> list[Reading]:
    """All items once each, by ``dated`` and id; one already in a story stays there."""
    items = {item.item_id: item for item in new} | {item.item_id: item for item in recent}
    return [Reading(item) for item in sorted(items.values(), key=lambda item: (item.dated, item.item_id))]


class _Clusters:
    """Disjoint sets of positions that refuse to unite where a member's figures contradict another's."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._parents = list(range(len(readings)))
        self._readings = readings
        self._figures: dict[int, set[Figures]] = {}
        first: dict[str, int] = {}
        for position, reading in enumerate(readings):
            if reading.item.story is not None:
                self._unite(first.setdefault(reading.item.story, position), position)

    def root(self, position: int) -> int:
        while self._parents[position] != position:
            self._parents[position] = self._parents[self._parents[position]]
            position = self._parents[position]
        return position

    def join(self, left: int, right: int) -> None:
        """Unite the two positions' sets unless their headlines contradict each other."""
        a, b = self.root(left), self.root(right)
        if a == b:
            return
        if not any(x.contradict(y) for x in self._figures_of(a) for y in self._figures_of(b)):
            self._unite(a, b)

    def _unite(self, left: int, right: int) -> None:
        a, b = sorted((self.root(left), self.root(right)))
        if a != b:
            self._figures[a] = self._figures_of(a) | self._figures_of(b)
            self._figures.pop(b, None)
            self._parents[b] = a

    def _figures_of(self, root: int) -> set[Figures]:
        return self._figures.get(root) or {self._readings[root].title_figures}


def _stories(readings: Sequence[Reading], clusters: _Clusters) -> Mapping[str, str]:
    members: defaultdict[int, list[StoryItem]] = defaultdict(list)
    for position, reading in enumerate(readings):
        members[clusters.root(position)].append(reading.item)
    return {item.item_id: story for items in members.values() for item, story in _moves(items)}


def _moves(items: Sequence[StoryItem]) -> Iterable[tuple[StoryItem, str]]:
    """Which of one story's items, oldest first, go where; none that is there already."""
    story = next((item.story for item in items if item.story), None) or stable_id("story", items[0].item_id)
    return ((item, story) for item in items if item.story != story)
