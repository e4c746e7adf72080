"""The whole pipeline through its seams: real parser, grouping, digest and store; the network and the clock are ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tests.fakes import InProcessParser, RecordingNotifier, WordClassifier
from watchtower.digest import FORMATS, render
from watchtower.errors import DeliveryError, DeliveryRefused, DeliveryUncertain, StoreBusy, UserError
from watchtower.pipeline import DigestPlan, Ending, Reader, Route, Watchtower
from watchtower.pipeline.alerting import Lookout
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.types import AlertKind, Analysis, Failed, Fetched, FetchRequest, Message, Outcome, Pacing, StoredItem

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
    everybody = Reader(
        id="", at=time(6, 30), zone="UTC", formats=("md",), routes=(Route(channel="file", recipient=""),)
    )
    plan = DigestPlan(
        method=factories.method(),
        readers=(everybody,),
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
        parser=InProcessParser(),
        classifier=lambda: WordClassifier({"dams": ["dam"], "floods": ["flood"]}),
        naming=lambda texts: [frozenset() for _ in texts],
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
    assert (first.new, first.matches, first.stories_new) == (3, 2, 2)
    assert (second.new, second.known, second.matches, second.stories_new, second.stories_grown) == (0, 3, 0, 0, 0)


def test_one_bad_feed_does_not_stop_the_others(world: World) -> None:
    world.prints("upland-post", "Flood warning")
    report = world.tower.pull()
    assert (report.fetched, report.failed, report.new) == (1, 1, 1)
    assert report.problems == {"harbour-news": "no such host"}


def test_a_first_digest_says_when_watching_began_and_no_later_one_does(world: World) -> None:
    world.now = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    [first] = world.tower.daily_digests()
    assert first.late and first.until == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert first.notes == (
        "Watching began on 23 November, 09:12: of what came before, this digest has only what the feeds still held.",
    )
    world.now += timedelta(days=1)
    [second] = world.tower.daily_digests()
    assert second.notes == ()


def test_a_first_digest_of_a_day_that_was_watched_says_nothing_of_it(world: World) -> None:
    world.now = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)
    world.tower.pull()
    [first] = world.tower.daily_digests()
    assert first.notes == ()


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
    assert len(world.tower.daily_digests()) == 1
    assert [world.tower.daily_digests() for _ in range(3)] == [[], [], []]
    assert [(one.message.recipient, one.problem) for one in world.tower.deliver()] == [("2026-11-23.md", None)]
    assert world.tower.deliver() == []
    assert "Dam opens" in notifier(world).files["2026-11-23.md"]


def test_what_was_stored_but_not_classified_before_the_hour_is_told_of(world: World) -> None:
    world.prints("harbour-news", "Dam opens")

    def killed() -> WordClassifier:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(world.tower, classifier=killed).pull()
    world.now += HOUR
    assert len(world.tower.daily_digests()) == 1
    assert world.told() == ["Dam opens"]


def test_what_was_classified_and_not_grouped_is_grouped_by_the_next_pull(world: World) -> None:
    world.prints("harbour-news", "Dam opens", "Museum reopens")

    def killed(texts: Sequence[str]) -> Sequence[frozenset[str]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(world.tower, naming=killed).pull()
    [dam] = world.tower.store.matched_items(world.now - 2 * HOUR, world.now, world.now)
    assert dam.story is None and dam.in_view
    assert world.tower.pull(force=True).stories_new == 1
    assert world.stored(dam.item.id).story


def test_an_item_that_came_after_its_digest_is_in_the_next_and_in_no_later_one(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now += HOUR
    world.tower.daily_digests()
    world.prints("harbour-news", "Dam closes", ago=timedelta(hours=5))
    world.now += HOUR
    world.tower.pull(force=True)
    world.now += timedelta(days=1)
    [second] = world.tower.daily_digests()
    assert [story.title for story in second.sections[0].stories] == ["Dam closes"]
    assert second.sections[0].stories[0].late
    world.now += timedelta(days=1)
    [third] = world.tower.daily_digests()
    assert not third.sections[0].stories


def test_a_digest_sent_on_request_leaves_the_daily_one_alone(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    world.now += HOUR
    world.tower.daily_digests()
    world.tower.deliver()
    before = notifier(world).files["2026-11-23.md"]
    world.prints("harbour-news", "Dam closes")
    world.now += timedelta(hours=11)
    world.tower.pull(force=True)
    made = world.tower.digest(world.now - timedelta(hours=11), world.now)
    assert [one.problem for one in world.tower.send(made) or ()] == [None]
    assert world.tower.send(made) is None
    assert notifier(world).files["2026-11-23.md"] == before
    world.now += timedelta(hours=13)
    [daily] = world.tower.daily_digests()
    assert daily.since == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    assert world.told() == ["Dam closes", "Dam opens"]


def test_a_period_still_to_come_is_not_sent(world: World) -> None:
    made = world.tower.digest(world.now, world.now + HOUR)
    with pytest.raises(UserError, match="still to come"):
        world.tower.send(made)


def test_a_message_for_a_channel_nobody_set_up_blocks_no_other(world: World) -> None:
    world.now += HOUR
    world.tower.daily_digests()
    [one] = replace(world.tower, notifiers=()).deliver()
    assert one.problem == "nothing is set up to deliver to 'file'"
    assert world.tower.deliver() == []
    world.now += timedelta(minutes=2)
    assert [(again.message.id, again.problem) for again in world.tower.deliver()] == [(one.message.id, None)]


def test_a_message_that_could_not_be_handed_over_is_tried_again(world: World) -> None:
    world.now += HOUR
    world.tower.daily_digests()
    notifier(world).problem = "disk full"
    [one] = world.tower.deliver()
    assert one.ending is Ending.FAILED and "disk full" in str(one.problem)
    notifier(world).problem = None
    world.now += timedelta(minutes=2)
    assert [one.problem for one in world.tower.deliver()] == [None]


def test_an_empty_day_says_so_and_can_be_left_out(world: World) -> None:
    world.now += HOUR
    everybody = replace(world.tower.plan.everybody, when_empty=False)
    quiet = replace(world.tower, plan=replace(world.tower.plan, readers=(everybody,)))
    [made] = quiet.daily_digests()
    assert not any(section.stories for section in made.sections)
    assert quiet.deliver() == []


# --- readers


def with_readers(world: World, *readers: Reader, **plan: object) -> Watchtower:
    everybody = world.tower.plan.everybody
    changed = replace(world.tower.plan, readers=(everybody, *readers), **plan)  # type: ignore[arg-type]
    notifiers = (RecordingNotifier(), RecordingNotifier("mail", repeatable=False), RecordingNotifier("webhook"))
    return replace(world.tower, plan=changed, notifiers=notifiers)


def reader(id: str, **given: object) -> Reader:
    asked = {"at": time(6, 30), "zone": "UTC", "routes": (Route(channel="mail", recipient=f"{id}@river.example"),)}
    return Reader(id=id, **{**asked, **given})  # type: ignore[arg-type]


def test_each_reader_has_one_digest_a_date_at_their_own_hour(world: World) -> None:
    tower = with_readers(world, reader("kim", at=time(7, 0), zone="Asia/Seoul"), reader("lee", at=time(9, 0)))
    made: list[tuple[str, str]] = []
    for _ in range(4 * 48):  # four days by the half hour
        made += [(one.reader, f"{one.until:%d %H:%M}") for one in tower.daily_digests()]
        world.now += HOUR / 2
    assert Counter(who for who, _ in made) == {"": 4, "kim": 5, "lee": 4}
    assert {at[3:] for who, at in made if who == "kim"} == {"22:00"}
    assert {at[3:] for who, at in made if who == "lee"} == {"09:00"}
    assert len(made) == len(set(made))


@pytest.mark.parametrize(
    ("day", "hour"),
    [(datetime(2026, 10, 24, tzinfo=UTC), time(2, 30)), (datetime(2027, 3, 27, tzinfo=UTC), time(2, 30))],
)
def test_an_hour_that_comes_twice_or_not_at_all_brings_a_reader_one_digest(
    world: World, day: datetime, hour: time
) -> None:
    tower = with_readers(world, reader("kim", at=hour, zone="Europe/Oslo"))
    world.now, dates = day, []
    for _ in range(4 * 72):
        dates += [one.until.astimezone(ZoneInfo("Europe/Oslo")).date() for one in tower.daily_digests() if one.reader]
        world.now += HOUR / 4
    assert len(dates) == len(set(dates)) == 3 + (dates[0] < day.date())


def test_a_reader_is_told_of_their_targets_and_languages_alone(world: World) -> None:
    feeds = (factories.feed("harbour-news"), factories.feed("upland-post", language="ko"))
    world.prints("harbour-news", "Dam opens", "Flood warning")
    world.prints("upland-post", "Dam closes")
    tower = with_readers(
        replace_tower(world, feeds=feeds),
        reader("kim", targets=("dams",), languages=("ko",)),
        reader("lee", targets=("floods",)),
    )
    tower.pull()
    world.now += HOUR
    everybodys, kims, lees = tower.daily_digests()
    told = [[(s.target, story.title) for s in one.sections for story in s.stories] for one in (everybodys, kims, lees)]
    assert sorted(told[0]) == [("dams", "Dam closes"), ("dams", "Dam opens"), ("floods", "Flood warning")]
    assert told[1:] == [[("dams", "Dam closes")], [("floods", "Flood warning")]]
    assert (kims.other_targets, kims.languages, lees.other_targets) == (1, ("ko",), 1)


def replace_tower(world: World, **given: object) -> World:
    world.tower = replace(world.tower, **given)  # type: ignore[arg-type]
    return world


def test_what_came_late_is_told_to_each_reader_in_their_next_digest(world: World) -> None:
    tower = with_readers(world, reader("kim", at=time(12, 0)))
    world.prints("harbour-news", "Dam opens")
    tower.pull()
    world.now += 2 * HOUR  # 08:00: everybody's digest has it, kim's is to come
    assert len(tower.daily_digests()) == 1
    world.prints("harbour-news", "Dam closes", ago=timedelta(hours=5))
    tower.pull(force=True)
    world.now += 5 * HOUR
    [kims] = tower.daily_digests()
    assert sorted(story.title for story in kims.sections[0].stories) == ["Dam closes", "Dam opens"]
    world.now += timedelta(hours=18)
    [everybodys] = tower.daily_digests()
    assert [story.title for story in everybodys.sections[0].stories] == ["Dam closes"]


def test_every_way_to_a_reader_has_a_message_of_its_own(world: World) -> None:
    routes = (
        Route(channel="file", recipient="kim"),
        Route(channel="mail", recipient="kim@river.example"),
        Route(channel="webhook", recipient="kim"),
        Route(channel="chat", recipient="kim/1"),
    )
    tower = with_readers(world, reader("kim", routes=routes, formats=("txt", "atom")))
    world.prints("harbour-news", "Dam opens")
    tower.pull()
    world.now += HOUR
    tower.daily_digests()
    waiting = [one for one in tower.store.unsent_messages() if "kim" in one.recipient]
    assert [(one.channel, one.recipient, one.content_type.partition(";")[0]) for one in waiting] == [
        ("file", "kim/2026-11-23.txt", "text/plain"),
        ("file", "kim/2026-11-23.atom", "application/atom+xml"),
        ("mail", "kim@river.example", "text/html"),
        ("webhook", "kim", "application/json"),
        ("chat", "kim/1", "text/plain"),
    ]
    assert all("Dam opens" in one.body for one in waiting)
    assert "Dam opens" in waiting[2].text and waiting[2].subject == "Rivers: 1 story, Monday, 23 November 2026 (late)"
    assert len({one.id for one in waiting}) == 5


def test_a_digest_is_sent_on_request_to_one_reader_once(world: World) -> None:
    tower = with_readers(world, reader("kim"), reader("lee"))
    world.prints("harbour-news", "Dam opens")
    tower.pull()
    made = tower.digest(world.now - 2 * HOUR, world.now, "kim")
    assert [one.message.recipient for one in tower.send(made) or ()] == ["kim@river.example"]
    assert tower.send(made) is None
    assert [
        one.message.recipient for one in tower.send(tower.digest(world.now - 2 * HOUR, world.now, "lee")) or ()
    ] == ["lee@river.example"]
    with pytest.raises(UserError, match=r"no reader .han.*there are: kim, lee"):
        tower.digest(world.now - HOUR, world.now, "han")


@pytest.mark.parametrize("format", FORMATS)
def test_a_recorded_digest_renders_again_byte_for_byte_whatever_has_come_since(
    tmp_path: Path, world: World, format: str
) -> None:
    opened = open_store("sqlite:///again.db", tmp_path)
    world.tower = replace(world.tower, store=opened)
    tower = with_readers(world, reader("kim", formats=(format,), routes=(Route(channel="file", recipient="kim"),)))
    world.prints("harbour-news", "Dam opens", "Flood warning")
    tower.pull()
    world.now += HOUR
    tower.daily_digests()
    tower.deliver()
    sent = notifier(replace_tower(world, notifiers=tower.notifiers[:1])).files[f"kim/2026-11-23.{format}"]
    world.prints("harbour-news", "Dam closes")
    world.now += 2 * HOUR
    tower.pull(force=True)
    tower.close()
    again = replace(tower, store=open_store("sqlite:///again.db", tmp_path))
    with closing(again):
        made = again.recorded(date(2026, 11, 23), "kim")
        assert render(made, format)[1] == sent
        assert (made.made.model, made.made.configuration, made.made.cut_off) == ("words", "test", made.until + HOUR / 2)
        with pytest.raises(UserError, match="no daily digest of kim is recorded for 2026-11-22"):
            again.recorded(date(2026, 11, 22), "kim")


# --- how a try ends


class Ends:
    """A notifier whose tries end as told."""

    channel, repeatable = "mail", False

    def __init__(self, *endings: DeliveryError | type[BaseException] | None) -> None:
        self.endings = list(endings)
        self.tries: list[str] = []

    def deliver(self, message: Message, committing: Callable[[], None]) -> None:
        self.tries.append(message.id)
        ending = self.endings.pop(0)
        if not isinstance(ending, DeliveryError) or isinstance(ending, DeliveryUncertain):
            committing()
        if ending is not None:
            raise ending


def waiting_for_kim(world: World, *endings: DeliveryError | type[BaseException] | None, **plan: object) -> Watchtower:
    tower = with_readers(world, reader("kim"), **plan)
    world.now += HOUR
    tower.daily_digests()
    return replace(tower, notifiers=(RecordingNotifier(), Ends(*endings)))


def endings(tower: Watchtower) -> list[Ending]:
    return [one.ending for one in tower.deliver() if one.message.channel == "mail"]


def test_a_refusal_is_for_good_until_somebody_asks_again(world: World) -> None:
    tower = waiting_for_kim(world, DeliveryRefused("550 no such user"), DeliveryRefused("550 still none"), None)
    assert endings(tower) == [Ending.GIVEN_UP]
    world.now += timedelta(days=9)
    assert endings(tower) == []
    [kept] = tower.store.unsent_messages()
    assert (kept.problem, kept.attempts) == ("550 no such user", 1)
    assert tower.retry(kept.id).ending is Ending.GIVEN_UP
    assert tower.retry(kept.id).ending is Ending.SENT
    assert tower.store.unsent_messages() == []
    with pytest.raises(UserError, match="outbox"):
        tower.retry(kept.id)


def test_failures_are_retried_after_the_waits_for_ever(world: World) -> None:
    tower = waiting_for_kim(world, *(DeliveryError("451 later") for _ in range(6)), None)
    gone = []
    for wait in (0, 1, 10, 60, 360, 360, 360):
        world.now += timedelta(minutes=wait)
        assert endings(tower) == [Ending.SENT if len(gone) == 6 else Ending.FAILED]
        gone.append(wait)
        assert endings(tower) == []


def test_a_server_that_does_not_answer_is_not_waited_for_once_a_message(world: World) -> None:
    routes = tuple(Route(channel="mail", recipient=f"{n}@river.example") for n in range(7))
    tower = with_readers(world, reader("kim", routes=routes))
    world.now += HOUR
    tower.daily_digests()
    tower = replace(tower, notifiers=(RecordingNotifier(), Ends(*(DeliveryError("no answer") for _ in range(7)))))
    assert [len(endings(tower)) for _ in range(3)] == [3, 3, 1]
    assert {one.attempts for one in tower.store.unsent_messages() if one.channel == "mail"} == {1}


def test_what_may_have_arrived_is_sent_once_more_and_then_given_up(world: World) -> None:
    tower = waiting_for_kim(world, DeliveryUncertain("lost"), DeliveryUncertain("lost again"))
    assert endings(tower) == [Ending.FAILED]
    world.now += timedelta(minutes=1)
    assert endings(tower) == [Ending.GIVEN_UP]


def test_what_may_have_arrived_is_held_where_that_is_asked_for(world: World) -> None:
    tower = waiting_for_kim(world, DeliveryUncertain("lost"), most_uncertain=0)
    assert endings(tower) == [Ending.GIVEN_UP]


@pytest.mark.parametrize("most", [0, 1])
def test_a_try_that_was_cut_off_counts_as_uncertain(world: World, most: int) -> None:
    tower = waiting_for_kim(world, KeyboardInterrupt, KeyboardInterrupt, most_uncertain=most)
    for _ in range(1 + most):
        with pytest.raises(KeyboardInterrupt):
            tower.deliver()
    assert endings(tower) == [Ending.GIVEN_UP]
    ends = tower.notifiers[1]
    assert isinstance(ends, Ends) and len(ends.tries) == 1 + most
    [kept] = tower.store.unsent_messages()
    assert "nobody knows whether it arrived" in str(kept.problem)


def test_a_try_that_was_cut_off_is_simply_repeated_where_the_receiver_can_tell(world: World) -> None:
    tower = waiting_for_kim(world, KeyboardInterrupt, KeyboardInterrupt, KeyboardInterrupt, None)
    tower.notifiers[1].repeatable = True
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            tower.deliver()
    assert endings(tower) == [Ending.SENT]


def test_two_processes_never_deliver_at_once(world: World) -> None:
    tower = waiting_for_kim(world, None)
    with tower.store.exclusive("deliver"), pytest.raises(StoreBusy):
        tower.deliver()
    assert endings(tower) == [Ending.SENT]


# --- alerts

#: words that no two headlines share, so that each is a story of its own
NOUNS = "barge gate wall lake pump ferry tower canal sluice weir basin spillway turbine lock quay mole".split()


def weeks_then_a_surge(world: World, **plan: object) -> Watchtower:
    """A story a day for five weeks with a digest each morning, then a dozen within one afternoon."""
    kim = reader("kim", alerts=frozenset({AlertKind.SURGE}), targets=("dams",))
    lee = reader("lee", alerts=frozenset({AlertKind.CAME}))
    tower = with_readers(world, kim, lee, **plan)
    world.now += HOUR
    for day in range(35):
        world.printed.clear()
        world.prints("harbour-news", f"Dam number {day} by the {NOUNS[day % len(NOUNS)]} in the news of day {day}")
        world.prints("harbour-news", *(f"Museum of {noun}s, hall {day}, reopens" for noun in NOUNS))
        tower.pull(force=True)
        assert len(tower.daily_digests()) == 3
        assert tower.alert() == []
        world.now += timedelta(days=1)
    tower.deliver()
    world.prints("harbour-news", *(f"Museum of {noun}s, last hall, reopens" for noun in NOUNS))
    for number, noun in enumerate(NOUNS):
        world.prints("harbour-news", f"Dam bursts at {noun} {number * 7} and the {NOUNS[-number - 1]} is closed")
    tower.pull(force=True)
    return tower


def test_a_surge_is_told_once_to_those_who_asked_for_it(world: World) -> None:
    tower = weeks_then_a_surge(world)
    [alert] = tower.alert()
    assert (alert.kind, alert.target, alert.held_back) == (AlertKind.SURGE, "dams", False)
    for _ in range(3):
        world.now += HOUR / 2
        assert tower.alert() == []
    [told] = [one.message for one in tower.deliver() if one.message.digest_id is None]
    assert (told.channel, told.recipient, told.subject) == ("mail", "kim@river.example", alert.says)
    assert told.body.startswith(alert.says)
    world.now += timedelta(days=1)
    digests = {one.reader: one for one in tower.daily_digests()}
    assert digests["kim"].notes == digests[""].notes == ()
    assert tower.alert() == []  # the digest has told of it


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        self.asked[name] += 1
        return getattr(self.store, name)


def test_a_look_for_alerts_costs_an_assessment_only_where_something_has_come_or_an_hour_has_gone_by(
    world: World,
) -> None:
    counting = Counting(world.tower.store)
    tower = replace(weeks_then_a_surge(world), store=cast(Store, counting), lookout=Lookout())
    counting.asked.clear()
    for minutes, looks in ((0, 1), (5, 1), (54, 1), (1, 2), (5, 2)):
        world.now += timedelta(minutes=minutes)
        assert bool(tower.alert()) == (looks == 1 and not minutes)
        assert counting.asked["earlier_matches"] == looks
    world.prints("harbour-news", "Dam at the very last lock holds, engineers say")
    tower.pull(force=True)
    assert tower.alert() == []
    assert counting.asked["earlier_matches"] == 3


def test_what_came_minutes_after_the_last_look_is_an_alert(world: World) -> None:
    tower = weeks_then_a_surge(world)
    world.now -= timedelta(minutes=50)  # before the surge was read
    assert tower.alert() == []
    world.now += timedelta(minutes=50)
    [alert] = tower.alert()
    assert alert.kind is AlertKind.SURGE


def test_what_is_over_the_limit_of_alerts_is_named_in_the_next_digest(world: World) -> None:
    tower = weeks_then_a_surge(world, alerts_per_hour=0)
    [alert] = tower.alert()
    assert alert.held_back
    assert tower.alert() == []
    assert [one for one in tower.store.unsent_messages() if one.digest_id is None] == []
    world.now += timedelta(days=1)
    notes = {one.reader: one.notes for one in tower.daily_digests()}
    held = ("Held back, because 0 alerts had gone out within the hour: 1 alert.", alert.says)
    assert notes == {"": held, "kim": held, "lee": ()}
    world.now += timedelta(days=1)
    assert {one.notes for one in tower.daily_digests()} == {()}


def test_what_is_held_back_after_a_digests_hour_is_named_by_the_next_one_alone(world: World) -> None:
    tower = weeks_then_a_surge(world, alerts_per_hour=0)
    [alert] = tower.alert()
    made = tower.daily_digests()  # their hour came before the alert
    assert all(one.until < alert.at for one in made)
    world.now += timedelta(days=1)
    named = [alert.says in one.notes for one in (*made, *tower.daily_digests()) if not one.reader]
    assert named == [False, True]


def test_without_a_digest_to_compare_with_or_a_reader_who_asks_there_are_no_alerts(world: World) -> None:
    assert with_readers(world, reader("kim", alerts=frozenset(AlertKind))).alert() == []
    tower = with_readers(world, reader("kim"))
    world.now += HOUR
    tower.daily_digests()
    assert tower.alert() == []


def test_everybodys_next_digest_names_what_could_not_be_delivered_on_an_empty_day_too(world: World) -> None:
    tower = waiting_for_kim(world, DeliveryRefused("550 no such user"), None)
    everybody = replace(tower.plan.everybody, when_empty=False)
    tower = replace(tower, plan=replace(tower.plan, readers=(everybody, *tower.plan.readers[1:])))
    tower.deliver()
    world.now += timedelta(days=1)
    notes = {one.reader: one.notes for one in tower.daily_digests()}
    assert notes == {"": ("Not delivered, by mail to kim@river.example: 550 no such user.",), "kim": ()}
    assert "2026-11-24.md" in {one.recipient for one in tower.store.unsent_messages()}


# --- explaining


def test_explain_finds_by_id_and_by_address_and_says_never_fetched(world: World) -> None:
    world.prints("harbour-news", "Dam opens")
    world.tower.pull()
    [(stored, explained)] = world.tower.explain("https://harbour-news.example/0?utm_source=x")
    assert stored.item.title == "Dam opens"
    assert {one.target: one.matched for one in explained} == {"dams": True, "floods": False}
    assert world.tower.explain(stored.item.id)[0][0] == stored
    assert world.tower.explain("https://harbour-news.example/never") == []
