"""How many stories a target had on each of the days before: what today is compared with."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from watchtower.digest.data import DayData
from watchtower.digest.period import days_before, zone_of
from watchtower.types import DayCount, Earlier


def counts_before(data: DayData, past: Sequence[Earlier]) -> tuple[DayCount, ...]:
    """Count the stories of a target's matches on each of the days before, oldest first.

    Days are those of ``period.days_before``. Those before the first match of any target are left out, for nothing is
    known of them.
    """
    days = days_before(data.since, zone_of(data.zone), data.days_before)
    known = min((one.dated for one in data.before), default=None)
    begins = [begin for _, begin, _ in days]
    seen: defaultdict[int, set[str]] = defaultdict(set)
    for one in past:
        if one.dated < data.since:
            seen[bisect_right(begins, one.dated) - 1].add(one.story)
    return tuple(
        DayCount(day=day, stories=len(seen[number]))
        for number, (day, _, end) in enumerate(days)
        if known is not None and end > known
    )


def mean(before: Sequence[DayCount]) -> float:
    """Average stories a day; 0 for no days."""
    return sum(day.stories for day in before) / len(before) if before else 0.0
