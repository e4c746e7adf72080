"""A day of made-up news, and the pieces to make others: every text here is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watchtower.digest import DayData
from watchtower.stories import lineages
from watchtower.types import (
    Analysis,
    Answer,
    Copy,
    Earlier,
    Evidence,
    Feed,
    FeedState,
    Indicator,
    Item,
    Match,
    StoredItem,
    Target,
    TargetKind,
)

UNTIL = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)

ANALYSIS = Analysis(
    id="harbour",
    title="The Northern Harbour: Who Builds, Who Guards, Who Pays",
    source="Made for the tests",
    published="2026-01",
    languages=("en", "ko", "ru"),
    targets=(
        Target(
            id="harbour-works",
            kind=TargetKind.WATCH_POINT,
            title="Building at the northern harbour",
            indicators=(
                Indicator(id="dredging", says="Ships dredge the northern harbour"),
                Indicator(id="cranes", says="Cranes for containers arrive"),
            ),
        ),
        Target(id="patrols", kind=TargetKind.WATCH_POINT, title="Patrols off the northern coast"),
        Target(
            id="who-pays",
            kind=TargetKind.CRITICAL_QUESTION,
            title="Who pays for the northern harbour?",
            indicators=(Indicator(id="loan", says="A bank lends for the harbour", supports=("abroad",)),),
            answers=(
                Answer(id="home", says="The home treasury pays"),
                Answer(id="abroad", says="Money comes from abroad"),
            ),
        ),
    ),
    version="configuration-1",
)

FEEDS = (
    Feed(id="coast-wire", url="https://coast.example/rss", title="Coast Wire", language="en", owner="Coast Wire",
         kind="wire", reliability="B"),
    Feed(id="harbour-post", url="https://post.example/rss", title="Harbour Post", language="en", owner="Post Group",
         kind="newspaper", reliability="C"),
    Feed(id="harbour-post-sea", url="https://post.example/sea", title="Harbour Post, Sea", language="en",
         owner="Post Group", kind="newspaper", reliability="C"),
    Feed(id="north-radio", url="https://radio.example/rss", title="North Radio", language="en", owner="State Radio",
         kind="state-media", state="NL", reliability="D"),
    Feed(id="haedong", url="https://haedong.example/rss", title="해동일보", language="ko", owner="Haedong",
         kind="newspaper", reliability="C"),
    Feed(id="sever", url="https://sever.example/rss", title="Северный вестник", language="ru", owner="Sever",
         kind="newspaper", reliability="C"),
)  # fmt: skip


def at(hours: float) -> datetime:
    """Give the time so many hours after the period began."""
    return SINCE + timedelta(hours=hours)


def match(item: Item, target: str, score: float = 0.9, words: Sequence[str] = (), **fields: str) -> Match:
    """Match an item; each of ``words`` that stands in its title or summary becomes a concept's evidence."""
    evidence = []
    for word in words:
        field = "title" if word in item.title else "summary"
        start = getattr(item, field).index(word)
        name = word.lower().replace(" ", "_")
        evidence.append(
            Evidence(kind="concept", text=word, weight=1.5, field=field, start=start, end=start + len(word), name=name)
        )
    evidence.append(Evidence(kind="prior", text="before reading", weight=-2.0))
    return Match(
        item_id=item.id, target=target, revision=1, score=score, threshold=0.5, evidence=tuple(evidence),
        model="model-1", configuration=ANALYSIS.version, **fields,
    )  # fmt: skip


def item(id: str, feed: str, hours: float, title: str, summary: str = "", url: str | None = "") -> Item:
    """Make an item of the sample feeds, dated so many hours after the period began."""
    language = next((one.language for one in FEEDS if one.id == feed), None)
    return Item(
        id=id, feed_id=feed, key=id, url=f"https://{feed}.example/{id}" if url == "" else url, title=title,
        summary=summary, language=language, published=at(hours), first_seen=at(hours), dated=at(hours),
    )  # fmt: skip


def stored(one: Item, *matches: Match, story: str | None = None) -> StoredItem:
    """Store an item in a story of its own, or in the one named."""
    return StoredItem(item=one, story=story or f"story-{one.id}", matches=matches, classified_by="model-1")


def state_of(feed_id: str, **given: Any) -> FeedState:
    """Make what is remembered of one of the feeds."""
    url = next(feed.url for feed in FEEDS if feed.id == feed_id)
    return FeedState(feed_id=feed_id, url=url, **given)


def states(**changes: FeedState) -> dict[str, FeedState]:
    """Say that every feed answered an hour ago, but for the changes."""
    well = {
        feed.id: FeedState(
            feed_id=feed.id, url=feed.url, next_check=UNTIL + timedelta(minutes=30), last_attempt=at(23),
            last_success=at(23), last_new=at(20),
        )
        for feed in FEEDS
    }  # fmt: skip
    return well | {state.feed_id: state for state in changes.values()}


def day(items: Sequence[StoredItem], **changes: object) -> DayData:
    """Put stored items into a day; all of its matched ones are in the period."""
    data = DayData(
        analysis=ANALYSIS,
        feeds=FEEDS,
        since=SINCE,
        until=UNTIL,
        zone="Europe/Berlin",
        cut_off=UNTIL + timedelta(minutes=1),
        items=tuple(items),
        lineages=lineages(map(Copy.of, items), FEEDS),
        in_period=frozenset(one.item.id for one in items if one.matches and one.item.dated >= SINCE),
        states=states(),
        item_counts={"coast-wire": 120, "harbour-post": 85, "north-radio": 40},
        model="model-1",
        configuration=ANALYSIS.version,
        version="0.1.0",
    )
    return replace(data, **changes)  # type: ignore[arg-type]  # any field, by name


def busy_day() -> DayData:
    """A day with a large story, a foreign one, a question, a late item, a failing feed and days before."""
    dredger = item(
        "a1", "coast-wire", 3, "Dredger reaches northern harbour, port chief says",
        "A dredger has reached the northern harbour and starts work on Thursday, the port's chief said. The channel "
        "is to be two metres deeper by autumn, so that larger ships can call. Neighbours asked for the plans.",
    )  # fmt: skip
    copy = item("a2", "harbour-post", 4, "Dredger reaches northern harbour", "A dredger has reached the harbour.")
    again = item("a3", "harbour-post-sea", 5, "Dredger reaches northern harbour (video)")
    radio = item(
        "a4", "north-radio", 1, "Our dredger arrives in triumph", "Crowds cheered the northern harbour's dredger."
    )
    crane = item(
        "b1",
        "haedong",
        8,
        "북항에 대형 크레인 도착",
        "북항에 컨테이너용 대형 크레인 두 대가 도착했다고 항만 당국이 밝혔다.",
    )
    loan = item(
        "c1", "sever", 12, "Банк даст кредит на северный порт",
        "Банк развития выделит кредит на строительство северного порта, сообщил его представитель.",
    )  # fmt: skip
    deal = item("d1", "harbour-post", 15, "Treasury [draft] names <no> sum for harbour & coast_guard *yet*")
    late = item(
        "e1", "coast-wire", -20, "Patrol boats rehearse boarding off northern coast", "Boats rehearsed boarding."
    )
    works = ["Dredger", "northern harbour"]
    items = [
        stored(dredger, match(dredger, "harbour-works", 0.97, works, indicator="dredging"), story="s1"),
        stored(copy, match(copy, "harbour-works", 0.95, works, indicator="dredging"), story="s1"),
        stored(again, story="s1"),
        stored(radio, match(radio, "harbour-works", 0.7, ["dredger"]), story="s1"),
        stored(crane, match(crane, "harbour-works", 0.81, ["북항", "크레인"], indicator="cranes")),
        stored(loan, match(loan, "who-pays", 0.88, ["Банк", "кредит"], indicator="loan", answer="abroad")),
        stored(
            deal,
            match(deal, "who-pays", 0.62, ["Treasury"], answer="home"),
            match(deal, "harbour-works", 0.55, ["harbour"], indicator="dredging"),
        ),
        stored(late, match(late, "patrols", 0.77, ["Patrol boats"])),
    ]  # fmt: skip
    failing = FeedState(
        feed_id="sever", url=FEEDS[-1].url, next_check=at(26), failures=3, last_attempt=at(22), last_success=at(9),
        problem="the server answered 503 Service Unavailable",
    )  # fmt: skip
    quiet = replace(states()["haedong"], last_new=SINCE - timedelta(days=9))
    return day(
        items,
        in_period=frozenset(("a1", "a2", "a4", "b1", "c1", "d1", "e1")),
        late=frozenset(("e1",)),
        before=earlier(*_before()),
        states=states(failing=failing, quiet=quiet),
        item_counts={"coast-wire": 120, "harbour-post": 85, "north-radio": 40, "sever": 7},
    )


def earlier(*items: StoredItem) -> tuple[Earlier, ...]:
    """Give the matches of stored items as those of the days before."""
    return tuple(
        Earlier(
            item=one.item.id, feed=one.item.feed_id, language=one.item.language, story=one.story or one.item.id,
            dated=one.item.dated, title=one.item.title, target=match.target, indicator=match.indicator,
            answer=match.answer, concepts=match.concepts,
        )
        for one in items
        for match in one.matches
    )  # fmt: skip


def _before() -> list[StoredItem]:
    """One to three harbour stories on each of the 14 days before, and a patrol now and then."""
    found = []
    for back in range(1, 15):
        for number in range(back % 3 + 1):
            one = item(f"h{back}-{number}", "coast-wire", 10 - 24 * back, f"Harbour notes {back} {number}")
            found.append(stored(one, match(one, "harbour-works", 0.8, ["Harbour"], indicator="dredging")))
        if back % 5 == 0:
            one = item(f"p{back}", "coast-wire", 6 - 24 * back, f"Patrol notes {back}")
            found.append(stored(one, match(one, "patrols", 0.8, ["Patrol"])))
    return found
