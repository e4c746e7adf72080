"""What must always hold of grouping: order means nothing, contradictions never meet, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.stories.arrivals import arrived, partition
from watchtower.stories import group
from watchtower.stories.reading import Reading
from watchtower.stories.same import contradict, link
from watchtower.types import StoryItem

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WORDS = st.sampled_from(
    "north harbour dredger reaches bank lends two three missiles fired towards sea minister port on tuesday 5 november "
    "북항에 크레인 도착 банк даст кредит 北方港口 發射 - Reuters (LEAD) 12,000".split()
)
TITLES = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=30)


@st.composite
def batches(draw: st.DrawFn) -> list[StoryItem]:
    """Some items, many of them alike: titles are drawn from a few, and edited a little."""
    titles = draw(st.lists(TITLES, min_size=1, max_size=4))
    size = draw(st.integers(0, 14))
    endings = ["", " - Reuters", " two", " three", " says bank"]
    summaries = [
        "",
        "Both sides left early, the port's chief said on the quay in Vardby. It cost 400 dollars.",
        *titles,
    ]
    concepts = [frozenset[str](), frozenset(("port", "bank", "north")), frozenset(("port", "bank", "sea", "north"))]
    return [
        StoryItem(
            item_id=f"i{number}",
            feed_id=f"f{draw(st.integers(0, 3))}",
            title=draw(st.sampled_from(titles)) + draw(st.sampled_from(endings)),
            summary=draw(st.sampled_from(summaries)),
            language=None,
            dated=NOON + timedelta(hours=draw(st.integers(0, 120))),
            concepts=draw(st.sampled_from(concepts)),
        )
        for number in range(size)
    ]


@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_a_batch_means_nothing(items: list[StoryItem], random: Random) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert group(shuffled).stories == group(items).stories


@given(batches())
def test_every_item_gets_one_story_and_grouping_again_moves_nothing(items: list[StoryItem]) -> None:
    stories = group(items).stories
    assert set(stories) == {item.item_id for item in items}
    assert group([replace(item, story=stories[item.item_id]) for item in items]).stories == {}


@given(batches())
def test_headlines_that_contradict_each_other_never_share_a_new_story(items: list[StoryItem]) -> None:
    stories = group(items).stories
    for one in items:
        for other in items:
            if stories[one.item_id] == stories[other.item_id]:
                assert not contradict(Reading(one), Reading(other))


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False), st.lists(st.integers(1, 6), max_size=14))
def test_any_order_and_any_batching_ends_in_the_same_stories(
    items: list[StoryItem], random: Random, sizes: list[int]
) -> None:
    coming = list(items)
    random.shuffle(coming)
    cut: list[list[StoryItem]] = []
    for size in sizes:
        cut.append(coming[:size])
        coming = coming[size:]
    assert partition(arrived([*cut, coming])) == partition(group(items).stories)


@given(batches())
def test_what_links_two_items_is_symmetric(items: list[StoryItem]) -> None:
    readings = [Reading(item) for item in items[:5]]
    for a in readings:
        for b in readings:
            assert link(a, b) == link(b, a)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_read(title: str, summary: str) -> None:
    items = [
        StoryItem(item_id=id, feed_id=id, title=title, summary=summary, language=None, dated=NOON) for id in "ab"
    ]  # fmt: skip
    assert len(group(items).stories) == 2
