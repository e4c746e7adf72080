"""Slow rises: a period's stories with those of the days before it, held against what was usual before them.

What is three times as much for a week is no surge on any of its days. So a day is tested alone and together with the
days before it, and of several spans the most significant counts: a scan statistic with windows that end now (Kulldorff
2001, *Prospective time periodic geographical disease surveillance using a scan statistic*). Each span is held against
the past before it begins, as Farrington et al. (1996) leave out the last weeks, so that a rise does not become what is
usual while it goes on. All spans of all series are adjusted together for how many there are, the period alone with as
much weight as all longer spans together: what surges in a day must not be missed much more often for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watchtower.assess import baseline
from watchtower.assess.baseline import BoolArray, FloatArray, IntArray, Past, Prediction, Usual

#: days that are tested together, the period the last of them: itself, what news lasts, and a week with its weekdays
SPANS = (1, 2, 3, 7)
#: known days that it takes to say what is usual: every weekday twice
NEEDED = 14
#: by how many stories a count must differ at least: one story more is no surge
BY = 3
#: chance up to which a rise lasts: so far out are still its later half, and all of it but the day that stands out most
LASTING = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The numbers of all series, those of whole targets first; rows are series."""

    past: Past
    #: for each series behind the whole targets, the number of its target
    parents: IntArray
    #: stories of each span, by its days; the period alone is 1
    saw: Mapping[int, FloatArray]
    #: what was read in the period, as the past's exposures
    exposure: FloatArray
    #: which share of the period each weekday makes up
    weekday: FloatArray
    #: of which series enough was read in the period
    read: BoolArray

    @property
    def whole(self) -> BoolArray:
        """Tell which series are whole targets."""
        whole: BoolArray = np.arange(len(self.exposure)) < len(self.exposure) - len(self.parents)
        return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """All series over one span, held against the past before it."""

    days: int
    fitted: Usual
    predicted: Prediction
    saw: FloatArray
    #: which series can be tested: enough of the past is known, and each of the span's days
    testable: BoolArray
    #: which are no day of the past that stands out, nor days that have ended
    lasting: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of testing all spans together."""

    #: for each series the number of the span that is a surge and the most significant; else 0, the period alone
    chosen: IntArray
    surge: BoolArray
    lull: BoolArray
    #: chances adjusted together: of each span (rows) and series to lie above, of the period alone to lie below
    above: FloatArray
    below: FloatArray


def held(history: History) -> tuple[Span, ...]:
    """Hold each span that the history counts against the past before it, the shortest first."""
    return tuple(_held(history, days) for days in sorted(history.saw))


def found(spans: Sequence[Span], whole: BoolArray, level: float) -> Found:
    """Find surges over any span, and lulls of the period, of which at most a share ``level`` is false."""
    testable = np.stack([one.testable for one in spans])
    chances = np.stack([one.predicted.above for one in spans])
    more = np.stack([one.saw - one.predicted.expected for one in spans])
    alone = np.array([[one.days == 1] for one in spans])
    above = _adjusted(chances, testable, np.tile(whole, (len(spans), 1)), np.tile(alone, len(whole)))
    below = _adjusted(spans[0].predicted.below, testable[0], whole, np.ones(len(whole), dtype=bool))
    called = testable & (above <= level) & (more >= BY) & np.stack([one.lasting for one in spans])
    lull = testable[0] & (below <= level) & (more[0] <= -BY)
    surge = called.any(axis=0) & ~lull
    chosen = np.where(surge, np.argmin(np.where(called, chances, np.inf), axis=0), 0)
    return Found(chosen=chosen, surge=surge, lull=lull, above=above, below=below)


def _adjusted(chances: FloatArray, testable: BoolArray, whole: BoolArray, alone: BoolArray) -> FloatArray:
    """Adjust chances together: targets weigh as much as their indicators, the period alone as all longer spans."""
    adjusted = np.ones(chances.shape)
    weights = baseline.halves(whole[testable]) * baseline.halves(alone[testable])
    adjusted[testable] = baseline.false_discovery(
        chances[testable], weights / np.mean(weights) if weights.size else None
    )
    return adjusted


def _held(history: History, days: int) -> Span:
    past, saw = history.past, history.saw[days]
    begin = max(past.counts.shape[1] - (days - 1), 0)
    fitted = _fit(history, begin)
    counts = np.column_stack([past.counts[:, begin:], history.saw[1]])
    exposure = np.column_stack([past.exposure[:, begin:], history.exposure])
    weekdays = np.vstack([np.eye(7)[past.weekday[begin:]], history.weekday])
    predicted = baseline.predict(fitted, exposure, weekdays, saw)
    enough = past.known[:, :begin].sum(axis=1) >= NEEDED
    return Span(
        days=days,
        fitted=fitted,
        predicted=predicted,
        saw=saw,
        testable=enough & history.read & past.known[:, begin:].all(axis=1),
        lasting=_lasting(fitted, counts, exposure, weekdays, saw),
    )


def _lasting(
    fitted: Usual, counts: FloatArray, exposure: FloatArray, weekdays: FloatArray, saw: FloatArray
) -> BoolArray:
    """Tell which rises last: neither one day makes them, nor have they ended, which would be told for a week."""
    parts = np.arange(counts.shape[1])
    if len(parts) == 1:
        return np.ones(len(counts), dtype=bool)
    over = counts - fitted.rate[:, None] * exposure * (fitted.weekdays @ weekdays.T)
    out, later = parts == np.argmax(over, axis=1)[:, None], parts >= len(parts) // 2
    # the span counts a story once that several days tell: without those of a day there are at least so many
    rest = np.maximum(saw - counts[out], 0.0)
    end = np.minimum(saw, counts[:, later].sum(axis=1))
    chances = [
        baseline.above(fitted, np.where(of, exposure, 0.0), weekdays, seen) for of, seen in ((~out, rest), (later, end))
    ]
    lasting: BoolArray = np.maximum(*chances) <= LASTING
    return lasting


def _fit(history: History, begin: int) -> Usual:
    """Fit the targets, then the indicators with the weekdays of their targets, to the days before a span."""
    whole = baseline.usual(_rows(history.past, history.whole, begin))
    if not len(history.parents):
        return whole
    single = baseline.usual(_rows(history.past, ~history.whole, begin), whole.weekdays[history.parents])
    return baseline.joined(whole, single)


def _rows(past: Past, rows: BoolArray, begin: int) -> Past:
    return Past(
        counts=past.counts[rows, :begin],
        exposure=past.exposure[rows, :begin],
        known=past.known[rows, :begin],
        weekday=past.weekday[:begin],
        age=past.age[:begin] - (past.counts.shape[1] - begin),
    )
