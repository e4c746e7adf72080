"""Stories a day beside their own past: surges, lulls, and when too little is known to tell.

How counts are compared stands in ``baseline.py``, what was read in ``exposure.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from watchtower.assess import baseline
from watchtower.assess.baseline import BoolArray, FloatArray, Past, Prediction, Usual
from watchtower.assess.counting import Series, series_of, stories
from watchtower.assess.data import AssessData, Window
from watchtower.assess.definitions import Change
from watchtower.assess.exposure import Exposure
from watchtower.types import Trend, TrendDay, TrendState

#: known days that it takes to say what is usual: every weekday twice
NEEDED = 14
#: share of the usual below which what was read says nothing
READ = 0.1
#: by how many stories a count must differ at least: one story more is no surge
BY = 3
#: days that a trend's series shows
SHOWN = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The numbers of all series; rows are series, columns the parts of the past."""

    series: tuple[Series, ...]
    past: Past
    saw: FloatArray
    #: what was read in the period, as the past's exposures and as a share of the usual
    exposure: FloatArray
    relative: FloatArray
    #: the exposures of the past as shares of the usual
    shares: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """What came of comparing them; ``q`` is of the side on which the count lies."""

    enough: BoolArray
    testable: BoolArray
    p: FloatArray
    q: FloatArray


def trends(data: AssessData, exposure: Exposure, changes: Mapping[str, Change]) -> tuple[Trend, ...]:
    """Compare every target and indicator with its own past; targets first, in the order of the file."""
    counted = _count(data, exposure, changes)
    fitted, predicted = _compare(counted, data)
    tested = _test(counted, predicted)
    return tuple(
        _trend(row, counted, fitted, predicted, tested, data, changes.get(one.target))
        for row, one in enumerate(counted.series)
    )


def _count(data: AssessData, exposure: Exposure, changes: Mapping[str, Change]) -> _Counted:
    series, parts = series_of(data.analysis), data.parts
    counts = stories(series, exposure.sightings, (*parts, data.now))
    order = [target.id for target in data.analysis.targets]
    of_target = np.stack([exposure.parts(target) for target in order])
    read = of_target[[order.index(one.target) for one in series]]
    before, now = read[:, :-1], read[:, -1]
    usual = _medians(before)
    known = (before > 0) & (before >= READ * usual[:, None])
    for row, one in enumerate(series):
        change = changes.get(one.target)
        if change is not None and change.mixed:
            known[row, [part.since < change.at for part in parts]] = False
    past = Past(
        counts=counts[:, :-1],
        exposure=before,
        known=known,
        weekday=np.array([part.day.weekday() for part in parts], dtype=np.int64),
        age=np.arange(len(parts), 0, -1.0),
    )
    days = max((data.now.until - data.now.since) / timedelta(days=1), 1.0) if len(parts) else 1.0
    return _Counted(
        series=series,
        past=past,
        saw=counts[:, -1],
        exposure=now,
        relative=now / np.maximum(usual * days, 1e-12),
        shares=before / np.maximum(usual, 1e-12)[:, None],
    )


def _medians(read: FloatArray) -> FloatArray:
    """What is usually read: the middle of the days on which anything was."""
    return np.array([np.median(row[row > 0]) if np.any(row > 0) else 0.0 for row in read])


def _compare(counted: _Counted, data: AssessData) -> tuple[Usual, Prediction]:
    """Fit the targets, then the indicators with the weekdays of their targets, and predict the period."""
    targets = [target.id for target in data.analysis.targets]
    whole = baseline.usual(_rows(counted.past, slice(0, len(targets))))
    parents = [targets.index(one.target) for one in counted.series[len(targets) :]]
    single = baseline.usual(_rows(counted.past, slice(len(targets), None)), whole.weekdays[parents])
    fitted = baseline.joined(whole, single)
    return fitted, baseline.predict(fitted, counted.exposure, _weekdays(data.now), counted.saw)


def _rows(past: Past, rows: slice) -> Past:
    return Past(
        counts=past.counts[rows],
        exposure=past.exposure[rows],
        known=past.known[rows],
        weekday=past.weekday,
        age=past.age,
    )


def _weekdays(now: Window) -> FloatArray:
    """Say which share of the period each weekday makes up."""
    days = max(round((now.until - now.since) / timedelta(days=1)), 1)
    on = [(now.day.weekday() + number) % 7 for number in range(days)]
    return np.bincount(on, minlength=7) / days


def _test(counted: _Counted, predicted: Prediction) -> _Tested:
    enough = counted.past.known.sum(axis=1) >= NEEDED
    testable = enough & (counted.relative >= READ)
    above, below = np.ones(len(enough)), np.ones(len(enough))
    weights = baseline.halves(np.array([one.indicator is None for one in counted.series])[testable])
    above[testable] = baseline.false_discovery(predicted.above[testable], weights)
    below[testable] = baseline.false_discovery(predicted.below[testable], weights)
    high = counted.saw >= predicted.expected
    return _Tested(
        enough=enough,
        testable=testable,
        p=np.where(high, predicted.above, predicted.below),
        q=np.where(high, above, below),
    )


def _trend(
    row: int, counted: _Counted, fitted: Usual, predicted: Prediction, tested: _Tested, data: AssessData,
    change: Change | None,
) -> Trend:  # fmt: skip
    one, saw = counted.series[row], int(counted.saw[row])
    expected, days = float(predicted.expected[row]), int(counted.past.known[row].sum())
    state = _state(saw, expected, bool(tested.enough[row]), bool(tested.testable[row]), float(tested.q[row]), data)
    bare = Trend(
        target=one.target,
        indicator=one.indicator,
        says=one.says,
        state=state,
        saw=saw,
        days=days,
        needed=NEEDED,
        tested=int(tested.testable.sum()),
        exposure=float(counted.relative[row]),
        redefined=data.local_date(change.at) if change else None,
        words="",
    )
    if tested.testable[row]:
        bare = replace(
            bare,
            expected=expected,
            low=int(predicted.low[row]),
            high=int(predicted.high[row]),
            p=float(tested.p[row]),
            q=float(tested.q[row]),
        )
    shown = one.indicator is None or state.is_unusual
    return replace(bare, words=words(bare), series=_series(row, counted, fitted, data, bare) if shown else ())


def _state(saw: int, expected: float, enough: bool, testable: bool, q: float, data: AssessData) -> TrendState:
    if not enough:
        return TrendState.TOO_SHORT
    if not testable:
        return TrendState.NO_COVERAGE
    if q <= data.method.false_surges and abs(saw - expected) >= BY:
        return TrendState.SURGE if saw > expected else TrendState.LULL
    return TrendState.USUAL


def words(trend: Trend) -> str:
    """Say what a trend says, as in ``expected 2.1, saw 9``."""
    if trend.state is TrendState.TOO_SHORT:
        told = f"saw {trend.saw}; too short a past: {trend.days} of the {trend.needed} days that it takes are known"
    elif trend.state is TrendState.NO_COVERAGE:
        told = f"saw {trend.saw}; unknown: the feeds that report on this were hardly read"
    else:
        told = f"expected {trend.expected:.1f}, saw {trend.saw}"
    return told + (f"; redefined on {trend.redefined.isoformat()}" if trend.redefined else "")


def _series(row: int, counted: _Counted, fitted: Usual, data: AssessData, trend: Trend) -> tuple[TrendDay, ...]:
    """The last days with what was expected of each, and the period."""
    enough = trend.state is not TrendState.TOO_SHORT
    before = [
        TrendDay(
            day=part.day,
            stories=int(counted.past.counts[row, at]),
            expected=float(fitted.expected[row, at]) if enough else None,
            exposure=float(counted.shares[row, at]),
            known=bool(counted.past.known[row, at]),
            weight=float(fitted.weights[row, at]),
        )
        for at, part in list(enumerate(data.parts))[-SHOWN:]
    ]
    now = TrendDay(day=data.now.day, stories=trend.saw, expected=trend.expected, exposure=float(counted.relative[row]))
    return (*before, now)
