"""Which items become one story, and which must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tests.unit.stories.arrivals import Arrivals, partition
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
    return len(set(group(items).stories.values())) == 1


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
    stories = group([two, none, three]).stories
    assert stories["a"] != stories["c"]
    assert stories["b"] in (stories["a"], stories["c"])


_SEIZED = "Aldra seizes three Westland trawlers, says coast guard"


def test_headlines_alone_join_where_they_tell_the_same_of_the_same_names_at_about_the_same_time() -> None:
    other = item("b", "Three Westland trawlers seized by Aldra's coast guard", hours=1)
    assert together(item("a", _SEIZED), other)


def test_the_same_few_words_a_day_later_are_another_event() -> None:
    other = item("b", "Three Westland trawlers seized by Aldra's coast guard", hours=30)
    assert not together(item("a", _SEIZED), other)


def test_concepts_in_common_make_up_for_words_of_its_own() -> None:
    one = replace(item("a", _SEIZED), concepts=frozenset(("aldra", "westland", "fishing", "coast_guard")))
    other = item("b", "Aldra: coast guard stops Westland's fishing boats", hours=1)
    assert not together(one, other)
    assert together(one, replace(other, concepts=one.concepts))


_COUNTED = (
    "The ferry Aldra ran aground off Holm on Monday night. Divers brought 41 passengers ashore and 17 of them are in "
    "hospital, the coast guard said; the captain was questioned for hours about the missing pilot and the broken radar."
)
_RESCUED = "Divers bring 41 ashore from ferry Aldra aground off Holm"


def test_headlines_that_pick_other_numbers_of_one_report_join_where_each_text_tells_both() -> None:
    hurt = item("b", "17 in hospital after ferry Aldra runs aground off Holm", _COUNTED, hours=1)
    assert together(item("a", _RESCUED, _COUNTED), hurt)


def test_headlines_with_other_numbers_stay_apart_where_only_one_text_tells_both() -> None:
    # the later report recalls the earlier event, which knew nothing of it
    later = item(
        "b", "62 ashore from ferry Aldra aground off Holm", f"{_COUNTED} On the next wreck there were 62.", hours=1
    )
    assert not together(item("a", _RESCUED, _COUNTED), later)


def test_a_late_item_joins_its_story() -> None:
    old = item("a", "Dredger reaches northern harbour", story="old", hours=-10)
    assert Arrivals([old]).take_in(item("b", "Dredger reaches northern harbour")) == {"a": "old", "b": "old"}


def test_an_item_that_comes_late_but_is_dated_before_joins_the_story_there_is() -> None:
    old = item("a", "Dredger reaches northern harbour", story="old")
    late = item("b", "Dredger reaches northern harbour", hours=-2)
    assert Arrivals([old]).take_in(late) == {"a": "old", "b": "old"}


def test_a_bridge_that_is_alike_to_all_of_both_merges_two_stories_into_the_older_one() -> None:
    text = "The bank will lend the money for the northern harbour over twenty years, its speaker said after a vote."
    elder = item("a", "Dredger reaches northern harbour at dawn", story="elder", hours=-5)
    younger = item("b", "Bank speaks", text, story="younger", hours=-1)
    bridge = item("c", "Dredger reaches northern harbour at dawn", text)
    also = replace(younger, item_id="d", dated=NOON)
    assert set(Arrivals([elder, younger, also]).take_in(bridge).values()) == {"elder"}


def test_stories_that_nothing_new_touches_stay_as_they_are() -> None:
    recent = [
        item("a", "Dredger reaches harbour now", story="s1"),
        item("b", "Dredger reaches harbour now", story="s2"),
    ]
    stories = Arrivals(recent).take_in(item("c", "Quite another matter of tax"))
    assert (stories["a"], stories["b"]) == ("s1", "s2")


def test_a_new_storys_id_is_made_from_its_earliest_item() -> None:
    later, earlier = (
        item("a", "Dredger reaches northern harbour", hours=2),
        item("z", "Dredger reaches northern harbour"),
    )
    assert set(group([later, earlier]).stories.values()) == {stable_id("story", "z")}


def test_a_storys_id_stays_when_an_earlier_item_comes_later() -> None:
    first = item("z", "Dredger reaches northern harbour")
    id = group([first]).stories["z"]
    grown = Arrivals([replace(first, story=id)]).take_in(item("a", "Dredger reaches northern harbour", hours=-3))
    assert grown == {"a": id, "z": id}


def test_every_order_gives_the_same_stories() -> None:
    items = [
        item("a", "North fires two missiles towards the sea"),
        item("b", "North fires missiles towards the sea", hours=1),
        item("c", "North fires three missiles towards the sea", hours=2),
        item("d", "North fires missiles towards the sea - Reuters", hours=2),
        item("e", "Quite another matter of tax", hours=2),
    ]
    results = {tuple(sorted(group(order).stories.items())) for order in permutations(items)}
    assert len(results) == 1


def test_nothing_to_group_gives_nothing() -> None:
    assert group([]).stories == {}
    assert group([item("a", "One", story="s")]).stories == {}


def test_items_without_a_title_are_stories_of_their_own() -> None:
    assert len(set(group([item("a", ""), item("b", ""), item("c", "…")]).stories.values())) == 3


def test_a_headline_that_thousands_share_takes_no_longer_than_others() -> None:
    columns = [item(f"c{n}", f"Harbour column number {n} of the week", hours=n / 60) for n in range(1500)]
    assert len(set(group(columns).stories.values())) == 1500


# --- the same development in other words and languages

CRASH = "A ferry of the Vardby Line ran into the northern pier of Holmsund on its way from Skerry."


def test_a_retelling_in_words_of_its_own_is_the_same_story() -> None:
    one = item(
        "a",
        "Ferry from Skerry hits pier in Holmsund, 34 hurt",
        f"{CRASH} Thirty-four of 410 passengers were hurt, the coast guard said, four of them badly. The captain had "
        "reported trouble with the rudder. The pier is closed.",
    )
    other = item(
        "b",
        "34 passengers hurt as ferry strikes Holmsund pier",
        "The coast guard says 34 of the 410 people on board were hurt when the Vardby Line's ferry from Skerry could "
        "not be steered any more and struck the northern pier in Holmsund, which stays closed.",
        hours=3,
    )
    assert together(one, other)


def test_one_outlets_next_report_on_the_subject_is_a_story_of_its_own() -> None:
    texts = (
        ("Skerry ferry hits pier in Holmsund", CRASH),
        ("Pier in Holmsund to close after Skerry ferry hits it", "The pier that the ferry from Skerry hit must close."),
    )
    assert not together(*(item(f"i{n}", *text, hours=n, feed="one") for n, text in enumerate(texts)))
    assert together(*(item(f"i{n}", *text, hours=n) for n, text in enumerate(texts)))


def test_another_name_in_the_headline_is_another_event() -> None:
    one = item("a", "Minister Holm receives Prince Oskar of Westland", "Talks with Prince Oskar lasted an hour.")
    other = item("b", "Minister Holm receives Queen Inga of Eastland", "Talks with Queen Inga lasted an hour.", hours=2)
    assert not together(one, other)


FERRY = frozenset(("ferry", "accident", "holmsund", "coast_guard"))
TRANSLATED = [
    ("Ferry hits pier in Holmsund", "The Vardby Line's ferry had 410 people on board, the coast guard said."),
    ("Паром врезался в пирс в Хольмсунне", "На борту находились 410 человек, сообщила береговая охрана."),
    ("홀름순드 부두에 여객선 충돌", "해안경비대는 승객 410명이 타고 있었다고 밝혔다."),
    ("渡轮撞上霍尔姆松码头", "海岸警卫队说船上有410人。"),
    ("ホルムスンドの桟橋にフェリー衝突", "沿岸警備隊によると410人が乗っていた。"),
]


def translations(**given: object) -> list[StoryItem]:
    made = [item(f"i{n}", title, summary, hours=n) for n, (title, summary) in enumerate(TRANSLATED)]
    return [replace(one, **{"concepts": FERRY, **given}) for one in made]  # type: ignore[arg-type]  # by name


def test_five_languages_that_name_the_same_concepts_and_quantity_are_one_story() -> None:
    assert together(*translations())


def test_the_same_quantity_without_concepts_in_common_is_no_translation() -> None:
    assert len(set(group(translations(concepts=frozenset())).stories.values())) == 5
    assert len(set(group(translations(concepts=frozenset(("ferry", "accident")))).stories.values())) == 5


def test_the_same_concepts_without_a_quantity_in_common_are_no_translation() -> None:
    english, russian, *_ = translations()
    assert not together(english, replace(russian, summary="На борту находились 211 человек, сообщила охрана."))


def test_translations_of_two_days_events_stay_apart() -> None:
    english, russian, *_ = translations()
    english = replace(english, summary="On 5 November the ferry had 410 people on board, the coast guard said.")
    assert not together(english, replace(russian, summary="6 ноября на борту находились 410 человек."))
    assert not together(english, replace(russian, dated=NOON + timedelta(hours=37)))


def test_two_missile_tests_of_two_days_are_never_one_story() -> None:
    def reports(day: str, number: str, hours: float, name: str) -> list[StoryItem]:
        flown = "the staff said. They flew 400 km."
        text = f"The North fired {number} missiles from Sariwon towards the sea on {day}, {flown}"
        return [
            item(f"{name}1", f"North fires {number} missiles towards the sea", text, hours=hours),
            item(f"{name}2", "North fires missiles towards the sea", text, hours=hours + 1),
            item(f"{name}3", "Missiles fired from Sariwon, says staff", text, hours=hours + 2),
        ]

    first, second = reports("5 November", "two", 0, "a"), reports("6 November", "two", 20, "b")
    assert partition(group([*first, *second]).stories) == {
        frozenset(("a1", "a2", "a3")),
        frozenset(("b1", "b2", "b3")),
    }
    third = reports("5 November", "three", 4, "c")
    stories = group([*first, *third]).stories
    assert stories["a1"] != stories["c1"]


def test_a_report_of_the_second_test_that_recalls_the_first_is_not_of_the_first() -> None:
    first = item(
        "a", "North fires missiles from Sariwon", "On Tuesday the North fired missiles from Sariwon, Seoul said."
    )
    second = item(
        "b",
        "North fires missiles from Sariwon again",
        "On Wednesday the North fired missiles, a day after those of Tuesday, Seoul said in Sariwon.",
        hours=20,
    )
    undated = item("c", "From Sariwon, North fires missiles", "The North fired missiles, Seoul said.", hours=10)
    stories = group([first, second, undated]).stories
    assert stories["a"] != stories["b"]


def test_talks_on_monday_are_not_talks_on_friday() -> None:
    monday = item("a", "Ministers meet for talks in Vardby on Monday", "The ministers of both sides meet in Vardby.")
    friday = item("b", "Ministers meet for talks in Vardby on Friday", "The ministers of both sides meet.", hours=9)
    between = item("c", "Ministers meet for talks in Vardby", "The ministers of both sides meet in Vardby.", hours=4)
    stories = group([monday, between, friday]).stories
    assert stories["a"] != stories["b"]


def test_translations_do_not_chain_from_day_to_day() -> None:
    chain = [replace(one, dated=NOON + timedelta(hours=30 * n)) for n, one in enumerate(translations())]
    spans = [
        max(dated) - min(dated)
        for together in partition(group(chain).stories)
        if (dated := [one.dated for one in chain if one.item_id in together])
    ]
    assert timedelta() < max(spans) <= timedelta(hours=36)


def test_a_report_that_is_near_to_two_events_does_not_make_them_one() -> None:
    def about(name: str, place: str, hours: float) -> list[StoryItem]:
        return [
            replace(item(f"{name}{n}", f"{title} {place}", f"{text} {place}.", hours=hours + n), concepts=FERRY)
            for n, (title, text) in enumerate(TRANSLATED[:3])
        ]

    events = [*about("a", "410", 0), *about("b", "411", 0)]
    far = [replace(one, summary=one.summary.replace("410", "511")) for one in events[3:]]
    between = replace(item("c", "渡轮撞上码头", "船上有410人, 另一艘船上有511人。", hours=1), concepts=FERRY)
    stories = group([*events[:3], *far, between]).stories
    assert stories["a0"] != stories["b0"]


def test_the_body_counts_where_the_summary_says_nothing() -> None:
    bare = item("a", "Ferry from Skerry hits pier in Holmsund, 34 hurt")
    other = item("b", "34 passengers hurt as Skerry ferry strikes Holmsund pier", CRASH, hours=3)
    assert together(replace(bare, body=f"{CRASH} Thirty-four passengers were hurt."), other)


# --- coming in one after another


def test_where_two_become_one_and_part_again_no_two_stories_share_an_id() -> None:
    two = item("a", "North fires two missiles towards the sea", hours=1)
    none = item("b", "North fires missiles towards the sea")
    three = item("c", "North fires three missiles towards the sea", hours=2)
    arrivals = Arrivals()
    for one in (none, three, two):
        stories = arrivals.take_in(one)
    assert partition(stories) == partition(group([two, none, three]).stories)


def test_an_item_that_leaves_its_story_begins_one_of_a_new_name() -> None:
    # as after an upgrade: what was one story is two by the rules of today
    one, other = item("a", "Dredger reaches harbour", story="s"), item("b", "Quite another matter of tax", story="s")
    stories = Arrivals([one, other]).take_in(item("c", "Dredger reaches harbour - Reuters"))
    assert stories["a"] == stories["c"] == "s"
    assert stories["b"] not in ("s", stable_id("story", "b"))
