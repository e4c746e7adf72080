"""Which pairs are compared at all, and that crowds stay affordable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watchtower.stories.candidates import (
    COMMON,
    CROWD,
    NEXT,
    NEXT_BY_MEASURE,
    NEXT_BY_WORD,
    NEXT_IN_CROWD,
    candidates,
)
from watchtower.stories.reading import Reading
from watchtower.types import StoryItem

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
#: words of two letters say nothing to the search by words
HEADS = ("ferry", "quay", "crane", "tunnel", "bridge", "harbour", "signal", "engine", "rudder", "anchor")


def readings(titles: Sequence[str], summaries: Sequence[str] = (), minutes: float = 1) -> list[Reading]:
    return [
        Reading(
            StoryItem(
                item_id=f"i{n:05d}",
                feed_id=f"f{n}",
                title=title,
                summary=summaries[n] if summaries else "",
                language=None,
                dated=NOON + timedelta(minutes=minutes * n),
            )
        )
        for n, title in enumerate(titles)
    ]


def most_of_one(pairs: Sequence[tuple[int, int]], size: int) -> int:
    counts = [0] * size
    for left, _ in pairs:
        counts[left] += 1
    return max(counts)


def test_the_same_headline_is_compared_with_the_next_that_have_it() -> None:
    pairs = candidates(readings(["Ox at sea in fog"] * 200))  # no word of it is long enough to be looked for
    assert most_of_one(pairs, 200) == NEXT
    assert (0, NEXT) in pairs and (0, NEXT + 1) not in pairs


def test_a_headline_that_thousands_share_but_for_a_number_is_compared_with_few() -> None:
    size = 20 * CROWD
    pairs = candidates(readings([f"Number {n} of the weekly column" for n in range(size)]))
    assert len(pairs) <= size * (16 * NEXT_IN_CROWD)  # sixteen bands


def test_a_topic_that_fills_a_day_is_compared_with_the_next_of_the_day() -> None:
    titles = [f"{HEADS[n % 10]} {HEADS[n % 7]} {HEADS[n % 3]} kursk deployment troops" for n in range(COMMON)]
    pairs = candidates(readings(titles))
    bound = NEXT_BY_WORD * 6 + NEXT * 2
    assert most_of_one(pairs, len(titles)) <= bound


def test_words_that_everything_has_are_no_reason_to_compare() -> None:
    titles = [f"common words here {n:x}{n * 7919:x}{n * 104729:x}" for n in range(COMMON + 100)]
    distinct = [f"common words here {'abcdefghij'[n % 10] * 9} {n * 7919:x}" for n in range(COMMON + 100)]
    few = len(candidates(readings(distinct[:100])))
    assert few > 0
    assert len(candidates(readings(titles))) < 40 * len(titles)


def test_items_that_name_concepts_and_a_quantity_are_compared_in_every_language() -> None:
    titles = ["Ferry hits pier", "Паром врезался в пирс", "Missiles fly"]
    made = readings(titles, ["410 people", "410 человек", "400 km"])
    assert candidates(made) == []
    named = [Reading(replace(one.item, concepts=frozenset(("ferry",)))) for one in made]
    assert candidates(named) == [(0, 1)]
    crowd = [named[0]] * 100
    assert most_of_one(candidates(crowd), 100) <= NEXT_BY_MEASURE + NEXT_BY_WORD


@pytest.mark.parametrize("size", [0, 1])
def test_of_one_item_there_is_no_pair(size: int) -> None:
    assert candidates(readings(["Dredger reaches northern harbour"] * size)) == []


def test_items_without_words_are_compared_with_nothing() -> None:
    assert candidates(readings(["", "…", "🚢"])) == []


def test_with_new_ones_only_pairs_of_a_new_one_and_another_are_given() -> None:
    made = readings(["Dredger reaches northern harbour"] * 4)
    assert candidates(made, [False, False, True, True]) == [(0, 2), (0, 3), (1, 2), (1, 3)]


def test_what_is_days_apart_is_not_compared() -> None:
    assert candidates(readings(["Dredger reaches northern harbour"] * 3, minutes=60 * 71)) == [(0, 1), (1, 2)]
