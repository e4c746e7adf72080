"""Counts as a row of bars: geometry for a small inline SVG, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchtower.digest.counts import mean
from watchtower.types import Section

#: pixels of the whole picture's height and of one bar with the gap behind it
HEIGHT, PITCH, BAR = 40, 9, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One day; lengths in pixels, ``y`` from the top."""

    x: int
    y: float
    height: float
    now: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars for the days before and this period, with the height of the mean of the days before."""

    width: int
    bars: tuple[Bar, ...]
    mean_y: float
    words: str


def chart(section: Section, since: datetime, until: datetime) -> Chart | None:
    """Draw a section's counts; None where no days before are known. A longer period counts by the day."""
    if not section.before:
        return None
    now = section.count / max((until - since) / timedelta(days=1), 1.0)
    before = [day.stories for day in section.before]
    scale = (HEIGHT - 2) / max(*before, now, 1.0)
    heights = [scale * value for value in (*before, now)]
    gap = BAR // 2  # this period stands a little apart from the days before
    bars = tuple(_bar(number, height, number == len(before), gap) for number, height in enumerate(heights))
    return Chart(
        width=PITCH * len(heights) + gap,
        bars=bars,
        mean_y=round(HEIGHT - scale * mean(section.before), 1),
        words=_words(before, section.count),
    )


def _bar(number: int, height: float, now: bool, gap: int) -> Bar:
    shown = max(round(height, 1), 1.0)  # an empty day is a line, not a hole
    return Bar(x=PITCH * number + gap * now, y=HEIGHT - shown, height=shown, now=now)


def _words(before: Sequence[int], now: int) -> str:
    days = f"{len(before)} days" if len(before) > 1 else "day"
    return f"Stories a day on the {days} before: {', '.join(map(str, before))}; in this period: {now}."
