"""What there is to tell of one target: the period's stories, each with its copies and the matches that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchtower.digest.data import DayData
from watchtower.types import Feed, Item, Lineage, Match, StoredItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One item of a story with the feed that brought it."""

    item: Item
    feed: Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A story as one target sees it."""

    story: str
    #: every copy, by ``dated`` and id
    copies: tuple[Copy, ...]
    #: the copies of the period that match the target, each with its match, same order
    matched: tuple[tuple[Copy, Match], ...]
    #: all of ``matched`` were seen in the period but are dated before it
    late: bool
    lineage: Lineage

    @property
    def best(self) -> Match:
        """The match with the highest score; of equals the one of the earliest copy."""
        return max((match for _, match in self.matched), key=lambda match: match.score)


def gather(data: DayData, target: str) -> list[Gathered]:
    """Collect the stories of the period that have a match on the target, by story id."""
    feeds = {feed.id: feed for feed in data.feeds}
    by_story: defaultdict[str, list[StoredItem]] = defaultdict(list)
    for stored in sorted(data.items, key=lambda stored: (stored.item.dated, stored.item.id)):
        by_story[story_of(stored)].append(stored)
    found = (_gathered(story, by_story[story], data, target, feeds) for story in sorted(by_story))
    return [story for story in found if story]


def story_of(stored: StoredItem) -> str:
    """Name an item's story; an item in no story yet stands for itself."""
    return stored.story or stored.item.id


def _gathered(
    story: str, items: Sequence[StoredItem], data: DayData, target: str, feeds: Mapping[str, Feed]
) -> Gathered | None:
    copies = {
        item.id: Copy(item=item, feed=feeds.get(item.feed_id) or Feed.unknown(item.feed_id, item.language))
        for item in (stored.item for stored in items)
    }
    matched = tuple(
        (copies[stored.item.id], match)
        for stored in items
        if stored.item.id in data.in_period
        for match in stored.matches
        if match.target == target
    )
    if not matched:
        return None
    late = all(copy.item.id in data.late for copy, _ in matched)
    return Gathered(
        story=story, copies=tuple(copies.values()), matched=matched, late=late, lineage=data.lineages[story]
    )
