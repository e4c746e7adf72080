"""Grouping: items that report the same development become one story, whatever order they come in.

What is alike is decided pair by pair, by the two items alone. Items that hang together by such links, if only by way of
others, are a *strand*; a strand is then cut into stories. Both depend on the set of items alone, so any order and any
batching of the same items ends in the same stories: when items come, the strands that they touch are decided anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from watchtower.stories.candidates import candidates
from watchtower.stories.reading import Reading
from watchtower.stories.same import RETOLD_WITHIN, Claim, Kind, Link, claim, link
from watchtower.types import Grouping, StoryItem, stable_id

# Links between two groups that a union of retellings needs, for each item of the smaller: one report that happens to be
# near to two events does not make them one.
_SUPPORT = 0.5


def touched(new: Sequence[StoryItem], recent: Sequence[StoryItem]) -> frozenset[str]:
    """Name the strands that new items belong to, among those of ``recent``: items dated within ``WINDOW`` of them."""
    if not recent:
        return frozenset()
    fresh = {item.item_id for item in new}
    readings = _readings([*recent, *new])
    is_new = [reading.item.item_id in fresh for reading in readings]
    found: set[str] = set()
    for left, right in candidates(readings, is_new):
        strand = readings[right if is_new[left] else left].item.strand
        if strand and strand not in found and link(readings[left], readings[right]):
            found.add(strand)
    return frozenset(found)


def group(items: Sequence[StoryItem]) -> Grouping:
    """Put items into stories: new ones together with every item of the strands that they touch.

    The partition depends on the set of items alone. Items whose headlines' numbers or dates contradict each other never
    share a story, not even by way of a third. A story keeps its id while it grows; where two become one the id of the
    older stays (whose earliest item comes first by ``dated`` and id); a new one's id is made from its earliest item.
    """
    readings = _readings(items)
    links = list(_links(readings))
    clusters = _Clusters(readings, links)
    for found, left, right in sorted(links):
        clusters.join(found.kind, left, right)
    strands = _Sets(len(readings))
    for _, left, right in links:
        strands.unite(left, right)
    return _named(readings, clusters, strands)


def _readings(items: Iterable[StoryItem]) -> list[Reading]:
    """All items once each, by ``dated`` and id."""
    by_id = {item.item_id: item for item in items}
    return [Reading(item) for item in sorted(by_id.values(), key=lambda item: (item.dated, item.item_id))]


def _links(readings: Sequence[Reading]) -> Iterator[tuple[Link, int, int]]:
    done = 0
    for left, right in candidates(readings):
        for reading in readings[done:left]:  # pairs are in order of the smaller: no other is to come for these
            reading.forget()
        done = left
        if found := link(readings[left], readings[right]):
            yield found, left, right


class _Sets:
    """Disjoint sets of positions; each is named by its smallest."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, position: int) -> int:
        parents = self._parents
        while parents[position] != position:
            parents[position] = position = parents[parents[position]]
        return position

    def unite(self, left: int, right: int) -> int:
        """Make one set of two; the root that went."""
        a, b = sorted((self.root(left), self.root(right)))
        self._parents[b] = a
        return b

    def members(self) -> Iterator[list[int]]:
        """Every set, by its smallest position, its positions in order."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for position in range(len(self._parents)):
            found[self.root(position)].append(position)
        yield from found.values()


class _Clusters(_Sets):
    """Sets that refuse to unite where a member contradicts another, or too little speaks for it."""

    def __init__(self, readings: Sequence[Reading], links: Iterable[tuple[Link, int, int]]) -> None:
        super().__init__(len(readings))
        self._readings = readings
        self._claims: dict[int, set[Claim]] = {}
        self._members: dict[int, list[int]] = {}
        self._linked: defaultdict[int, list[int]] = defaultdict(list)
        for _, left, right in links:
            self._linked[left].append(right)
            self._linked[right].append(left)

    def join(self, kind: Kind, left: int, right: int) -> None:
        """Unite the two positions' sets unless that would make one story of two events."""
        a, b = self.root(left), self.root(right)
        if a == b or any(one.contradicts(other) for one in self._claims_of(a) for other in self._claims_of(b)):
            return
        if kind is not Kind.COPY and (self._span(a, b) > RETOLD_WITHIN or not self._supported(a, b)):
            return
        members = sorted(self._members_of(a) + self._members_of(b))
        claims = self._claims_of(a) | self._claims_of(b)
        gone = self.unite(a, b)
        kept = a + b - gone
        self._members.pop(gone, None)
        self._claims.pop(gone, None)
        self._members[kept], self._claims[kept] = members, claims

    def _members_of(self, root: int) -> list[int]:
        return self._members.get(root) or [root]

    def _claims_of(self, root: int) -> set[Claim]:
        return self._claims.get(root) or {claim(self._readings[root])}

    def _span(self, a: int, b: int) -> timedelta:
        both = self._members_of(a), self._members_of(b)
        first, last = min(members[0] for members in both), max(members[-1] for members in both)
        return self._readings[last].dated - self._readings[first].dated

    def _supported(self, a: int, b: int) -> bool:
        fewer, more = sorted((a, b), key=lambda root: (len(self._members_of(root)), root))
        members = self._members_of(fewer)
        links = sum(self.root(other) == more for one in members for other in self._linked[one])
        return links >= _SUPPORT * len(members)


def _named(readings: Sequence[Reading], clusters: _Sets, strands: _Sets) -> Grouping:
    """Name stories and strands, keeping what names there are."""
    stories: dict[str, str] = {}
    story_at: dict[int, str] = {}
    taken: set[str] = set()
    for members in clusters.members():
        items = [readings[position].item for position in members]
        story = _story_of(items, taken)
        taken.add(story)
        story_at[members[0]] = story
        stories.update((item.item_id, story) for item in items if item.story != story)
    return Grouping(stories=stories, strands=_strands(readings, clusters, strands, story_at))


def _story_of(items: Sequence[StoryItem], taken: Collection[str]) -> str:
    """Give the id of the oldest story among the items that no earlier one has taken, else a new one."""
    kept = next((item.story for item in items if item.story and item.story not in taken), None)
    if kept:
        return kept
    first = items[0]
    new = stable_id("story", first.item_id)
    return stable_id("story", first.item_id, first.story) if first.story else new


def _strands(
    readings: Sequence[Reading], clusters: _Sets, strands: _Sets, story_at: Mapping[int, str]
) -> Mapping[str, str]:
    named: dict[str, str] = {}
    taken: set[str] = set()
    for members in strands.members():
        stories = list(dict.fromkeys(story_at[clusters.root(position)] for position in members))
        kept = (readings[position].item.strand for position in members)
        strand = next((one for one in kept if one and one not in taken), stories[0])
        taken.add(strand)
        named.update(dict.fromkeys(stories, strand))
    return named
