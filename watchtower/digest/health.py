"""How far a digest can be trusted to have seen everything: which feeds were read, fail or have gone quiet."""

from __future__ import annotations

from dataclasses import replace

from watchtower.digest.data import DayData
from watchtower.health import health_of, move_of
from watchtower.types import Feed, FeedCondition, FeedHealth, Health

_FAILING = frozenset({FeedCondition.FAILING, FeedCondition.GONE, FeedCondition.NOT_A_FEED})
_SILENT = frozenset({FeedCondition.QUIET, FeedCondition.STALE})


def health(data: DayData) -> Health:
    """Say of each feed whether it was read for this period, and what is wrong with those that were not.

    A feed was read if it brought items of the period, or answered after the period began and was known by then: what
    was first asked later has nothing to say of a day that its items do not reach back to.
    """
    asked = [feed for feed in data.feeds if feed.enabled]
    found = [health_of(feed, data.states.get(feed.id), data.until) for feed in asked]
    return Health(
        feeds=len(asked),
        read=sum(_was_read(feed, data) for feed in asked),
        items=sum(data.item_counts.values()),
        failing=tuple(one for one in found if one.condition in _FAILING),
        quiet=tuple(one for one in found if one.condition in _SILENT and not data.item_counts.get(one.feed)),
        never_read=tuple(one.title for one in found if one.condition is FeedCondition.NEVER_ASKED),
        moved=_moved(found, data.feeds),
    )


def _moved(found: list[FeedHealth], feeds: tuple[Feed, ...]) -> tuple[FeedHealth, ...]:
    return tuple(replace(one, problem=said) for one in found if (said := move_of(one, feeds)))


def _was_read(feed: Feed, data: DayData) -> bool:
    state = data.states.get(feed.id)
    answered = state is not None and state.last_success is not None and state.last_success >= data.since
    known = data.assessment.there is None or feed.id in data.assessment.there
    return (answered and known) or data.item_counts.get(feed.id, 0) > 0
