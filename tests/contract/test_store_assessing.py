"""What every ``seams.Store`` promises of what an assessment counts, and of what analysts say beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from tests import factories as make
from tests.factories import NOW
from watchtower.seams import Store
from watchtower.types import FeedDay, Headline, Item, Retold, Sighting, VisitKind

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def read(store: Store, item: Item, **given: object) -> None:
    """Store an item by a visit, with one match of its present revision."""
    revised = {"revised": (item,)} if item.revision > 1 else {}
    store.save_visits([make.visit(*(() if revised else (item,)), feed_id=item.feed_id, **revised)])
    match = make.match(item, **given)
    store.save_classified([make.classified(item, match)], "model-1", "configuration-1")


def told(store: Store, *items: str, day: int = 0, **given: object) -> str:
    """Record a digest that tells of these items, and give its id."""
    until = NOW + day * DAY
    digest = make.digest(since=until - DAY, until=until, **given)
    assert store.save_digest(digest, items, until.date().isoformat(), [])
    return digest.id


# --- counting


def test_a_sighting_has_what_a_match_and_its_item_say(store: Store) -> None:
    item = make.item()
    read(store, item, indicator="dam-opens", answer="held", score=0.75)
    assert store.sightings(NOW - DAY, NOW, NOW) == [
        Sighting(
            item=item.id, feed="harbour-news", story=item.id, dated=item.dated,
            target="dams", indicator="dam-opens", answer="held", score=0.75, configuration="configuration-1",
        )
    ]  # fmt: skip


def test_a_sighting_names_the_story_its_item_is_in(store: Store) -> None:
    item = make.item(backfill=True)
    read(store, item)
    store.save_grouping(make.story("story-1", item))
    [seen] = store.sightings(NOW - DAY, NOW, NOW)
    assert (seen.story, seen.backfill) == ("story-1", True)


def test_sightings_are_those_of_the_period_seen_by_then_in_order(store: Store) -> None:
    items = [make.item(key=f"{n}", published=NOW - n * HOUR) for n in (3, 1, 2, 0)]
    late = make.item(key="late", published=NOW - HOUR, first_seen=NOW + HOUR)
    for item in (*items, late):
        read(store, item)
    found = store.sightings(NOW - 3 * HOUR, NOW, NOW)
    assert [one.dated for one in found] == [NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]
    assert late.id not in {one.item for one in found}


def test_sightings_can_be_of_some_indicators_alone(store: Store) -> None:
    for name in ("dam-opens", "dam-breaks"):
        read(store, make.item(key=name), indicator=name)
    read(store, make.item(key="none"))
    assert [one.indicator for one in store.sightings(NOW - DAY, NOW, NOW, ["dam-breaks"])] == ["dam-breaks"]
    assert store.sightings(NOW - DAY, NOW, NOW, []) == []


def test_headlines_are_those_of_the_items_that_are_there(store: Store) -> None:
    item, bare = make.item(title="댐이 열렸다"), make.item(key="2", url=None)
    read(store, item)
    read(store, bare)
    assert store.headlines([bare.id, "unheard", item.id]) == {
        item.id: Headline("댐이 열렸다", item.url),
        bare.id: Headline(bare.title, None),
    }
    assert store.headlines([]) == {}


def test_items_are_counted_by_feed_in_each_window(store: Store) -> None:
    for feed, hours in (("a", 1), ("a", 2), ("b", 2), ("a", 26)):
        read(store, make.item(feed_id=feed, key=f"{hours}", published=NOW - hours * HOUR))
    windows = [(NOW - 2 * DAY, NOW - DAY), (NOW - DAY, NOW - HOUR), (NOW, NOW + DAY)]
    assert store.delivered(windows) == [{"a": 1}, {"a": 1, "b": 1}, {}]
    assert store.delivered([]) == []
    overlapping = [(NOW - 9 * DAY, NOW), (NOW - 2 * HOUR, NOW - HOUR), (NOW - 2 * HOUR, NOW)]
    assert store.delivered(overlapping) == [{"a": 3, "b": 1}, {"a": 1, "b": 1}, {"a": 2, "b": 1}]


def test_it_is_known_on_which_days_a_feed_answered_first_and_last(store: Store) -> None:
    for hours, kind in ((0, "failed"), (1, "fetched"), (5, "unchanged"), (3, "fetched"), (9, "failed")):
        store.save_visits([make.visit(kind=VisitKind(kind), at=NOW.replace(hour=2) + hours * HOUR)])
    store.save_visits([make.visit(feed_id="upland-post", at=NOW - 3 * DAY)])
    answered = FeedDay(feed="harbour-news", day=NOW.date(), first=NOW.replace(hour=3), last=NOW.replace(hour=7))
    assert store.feed_days(NOW.date()) == [answered]
    assert [one.feed for one in store.feed_days(NOW.date() - 3 * DAY)] == ["upland-post", "harbour-news"]


def test_the_day_of_an_answer_is_that_of_utc(store: Store) -> None:
    late = datetime(2026, 11, 24, 8, tzinfo=timezone(9 * HOUR))
    store.save_visits([make.visit(at=late)])
    assert store.feed_days(date(2026, 11, 1)) == [
        FeedDay(feed="harbour-news", day=date(2026, 11, 23), first=late.astimezone(UTC), last=late.astimezone(UTC))
    ]


# --- corrections


def test_an_item_revised_since_it_was_told_is_retold(store: Store) -> None:
    item = make.item()
    read(store, item, indicator="dam-opens")
    digest = told(store, item.id)
    assert store.retold("rivers") == []
    revised = make.revised(item, title="Dam stays shut")
    store.save_visits([make.visit(feed_id=item.feed_id, revised=(revised,))])
    assert store.retold("rivers") == [], "no model has read it yet"
    store.save_classified([make.classified(revised)], "model-1", "configuration-1")
    assert store.retold("rivers") == [
        Retold(
            item=item.id, feed=item.feed_id, digest=digest, until=NOW, title="Dam opens", now="Dam stays shut",
            url=item.url, before={"dams": "dam-opens"}, after={},
        )
    ]  # fmt: skip
    assert store.retold("another") == []


def test_an_item_told_anew_is_no_longer_retold(store: Store) -> None:
    item = make.item()
    read(store, item)
    told(store, item.id)
    read(store, make.revised(item, title="Dam stays shut"), answer="held")
    [one] = store.retold("rivers")
    assert (one.before, one.after) == ({"dams": ""}, {"dams": "held"})
    told(store, item.id, day=1)
    assert store.retold("rivers") == []


def test_what_was_told_a_month_ago_is_not_retold(store: Store) -> None:
    item = make.item()
    read(store, item)
    told(store, item.id)
    read(store, make.revised(item, title="Dam stays shut"))
    told(store, day=31)
    assert store.retold("rivers") == []


# --- what analysts say


def test_a_definition_stays_as_it_was_first_noted(store: Store) -> None:
    first, later = make.definition(), make.definition(configuration="configuration-2", at=NOW + DAY)
    store.save_definitions([later, first])
    store.save_definitions([replace(first, at=NOW + 2 * DAY), make.definition(analysis="another")])
    assert store.definitions("rivers") == [first, later]


def test_resets_come_back_oldest_first(store: Store) -> None:
    first, second = make.reset(note="the war is over"), make.reset(at=NOW + DAY)
    for one in (second, first, second, make.reset(analysis="another")):
        store.save_reset(one)
    assert store.resets("rivers") == [first, second]


def test_a_judgement_comes_back_and_can_be_resolved(store: Store) -> None:
    first, second = make.judgement(note="댐"), make.judgement(id="judgement-2", at=NOW + DAY)
    for one in (second, first, make.judgement(id="other", analysis="another")):
        store.save_judgement(one)
    assert store.judgements("rivers") == [first, second]
    resolved = replace(first, outcome=True, resolved_at=NOW + 2 * DAY, brier=0.1056)
    store.save_judgement(resolved)
    assert store.judgements("rivers") == [resolved, second]


def test_what_no_database_can_hold_in_a_judgement_is_replaced(store: Store) -> None:
    store.save_judgement(make.judgement(note="a\0b"))
    store.save_reset(make.reset(note="a\ud800b"))
    assert store.judgements("rivers")[0].note == store.resets("rivers")[0].note == "a\N{REPLACEMENT CHARACTER}b"
