"""Which items become one story, and which must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from watchtower.stories import group
from watchtower.types import StoryItem, stable_id

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def item(
    id: str, title: str, summary: str = "", *, hours: float = 0, feed: str | None = None, story: str | None = None
) -> StoryItem:
    return StoryItem(
        item_id=id, feed_id=feed or f"feed-{id}", title=title, summary=summary, language=None,
        dated=NOON + timedelta(hours=hours), story=story,
    )  # fmt: skip


def together(*items: StoryItem) -> bool:
    return len(set(group(items, []).stories.values())) == 1


def parts(stories: Mapping[str, str]) -> set[frozenset[str]]:
    return {frozenset(id for id, story in stories.items() if story == one) for one in stories.values()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Port’s chief ‘sure’ of U.S. loan", "Port's Chief 'Sure' of US Loan"),
        ("Dredger reaches northern harbour - Reuters", "Dredger reaches northern harbour"),
        ("Dredger reaches northern harbour | Coast News", "Dredger reaches northern harbour - The Harbour Post"),
        ("(2nd LD) Dredger reaches northern harbour", "Dredger reaches northern harbour"),
        ("UPDATE 2-Dredger reaches northern harbour", "BREAKING: Dredger reaches northern harbour"),
        ("[속보] 북항에 대형 크레인 두 대 도착", "북항에 대형 크레인 두 대 도착(종합)"),
        ("【速報】北の港に大型クレーン到着", "速報：北の港に大型クレーン到着"),
        ("快讯：北方港口迎来大型起重机", "北方港口迎来大型起重机"),
        ("СРОЧНО: Банк даст кредит на северный порт", "Банк даст кредит на северный порт"),
        ("Dredger reaches northern harbor", "Dredger reaches northern harbour"),
        ("Dredger reaches northern harbour, port chief says", "Dredger reaches northern harbour"),
        ("Two boats lost off the northern coast", "2 boats lost off the northern coast"),
    ],
)
def test_the_same_headline_edited_by_another_outlet_is_one_story(one: str, other: str) -> None:
    assert together(item("a", one), item("b", other, hours=3))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North fires two missiles towards the sea", "North fires three missiles towards the sea"),
        ("North fires 2 missiles towards the sea", "North fires three missiles towards the sea"),
        ("Weather for the coast on 5 November", "Weather for the coast on 31 October"),
        ("Weather for the coast on Nov. 5", "Weather for the coast on 6 November"),
        ("Harbour vote held on Tuesday night", "Harbour vote held on Wednesday night"),
        ("North's minister arrives in port city for summit", "South's minister arrives in port city for summit"),
        ("Exports from northern harbour rise sharply", "Exports from northern harbour fall sharply"),
        ("북항에 크레인 두 대 도착", "북항에 크레인 세 대 도착"),
        ("Число раненых в порту выросло до двух", "Число раненых в порту выросло до трех"),
        ("北方港口发射两枚火箭", "北方港口发射三枚火箭"),
        ("Toll of harbour fire rises to 1,200", "Toll of harbour fire rises to 1.3 thousand"),
        ("Morning briefing", "Morning briefing"),
    ],
)
def test_another_number_date_or_name_is_another_story(one: str, other: str) -> None:
    assert not together(item("a", one), item("b", other, hours=3))


def test_the_same_headline_two_days_later_is_the_next_event() -> None:
    first = item("a", "North fires missile towards the sea", "It flew 300 km on Monday, the staff said.")
    assert not together(
        first, item("b", "North fires missile towards the sea", "A new test, the staff said.", hours=40)
    )


def test_the_same_headline_and_text_a_day_later_is_a_copy() -> None:
    text = "The harbour's master presented the plans for the new breakwater to the council, which liked them."
    first = item("a", "Breakwater plans shown to council", text)
    assert together(first, item("b", "Breakwater plans shown to council", text, hours=40))


def test_nothing_joins_over_more_than_three_days() -> None:
    text = "The harbour's master presented the plans for the new breakwater to the council, which liked them."
    first = item("a", "Breakwater plans shown to council", text)
    assert not together(first, item("b", "Breakwater plans shown to council", text, hours=73))


def test_a_story_may_grow_longer_than_three_days_item_by_item() -> None:
    text = "The harbour's master presented the plans for the new breakwater to the council, which liked them."
    items = [item(f"i{day}", "Breakwater plans shown to council", text, hours=48 * day) for day in range(5)]
    assert together(*items)


def test_the_same_agency_text_under_other_headlines_is_one_story() -> None:
    text = (
        "The bank will lend the money for the northern harbour over twenty years, its speaker said after a meeting "
        "with the ministers of transport and finance, who had asked for better terms since the spring."
    )
    assert together(
        item("a", "Bank to lend for northern harbour", text), item("b", "Harbour: bank gives in", text, hours=2)
    )


def test_a_rewrite_with_the_same_words_is_one_story() -> None:
    one = item(
        "a", "Bank lends for northern harbour at last",
        "The Seaway Bank lends forty crowns a head for the northern harbour, speaker Odd Holm said in Vardby.",
    )  # fmt: skip
    other = item(
        "b", "Seaway Bank lends money for northern harbour",
        "Speaker Odd Holm of the Seaway Bank said in Vardby it lends forty crowns a head for the harbour.", hours=5,
    )  # fmt: skip
    assert together(one, other)


def test_another_event_on_the_same_subject_is_another_story() -> None:
    one = item(
        "a", "Bank lends for northern harbour", "The Seaway Bank lends for the northern harbour, its speaker said."
    )
    other = item("b", "Divers search northern harbour for lost anchor", "The anchor fell on Sunday night in the storm.")
    assert not together(one, other)


def test_one_outlets_bulletins_in_the_same_words_stay_apart() -> None:
    one = item("a", "Minister Holm meets envoy of Westland", "Minister Holm meets envoy of Westland", feed="ministry")
    other = item(
        "b", "Minister Holm meets envoy of Eastland", "Minister Holm meets envoy of Eastland", feed="ministry", hours=2
    )
    assert not together(one, other)


def test_items_that_contradict_each_other_do_not_meet_by_way_of_a_third() -> None:
    two = item("a", "North fires two missiles towards the sea")
    none = item("b", "North fires missiles towards the sea", hours=1)
    three = item("c", "North fires three missiles towards the sea", hours=2)
    stories = group([two, none, three], []).stories
    assert stories["a"] != stories["c"]
    assert stories["b"] in (stories["a"], stories["c"])


def test_a_late_item_joins_its_story() -> None:
    old = item("a", "Dredger reaches northern harbour", story="old", hours=-10)
    assert group([item("b", "Dredger reaches northern harbour")], [old]).stories == {"b": "old"}


def test_an_item_that_comes_late_but_is_dated_before_joins_the_story_there_is() -> None:
    old = item("a", "Dredger reaches northern harbour", story="old")
    assert group([item("b", "Dredger reaches northern harbour", hours=-2)], [old]).stories == {"b": "old"}


def test_a_bridge_merges_two_stories_into_the_older_one() -> None:
    text = "The bank will lend the money for the northern harbour over twenty years, its speaker said after a vote."
    elder = item("a", "Dredger reaches northern harbour at dawn", story="elder", hours=-5)
    younger = item("b", "Bank speaks", text, story="younger", hours=-1)
    bridge = item("c", "Dredger reaches northern harbour at dawn", text)
    also = replace(younger, item_id="d", dated=NOON)
    assert group([bridge], [elder, younger, also]).stories == {"b": "elder", "c": "elder", "d": "elder"}


def test_stories_that_nothing_new_touches_stay_as_they_are() -> None:
    recent = [
        item("a", "Dredger reaches harbour now", story="s1"),
        item("b", "Dredger reaches harbour now", story="s2"),
    ]
    stories = group([item("c", "Quite another matter of tax")], recent).stories
    assert set(stories) == {"c"}


def test_a_new_storys_id_is_made_from_its_earliest_item() -> None:
    later, earlier = (
        item("a", "Dredger reaches northern harbour", hours=2),
        item("z", "Dredger reaches northern harbour"),
    )
    assert set(group([later, earlier], []).stories.values()) == {stable_id("story", "z")}


def test_a_storys_id_stays_when_an_earlier_item_comes_later() -> None:
    first = item("z", "Dredger reaches northern harbour")
    id = group([first], []).stories["z"]
    grown = group([item("a", "Dredger reaches northern harbour", hours=-3)], [replace(first, story=id)])
    assert grown.stories == {"a": id}


def test_every_order_gives_the_same_stories() -> None:
    items = [
        item("a", "North fires two missiles towards the sea"),
        item("b", "North fires missiles towards the sea", hours=1),
        item("c", "North fires three missiles towards the sea", hours=2),
        item("d", "North fires missiles towards the sea - Reuters", hours=2),
        item("e", "Quite another matter of tax", hours=2),
    ]
    results = {tuple(sorted(group(order, []).stories.items())) for order in permutations(items)}
    assert len(results) == 1


def test_nothing_to_group_gives_nothing() -> None:
    assert group([], []).stories == {}
    assert group([], [item("a", "One", story="s")]).stories == {}


def test_items_without_a_title_are_stories_of_their_own() -> None:
    assert len(set(group([item("a", ""), item("b", ""), item("c", "…")], []).stories.values())) == 3


def test_a_headline_that_thousands_share_takes_no_longer_than_others() -> None:
    columns = [item(f"c{n}", f"Harbour column number {n} of the week", hours=n / 60) for n in range(1500)]
    assert len(set(group(columns, []).stories.values())) == 1500
