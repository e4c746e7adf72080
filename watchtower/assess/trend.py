"""Stories a day beside their own past: surges, lulls, and when too little is known to tell.

How counts are compared stands in ``baseline.py``, over which days in ``spans.py``, what was read in ``exposure.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from watchtower.assess.baseline import BoolArray, FloatArray, Past
from watchtower.assess.counting import Series, series_of, stories
from watchtower.assess.data import AssessData, Window
from watchtower.assess.definitions import Change
from watchtower.assess.exposure import Exposure
from watchtower.assess.spans import NEEDED, SPANS, Found, History, Span, found, held
from watchtower.types import Trend, TrendDay, TrendState

#: share of the usual below which what was read says nothing
READ = 0.1
#: days that a trend's series shows
SHOWN = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The numbers of all series; rows are series, columns the parts of the past."""

    series: tuple[Series, ...]
    history: History
    #: what was read in the period, as a share of the usual
    relative: FloatArray
    #: the exposures of the past as shares of the usual
    shares: FloatArray


def trends(data: AssessData, exposure: Exposure, changes: Mapping[str, Change]) -> tuple[Trend, ...]:
    """Compare every target and indicator with its own past; targets first, in the order of the file."""
    counted = _count(data, exposure, changes)
    spans = held(counted.history)
    tested = found(spans, counted.history.whole, data.method.false_surges)
    return tuple(
        _trend(row, counted, spans, tested, data, changes.get(one.target)) for row, one in enumerate(counted.series)
    )


def _count(data: AssessData, exposure: Exposure, changes: Mapping[str, Change]) -> _Counted:
    series, parts = series_of(data.analysis), data.parts
    counts = stories(series, exposure.sightings, (*parts, data.now))
    order = [target.id for target in data.analysis.targets]
    of_target = np.stack([exposure.parts(target) for target in order])
    read = of_target[[order.index(one.target) for one in series]]
    before, now = read[:, :-1], read[:, -1]
    usual = _medians(before)
    relative = now / np.maximum(usual * (max(_days(data.now), 1.0) if parts else 1.0), 1e-12)
    past = Past(
        counts=counts[:, :-1],
        exposure=before,
        known=_known(series, before, usual, data, changes),
        weekday=np.array([part.day.weekday() for part in parts], dtype=np.int64),
        age=np.arange(len(parts), 0, -1.0),
    )
    history = History(
        past=past,
        parents=np.array([order.index(one.target) for one in series[len(order) :]], dtype=np.int64),
        saw={1: counts[:, -1]} | _together(series, data, exposure),
        exposure=now,
        weekday=_weekdays(data.now),
        read=relative >= READ,
    )
    return _Counted(
        series=series, history=history, relative=relative, shares=before / np.maximum(usual, 1e-12)[:, None]
    )


def _known(
    series: Sequence[Series], read: FloatArray, usual: FloatArray, data: AssessData, changes: Mapping[str, Change]
) -> BoolArray:
    """Tell which days say anything: enough was read, by the definition there is now."""
    known: BoolArray = (read > 0) & (read >= READ * usual[:, None])
    for row, one in enumerate(series):
        change = changes.get(one.target)
        if change is not None and change.mixed:
            known[row, [part.since < change.at for part in data.parts]] = False
    return known


def _together(series: Sequence[Series], data: AssessData, exposure: Exposure) -> dict[int, FloatArray]:
    """Count the stories of each longer span, each once however many of its days tell it.

    There are none where the period is no day: the days before would be hours of them, or the period has several itself.
    """
    parts = data.parts
    if not parts or round(_days(data.now)) != 1 or parts[-1].until != data.now.since:
        return {}
    spans = [days for days in SPANS if 1 < days <= len(parts)]
    windows = [replace(data.now, since=parts[1 - days].since) for days in spans]
    counts = [stories(series, exposure.sightings, (window,))[:, 0] for window in windows]
    return dict(zip(spans, counts, strict=True))


def _medians(read: FloatArray) -> FloatArray:
    """What is usually read: the middle of the days on which anything was."""
    return np.array([np.median(row[row > 0]) if np.any(row > 0) else 0.0 for row in read])


def _weekdays(now: Window) -> FloatArray:
    """Say which share of the period each weekday makes up."""
    days = max(round(_days(now)), 1)
    on = [(now.day.weekday() + number) % 7 for number in range(days)]
    return np.bincount(on, minlength=7) / days


def _days(window: Window) -> float:
    return (window.until - window.since) / timedelta(days=1)


def _trend(
    row: int, counted: _Counted, spans: Sequence[Span], tested: Found, data: AssessData, change: Change | None
) -> Trend:
    one, at, past = counted.series[row], int(tested.chosen[row]), counted.history.past
    span, days = spans[at], int(past.known[row].sum())
    state = _state(row, days, spans[0], tested)
    bare = Trend(
        target=one.target,
        indicator=one.indicator,
        says=one.says,
        state=state,
        saw=int(span.saw[row]),
        span=span.days,
        days=days,
        needed=NEEDED,
        tested=int(spans[0].testable.sum()),
        exposure=float(counted.relative[row]),
        redefined=data.local_date(change.at) if change else None,
        words="",
    )
    if spans[0].testable[row]:
        predicted = span.predicted
        high = bare.saw >= predicted.expected[row]
        bare = replace(
            bare,
            expected=float(predicted.expected[row]),
            low=int(predicted.low[row]),
            high=int(predicted.high[row]),
            p=float(predicted.above[row] if high else predicted.below[row]),
            q=float(tested.above[at, row] if high else tested.below[row]),
        )
    shown = one.indicator is None or state.is_unusual
    return replace(bare, words=words(bare), series=_series(row, counted, spans[0], data) if shown else ())


def _state(row: int, days: int, alone: Span, tested: Found) -> TrendState:
    if days < NEEDED:
        return TrendState.TOO_SHORT
    if not alone.testable[row]:
        return TrendState.NO_COVERAGE
    if tested.surge[row]:
        return TrendState.SURGE
    return TrendState.LULL if tested.lull[row] else TrendState.USUAL


def words(trend: Trend) -> str:
    """Say what a trend says, as in ``expected 2.1, saw 9`` or, over several days, ``in 3 days expected 2.1, saw 9``."""
    if trend.state is TrendState.TOO_SHORT:
        told = f"saw {trend.saw}; too short a past: {trend.days} of the {trend.needed} days that it takes are known"
    elif trend.state is TrendState.NO_COVERAGE:
        told = f"saw {trend.saw}; unknown: the feeds that report on this were hardly read"
    else:
        over = f"in {trend.span} days " if trend.span > 1 else ""
        told = f"{over}expected {trend.expected:.1f}, saw {trend.saw}"
    return told + (f"; redefined on {trend.redefined.isoformat()}" if trend.redefined else "")


def _series(row: int, counted: _Counted, alone: Span, data: AssessData) -> tuple[TrendDay, ...]:
    """The last days with what was expected of each, and the period."""
    past = counted.history.past
    enough = past.known[row].sum() >= NEEDED
    before = [
        TrendDay(
            day=part.day,
            stories=int(past.counts[row, at]),
            expected=float(alone.fitted.expected[row, at]) if enough else None,
            exposure=float(counted.shares[row, at]),
            known=bool(past.known[row, at]),
            weight=float(alone.fitted.weights[row, at]),
        )
        for at, part in list(enumerate(data.parts))[-SHOWN:]
    ]
    now = TrendDay(
        day=data.now.day,
        stories=int(alone.saw[row]),
        expected=float(alone.predicted.expected[row]) if alone.testable[row] else None,
        exposure=float(counted.relative[row]),
    )
    return (*before, now)
