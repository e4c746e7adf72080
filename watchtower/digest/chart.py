"""Counts as a row of bars beside what was expected: geometry for a small picture, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from watchtower.types import Trend, TrendDay

#: pixels of the whole picture's height and of one bar with the gap behind it
HEIGHT, PITCH, BAR = 40, 9, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One day; lengths in pixels, ``y`` from the top."""

    x: int
    y: float
    height: float
    #: the period itself, not a day before
    now: bool
    #: out of the usual
    alarm: bool = False
    #: too little was read on this day for the bar to say anything
    unknown: bool = False
    #: how high what was expected stands; None where none can be said
    expected_y: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """What nine usual periods in ten stay between, beside the bar of the period."""

    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars for the days before and this period, each with a mark where it was expected to end."""

    width: int
    bars: tuple[Bar, ...]
    band: Band | None
    words: str


def chart(trend: Trend | None) -> Chart | None:
    """Draw a trend; None where it has no days."""
    if trend is None or len(trend.series) < 2:
        return None
    most = max(max(day.stories, day.expected or 0.0) for day in trend.series)
    scale = (HEIGHT - 2) / max(most, trend.high or 0, 1)
    gap = BAR // 2  # this period stands a little apart from the days before
    last = len(trend.series) - 1
    bars = tuple(
        _bar(day, scale, PITCH * number + gap * (number == last), trend if number == last else None)
        for number, day in enumerate(trend.series)
    )
    width = PITCH * len(bars) + gap
    return Chart(width=width, bars=bars, band=_band(trend, scale, width - PITCH), words=_words(trend))


def _bar(day: TrendDay, scale: float, x: int, now: Trend | None) -> Bar:
    height = max(round(scale * day.stories, 1), 1.0)  # an empty day is a line, not a hole
    return Bar(
        x=x,
        y=round(HEIGHT - height, 1),
        height=height,
        now=now is not None,
        alarm=now is not None and now.state.is_unusual,
        unknown=not day.known,
        expected_y=None if day.expected is None else round(HEIGHT - scale * day.expected, 1),
    )


def _band(trend: Trend, scale: float, x: int) -> Band | None:
    if trend.low is None or trend.high is None:
        return None
    top = HEIGHT - scale * trend.high
    return Band(x=x - 1, y=round(top, 1), height=round(max(scale * (trend.high - trend.low), 1.0), 1))


def _runs(days: Iterable[TrendDay]) -> Iterator[str]:
    """Tell days one by one, those of which nothing is known together: mail without pictures shows these words."""
    for known, run in groupby(days, key=lambda day: day.known):
        told = list(run)
        if known:
            yield from (str(day.stories) for day in told)
        else:
            yield "unknown" if len(told) == 1 else f"{len(told)} unknown"


def _words(trend: Trend) -> str:
    *before, _ = trend.series
    days = f"{len(before)} days" if len(before) > 1 else "day"
    told = ", ".join(_runs(before))
    usual = "" if trend.expected is None else f", where {trend.expected:.1f} were expected"
    return f"Stories a day on the {days} before: {told}; in this period: {trend.saw}{usual}."
