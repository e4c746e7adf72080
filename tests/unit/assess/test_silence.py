"""Silence told apart from blindness, and what was covered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.unit.assess.samples import DAY, FEEDS, NOW, counted, data, seen, silence_of, windows, without
from watchtower.assess import assess
from watchtower.types import FeedDay, SilenceState

EVERY = [feed.id for feed in FEEDS]
CRACK = {"target": "dams", "indicator": "crack-seen"}
PAST = counted([2] * 60)


def test_what_was_reported_within_its_rhythm_is_seen() -> None:
    silence = silence_of(data([*PAST, seen(4, **CRACK)]))
    assert (silence.state, silence.words) == (SilenceState.SEEN, "seen on 2026-11-18")
    assert (silence.last_seen, silence.every_days) == (seen(4).dated, 10.0)
    assert silence.last_item == seen(4, **CRACK).item


def test_what_was_not_reported_though_every_day_was_read_is_not_seen() -> None:
    silence = silence_of(data([*PAST, seen(10, **CRACK)]))
    assert silence.state is SilenceState.NOT_SEEN
    assert (silence.days, silence.lost, silence.since) == (10, (), date(2026, 11, 13))
    assert silence.words == (
        "not seen in 10 days, with coverage: 1 of 1 reporting feeds read every day, 600 items in en, ko"
    )


def test_one_lost_day_makes_it_unknown() -> None:
    silence = silence_of(without(data([*PAST, seen(10, **CRACK)]), {5: EVERY}))
    assert (silence.state, silence.lost) == (SilenceState.UNKNOWN, (date(2026, 11, 17),))
    assert silence.words == "unknown: coverage lost on 1 of 10 days (2026-11-17); not seen on the 9 others"


def test_a_lost_feed_that_does_not_report_on_it_changes_nothing() -> None:
    silence = silence_of(without(data(PAST), {5: ["river-agency"]}))
    assert silence.state is SilenceState.NOT_SEEN
    assert silence.languages_lost == ("ko",)
    assert "little was read in ko" in silence.words


def test_a_lost_feed_that_reports_on_it_most_makes_it_unknown() -> None:
    assert silence_of(without(data(PAST), {5: ["harbour-news"]})).state is SilenceState.UNKNOWN


def test_days_before_anything_was_read_are_unknown() -> None:
    young = without(data(PAST), dict.fromkeys(range(4, 61), EVERY))
    silence = silence_of(young)
    assert silence.state is SilenceState.UNKNOWN
    assert silence.words == "unknown: only the last 4 of 10 days were covered; not seen on these"


@pytest.mark.parametrize(
    ("covered", "words"),
    [
        (1, "unknown: only the last of 10 days was covered; not seen on it"),
        (0, "unknown: none of the last 10 days was covered"),
    ],
)
def test_a_watch_of_a_day_is_told_in_the_singular(covered: int, words: str) -> None:
    assert silence_of(without(data(PAST), dict.fromkeys(range(covered, 61), EVERY))).words == words


def test_a_feed_that_answers_but_brings_nothing_of_its_usual_many_items_was_not_read() -> None:
    frozen = data(PAST)
    delivered = tuple(
        {"upland-post": 20, "river-agency": 20} if n >= 57 else day for n, day in enumerate(frozen.delivered)
    )
    assert silence_of(replace(frozen, delivered=delivered)).state is SilenceState.UNKNOWN


def test_a_feed_that_seldom_brings_anything_was_read_where_it_answered() -> None:
    seldom = tuple({"harbour-news": 3} if n % 3 == 0 else {} for n in range(60))
    assert silence_of(data(PAST, delivered=seldom)).state is SilenceState.NOT_SEEN
    assert silence_of(data(PAST, delivered=seldom, reads=())).state is SilenceState.UNKNOWN


def test_new_feeds_do_not_make_the_past_unknown_unless_they_are_most_of_what_there_is() -> None:
    one = make.feed("new-one")
    new = FeedDay(feed="new-one", day=NOW.date(), first=NOW - DAY / 2, last=NOW - DAY / 2)
    base = data(PAST)
    joined = replace(base, feeds=(*FEEDS, one), reads=(*base.reads, new))
    assert silence_of(joined).state is SilenceState.NOT_SEEN


def test_an_answer_late_in_a_utc_day_counts_for_the_local_day_it_falls_in() -> None:
    # local days begin at six; at four in the morning the day before is still under way
    early = [FeedDay(feed=feed, day=w.until.date(), first=w.until - DAY / 12, last=w.until - DAY / 12)
             for w in (*windows(60), data().now) for feed in EVERY]  # fmt: skip
    assert silence_of(data(PAST, reads=tuple(early), delivered=({},) * 60)).state is SilenceState.NOT_SEEN


def test_what_is_expected_by_a_date_is_awaited_until_then() -> None:
    silence = silence_of(data(PAST), "survey-due")
    assert (silence.state, silence.words) == (SilenceState.AWAITED, "not seen yet; expected by 2026-11-30")
    assert silence_of(data([*PAST, seen(9, indicator="survey-due")]), "survey-due").state is SilenceState.SEEN


def test_after_its_date_it_is_not_seen_or_unknown() -> None:
    later = data(PAST)
    moved = replace(later, now=replace(later.now, day=date(2026, 12, 5)))
    assert silence_of(moved, "survey-due").state is SilenceState.NOT_SEEN
    assert silence_of(without(moved, {7: EVERY}), "survey-due").state is SilenceState.UNKNOWN


@given(
    shown=st.sets(st.integers(0, 30), max_size=4),
    lost=st.dictionaries(st.integers(0, 30), st.sets(st.sampled_from(EVERY), min_size=1), max_size=8),
)
def test_an_outage_never_reads_as_quiet(shown: set[int], lost: dict[int, set[str]]) -> None:
    whole = data([*PAST, *(seen(day, 70, **CRACK) for day in shown)])
    before, after = silence_of(whole), silence_of(without(whole, lost))
    if before.state is SilenceState.SEEN:
        everything = {day: feeds for day, feeds in lost.items() if feeds >= {"harbour-news"}}
        assert after.state is not SilenceState.NOT_SEEN or not everything
    if after.state is SilenceState.NOT_SEEN:
        assert not any("harbour-news" in feeds for day, feeds in lost.items() if day < 10)
        assert after.lost == ()


@given(lost=st.sets(st.integers(0, 30), min_size=1))
def test_where_nothing_was_read_trends_and_silences_say_unknown_or_what_they_knew(lost: set[int]) -> None:
    made = assess(without(data([*PAST, seen(20, **CRACK)]), dict.fromkeys(lost, EVERY)))
    if 0 in lost:
        assert all(trend.state.value in ("no coverage", "too short") for trend in made.trends)
    if any(day < 10 for day in lost):
        assert {one.state for one in made.silences if one.indicator == "crack-seen"} == {SilenceState.UNKNOWN}


def test_every_cell_of_the_coverage_is_there_the_empty_ones_too() -> None:
    made = assess(data([seen(0, 1), seen(0, 2), seen(0, 3, feed="upland-post"), seen(3)])).coverage
    assert (made.languages, made.kinds) == (("en", "ko"), ("newspaper", "state-media"))
    assert len(made.cells) == 3 * 2 * 2
    cells = {(cell.target, cell.language, cell.kind): cell for cell in made.cells}
    papers = cells["dams", "en", "newspaper"]
    assert (papers.feeds, papers.read, papers.items, papers.matched) == (2, 2, 40, 3)
    empty = cells["dams", "ko", "newspaper"]
    assert (empty.feeds, empty.read, empty.items, empty.matched) == (0, 0, 0, 0)
    assert cells["floods", "ko", "state-media"].items == 20


def test_coverage_tells_feeds_from_feeds_that_were_read() -> None:
    made = assess(without(data(), {0: ["upland-post"]})).coverage
    cell = next(one for one in made.cells if one.kind == "newspaper" and one.language == "en")
    assert (cell.feeds, cell.read, cell.items) == (2, 1, 20)


def test_a_feed_that_is_switched_off_is_not_counted() -> None:
    off = tuple(replace(feed, enabled=feed.id != "river-agency") for feed in FEEDS)
    made = assess(data(feeds=off)).coverage
    assert made.kinds == ("newspaper",)
