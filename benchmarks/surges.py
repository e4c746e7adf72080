"""Surges on made-up histories: how often one is called that is none, and how many of the real ones are found.

    python benchmarks/surges.py [WORLDS [DAYS [SEED]]]

A world has 8 targets and 100 indicators, as the shipped analysis has: 2 to 40 stories a day on a target and mostly far
fewer than one on an indicator; over-dispersed counts (variance 1.05 to 3 times the mean), weekdays, days on which a
part of the feeds was lost. First nothing happens on the last day (and again with the days shuffled), so that every
surge is a false one: the share of days with any must stay under the level, for all 108 series together. Then stories
are added to one series on the last day, so that it has three, five or eight times what was to be expected; and then on
each of the last three or seven days, to see how far a slow rise is found.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchtower.assess import baseline
from watchtower.assess.baseline import BoolArray, FloatArray, Past
from watchtower.assess.trend import BY

IntArray = NDArray[np.int64]

TARGETS, INDICATORS, LEVEL = 8, 100, 0.05
WEEKDAYS = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 0.8, 0.7])
TIMES, BANDS = (3, 5, 8), ((0.3, 1), (1, 3), (3, 10), (10, 60))
#: days that a slow rise lasts, and how many times the stories it has on each
SLOW = ((3, 3), (3, 5), (7, 2), (7, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Counts of all series over days, the last one the period, with what was read."""

    counts: FloatArray
    exposure: FloatArray
    weekday: IntArray
    mean: FloatArray
    parent: IntArray

    def found(self) -> BoolArray:
        """Tell which series are called a surge on the last day."""
        days = self.counts.shape[1] - 1
        whole = baseline.usual(self._past(slice(0, TARGETS), days))
        single = baseline.usual(self._past(slice(TARGETS, None), days), whole.weekdays[self.parent])
        fitted = baseline.joined(whole, single)
        now = np.full(len(self.counts), self.exposure[days])
        predicted = baseline.predict(fitted, now, np.eye(7)[self.weekday[days]], self.counts[:, days])
        far = self.counts[:, days] - predicted.expected >= BY
        weights = baseline.halves(np.arange(len(self.counts)) < TARGETS)
        return (baseline.false_discovery(predicted.above, weights) <= LEVEL) & far

    def _past(self, rows: slice, days: int) -> Past:
        counts = self.counts[rows, :days]
        return Past(
            counts=counts,
            exposure=np.broadcast_to(self.exposure[:days], counts.shape),
            known=np.ones(counts.shape, dtype=bool),
            weekday=self.weekday[:days],
            age=np.arange(days, 0, -1.0),
        )


def world(rng: np.random.Generator, days: int) -> World:
    """Make one up."""
    of_target = rng.uniform(2, 40, TARGETS)
    parent = rng.integers(0, TARGETS, INDICATORS)
    share = np.minimum(rng.dirichlet(np.full(INDICATORS, 0.4)) * INDICATORS / TARGETS * 0.6, 1.0)
    usual = np.concatenate([of_target, of_target[parent] * share])
    wide = np.concatenate([rng.uniform(1.2, 3.0, TARGETS), rng.uniform(1.05, 2.0, INDICATORS)])
    weekday = np.arange(days + 1) % 7
    read = np.exp(rng.normal(0, 0.15, days + 1)) * np.where(weekday >= 5, 0.6, 1.0)
    read[:-1] = np.where(rng.random(days) < 0.03, 0.3 * read[:-1], read[:-1])
    mean = np.maximum(usual[:, None] * read * WEEKDAYS[weekday], 1e-9)
    counts = rng.negative_binomial(mean / (wide[:, None] - 1), 1 / wide[:, None]).astype(float)
    return World(counts=counts, exposure=read, weekday=weekday, mean=mean, parent=parent)


def shuffled(made: World, rng: np.random.Generator) -> World:
    """Put the days of a world in another order, each with its counts, weekday and what was read on it."""
    order = rng.permutation(made.counts.shape[1])
    return World(
        counts=made.counts[:, order],
        exposure=made.exposure[order],
        weekday=made.weekday[order],
        mean=made.mean[:, order],
        parent=made.parent,
    )


def surged(made: World, rng: np.random.Generator, times: int, days: int = 1) -> Iterator[tuple[float, bool]]:
    """Let one series of each band surge on the last days, and tell its band with whether that was found on the last."""
    for low, high in BANDS:
        fitting = np.flatnonzero((made.mean[:, -1] >= low) & (made.mean[:, -1] < high))
        if len(fitting):
            row = rng.choice(fitting)
            counts = made.counts.copy()
            counts[row, -days:] = rng.poisson(times * made.mean[row, -days:])
            again = World(
                counts=counts, exposure=made.exposure, weekday=made.weekday, mean=made.mean, parent=made.parent
            )
            yield low, bool(again.found()[row])


def measure(worlds: int, days: int, seed: int) -> tuple[float, float, dict[tuple[int, float], float]]:
    """Give the share of days with a false surge, as made and shuffled, and of surges found, by size and band."""
    rng = np.random.default_rng(seed)
    false, false_shuffled = 0, 0
    hits: defaultdict[tuple[int, float], list[bool]] = defaultdict(list)
    for _ in range(worlds):
        made = world(rng, days)
        false += bool(made.found().any())
        false_shuffled += bool(shuffled(made, rng).found().any())
        for times in TIMES:
            for low, found in surged(made, rng, times):
                hits[times, low].append(found)
    return false / worlds, false_shuffled / worlds, {key: float(np.mean(found)) for key, found in hits.items()}


def slow(worlds: int, days: int, seed: int) -> dict[tuple[int, int, float], float]:
    """Give the share of slow rises that are found on their last day, by days, size and band."""
    rng = np.random.default_rng(seed)
    hits: defaultdict[tuple[int, int, float], list[bool]] = defaultdict(list)
    for _ in range(worlds):
        made = world(rng, days)
        for lasts, times in SLOW:
            for low, found in surged(made, rng, times, lasts):
                hits[lasts, times, low].append(found)
    return {key: float(np.mean(found)) for key, found in hits.items()}


def say(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{line}\n")


def main(worlds: int = 400, days: int = 90, seed: int = 1) -> None:
    """Print both tables."""
    false, false_shuffled, power = measure(worlds, days, seed)
    say(f"{worlds} worlds of {TARGETS + INDICATORS} series, {days} days of history, level {LEVEL}")
    say(f"days with a false surge: {false:.3f}; with the days shuffled: {false_shuffled:.3f}")
    say("surges found, by what was expected that day:")
    say("   size  " + "  ".join(f"{low:g} to {high:g}".rjust(10) for low, high in BANDS))
    for times in TIMES:
        row = "  ".join(f"{power.get((times, low), float('nan')):10.2f}" for low, _ in BANDS)
        say(f"   {times} x   {row}")
    rises = slow(worlds, days, seed)
    say("slow rises found on their last day, by what was expected that day:")
    for lasts, times in SLOW:
        row = "  ".join(f"{rises.get((lasts, times, low), float('nan')):10.2f}" for low, _ in BANDS)
        say(f"   {times} x, {lasts} days  {row}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
