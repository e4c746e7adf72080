"""How a feed is doing, as people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories import NOW, feed, state
from watchtower.health import health_of, move_of
from watchtower.types import FeedCondition

FEED = feed()
DAY = timedelta(days=1)
WELL = state(last_new=NOW - DAY)


def test_a_feed_that_answers_and_brings_news_is_healthy() -> None:
    found = health_of(FEED, WELL, NOW)
    assert (found.condition, found.problem, found.next_check) == (FeedCondition.HEALTHY, "", WELL.next_check)
    assert (found.feed, found.title, found.last_new) == (FEED.id, FEED.title, NOW - DAY)


@pytest.mark.parametrize(
    ("silent", "pause", "condition"),
    [
        (7 * DAY, None, FeedCondition.HEALTHY),
        (8 * DAY, None, FeedCondition.QUIET),
        (61 * DAY, None, FeedCondition.STALE),
        (4 * DAY, timedelta(hours=1), FeedCondition.HEALTHY),
        (5 * DAY, timedelta(hours=1), FeedCondition.QUIET),
        (61 * DAY, timedelta(hours=1), FeedCondition.STALE),
        (20 * DAY, 7 * DAY, FeedCondition.HEALTHY),
        (22 * DAY, 7 * DAY, FeedCondition.QUIET),
        (71 * DAY, 7 * DAY, FeedCondition.STALE),
        (89 * DAY, 30 * DAY, FeedCondition.HEALTHY),
        (299 * DAY, 30 * DAY, FeedCondition.QUIET),
        (301 * DAY, 30 * DAY, FeedCondition.STALE),
    ],
)
def test_a_silence_is_measured_by_the_feeds_own_rhythm(
    silent: timedelta, pause: timedelta | None, condition: FeedCondition
) -> None:
    found = health_of(FEED, replace(WELL, last_new=NOW - silent, pause=pause), NOW)
    assert found.condition is condition
    assert ("nothing new since" in found.problem) == (condition is not FeedCondition.HEALTHY)


def test_a_quiet_feed_says_since_when_and_what_is_usual() -> None:
    found = health_of(FEED, replace(WELL, last_new=NOW - 20 * DAY, pause=timedelta(hours=47)), NOW)
    assert found.problem == (
        "answers, but has brought nothing new since 3 November 2026; its pauses are seldom longer than 2 days"
    )


def test_a_feed_that_never_brought_anything_is_stale() -> None:
    found = health_of(FEED, state(), NOW)
    assert (found.condition, found.problem) == (FeedCondition.STALE, "answers, but has never brought an item")


@pytest.mark.parametrize(("not_feed", "condition"), [(False, FeedCondition.FAILING), (True, FeedCondition.NOT_A_FEED)])
def test_a_feed_that_fails_says_why_and_when_it_is_tried_again(not_feed: bool, condition: FeedCondition) -> None:
    failing = replace(WELL, failures=3, problem="http://me:secret@x.example/ went away", not_feed=not_feed)
    found = health_of(FEED, failing, NOW)
    assert (found.condition, found.failures, found.next_check) == (condition, 3, failing.next_check)
    assert found.problem == "http://***@x.example/ went away"


def test_f15_a_gone_feed_is_not_tried_again() -> None:
    found = health_of(FEED, replace(WELL, failures=1, gone=True, problem="the feed is gone for good"), NOW)
    assert (found.condition, found.next_check) == (FeedCondition.GONE, None)


def test_a_feed_that_was_not_asked_yet_has_no_health() -> None:
    moved = replace(FEED, url="https://elsewhere.example/")
    cases = [
        (FEED, None, "was not asked yet"),
        (FEED, state(last_attempt=None, last_success=None), "was not asked yet"),
        (moved, replace(WELL, failures=9, gone=True), "was not asked yet at its new address"),
    ]
    for one, before, problem in cases:
        found = health_of(one, before, NOW)
        assert (found.condition, found.problem, found.next_check) == (FeedCondition.NEVER_ASKED, problem, None)


def test_f14_a_move_is_proposed_after_two_visits_and_a_feed_that_is_there_already_is_named() -> None:
    other = feed("harbour-times")
    once = health_of(FEED, replace(WELL, moved_to=other.url, moved_times=1), NOW)
    assert (once.moved_to, move_of(once, [FEED, other])) == (None, "")
    twice = health_of(FEED, replace(WELL, moved_to=other.url, moved_times=2), NOW)
    assert twice.condition is FeedCondition.HEALTHY
    assert move_of(twice, [FEED]) == f"has moved for good to {other.url}: write that as its url in feeds.yml"
    assert "which is the feed harbour-times" in move_of(twice, [FEED, other])
