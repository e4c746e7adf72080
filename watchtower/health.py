"""How a feed is doing: the one place that says whether it is healthy, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from watchtower.text import counted, long_date, without_credentials
from watchtower.types import Feed, FeedCondition, FeedHealth, FeedState

#: no silence shorter than this is one, whatever the rhythm: there are weekends and holidays
SHORTEST_SILENCE = timedelta(days=4)
#: from when on a feed of unknown rhythm is quiet
SILENCE = timedelta(days=7)
#: how many of a feed's long pauses make it quiet, and stale
QUIET_PAUSES, STALE_PAUSES = 3, 10
#: no feed is stale before this
SHORTEST_STALE = timedelta(days=60)
#: visits in a row that must have said that a feed has moved before the editor is told
MOVES = 2


def health_of(feed: Feed, state: FeedState | None, now: datetime) -> FeedHealth:
    """Say how a feed is doing at ``now``; ``state`` is what is remembered of it, or None where it was never asked."""
    condition, problem = _condition(feed, state, now)
    if state is None or condition is FeedCondition.NEVER_ASKED:
        return FeedHealth(
            feed=feed.id, title=feed.title, condition=condition, problem=problem, failures=0,
            last_success=state.last_success if state else None, next_check=None,
        )  # fmt: skip
    return FeedHealth(
        feed=feed.id,
        title=feed.title,
        condition=condition,
        problem=problem,
        failures=state.failures,
        last_success=state.last_success,
        next_check=None if state.gone else state.next_check,
        last_new=state.last_new,
        rhythm=state.rhythm,
        moved_to=state.moved_to if state.moved_times >= MOVES else None,
    )


def _condition(feed: Feed, state: FeedState | None, now: datetime) -> tuple[FeedCondition, str]:
    if state is None or not (state.last_attempt or state.last_success or state.failures or state.gone):
        return FeedCondition.NEVER_ASKED, "was not asked yet"
    if state.url != feed.url:
        return FeedCondition.NEVER_ASKED, "was not asked yet at its new address"
    problem = without_credentials(state.problem or "failed, no reason recorded")
    if state.gone:
        return FeedCondition.GONE, problem
    if state.failures:
        return (FeedCondition.NOT_A_FEED if state.not_feed else FeedCondition.FAILING), problem
    return _silence(state, now)


def _silence(state: FeedState, now: datetime) -> tuple[FeedCondition, str]:
    if state.last_new is None:
        return FeedCondition.STALE, "answers, but has never brought an item"
    silence, quiet = now - state.last_new, SILENCE
    stale, usual = SHORTEST_STALE, ""
    if state.pause is not None:
        quiet = max(SHORTEST_SILENCE, QUIET_PAUSES * state.pause)
        stale = max(SHORTEST_STALE, STALE_PAUSES * state.pause)
        usual = f"; its pauses are seldom longer than {about(state.pause)}"
    if silence <= quiet:
        return FeedCondition.HEALTHY, ""
    condition = FeedCondition.STALE if silence > stale else FeedCondition.QUIET
    return condition, f"answers, but has brought nothing new since {long_date(state.last_new)}{usual}"


def move_of(health: FeedHealth, feeds: Iterable[Feed]) -> str:
    """Say where a feed has moved for good and what to do about it, or an empty text where it has not."""
    if health.moved_to is None:
        return ""
    moved = f"has moved for good to {without_credentials(health.moved_to)}"
    for other in feeds:
        if other.id != health.feed and _same(other.url, health.moved_to):
            return f"{moved}, which is the feed {other.id}: take one of the two out of feeds.yml"
    return f"{moved}: write that as its url in feeds.yml"


def _same(one: str, other: str) -> bool:
    first, second = (urlsplit(url) for url in (one, other))
    return (first.hostname, first.path or "/", first.query) == (second.hostname, second.path or "/", second.query)


def about(span: timedelta) -> str:
    """Write a span in its largest whole unit.

    >>> about(timedelta(days=2, hours=3)), about(timedelta(minutes=61)), about(timedelta(seconds=5))
    ('2 days', '1 hour', '1 minute')
    """
    sizes = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    name = next((name for name, size in sizes.items() if span >= size), "minute")
    return counted(max(round(span / sizes[name]), 1), name)
