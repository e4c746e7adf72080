"""Stories by target, indicator and window: the numbers that trends are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watchtower.assess.baseline import FloatArray
from watchtower.assess.data import Window, Windows
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


def stories(series: Sequence[Series], sightings: Iterable[Sighting], windows: Sequence[Window]) -> FloatArray:
    """Count the stories of each series in each window; a story counts in every window in which it has a match."""
    line, rows = Windows(windows), _rows(series)
    seen: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for one in sightings:
        column = line.at(one.dated)
        if column is not None:
            for name in (None, one.indicator) if one.indicator else (None,):
                row = rows.get((one.target, name))
                if row is not None:
                    seen[row, column].add(one.story)
    counts = np.zeros((len(series), len(windows)))
    for place, told in seen.items():
        counts[place] = len(told)
    return counts


def _rows(series: Sequence[Series]) -> Mapping[tuple[str, str | None], int]:
    return {(one.target, one.indicator): number for number, one in enumerate(series)}
