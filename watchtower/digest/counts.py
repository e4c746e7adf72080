"""How many stories a target had on each of the days before: what today is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from watchtower.digest.data import DayData
from watchtower.digest.gather import story_of
from watchtower.digest.period import instant, zone_of
from watchtower.types import DayCount


def counts_before(data: DayData, target: str) -> tuple[DayCount, ...]:
    """Count the target's stories on each of the days before, oldest first.

    A day runs from the local hour at which the period begins to that hour of the next day, and is called by the date it
    begins on. Days before the first match of any target are left out: nothing is known of them.
    """
    days = _days(data)
    known = min((stored.item.dated for stored in data.before), default=None)
    seen: defaultdict[datetime, set[str]] = defaultdict(set)
    for stored in data.before:
        if any(match.target == target for match in stored.matches):
            begin = next((begin for begin, end in days if begin <= stored.item.dated < end), None)
            if begin is not None:
                seen[begin].add(story_of(stored))
    return tuple(
        DayCount(day=begin.astimezone(zone_of(data.zone)).date(), stories=len(seen[begin]))
        for begin, end in days
        if known is not None and end > known
    )


def mean(before: Sequence[DayCount]) -> float:
    """Average stories a day; 0 for no days."""
    return sum(day.stories for day in before) / len(before) if before else 0.0


def _days(data: DayData) -> list[tuple[datetime, datetime]]:
    """The days before, oldest first, as instants."""
    zone = zone_of(data.zone)
    start = data.since.astimezone(zone)
    edges = [
        instant(start.date() - timedelta(days=back), start.time(), zone) for back in range(data.days_before, 0, -1)
    ]
    edges.append(data.since)
    return list(pairwise(edges))
