"""Slow rises: a period together with the days before it, and what is no rise that goes on."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from tests.unit.assess.samples import DAY, FEEDS, SINCE, counted, data, seen, trend_of, windows
from watchtower.assess import Window, assess
from watchtower.assess.baseline import Past, above, predict, usual
from watchtower.assess.spans import SPANS, History, found, held
from watchtower.types import TrendState

USUAL = {feed.id: 20 for feed in FEEDS}
STEADY = [2, 3, 1, 2, 4, 1, 2] * 8


def history(counts: list[list[int]], parents: list[int] | None = None) -> History:
    """Series of whole days, all read alike, the last the period; those with a parent come last."""
    all_ = np.array(counts, dtype=float)
    before = all_[:, :-1]
    days = before.shape[1]
    past = Past(
        counts=before,
        exposure=np.ones(before.shape),
        known=np.ones(before.shape, dtype=bool),
        weekday=np.arange(days) % 7,
        age=np.arange(days, 0, -1.0),
    )
    return History(
        past=past,
        parents=np.array(parents or [], dtype=np.int64),
        saw={span: all_[:, -span:].sum(axis=1) for span in SPANS},
        exposure=np.ones(len(all_)),
        weekday=np.eye(7)[days % 7],
        read=np.ones(len(all_), dtype=bool),
    )


def test_a_week_of_more_than_usual_is_a_surge_though_none_of_its_days_is() -> None:
    rising = [*STEADY, 6, 5, 7, 6, 5, 6, 6]
    trend = trend_of(assess(data(counted(rising), days=62)))
    assert (trend.state, trend.span, trend.saw) == (TrendState.SURGE, 7, 41)
    assert trend.expected == pytest.approx(7 * 2.1, abs=2)
    assert trend.words == f"in 7 days expected {trend.expected:.1f}, saw 41"
    assert trend.low is not None and trend.high is not None and trend.low <= 15 <= trend.high < 41
    now = trend.series[-1]
    assert (now.stories, now.expected is not None and now.expected < 6) == (6, True), "the picture shows the period"


def test_what_is_usual_and_what_is_less_than_usual_are_said_of_the_period_alone() -> None:
    assert trend_of(assess(data(counted([*STEADY, 3]), days=56))).span == 1
    ended = trend_of(assess(data(counted([40, 38, 43] * 18 + [90] * 6 + [2]), days=60)))
    assert (ended.state, ended.span, ended.saw) == (TrendState.LULL, 1, 2)


@pytest.mark.parametrize(
    "end",
    [[14, 2], [14, 2, 3, 1], [30, 1, 2, 2, 3], [60, 55, 2, 2, 2, 2, 2], [9, 9, 9, 9, 1, 2, 2, 1]],
    ids=["a day, yesterday", "a day", "a large day", "two days that have ended", "four days that have ended"],
)
def test_what_has_ended_or_was_one_day_is_no_slow_rise(end: list[int]) -> None:
    assert trend_of(assess(data(counted([*STEADY, *end]), days=55 + len(end)))).state is TrendState.USUAL


def test_a_slow_rise_begins_once() -> None:
    rise = [5, 6, 5, 6, 6, 5, 6, 5, 6, 6]
    course = [
        trend_of(assess(data(counted([*STEADY, *rise[:days]]), days=55 + days))).state is TrendState.SURGE
        for days in range(1, len(rise) + 1)
    ]
    assert sum(now and not before for before, now in pairwise([False, *course])) == 1
    assert not course[0] and course[-1]


def test_a_story_that_is_told_every_day_counts_once_in_a_span() -> None:
    running = [seen(day, 100 + number, story=f"running-{number}") for day in range(7) for number in range(4)]
    trend = trend_of(assess(data([*counted([*STEADY, *[2] * 7]), *running], days=62)))
    assert (trend.state, trend.series[-1].stories) == (TrendState.USUAL, 6)
    apart = [seen(day, 100 + number) for day in range(7) for number in range(4)]
    assert trend_of(assess(data([*counted([*STEADY, *[2] * 7]), *apart], days=62))).state is TrendState.SURGE


def test_a_day_that_was_not_read_makes_its_spans_untestable() -> None:
    rising = [*STEADY, 6, 6, 0, 6, 5, 6, 6]
    delivered = (*(USUAL,) * 58, {}, *(USUAL,) * 3)
    trend = trend_of(assess(data(counted(rising), days=62, delivered=delivered)))
    assert trend.span in (1, 2, 3), "the week has a day of which nothing is known"
    assert trend_of(assess(data(counted(rising), days=62))).span == 7


def test_half_the_items_on_the_days_of_a_span_let_expect_half_of_it() -> None:
    rising = [*STEADY, 8, 8, 9]
    whole = trend_of(assess(data(counted(rising), days=58)))
    half = {feed.id: 10 for feed in FEEDS}
    delivered = ((USUAL,) * 56) + (half, half)
    less = trend_of(assess(data(counted(rising), days=58, delivered=delivered, delivered_now=half)))
    assert whole.span == less.span == 3
    assert whole.expected is not None and less.expected == pytest.approx(whole.expected / 2, rel=0.02)


@pytest.mark.parametrize(("length", "items"), [(DAY / 2, 20), (7 * DAY, 140)], ids=["half a day", "a week"])
def test_a_period_that_is_no_day_is_tested_alone(length: timedelta, items: int) -> None:
    now = Window(day=SINCE.date(), since=SINCE, until=SINCE + length)
    parts = windows(62, DAY / 2) if length == DAY / 2 else windows(62)
    told = counted([*STEADY, 6, 5, 7, 6, 5, 6, 6])
    given = data(told, days=62, now=now, parts=parts, delivered_now={feed.id: items for feed in FEEDS})
    assert {one.span for one in assess(given).trends} == {1}


def test_a_past_that_is_too_short_before_a_span_leaves_it_out() -> None:
    trend = trend_of(assess(data(counted([2] * 8 + [6] * 7), days=14)))
    assert (trend.days, trend.span) == (14, 1)
    assert trend.state is not TrendState.TOO_SHORT


def test_what_is_predicted_of_days_together_is_the_sum_of_what_is_of_each() -> None:
    past = history([[5, 4, 6, 9, 3, 2, 1] * 6]).past
    fitted = usual(past)
    exposure, weekdays = np.array([[1.0, 0.5, 2.0]]), np.eye(7)[[5, 6, 0]]
    together = predict(fitted, exposure, weekdays, np.array([20.0]))
    each = [
        predict(fitted, exposure[:, [day]], weekdays[[day]], np.array([1.0])).expected[0]
        for day in range(len(weekdays))
    ]
    assert together.expected[0] == pytest.approx(sum(each))
    assert above(fitted, exposure, weekdays, np.array([20.0])) == together.above


def test_the_most_significant_span_is_chosen_and_all_are_adjusted_together() -> None:
    given = history([[*STEADY[:-3], 9, 9, 9], STEADY])
    spans = held(given)
    told = found(spans, given.whole, 0.05)
    chances = [one.predicted.above[0] for one in spans]
    assert spans[told.chosen[0]].days == 3
    assert chances[told.chosen[0]] == min(chances)
    assert list(told.surge) == [True, False]
    assert told.above.shape == (len(SPANS), 2)
    # of eight chances the two of the last day alone weigh 2 each, the six of longer spans two thirds
    assert told.above[told.chosen[0], 0] == pytest.approx(min(chances) * 8 / (2 / 3))


def test_an_indicator_rises_on_its_own() -> None:
    quiet = [0, 0, 1, 0, 0, 0, 0] * 8
    given = history([STEADY, [*quiet[:-3], 3, 2, 3], quiet], parents=[0, 0])
    assert list(given.whole) == [True, False, False]
    assert list(found(held(given), given.whole, 0.05).surge) == [False, True, False]
