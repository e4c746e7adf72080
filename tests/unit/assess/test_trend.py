"""Trends: what is usual, what is out of it, and when nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests import factories as make
from tests.factories import NOW
from tests.unit.assess.samples import DAY, FEEDS, SINCE, counted, data, seen, trend_of, windows
from watchtower.assess import Window, assess
from watchtower.assess.baseline import Past, false_discovery, predict, usual
from watchtower.types import TrendState

STEADY = [2, 3, 1, 2, 4, 1, 2] * 8
USUAL = {feed.id: 20 for feed in FEEDS}


def test_many_more_stories_than_usual_are_a_surge_with_expected_and_seen() -> None:
    trend = trend_of(assess(data(counted([*STEADY, 14]), days=56)))
    assert trend.state is TrendState.SURGE
    assert trend.words == f"expected {trend.expected:.1f}, saw 14"
    assert trend.expected == pytest.approx(2.1, abs=0.5)
    assert trend.q is not None and trend.p is not None and trend.p <= trend.q <= 0.05
    assert (trend.low, trend.tested, trend.days) == (0, 8, 56)


def test_as_many_as_usual_are_usual() -> None:
    trend = trend_of(assess(data(counted([*STEADY, 4]), days=56)))
    assert trend.state is TrendState.USUAL
    assert trend.low is not None and trend.high is not None and trend.low <= 4 <= trend.high


def test_many_fewer_than_usual_are_a_lull() -> None:
    trend = trend_of(assess(data(counted([14, 16, 15, 13, 17, 15, 14] * 8 + [1]), days=56)))
    assert trend.state is TrendState.LULL


def test_one_story_more_is_no_surge_however_rare() -> None:
    assert trend_of(assess(data(counted([0] * 56 + [2]), days=56))).state is TrendState.USUAL


def test_an_indicator_is_compared_with_its_own_past() -> None:
    told = counted([*STEADY, 12]) + counted([0] * 56 + [12], target="dams", indicator="repair-done")
    made = assess(data(told, days=56))
    assert trend_of(made, indicator="repair-done").state is TrendState.SURGE
    assert trend_of(made, indicator="crack-seen").state is TrendState.USUAL


def test_a_story_with_many_copies_counts_once() -> None:
    copies = [seen(0, number, story="story-1") for number in range(20)]
    assert trend_of(assess(data(counted([*STEADY, 0]) + copies, days=56))).saw == 1


def test_too_short_a_past_is_said() -> None:
    trend = trend_of(assess(data(counted([2] * 13 + [30]), days=13)))
    assert trend.state is TrendState.TOO_SHORT
    assert (trend.expected, trend.q) == (None, None)
    assert "13 of the 14 days" in trend.words


def test_a_day_on_which_hardly_anything_was_read_is_not_known() -> None:
    nothing = [USUAL] * 13 + [{"harbour-news": 1}] * 5 + [{}] * 5
    trend = trend_of(assess(data(counted([2] * 23 + [30]), days=23, delivered=tuple(nothing))))
    assert (trend.state, trend.days) == (TrendState.TOO_SHORT, 13)
    assert [day.known for day in trend.series] == [True] * 13 + [False] * 10 + [True]


def test_without_what_is_usually_read_nothing_is_said_of_the_period() -> None:
    trend = trend_of(assess(data(counted([*STEADY, 0]), days=56, delivered_now={"harbour-news": 1})))
    assert trend.state is TrendState.NO_COVERAGE
    assert "unknown" in trend.words


def test_half_the_items_let_expect_half_the_stories() -> None:
    whole = trend_of(assess(data(counted([*STEADY, 2]), days=56)))
    half = trend_of(assess(data(counted([*STEADY, 2]), days=56, delivered_now={feed.id: 10 for feed in FEEDS})))
    assert whole.expected is not None
    assert half.expected == pytest.approx(whole.expected / 2)
    assert half.exposure == pytest.approx(0.5)


def test_the_loss_of_the_only_feed_that_reports_on_a_target_is_no_quiet_day() -> None:
    told = counted([*STEADY, 0], feed="upland-post")
    trend = trend_of(assess(data(told, days=56, delivered_now={"harbour-news": 20, "river-agency": 20})))
    assert trend.state is TrendState.NO_COVERAGE
    unrelated = trend_of(assess(data(told, days=56, delivered_now={"upland-post": 20})))
    assert unrelated.exposure == pytest.approx(1, abs=0.1)


def test_a_feed_that_brings_more_because_of_what_happened_does_not_explain_it_away() -> None:
    told = counted([*STEADY, 14])
    trend = trend_of(assess(data(told, days=56, delivered_now=USUAL | {"harbour-news": 80})))
    assert (trend.state, trend.exposure) == (TrendState.SURGE, pytest.approx(1))


def test_a_new_feed_counts_with_all_that_it_brings() -> None:
    feeds = (*FEEDS, make.feed("new-one"))
    now = USUAL | {"new-one": 60}
    made = assess(data(counted([*STEADY, 2]), days=56, feeds=feeds, delivered=(USUAL,) * 56, delivered_now=now))
    assert (trend_of(made).exposure or 0) > 1.2


def test_a_feed_that_is_switched_off_is_no_lull() -> None:
    told = counted([4] * 56 + [4]) + counted([12] * 56 + [0], feed="upland-post", target="dams")
    switched_off = tuple(replace(feed, enabled=feed.id != "upland-post") for feed in FEEDS)
    trend = trend_of(assess(data(told, days=56, feeds=switched_off, delivered_now=USUAL | {"upland-post": 0})))
    assert trend.state is TrendState.USUAL
    assert (trend.saw, trend.expected) == (4, pytest.approx(4, abs=0.5))


def test_busy_weekdays_are_no_surge() -> None:
    # 2026-11-22, the period's day, is a Sunday; on Sundays ten stories come, on other days one
    weekly = [1 if (SINCE - back * DAY).weekday() < 6 else 10 for back in range(56, -1, -1)]
    trend = trend_of(assess(data(counted(weekly), days=56)))
    assert trend.state is TrendState.USUAL
    assert trend.expected is not None and trend.expected > 4


def test_a_surge_of_the_past_does_not_become_usual() -> None:
    quiet = trend_of(assess(data(counted([2] * 56 + [2]), days=56)))
    after = trend_of(assess(data(counted([2] * 50 + [60, 55, 2, 2, 2, 2, 2]), days=56)))
    assert quiet.expected is not None and after.expected is not None
    assert after.expected < 1.5 * quiet.expected
    assert min(day.weight for day in after.series) < 0.1


def test_part_of_a_day_is_compared_with_the_same_part_of_others() -> None:
    morning = [one for one in counted([4] * 56 + [2]) if one.dated.hour < 12]
    evening = [
        seen(day, 50 + n)._replace(dated=SINCE - day * DAY + 20 * timedelta(hours=1))
        for day in range(1, 57)
        for n in range(9)
    ]
    half = Window(day=SINCE.date(), since=SINCE, until=SINCE + DAY / 2)
    trend = trend_of(assess(data(morning + evening, days=56, parts=windows(56, DAY / 2), now=half)))
    assert trend.expected == pytest.approx(4, abs=0.5)


def test_a_week_is_compared_with_seven_days() -> None:
    week = Window(day=SINCE.date(), since=SINCE, until=SINCE + 7 * DAY)
    delivered = {feed.id: 140 for feed in FEEDS}
    trend = trend_of(assess(data(counted([*STEADY, 2]), days=56, now=week, delivered_now=delivered)))
    assert trend.expected == pytest.approx(15, abs=2)
    assert trend.exposure == pytest.approx(1)


def test_a_redefinition_is_marked_and_the_days_before_it_are_not_compared() -> None:
    definitions = (
        make.definition(at=SINCE - 50 * DAY, configuration="configuration-0", version="old"),
        make.definition(at=SINCE - 5 * DAY, version="new"),
    )
    told = [
        one._replace(configuration="configuration-0") if one.dated < SINCE - 5 * DAY else one
        for one in counted([*[1] * 51, *[9] * 6])
    ]
    trend = trend_of(assess(data(told, days=56, definitions=definitions)))
    assert (trend.state, trend.days) == (TrendState.TOO_SHORT, 5)
    assert trend.redefined == (SINCE - 5 * DAY).date()
    assert trend.words.endswith(f"redefined on {trend.redefined}")
    anew = data(counted([*[1] * 51, *[9] * 6]), days=56, definitions=definitions)
    again = trend_of(assess(anew))
    assert (again.days, again.redefined) == (56, trend.redefined), "matched anew, the past can be compared"


def test_an_edit_of_another_target_is_no_redefinition() -> None:
    definitions = (
        make.definition(at=SINCE - 50 * DAY, configuration="configuration-0"),
        make.definition(at=SINCE - 5 * DAY),
        make.definition(at=SINCE - 5 * DAY, target="floods", version="other"),
    )
    assert trend_of(assess(data(counted([*STEADY, 2]), days=56, definitions=definitions))).redefined is None


def test_only_targets_and_what_is_unusual_carry_a_series() -> None:
    told = counted([*STEADY, 2]) + counted([0] * 56 + [12], target="dams", indicator="repair-done")
    made = assess(data(told, days=56))
    assert {one.indicator for one in made.trends if one.series} == {None, "repair-done"}
    assert len(trend_of(made).series) == 29


def test_an_assessment_without_any_past_says_so() -> None:
    made = assess(data([seen(0)], days=0))
    assert {one.state for one in made.trends} == {TrendState.TOO_SHORT}


def test_chances_are_adjusted_as_benjamini_and_hochberg_did() -> None:
    # the worked example of their paper (1995, section 3.2): the first four of fifteen are rejected at 0.05
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
               0.6528, 0.7590, 1.0]  # fmt: skip
    assert (false_discovery(np.array(chances)) <= 0.05).sum() == 4
    assert false_discovery(np.array([])).size == 0


def test_a_weight_above_one_makes_a_chance_count_for_more() -> None:
    chances, weights = np.array([0.02, 0.02, 0.5, 0.9]), np.array([2.0, 0.5, 1.0, 0.5])
    assert false_discovery(chances, weights) == pytest.approx([0.04, 0.08, 2 / 3, 1.0])


def test_the_prediction_is_the_negative_binomial_of_its_mean_and_variance() -> None:
    past = Past(
        counts=np.full((1, 28), 5.0),
        exposure=np.ones((1, 28)),
        known=np.ones((1, 28), dtype=bool),
        weekday=np.arange(28) % 7,
        age=np.arange(28, 0, -1.0),
    )
    fitted = usual(past)
    found = predict(fitted, np.ones((1, 1)), np.eye(7)[:1], np.array([9.0]))
    mean, size = found.expected[0], 0.0
    variance = fitted.dispersion[0] * mean + mean**2 / fitted.strength[0]
    size = mean**2 / (variance - mean)
    draws = np.random.default_rng(1).negative_binomial(size, size / (size + mean), 400_000)
    assert found.above[0] == pytest.approx((draws >= 9).mean(), abs=0.003)
    assert found.below[0] == pytest.approx((draws <= 9).mean(), abs=0.003)
    assert (draws <= found.low[0]).mean() >= 0.05 > (draws < found.low[0]).mean()
    assert (draws <= found.high[0]).mean() >= 0.95 > (draws < found.high[0]).mean()


def test_the_end_of_the_period_is_not_part_of_it() -> None:
    edge = make.sighting(make.item(key="edge", published=NOW))
    assert trend_of(assess(data([*counted([*STEADY, 3]), edge], days=56))).saw == 3
