"""What must always hold of a story and the answer it points to: the page says what the ledger counts."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.factories import NOW
from tests.unit.assess.samples import ANALYSIS, FEEDS, SINCE, data
from watchtower.assess import assess
from watchtower.digest import DayData, compose
from watchtower.stories import lineages
from watchtower.types import Copy, Sighting, StoredItem

QUESTION = next(target for target in ANALYSIS.targets if target.answers)
# What one item says: its matches, each with the indicator and the answer named. Some of them contradict each other.
NAMED = st.fixed_dictionaries(
    {},
    optional={
        "dams": st.fixed_dictionaries({"indicator": st.sampled_from(["crack-seen", "repair-done", None])}),
        QUESTION.id: st.fixed_dictionaries(
            {
                "indicator": st.sampled_from(["wall-stands", None]),
                "answer": st.sampled_from(["held", "broken", None]),
                "score": st.sampled_from([0.6, 0.7, 0.9]),
            }
        ),
    },
)
ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40), NAMED), min_size=1, max_size=8)


def stored(number: int, story: str, hours: int, named: dict[str, dict[str, object]]) -> StoredItem:
    """An item so many hours before the period's end, with its matches."""
    dated = NOW - timedelta(hours=hours, minutes=number + 1)
    item = make.item(key=str(number), published=dated)
    return make.stored(item, *(make.match(item, target=id, **fields) for id, fields in named.items()), story=story)


def sightings(items: list[StoredItem]) -> list[Sighting]:
    """The matches as an assessment reads them."""
    return [
        make.sighting(
            one.item, story=one.story, target=match.target, indicator=match.indicator, answer=match.answer,
            score=match.score,
        )
        for one in items
        for match in one.matches
    ]  # fmt: skip


@given(ITEMS)
def test_a_page_and_its_ledger_never_disagree_about_a_story(told: list[tuple[str, int, dict[str, object]]]) -> None:
    items = sorted((stored(n, *one) for n, one in enumerate(told)), key=lambda one: one.item.dated)
    assessment = assess(data(sightings(items)))
    digest = compose(
        DayData(
            analysis=ANALYSIS, feeds=FEEDS, since=SINCE, until=NOW, zone="UTC", cut_off=NOW, items=tuple(items),
            lineages=lineages(map(Copy.of, items), FEEDS), model="model-1", configuration="configuration-1",
            version="1.0.0",
            in_period=frozenset(one.item.id for one in items if one.matches and one.item.dated >= SINCE),
            assessment=assessment,
        )
    )  # fmt: skip
    [ledger] = digest.ledger
    counted = {line.story: line.bears for line in ledger.lines}
    [section] = [one for one in digest.sections if one.target == QUESTION.id]
    for story in section.stories:
        bears = counted.get(story.story)
        if story.answers:
            [pointed] = story.answers
            assert bears is not None, "what the page says points somewhere is counted"
            assert all(toward < bears[pointed] for answer, toward in bears.items() if answer != pointed)
        else:
            assert bears is None, "what is counted is said on the page to point where it is counted"
