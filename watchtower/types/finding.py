"""Feeds that are tried or found, before they are read in earnest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrialResult(StrEnum):
    """What came of trying a feed."""

    WORKS = "works"
    #: works, at another address for good
    MOVED = "moved"
    NOT_A_FEED = "not a feed"
    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One feed, asked once; nothing of it is stored."""

    feed: str
    result: TrialResult
    #: why it does not work, in a sentence without credentials; empty where it does
    problem: str = ""
    #: the address after permanent redirects, without credentials
    moved_to: str | None = None
    entries: int = 0
    #: the latest date that an entry has, or None where none has one
    newest: datetime | None = None
    #: what had to be put right to read it
    warnings: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        """Tell whether items came."""
        return self.result in (TrialResult.WORKS, TrialResult.MOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a site offers."""

    url: str
    #: as the feed says; empty where it says nothing
    title: str
    language: str
    entries: int
    newest: datetime | None = None
