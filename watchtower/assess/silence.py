"""Whether what is expected has shown: seen, not seen with coverage, or unknown because coverage was lost.

An indicator that is expected every *n* days is *seen* if a story of the last *n* days reports it. It is *not seen, with
coverage* only if on every single one of these days the feeds that report on its target were read (``exposure.py``): one
lost day makes it *unknown*, for it may have shown then. So a feed outage can turn *seen* into *unknown*, never into
*not seen*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from watchtower.assess.baseline import BoolArray, FloatArray
from watchtower.assess.data import AssessData, Window
from watchtower.assess.exposure import Exposure
from watchtower.types import Indicator, Rhythm, Sighting, Silence, SilenceState

#: share of a language's usual reading below which nothing is said of that language
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """How far the feeds of a target were read in a stretch."""

    lost: tuple[date, ...]
    days: int
    feeds: int
    healthy: int
    items: int
    languages: tuple[str, ...]
    languages_lost: tuple[str, ...]


def silences(data: AssessData, exposure: Exposure) -> tuple[Silence, ...]:
    """Say of every indicator with an expected rhythm whether it has shown, in the order of the file."""
    return tuple(_silences(data, exposure))


def _silences(data: AssessData, exposure: Exposure) -> Iterator[Silence]:
    for target in data.analysis.targets:
        covered = exposure.covered(target.id)
        for indicator in target.indicators:
            if indicator.expect is not None:
                yield _silence(target.id, indicator, indicator.expect, data, exposure, covered)


def _silence(
    target: str, indicator: Indicator, expect: Rhythm, data: AssessData, exposure: Exposure, covered: BoolArray
) -> Silence:
    windows = (*data.days, data.now)
    rows = _stretch(windows, expect, data)
    watched = _watch(rows, windows, exposure, covered, target)
    last = data.last.get(indicator.id)
    state = _state(expect, last, watched, data)
    told = Silence(
        target=target,
        indicator=indicator.id,
        says=indicator.says,
        state=state,
        every_days=expect.every / timedelta(days=1) if expect.every else None,
        by=expect.by,
        last_seen=last.dated if last else None,
        last_item=last.item if last else None,
        since=windows[rows[0]].day if rows else data.now.day,
        until=windows[rows[-1]].day if rows else data.now.day,
        days=watched.days,
        lost=watched.lost,
        feeds=watched.feeds,
        healthy=watched.healthy,
        items=watched.items,
        languages=watched.languages,
        languages_lost=watched.languages_lost,
        words="",
    )
    return replace(told, words=words(told, data))


def _stretch(windows: Sequence[Window], expect: Rhythm, data: AssessData) -> list[int]:
    """Number the days that the expectation speaks of: the last so many, or all that are known up to its date."""
    if expect.every is not None:
        since = data.now.until - expect.every
        return [row for row, window in enumerate(windows) if window.until > since]
    return [row for row, window in enumerate(windows) if expect.by is None or window.day <= expect.by]


def _watch(
    rows: Sequence[int], windows: Sequence[Window], exposure: Exposure, covered: BoolArray, target: str
) -> _Watched:
    reporting = exposure.reporting(target)
    read, items = exposure.read[rows], exposure.items[rows]
    languages = [feed.language for feed in exposure.feeds]
    brought = items.sum(axis=0) > 0
    return _Watched(
        lost=tuple(windows[row].day for row in rows if not covered[row]),
        days=int(covered[rows].sum()),
        feeds=int(reporting.sum()),
        healthy=int((reporting & read.all(axis=0)).sum()),
        items=int(items.sum()),
        languages=tuple(sorted({name for name, some in zip(languages, brought, strict=True) if some})),
        languages_lost=tuple(sorted(_lost(rows, exposure, exposure.weight(target)))),
    )


def _lost(rows: Sequence[int], exposure: Exposure, weight: FloatArray) -> Iterator[str]:
    """Name the languages of which on some day less than half was read of what there is."""
    for language in {feed.language for feed in exposure.feeds}:
        own = np.where([feed.language == language for feed in exposure.feeds], weight, 0.0)
        there, read = exposure.there[rows] @ own, exposure.read[rows] @ own
        if np.any(read < _HALF * there):
            yield language


def _state(expect: Rhythm, last: Sighting | None, watched: _Watched, data: AssessData) -> SilenceState:
    if last is not None and (expect.every is None or last.dated >= data.now.until - expect.every):
        return SilenceState.SEEN
    if expect.by is not None and data.now.day <= expect.by:
        return SilenceState.AWAITED
    return SilenceState.NOT_SEEN if watched.days and not watched.lost else SilenceState.UNKNOWN


def words(silence: Silence, data: AssessData) -> str:
    """Say what a silence says, with what it rests on."""
    stretch = silence.days + len(silence.lost)
    if silence.state is SilenceState.SEEN and silence.last_seen is not None:
        return f"seen on {data.local_date(silence.last_seen).isoformat()}"
    if silence.state is SilenceState.AWAITED and silence.by is not None:
        return f"not seen yet; expected by {silence.by.isoformat()}"
    if silence.state is SilenceState.NOT_SEEN:
        gone = f"; little was read in {', '.join(silence.languages_lost)}" if silence.languages_lost else ""
        return (
            f"not seen in {stretch} days, with coverage: {silence.healthy} of {silence.feeds} reporting feeds "
            f"read every day, {silence.items:,} items in {', '.join(silence.languages)}{gone}"
        )
    if not stretch:
        return "unknown: nothing is known of the days up to its date"
    if silence.lost[0] == silence.since and (silence.lost[-1] - silence.since).days < len(silence.lost):
        return _begun(silence.days, stretch)
    days = f"{len(silence.lost)} of {stretch} days ({_span(silence.lost)})"
    return f"unknown: coverage lost on {days}; not seen on the {silence.days} other{'s' if silence.days != 1 else ''}"


def _begun(covered: int, stretch: int) -> str:
    """Say that only the end of a stretch was covered, which is how every new watch begins."""
    if not covered:
        return f"unknown: none of the last {stretch} days was covered"
    if covered == 1:
        return f"unknown: only the last of {stretch} days was covered; not seen on it"
    return f"unknown: only the last {covered} of {stretch} days were covered; not seen on these"


def _span(days: Sequence[date]) -> str:
    """Write one day, or from when to when."""
    return days[0].isoformat() if len(days) == 1 else f"{days[0].isoformat()} to {days[-1].isoformat()}"
