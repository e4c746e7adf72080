"""How well matching does on labelled items: figures with intervals, calibration, slices. Pure and deterministic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from watchtower.types import Bin, Evaluation, Measure

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: bootstrap resamples, the share of them between an interval's ends, and the seed
RESAMPLES, COVERED, SEED = 500, 0.95, 0
#: bins of the reliability curve, from 0 to 1
BINS = 10
FIGURES = ("precision", "recall", "f1", "f_beta", "average_precision", "brier", "calibration_error", "said", "found")
#: standard deviations on either side of a normal's mean between which 95 % of it lies
_DEVIATIONS = 1.96
#: numbers held at once while resampling: bounds memory however many items there are
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Labelled items with what a model said of them, as arrays items x targets."""

    targets: tuple[str, ...]
    #: probabilities
    scores: FloatArray
    #: what average precision orders by: the scores, or log-odds before a calibration that differs from item to item
    order: FloatArray
    matched: BoolArray
    belongs: BoolArray
    #: where the label is known at all
    known: BoolArray
    #: name of a slicing to each item's slice, as in {"language": ["en", "ko"]}
    slices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def evaluate(scored: Scored, beta: float = 1.0) -> Evaluation:
    """Measure every target, their mean, and every slice.

    Average precision is scikit-learn's (Manning et al. 2008, ch. 8); the Brier score the mean square of score minus
    truth; the calibration error how far mean score and share lie apart, averaged over the items by bins of the
    reliability curve (Naeini et al. 2015). Intervals are percentiles over ``RESAMPLES`` resamples of the items (Efron
    1979), widened to the figure itself where they miss it; the same resamples serve all targets, so that the mean has
    an interval too.
    """
    columns = range(len(scored.targets))
    parts = [_Part.of(scored, [column]) for column in columns]
    draws = _draws(parts, len(scored.scores), beta)
    measures = [_measure(name, part, *drawn) for name, part, drawn in zip(scored.targets, parts, draws, strict=True)]
    counted = [at for at in columns if not measures[at].is_few]
    return Evaluation(
        items=len(scored.scores),
        beta=beta,
        targets=tuple(measures),
        macro=_mean(measures, draws, counted, _Part.of(scored, counted)),
        slices={name: tuple(_slices(scored, names, beta)) for name, names in scored.slices.items()},
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Judgements as flat arrays, highest in order first; ``item`` says which item each is of."""

    item: NDArray[np.intp]
    scores: FloatArray
    order: FloatArray
    matched: BoolArray
    belongs: BoolArray

    @classmethod
    def of(cls, scored: Scored, columns: Sequence[int], items: BoolArray | None = None) -> _Part:
        known = np.zeros_like(scored.known)
        known[:, columns] = scored.known[:, columns]
        if items is not None:
            known &= items[:, None]
        first = np.argsort(-scored.order[known], kind="stable")
        of = np.nonzero(known)[0]
        return cls(
            of[first],
            scored.scores[known][first],
            scored.order[known][first],
            scored.matched[known][first],
            scored.belongs[known][first],
        )

    def figures(self, counts: FloatArray, beta: float) -> dict[str, FloatArray]:
        """Return every figure for each row of ``counts``: how often each judgement is there; nan for none."""
        truth = counts * self.belongs
        belonging, said = truth.sum(axis=1), counts[:, self.matched].sum(axis=1)
        hits, total = truth[:, self.matched].sum(axis=1), counts.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            square = beta * beta
            squares = counts @ np.square(self.scores - self.belongs)
            errors = counts @ (_bins(self.scores) * (self.scores - self.belongs)[:, None])
            found = np.where(belonging > 0, 1.0, np.nan)
            return {
                "precision": np.where(said > 0, hits / said, np.where(belonging > 0, 0.0, np.nan)),
                "recall": hits / belonging,
                "f1": found * 2 * hits / (said + belonging),
                "f_beta": found * (1 + square) * hits / (said + square * belonging),
                "average_precision": self._average_precision(counts, truth),
                "brier": squares / total,
                "calibration_error": np.abs(errors).sum(axis=1) / total,
                "said": counts @ self.scores / total,
                "found": belonging / total,
            }

    def _average_precision(self, counts: FloatArray, truth: FloatArray) -> FloatArray:
        if not self.order.size:
            return np.full(len(counts), np.nan)
        last_of_ties = np.append(np.flatnonzero(np.diff(self.order)), self.order.size - 1)
        hits = truth.cumsum(axis=1)[:, last_of_ties]
        said = counts.cumsum(axis=1)[:, last_of_ties]
        steps = np.diff(hits, axis=1, prepend=0.0)
        precision = np.divide(hits, said, out=np.zeros_like(hits), where=said > 0)
        return np.asarray((steps * precision).sum(axis=1) / hits[:, -1])


Figures = dict[str, FloatArray]


def _draws(parts: Sequence[_Part], items: int, beta: float) -> list[tuple[Figures, Figures]]:
    """Return of each part the figures themselves, and those of the resamples, which are the same for all parts."""
    random = np.random.default_rng(SEED)
    drawn: list[dict[str, list[FloatArray]]] = [{name: [] for name in FIGURES} for _ in parts]
    step = max(1, min(RESAMPLES, _AT_ONCE // max(items, *(part.item.size for part in parts))))
    for start in range(0, RESAMPLES, step):
        times = min(step, RESAMPLES - start)
        counts = random.multinomial(items, np.full(items, 1 / items), size=times).astype(np.float64)
        for part, kept in zip(parts, drawn, strict=True):
            for name, values in part.figures(counts[:, part.item], beta).items():
                kept[name].append(values)
    return [
        (part.figures(np.ones((1, part.item.size)), beta), {name: np.concatenate(kept[name]) for name in FIGURES})
        for part, kept in zip(parts, drawn, strict=True)
    ]


def _measure(name: str, part: _Part, point: Figures, drawn: Figures) -> Measure:
    figures = {key: None if np.isnan(value[0]) else float(value[0]) for key, value in point.items()}
    return Measure(
        name=name,
        n=int(part.belongs.sum()),
        judged=part.item.size,
        figures=figures,
        intervals={key: _interval(drawn[key], value) for key, value in figures.items() if value is not None},
        reliability=_reliability(part),
    )


def _interval(drawn: FloatArray, point: float) -> tuple[float, float]:
    values = drawn[~np.isnan(drawn)]
    if not values.size:
        return point, point
    low, high = np.percentile(values, [50 * (1 - COVERED), 50 * (1 + COVERED)])
    return min(float(low), point), max(float(high), point)


def _mean(
    measures: Sequence[Measure], draws: Sequence[tuple[Figures, Figures]], counted: Sequence[int], part: _Part
) -> Measure:
    point: dict[str, float | None] = {}
    intervals = {}
    for name in FIGURES:
        values = [value for at in counted if (value := measures[at].figures[name]) is not None]
        mean = point[name] = sum(values) / len(values) if values else None
        if mean is not None:
            intervals[name] = _interval(np.mean([draws[at][1][name] for at in counted], axis=0), mean)
    return Measure(
        name="macro",
        n=int(part.belongs.sum()),
        judged=part.item.size,
        figures=point,
        intervals=intervals,
        reliability=_reliability(part),
    )


def _slices(scored: Scored, names: Sequence[str], beta: float) -> list[Measure]:
    every = [name for name, _ in Counter(sorted(names)).most_common()]
    columns = range(len(scored.targets))
    parts = [_Part.of(scored, columns, np.array([one == name for one in names], dtype=bool)) for name in every]
    draws = _draws(parts, len(scored.scores), beta)
    return [_measure(name, part, *drawn) for name, part, drawn in zip(every, parts, draws, strict=True)]


def _bins(scores: FloatArray) -> FloatArray:
    """Say with a 1 into which bin each score falls: scores x bins."""
    return np.asarray(np.eye(BINS)[np.minimum((scores * BINS).astype(int), BINS - 1)])


def _reliability(part: _Part) -> tuple[Bin, ...]:
    bins = _bins(part.scores)
    counts, said, found = bins.sum(axis=0), part.scores @ bins, part.belongs @ bins
    return tuple(
        Bin(
            low=at / BINS,
            high=(at + 1) / BINS,
            count=int(counts[at]),
            said=float(said[at] / counts[at]) if counts[at] else None,
            found=float(found[at] / counts[at]) if counts[at] else None,
            interval=_wilson(float(found[at]), float(counts[at])) if counts[at] else None,
        )
        for at in range(BINS)
    )


def _wilson(hits: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927): it says something also of few items and of 0 and 1."""
    share, square = hits / count, _DEVIATIONS**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _DEVIATIONS / (1 + square / count) * (share * (1 - share) / count + square / (4 * count**2)) ** 0.5
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
