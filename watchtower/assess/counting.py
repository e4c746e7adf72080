"""Stories by target, indicator and window: the numbers that trends are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from watchtower.assess.baseline import FloatArray
from watchtower.assess.data import Window, parted
from watchtower.types import Analysis, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What is counted: a target, or one of its indicators."""

    target: str
    indicator: str | None
    says: str


def series_of(analysis: Analysis) -> tuple[Series, ...]:
    """List what is counted: the targets, then every target's indicators, in the order of the file."""
    whole = [Series(target=target.id, indicator=None, says=target.title) for target in analysis.targets]
    single = [
        Series(target=target.id, indicator=one.id, says=one.says)
        for target in analysis.targets
        for one in target.indicators
    ]
    return (*whole, *single)


def stories(series: Sequence[Series], sightings: Sequence[Sighting], windows: Sequence[Window]) -> FloatArray:
    """Count the stories of each series in each window, out of matches by ``dated``.

    A story counts in every window in which it has a match.
    """
    rows, counts = _rows(series), np.zeros((len(series), len(windows)))
    of_target, of_indicator = attrgetter("target", "story"), attrgetter("target", "indicator", "story")
    for column, inside in enumerate(parted(sightings, windows)):
        told: Counter[tuple[str, str | None]] = Counter((target, None) for target, _ in set(map(of_target, inside)))
        told.update((target, name) for target, name, _ in set(map(of_indicator, inside)) if name)
        for name, number in told.items():
            if name in rows:
                counts[rows[name], column] = number
    return counts


def _rows(series: Sequence[Series]) -> Mapping[tuple[str, str | None], int]:
    return {(one.target, one.indicator): number for number, one in enumerate(series)}
