"""How many stories a target had on each of the days before: what today is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from watchtower.digest.data import DayData
from watchtower.digest.gather import story_of
from watchtower.digest.period import days_before, zone_of
from watchtower.types import DayCount


def counts_before(data: DayData, target: str) -> tuple[DayCount, ...]:
    """Count the target's stories on each of the days before, oldest first.

    Days are those of ``period.days_before``. Those before the first match of any target are left out, for nothing is
    known of them.
    """
    days = days_before(data.since, zone_of(data.zone), data.days_before)
    known = min((stored.item.dated for stored in data.before), default=None)
    seen: defaultdict[date, set[str]] = defaultdict(set)
    for stored in data.before:
        if any(match.target == target for match in stored.matches):
            on = next((day for day, begin, end in days if begin <= stored.item.dated < end), None)
            if on is not None:
                seen[on].add(story_of(stored))
    return tuple(DayCount(day=day, stories=len(seen[day])) for day, _, end in days if known is not None and end > known)


def mean(before: Sequence[DayCount]) -> float:
    """Average stories a day; 0 for no days."""
    return sum(day.stories for day in before) / len(before) if before else 0.0
