"""Full text: pages of items that are read because the item is near a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of an item, and what came of reading it. It is read once, whatever happens to item or feed."""

    item_id: str
    feed_id: str
    url: str
    attempts: int = 0
    #: when to try next; None where nothing is left to do
    next_try: datetime | None = None
    #: when its text was stored with the item
    read_at: datetime | None = None
    #: why there is no text, in a sentence without credentials
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a site asks of robots."""

    #: scheme, host and port
    site: str
    asked_at: datetime
    #: its robots.txt, empty where it has none; None where it could not be had, which allows nothing
    rules: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCounts:
    """What one pull did with pages."""

    read: int = 0
    #: by robots.txt, by their server or for want of an article: not tried again
    without: int = 0
    #: to be tried again
    failed: int = 0
    #: matches that the items of the pages read had before
    matches: int = 0
