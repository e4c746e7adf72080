"""Surges on made-up histories: how often one is called that is none, and how many of the real ones are found.

    python benchmarks/surges.py [WORLDS [DAYS [SEED]]]

A world has 8 targets and 100 indicators, as the shipped analysis has: 2 to 40 stories a day on a target and mostly far
fewer than one on an indicator; over-dispersed counts (variance 1.05 to 3 times the mean), weekdays, days on which a
part of the feeds was lost. First nothing happens on the last day (and again with the days shuffled), so that every
surge is a false one: the share of days with any must stay under the level, for all 108 series together. Then stories
are added to one series on the last day, so that it has three, five or eight times what was to be expected; and then on
each of the last three or seven days, to see how far a slow rise is found. Last, in every eighth world, each day of a
rise and the week after it is looked at as the digests of these days would: how often the surge begins, which is how
often it is alerted to, and on how many days of that week it is still called.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from watchtower.assess.baseline import BoolArray, FloatArray, IntArray, Past
from watchtower.assess.spans import SPANS, History, found, held

TARGETS, INDICATORS, LEVEL = 8, 100, 0.05
WEEKDAYS = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 0.8, 0.7])
TIMES, BANDS = (3, 5, 8), ((0.3, 1), (1, 3), (3, 10), (10, 60))
#: days that a slow rise lasts, and how many times the stories it has on each
SLOW = ((3, 3), (3, 5), (7, 2), (7, 3))
#: rises that are followed to their end, and for how many days after it
FOLLOWED, AFTER = ((1, 8), (2, 8), (3, 5), (7, 3)), 7


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Counts of all series over days, the last one the period, with what was read."""

    counts: FloatArray
    exposure: FloatArray
    weekday: IntArray
    mean: FloatArray
    parent: IntArray

    def surges(self, spans: Sequence[int] = SPANS) -> BoolArray:
        """Tell which series are called a surge on the last day."""
        days = self.counts.shape[1] - 1
        before = self.counts[:, :days]
        past = Past(
            counts=before,
            exposure=np.broadcast_to(self.exposure[:days], before.shape),
            known=np.ones(before.shape, dtype=bool),
            weekday=self.weekday[:days],
            age=np.arange(days, 0, -1.0),
        )
        history = History(
            past=past,
            parents=self.parent,
            saw={span: self.counts[:, -span:].sum(axis=1) for span in spans},
            exposure=np.full(len(self.counts), self.exposure[days]),
            weekday=np.eye(7)[self.weekday[days]],
            read=np.ones(len(self.counts), dtype=bool),
        )
        return found(held(history), history.whole, LEVEL).surge


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
            yield low, bool(again.surges()[row])


def measure(worlds: int, days: int, seed: int) -> tuple[float, float, dict[tuple[int, float], float]]:
    """Give the share of days with a false surge, as made and shuffled, and of surges found, by size and band."""
    rng = np.random.default_rng(seed)
    false, false_shuffled = 0, 0
    hits: defaultdict[tuple[int, float], list[bool]] = defaultdict(list)
    for _ in range(worlds):
        made = world(rng, days)
        false += bool(made.surges().any())
        false_shuffled += bool(shuffled(made, rng).surges().any())
        for times in TIMES:
            for low, hit in surged(made, rng, times):
                hits[times, low].append(hit)
    return false / worlds, false_shuffled / worlds, {key: float(np.mean(told)) for key, told in hits.items()}


def slow(worlds: int, days: int, seed: int) -> dict[tuple[int, int, float], float]:
    """Give the share of slow rises that are found on their last day, by days, size and band."""
    rng = np.random.default_rng(seed)
    hits: defaultdict[tuple[int, int, float], list[bool]] = defaultdict(list)
    for _ in range(worlds):
        made = world(rng, days)
        for lasts, times in SLOW:
            for low, hit in surged(made, rng, times, lasts):
                hits[lasts, times, low].append(hit)
    return {key: float(np.mean(told)) for key, told in hits.items()}


def followed(worlds: int, days: int, seed: int) -> dict[tuple[int, int, float], tuple[float, float]]:
    """Give how often each rise begins to be called a surge, and on how many days of the week after it it still is."""
    rng = np.random.default_rng(seed)
    told: defaultdict[tuple[int, int, float], list[tuple[int, int]]] = defaultdict(list)
    for _ in range(worlds // 8):
        made = world(rng, days + max(lasts for lasts, _ in FOLLOWED) + AFTER)
        for lasts, times in FOLLOWED:
            for low, high in BANDS:
                fitting = np.flatnonzero((made.mean[:, days] >= low) & (made.mean[:, days] < high))
                if len(fitting):
                    row, end = rng.choice(fitting), days + lasts
                    counts = made.counts.copy()
                    counts[row, days:end] = rng.poisson(times * made.mean[row, days:end])
                    course = [bool(_until(made, counts, day).surges()[row]) for day in range(days, end + AFTER)]
                    begins = sum(now and not before for before, now in pairwise([False, *course]))
                    told[lasts, times, low].append((begins, sum(course[lasts:])))
    return {key: (float(mean[0]), float(mean[1])) for key, all_ in told.items() for mean in [np.mean(all_, axis=0)]}


def _until(made: World, counts: FloatArray, day: int) -> World:
    """Cut a world off after a day."""
    return World(
        counts=counts[:, : day + 1],
        exposure=made.exposure[: day + 1],
        weekday=made.weekday[: day + 1],
        mean=made.mean[:, : day + 1],
        parent=made.parent,
    )


def say(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{line}\n")


def main(worlds: int = 400, days: int = 90, seed: int = 1) -> None:
    """Print all tables."""
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
    ends = followed(worlds, days, seed)
    say(f"times a surge begins, and days of the {AFTER} after the rise on which it is still called:")
    for lasts, times in FOLLOWED:
        row = "  ".join("{:4.2f}, {:4.2f}".format(*ends.get((lasts, times, low), (0.0, 0.0))) for low, _ in BANDS)
        say(f"   {times} x, {lasts} days  {row}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
