"""The whole pipeline through its seams: real parser, grouping, digest and store; the network and the clock are ours."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests import factories
from tests.fakes import WordClassifier
from watchtower.deliver.memory import RecordingNotifier
from watchtower.errors import UserError
from watchtower.pipeline import DigestPlan, Watchtower
from watchtower.store import open_store
from watchtower.types import Analysis, Failed, Fetched, FetchRequest, Outcome, Pacing, StoredItem

HOUR = timedelta(hours=1)


@dataclass
class World:
    """A river valley with its papers: what they print, what time it is, and the watchtower that reads them."""

    now: datetime = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    printed: dict[str, list[tuple[str, datetime]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tower: Watchtower = field(init=False)

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        for request in requests:
            self.asked.append(request.feed_id)
            if request.feed_id not in self.printed:
                yield Failed(feed_id=request.feed_id, reason="no such host", at=self.now)
                continue
            entries = "".join(
                f"<item><guid>{title}</guid><title>{title}</title><link>https://{request.feed_id}.example/{n}</link>"
                f"<pubDate>{format_datetime(dated)}</pubDate></item>"
                for n, (title, dated) in enumerate(self.printed[request.feed_id])
            )
            body = f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'.encode()
            yield Fetched(feed_id=request.feed_id, url=request.url, body=body, headers={}, at=self.now)

    def prints(self, feed: str, *titles: str, ago: timedelta = HOUR) -> None:
        self.printed.setdefault(feed, []).extend((title, self.now - ago) for title in titles)

    def told(self) -> list[str]:
        ids = {id for told in self.tower.store.told().values() for id in told}
        return sorted(self.stored(id).item.title for id in ids)

    def stored(self, id: str) -> StoredItem:
        found = self.tower.store.item(id)
        assert found is not None
        return found


@pytest.fixture(params=["memory://", "sqlite:///watchtower.db"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[World, None, None]:
    world = World()
    analysis = Analysis(
        id="rivers",
        title="Rivers",
        source="made up",
        published="2026-01",
        languages=("en",),
        targets=(factories.target("dams"), factories.target("floods")),
    )
    plan = DigestPlan(
        method=factories.method(),
        at=time(6, 30),
        zone="UTC",
        formats=("md",),
        when_empty=True,
        stories_per_section=10,
        days_before=7,
        grace=timedelta(hours=12),
    )
    world.tower = Watchtower(
        pacing=Pacing(),
        feeds=(factories.feed("harbour-news"), factories.feed("upland-post")),
        analysis=analysis,
        store=open_store(request.param, tmp_path),
        fetcher=world,
        classifier=lambda: WordClassifier({"dams": ["dam"], "floods": ["flood"]}),
        notifiers=(RecordingNotifier(),),
        plan=plan,
        clock=lambda: world.now,
        version="test",
    )
    yield world
    world.tower.close()


def notifier(world: World) -> RecordingNotifier:
    [only] = world.tower.notifiers
    assert isinstance(only, RecordingNotifier)
    return only


def test_pulling_twice_changes_nothing(world: World) -> None:
    world.prints("harbour-news", "Dam opens", "Museum reopens")
    world.prints("upland-post", "Flood warning")
    first, second = world.tower.pull(), world.tower.pull(force=True)
    assert (first.new, first.matches, first.stories_new) == (3, 2, 3)
    assert (second.new, second.known, second.matches, second.stories_new, second.stories_grown) == (0, 3, 0, 0, 0)


def test_one_bad_feed_does_not_stop_the_others(world: World) -> None:
    world.prints("upland-post", "Flood warning")
    report = world.tower.pull()
    assert (report.fetched, report.failed, report.new) == (1, 1, 1)
    assert report.problems == {"harbour-news": "no such host"}


def test_a_feed_that_is_not_due_is_left_alone(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.prints("upland-post", "Flood warning")
    world.tower.pull()
    world.now += timedelta(minutes=5)
    assert world.tower.pull().due == 0
    assert len(world.asked) == 2


def test_an_unknown_feed_is_the_users_mistake(world: World) -> None:
    with pytest.raises(UserError, match="no feed 'harbor'"):
        world.tower.pull(only=["harbor"])


def test_a_disabled_feed_is_not_asked_but_keeps_its_owner_in_the_digest(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    feeds = tuple(replace(feed, enabled=False) for feed in world.tower.feeds)
    off = replace(world.tower, feeds=feeds)
    assert off.pull(force=True).due == 0
    with pytest.raises(UserError, match="switched off"):
        off.pull(only=["harbour-news"])
    [story] = off.digest(world.now - 2 * HOUR, world.now).sections[0].stories
    assert story.sources[0].owner == "harbour-news Ltd"


def test_a_stop_stores_what_has_come(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.prints("upland-post", "Flood warning")
    report = world.tower.pull(stopping=lambda: len(world.asked) == 1)
    assert (report.due, report.fetched, report.new) == (2, 1, 1)
    assert world.tower.pull(force=True).new == 1


def test_a_digest_is_recorded_once_a_local_date(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now += HOUR
    assert world.tower.daily_digest() is not None
    assert [world.tower.daily_digest() for _ in range(3)] == [None, None, None]
    assert [(m.recipient, problem) for m, problem in world.tower.deliver()] == [("2026-11-23.md", None)]
    assert world.tower.deliver() == []
    assert "Dam opens" in notifier(world).files["2026-11-23.md"]


def test_what_was_stored_but_not_classified_before_the_hour_is_told_of(world: World) -> None:
    world.prints("harbour-news", "Dam opens")

    def killed() -> WordClassifier:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(world.tower, classifier=killed).pull()
    world.now += HOUR
    assert world.tower.daily_digest() is not None
    assert world.told() == ["Dam opens"]


def test_an_item_that_came_after_its_digest_is_in_the_next_and_in_no_later_one(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now += HOUR
    world.tower.daily_digest()
    world.prints("harbour-news", "Dam closes", ago=timedelta(hours=5))
    world.now += HOUR
    world.tower.pull(force=True)
    world.now += timedelta(days=1)
    second = world.tower.daily_digest()
    assert second is not None
    assert [story.title for story in second.sections[0].stories] == ["Dam closes"]
    assert second.sections[0].stories[0].late
    world.now += timedelta(days=1)
    third = world.tower.daily_digest()
    assert third is not None and not third.sections[0].stories


def test_a_digest_sent_on_request_leaves_the_daily_one_alone(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now += HOUR
    world.tower.daily_digest()
    world.tower.deliver()
    before = notifier(world).files["2026-11-23.md"]
    world.prints("harbour-news", "Dam closes")
    world.now += timedelta(hours=11)
    world.tower.pull(force=True)
    made = world.tower.digest(world.now - timedelta(hours=11), world.now)
    assert len(world.tower.send(made)) == 1
    assert world.tower.send(made) == []
    assert notifier(world).files["2026-11-23.md"] == before
    world.now += timedelta(hours=13)
    daily = world.tower.daily_digest()
    assert daily is not None and daily.since == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert world.told() == ["Dam closes", "Dam opens"]


def test_a_period_still_to_come_is_not_sent(world: World) -> None:
    made = world.tower.digest(world.now, world.now + HOUR)
    with pytest.raises(UserError, match="still to come"):
        world.tower.send(made)


def test_a_message_for_a_channel_nobody_set_up_blocks_no_other(world: World) -> None:
    world.now += HOUR
    world.tower.daily_digest()
    [(message, problem)] = replace(world.tower, notifiers=()).deliver()
    assert problem == "nothing is set up to deliver to 'file'"
    assert world.tower.deliver() == []
    world.now += timedelta(minutes=2)
    assert [(m.id, p) for m, p in world.tower.deliver()] == [(message.id, None)]


def test_a_message_that_could_not_be_handed_over_is_tried_again(world: World) -> None:
    world.now += HOUR
    world.tower.daily_digest()
    notifier(world).problem = "disk full"
    [(_, problem)] = world.tower.deliver()
    assert problem is not None and "disk full" in problem
    notifier(world).problem = None
    world.now += timedelta(minutes=2)
    assert [p for _, p in world.tower.deliver()] == [None]


def test_an_empty_day_says_so_and_can_be_left_out(world: World) -> None:
    world.now += HOUR
    quiet = replace(world.tower, plan=replace(world.tower.plan, when_empty=False))
    made = quiet.daily_digest()
    assert made is not None and not any(section.stories for section in made.sections)
    assert quiet.deliver() == []


def test_explain_finds_by_id_and_by_address_and_says_never_fetched(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    [(stored, explained)] = world.tower.explain("https://harbour-news.example/0?utm_source=x")
    assert stored.item.title == "Dam opens"
    assert {one.target: one.matched for one in explained} == {"dams": True, "floods": False}
    assert world.tower.explain(stored.item.id)[0][0] == stored
    assert world.tower.explain("https://harbour-news.example/never") == []
