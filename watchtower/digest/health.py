"""How far a digest can be trusted to have seen everything: which feeds were read, fail or have gone quiet."""

from __future__ import annotations

from datetime import timedelta

from watchtower.digest.calendar import long_date
from watchtower.digest.data import DayData
from watchtower.text import without_credentials
from watchtower.types import Feed, FeedHealth, FeedState, Health

#: a feed that answers but has brought nothing new for this long is called quiet
QUIET = timedelta(days=7)


def health(data: DayData) -> Health:
    """Say of each feed whether it was read for this period, and what is wrong with those that were not.

    A feed was read if it answered after the period began, or brought items of the period.
    """
    asked = [feed for feed in data.feeds if feed.enabled]
    failing = [(feed, state) for feed in asked if (state := data.states.get(feed.id)) and _fails(state)]
    quiet = [
        (feed, state)
        for feed in asked
        if (state := data.states.get(feed.id)) and not _fails(state) and _is_quiet(state, data)
    ]
    return Health(
        feeds=len(asked),
        read=sum(_was_read(feed, data) for feed in asked),
        items=sum(data.item_counts.values()),
        failing=tuple(_report(feed, state, state.problem or "failed, no reason recorded") for feed, state in failing),
        quiet=tuple(_report(feed, state, _quiet_words(state)) for feed, state in quiet),
        never_read=tuple(feed.title for feed in asked if _never_asked(data.states.get(feed.id))),
    )


def _fails(state: FeedState) -> bool:
    return state.failures > 0 or state.gone


def _is_quiet(state: FeedState, data: DayData) -> bool:
    if state.last_success is None or data.item_counts.get(state.feed_id):
        return False
    return state.last_new is None or data.until - state.last_new > QUIET


def _quiet_words(state: FeedState) -> str:
    if state.last_new is None:
        return "answers, but has never brought an item"
    return f"answers, but has brought nothing new since {long_date(state.last_new)}"


def _was_read(feed: Feed, data: DayData) -> bool:
    state = data.states.get(feed.id)
    answered = state is not None and state.last_success is not None and state.last_success >= data.since
    return answered or data.item_counts.get(feed.id, 0) > 0


def _never_asked(state: FeedState | None) -> bool:
    return state is None or (state.last_attempt is None and state.last_success is None and not _fails(state))


def _report(feed: Feed, state: FeedState, problem: str) -> FeedHealth:
    return FeedHealth(
        feed=feed.id,
        title=feed.title,
        problem=without_credentials(problem),
        failures=state.failures,
        last_success=state.last_success,
        next_check=None if state.gone else state.next_check,
    )
