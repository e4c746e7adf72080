"""A watchtower of real parts that reads a real server on loopback; the clock is ours, so that days pass at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.fakes import WordClassifier
from tests.servers import LoopbackServer, Request
from watchtower import build
from watchtower.config.values import Config, Settings
from watchtower.fetch.guard import Guard
from watchtower.fetch.http import HttpFetcher
from watchtower.health import health_of
from watchtower.pipeline import Watchtower
from watchtower.types import Analysis, Feed, FeedHealth, FeedState, PullReport

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def rss(*titles: str, channel: str = "") -> bytes:
    """A document with one item a title, without dates; ``channel`` is put before them."""
    items = "".join(f"<item><guid isPermaLink='false'>{title}</guid><title>{title}</title></item>" for title in titles)
    return f"<rss version='2.0'><channel><title>News</title>{channel}{items}</channel></rss>".encode()


@dataclass(kw_only=True)
class Desk:
    """A server, the feeds on it, and a watchtower that reads them."""

    server: LoopbackServer
    folder: Path
    now: datetime = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    feeds: tuple[Feed, ...] = ()
    guard: Guard = field(default_factory=lambda: Guard(allow_private_networks=True))
    timeout_seconds: float = 5.0
    per_host: int = 2
    tower: Watchtower = field(init=False)

    def __post_init__(self) -> None:
        self.tower = self._wired()

    def feed(self, id: str, url: str | None = None, *, every: timedelta | None = HOUR) -> Feed:
        """Write a feed into feeds.yml, as it were: at ``/ID`` unless an address is given."""
        made = factories.feed(id, url=url or self.server.url(f"/{id}"), every=every)
        self.feeds = (*(feed for feed in self.feeds if feed.id != id), made)
        self.tower = replace(self.tower, feeds=self.feeds)
        return made

    def pull(self, after: timedelta = timedelta(0), *, force: bool = False) -> PullReport:
        """Let time pass and pull what is due."""
        self.now += after
        return self.tower.pull(force=force)

    def restart(self) -> None:
        """End and begin again with nothing but the database."""
        self.tower.close()
        self.tower = self._wired()

    def state(self, id: str) -> FeedState:
        return self.tower.store.feed_states()[id]

    def health(self, id: str) -> FeedHealth:
        feed = next(feed for feed in self.feeds if feed.id == id)
        return health_of(feed, self.tower.store.feed_states().get(id), self.now)

    def titles(self) -> list[str]:
        """The titles of everything that is stored."""
        items = self.tower.store.story_items(self.now - 4000 * DAY, self.now + 4000 * DAY)
        return sorted(item.title for item in items)

    def asked(self, id: str) -> list[Request]:
        return self.server.asked(f"/{id}")

    def answers(self, id: str, body: bytes = b"", **given: object) -> None:
        """Let the server answer a feed like this from now on."""
        self.server.serve(f"/{id}", body, **given)  # type: ignore[arg-type]  # as ``serve`` takes them

    def asked_at(self, id: str, hours: Mapping[float, int] | list[float]) -> dict[float, int]:
        """Pull at these hours from now; how many requests the feed had got by then, counted from now."""
        before, start = len(self.asked(id)), self.now
        counted = {}
        for hour in hours:
            self.now = start + hour * HOUR
            self.pull()
            counted[hour] = len(self.asked(id)) - before
        return counted

    def _wired(self) -> Watchtower:
        analysis = Analysis(
            id="rivers", title="Rivers", source="", published="2026-01", languages=("en",),
            targets=(factories.target("dams"),),
        )  # fmt: skip
        fetcher = HttpFetcher(
            concurrency=50,
            per_host=self.per_host,
            timeout_seconds=self.timeout_seconds,
            max_bytes=1_000_000,
            user_agent="watchtower/0.1 (+https://contact.example)",
            guard=self.guard,
            clock=lambda: self.now,
        )
        config = Config(folder=self.folder, feeds=self.feeds, analysis=analysis, settings=Settings())
        tower = build.watchtower(config, fetcher=fetcher, clock=lambda: self.now)
        # all is in view of a target, so that it is in a story, by which it is found
        return replace(tower, classifier=lambda: WordClassifier({"dams": ["dam"]}, otherwise=0.1))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with LoopbackServer(["127.0.0.1", "127.0.0.2", "127.0.0.3"]) as server:
        desk = Desk(server=server, folder=tmp_path)
        yield desk
        desk.tower.close()
