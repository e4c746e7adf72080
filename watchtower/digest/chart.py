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
    #: out of the usual, or one of the days that are so together
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
    usual = _usual(trend)
    scale = (HEIGHT - 2) / max(most, usual[1] if usual else 0, 1)
    gap = BAR // 2  # this period stands a little apart from the days before
    last = len(trend.series) - 1
    bars = tuple(
        _bar(
            day,
            scale,
            PITCH * number + gap * (number == last),
            now=number == last,
            alarm=trend.state.is_unusual and number > last - trend.span,
        )
        for number, day in enumerate(trend.series)
    )
    width = PITCH * len(bars) + gap
    return Chart(width=width, bars=bars, band=_band(usual, scale, width - PITCH), words=_words(trend))


def _bar(day: TrendDay, scale: float, x: int, *, now: bool, alarm: bool) -> Bar:
    height = max(round(scale * day.stories, 1), 1.0)  # an empty day is a line, not a hole
    return Bar(
        x=x,
        y=round(HEIGHT - height, 1),
        height=height,
        now=now,
        alarm=alarm,
        unknown=not day.known,
        expected_y=None if day.expected is None else round(HEIGHT - scale * day.expected, 1),
    )


def _usual(trend: Trend) -> tuple[int, int] | None:
    """What nine usual periods in ten stay between; of several days together nothing is drawn beside one bar."""
    return None if trend.low is None or trend.high is None or trend.span > 1 else (trend.low, trend.high)


def _band(usual: tuple[int, int] | None, scale: float, x: int) -> Band | None:
    if usual is None:
        return None
    low, high = usual
    return Band(x=x - 1, y=round(HEIGHT - scale * high, 1), height=round(max(scale * (high - low), 1.0), 1))


def _runs(days: Iterable[TrendDay]) -> Iterator[str]:
    """Tell days one by one, those of which nothing is known together: mail without pictures shows these words."""
    for known, run in groupby(days, key=lambda day: day.known):
        told = list(run)
        if known:
            yield from (str(day.stories) for day in told)
        else:
            yield "unknown" if len(told) == 1 else f"{len(told)} unknown"


def _words(trend: Trend) -> str:
    *before, now = trend.series
    days = f"{len(before)} days" if len(before) > 1 else "day"
    told = ", ".join(_runs(before))
    usual = "" if now.expected is None else f", where {now.expected:.1f} were expected"
    return f"Stories a day on the {days} before: {told}; in this period: {now.stories}{usual}."
