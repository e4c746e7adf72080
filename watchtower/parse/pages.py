"""Which pages to read, and what comes of an answer. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watchtower.text import site_of, without_credentials
from watchtower.types import Failed, Fetched, Item, Outcome, Page, Robots

#: characters of a body from which on the feed itself has sent the article
WHOLE = 1_500
#: pages of one site in one pull; a site that asks for pauses gets one
MOST_OF_A_SITE = 10
#: waits after failures; after the last one the page is given up
WAITS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
#: how long robots.txt holds (RFC 9309 section 2.4), and how long it is not asked for again where it cannot be had
ROBOTS_HOLD, ROBOTS_PAUSE = timedelta(hours=24), timedelta(hours=1)
#: what a server says that will not change
_FINAL = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})


def page_of(item: Item, feeds: Collection[str], now: datetime) -> Page | None:
    """Make the page to read for an item that is near; None where its feed asks for none, or it needs none.

    ``feeds`` are the ids of those with ``full_text``. What an archive brought is not read: it is not news.
    """
    if item.feed_id not in feeds or item.backfill or not item.url or len(item.body) >= WHOLE:
        return None
    return Page(item_id=item.id, feed_id=item.feed_id, url=item.url, next_try=now)


def in_turn(pages: Sequence[Page], one_only: Collection[str]) -> list[Page]:
    """Choose the pages of this pull, a few of each site, and only one of those in ``one_only``."""
    taken: dict[str, int] = {}
    chosen = []
    for page in pages:
        site = site_of(page.url)
        if taken.get(site, 0) < (1 if site in one_only else MOST_OF_A_SITE):
            taken[site] = taken.get(site, 0) + 1
            chosen.append(page)
    return chosen


def robots_of(site: str, outcome: Outcome) -> Robots:
    """Say what a site asks, from the answer for its robots.txt: RFC 9309 section 2.3.1.

    A site that has none, or does not show it (any 4xx but 429), allows all; one that cannot be asked allows nothing.
    """
    rules: str | None = None
    match outcome:
        case Fetched():
            rules = outcome.body[:500_000].decode("utf-8", "replace")
        case Failed(status=200):  # an empty document
            rules = ""
        case Failed(status=int() as status) if 400 <= status < 500 and status != 429:
            rules = ""
    return Robots(site=site, asked_at=outcome.at, rules=rules)


def holds(robots: Robots, now: datetime) -> bool:
    """Tell whether what a site asked is still good to go by."""
    return now - robots.asked_at < (ROBOTS_PAUSE if robots.rules is None else ROBOTS_HOLD)


def to_ask(sites: Collection[str], known: Mapping[str, Robots], now: datetime) -> list[str]:
    """The sites whose robots.txt has to be asked for, in order."""
    return sorted({site for site in sites if site not in known or not holds(known[site], now)})


def read(page: Page, at: datetime) -> Page:
    """The page once its text is stored."""
    return replace(page, attempts=page.attempts + 1, next_try=None, read_at=at, problem=None)


def without(page: Page, problem: str) -> Page:
    """The page where there is no text to be had, for good."""
    return replace(page, attempts=page.attempts + 1, next_try=None, problem=without_credentials(problem))


def failed(page: Page, problem: str, now: datetime, status: int | None = None, wait: datetime | None = None) -> Page:
    """The page after a failure: to be tried again later, a few times, unless the status says that it is no use."""
    if status in _FINAL or page.attempts >= len(WAITS):
        return without(page, problem)
    later = max(now + WAITS[page.attempts], wait or now)
    return replace(page, attempts=page.attempts + 1, next_try=later, problem=without_credentials(problem))
