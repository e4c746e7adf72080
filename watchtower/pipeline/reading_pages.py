"""From items that are near a target to their full text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from watchtower.errors import ParseError
from watchtower.parse import pages
from watchtower.pipeline.parts import Parts
from watchtower.seams import Articles
from watchtower.text import site_of
from watchtower.types import Classified, Failed, Fetched, FetchRequest, NotModified, Outcome, Page, PageCounts, Robots

#: pages that are looked at in one pull
MOST_A_PULL = 500
ROBOTS_REFUSE = "the site's robots.txt asks not to read it"
ROBOTS_MISSING = "the site's robots.txt could not be had, and so nothing is read there"


def want_pages(tower: Parts, classified: Sequence[Classified]) -> None:
    """Note the pages of items that are near a target; an item whose page is noted already is left alone."""
    feeds = {feed.id for feed in tower.feeds if feed.full_text}
    if not feeds:
        return
    near = (tower.store.item(one.item_id) for one in classified if one.is_near)
    wanted = [pages.page_of(stored.item, feeds, tower.clock()) for stored in near if stored]
    tower.store.want_pages([page for page in wanted if page])


def read_pages(tower: Parts, articles: Articles, stopping: Callable[[], bool]) -> PageCounts:
    """Read the pages that are due, each stored as it comes; their items are then to be classified again."""
    enabled = [feed.id for feed in tower.feeds if feed.full_text and feed.enabled]
    due = tower.store.due_pages(tower.clock(), enabled, MOST_A_PULL)
    if not due:
        return PageCounts()
    robots = _robots(tower, {site_of(page.url) for page in due})
    pausing = {site for site, one in robots.items() if one.rules and articles.wants_pauses(one.rules)}
    reader = _Reader(tower, articles, robots)
    asked = {page.item_id: page for page in pages.in_turn(due, pausing) if reader.may_ask(page)}
    requests = [FetchRequest(feed_id=id, url=page.url) for id, page in asked.items()]
    with closing(tower.fetcher.fetch(requests)) as outcomes:
        for outcome in outcomes:
            reader.take(asked[outcome.feed_id], outcome)
            if stopping():
                break
    return reader.counts


def _robots(tower: Parts, sites: set[str]) -> dict[str, Robots]:
    """What these sites ask of robots: as remembered, or asked for and remembered."""
    known = dict(tower.store.robots(sorted(sites)))
    requests = [
        FetchRequest(feed_id=site, url=f"{site}/robots.txt") for site in pages.to_ask(sites, known, tower.clock())
    ]
    with closing(tower.fetcher.fetch(requests)) as outcomes:
        fresh = [pages.robots_of(outcome.feed_id, outcome) for outcome in outcomes]
    tower.store.save_robots(fresh)
    return known | {one.site: one for one in fresh}


class _Reader:
    """Stores what comes of each page, and counts."""

    def __init__(self, tower: Parts, articles: Articles, robots: dict[str, Robots]) -> None:
        self._tower = tower
        self._articles = articles
        self._robots = robots
        self._read = self._without = self._failed = self._matches = 0

    @property
    def counts(self) -> PageCounts:
        return PageCounts(read=self._read, without=self._without, failed=self._failed, matches=self._matches)

    def may_ask(self, page: Page) -> bool:
        """Tell whether the site allows the page to be asked for; where not, that is stored."""
        refused = self._refusal(page, page.url)
        if refused:
            self._save(refused)
        return refused is None

    def take(self, page: Page, outcome: Outcome) -> None:
        """Store what an answer comes to."""
        match outcome:
            case Fetched():
                self._article(page, outcome)
            case Failed():
                self._save(pages.failed(page, outcome.reason, outcome.at, outcome.status, outcome.retry_after))
            case NotModified():  # nothing was asked conditionally
                self._save(pages.failed(page, "the server answered 304 Not Modified", outcome.at))

    def _article(self, page: Page, fetched: Fetched) -> None:
        if site_of(fetched.url) != site_of(page.url):
            # it led to another site, which may ask otherwise
            self._robots |= _robots(self._tower, {site_of(fetched.url)})
            if refused := self._refusal(page, fetched.url):
                self._save(refused)
                return
        try:
            text = self._articles.text(fetched)
        except ParseError as error:
            self._save(pages.without(page, str(error)))
        else:
            self._save(pages.read(page, fetched.at), text)

    def _refusal(self, page: Page, url: str) -> Page | None:
        rules = self._robots[site_of(url)].rules
        if rules is None:
            return pages.failed(page, ROBOTS_MISSING, self._tower.clock())
        return None if self._articles.allows(rules, url) else pages.without(page, ROBOTS_REFUSE)

    def _save(self, page: Page, text: str | None = None) -> None:
        before = self._tower.store.item(page.item_id) if text is not None else None
        self._matches += len(before.matches) if before else 0
        self._tower.store.save_page(page, text)
        self._read += text is not None
        self._without += text is None and page.next_try is None
        self._failed += page.next_try is not None
