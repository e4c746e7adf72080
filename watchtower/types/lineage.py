"""Where a story comes from, and how far that lets it be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from watchtower.types.evidence import StoredItem


class Copy(NamedTuple):
    """One item of a story, with what tells where it comes from; a plain tuple, since there are thousands."""

    item: str
    feed: str
    #: the item's own id where it is in no story yet
    story: str
    dated: datetime
    title: str
    summary: str

    @classmethod
    def of(cls, stored: StoredItem) -> Copy:
        """Take what lineage reads from a stored item."""
        item = stored.item
        return cls(item.id, item.feed_id, stored.story or item.id, item.dated, item.title, item.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One independent source of a story, with everybody who has it from there."""

    #: the owner as in feeds.yml, or the outlet that the copies credit
    name: str
    #: the state that controls it (ISO 3166 alpha-2), or None
    state: str | None
    #: kind of its own feed as in feeds.yml; "other" where no feed of it is among the copies
    kind: str
    #: owners of the feeds that tell it from here, itself among them where it is read
    owners: tuple[str, ...]
    #: ids of their feeds
    feeds: tuple[str, ...]
    #: the best Admiralty source reliability among these feeds, A to F
    reliability: str
    #: when the first of its copies is dated
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Who tells a story and from whom they have it.

    Source reliability and information credibility are two grades that say nothing of each other.
    """

    feeds: int
    owners: int
    #: earliest first
    origins: tuple[Origin, ...]
    #: origins that no state controls
    independent: int
    #: owners whose headline denies what others of the story report
    denied_by: tuple[str, ...]
    #: Admiralty source reliability: the best among the origins, A to F
    reliability: str
    #: Admiralty information credibility: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, 6 cannot be judged
    credibility: int
    #: as in "4 feeds → 2 owners → 1 origin; first reported by state media (KP); no independent source yet"
    words: str

    @property
    def first(self) -> Origin:
        """The origin that reported it first."""
        return self.origins[0]
