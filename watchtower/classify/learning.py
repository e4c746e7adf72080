"""Learning from verdicts: fitted on them beside the analysis's own examples, judged on what each fit had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from watchtower.classify.fitting import Line, calibration, fit_raw, unlearned
from watchtower.classify.folds import folds
from watchtower.classify.measure import BoolArray, FloatArray, Scored
from watchtower.classify.model import Model, assemble
from watchtower.classify.reading import Reader
from watchtower.classify.training import Labelled, labelled, taught
from watchtower.classify.vectors import Vectors, is_flag, names_of
from watchtower.seams import Classifier
from watchtower.types import FEW, Analysis, Verdict

#: how much a verdict weighs beside an item that the analysis ships: it is a real text, of the stream to come
WEIGHT = 3.0
#: into how many parts verdicts are cut, each scored by models fitted on the others
FOLDS = 10
#: how many belonging verdicts it takes for the threshold that they suggest to weigh as much as the default
TRUST = 20
#: strength with which the calibration is held to that of the analysis's own items: as a few dozen verdicts weigh
HOLD = 3.0
#: Newton steps of the calibration; five are enough, for it is convex with two unknowns
_STEPS = 25


@dataclass(frozen=True, slots=True)
class Bend:
    """What verdicts make of one target's log-odds: ``slope * z + start``, matching from ``least`` on."""

    slope: float = 1.0
    start: float = 0.0
    least: float = 0.0


@dataclass(slots=True)
class Lessons:
    """Everything there is to learn from, read once. Arrays are verdicts x targets."""

    analysis: Analysis
    reader: Reader
    rows: list[Labelled]
    #: every feature of any row, and which stand in which row
    names: list[str]
    stands: csr_array
    #: how many rows are the analysis's own; the others are the verdicts, in the order given
    own: int
    fold: NDArray[np.intp]
    belongs: BoolArray
    known: BoolArray
    _calibrations: list[tuple[float, float]] = field(default_factory=list)
    _unseen: dict[bytes, FloatArray] = field(default_factory=dict)

    @classmethod
    def of(cls, analysis: Analysis, verdicts: Sequence[Verdict], groups: Sequence[str]) -> Lessons:
        """Read the analysis and the verdicts; verdicts with the same group are copies and share a fold."""
        reader = Reader(analysis)
        own = labelled(analysis)
        given = taught(analysis, verdicts)
        rows = [*own, *given]
        features = [names_of(one) for one in reader.features(reader.read([row.text for row in rows]))]
        names = sorted(set(chain.from_iterable(features)))
        belongs, known = _truth(analysis, given)
        return cls(
            analysis=analysis,
            reader=reader,
            rows=rows,
            names=names,
            stands=_standing(features, names),
            own=len(own),
            fold=folds(groups, belongs, FOLDS),
            belongs=belongs,
            known=known,
        )

    def fit(self, used: BoolArray, beta: float) -> Model:
        """Fit the model that is installed: on the analysis and the verdicts used."""
        chosen, _, vectors, rows = self._rows(used)
        raws = self._raw(chosen, rows)
        unseen = self.unseen(used)
        bends = [self._bend(unseen, used, column, beta) for column in range(len(raws))]
        lines = [_bent(raw, held, bend) for raw, held, bend in zip(raws, self._held(), bends, strict=True)]
        least = np.array([bend.least for bend in bends])
        weights = np.where(np.array(chosen) < self.own, 1.0, WEIGHT)
        picked = [self.rows[at] for at in chosen]
        return assemble(self.analysis, picked, vectors, rows, lines, 1 / (1 + np.exp(-least)), weights)

    def unseen(self, used: BoolArray) -> FloatArray:
        """Score every verdict by a model that was fitted on those used of the other folds alone; in log-odds."""
        key = used.tobytes()
        if key not in self._unseen:
            self._unseen[key] = self._scored_unseen(used)
        return self._unseen[key]

    def _scored_unseen(self, used: BoolArray) -> FloatArray:
        scores = np.zeros(self.belongs.shape)
        for fold in range(FOLDS):
            here = self.fold == fold
            if not here.any():
                continue
            chosen, columns, vectors, rows = self._rows(used & ~here)
            test = _picked(self.stands, self.own + np.flatnonzero(here), columns, vectors)
            for column, (raw, held) in enumerate(zip(self._raw(chosen, rows), self._held(), strict=True)):
                line = _bent(raw, held, Bend())
                scores[here, column] = np.asarray(test @ line.weights) + line.start
        return scores

    def judged(self, used: BoolArray, beta: float, slices: Mapping[str, Sequence[str]]) -> Scored:
        """Say what the whole procedure makes of verdicts that it has not seen.

        A fold's calibration and thresholds come from the scores of the other folds, as its scores come from models
        that were fitted on the other folds.
        """
        unseen = self.unseen(used)
        scores, matched = np.zeros(unseen.shape), np.zeros(unseen.shape, dtype=bool)
        for fold in range(FOLDS):
            here = self.fold == fold
            for column, target in enumerate(self.analysis.targets):
                bend = self._bend(unseen, used & ~here, column, beta)
                bent = bend.slope * unseen[here, column] + bend.start
                scores[here, column] = 1 / (1 + np.exp(-bent))
                own = target.threshold
                matched[here, column] = bent >= bend.least if own is None else scores[here, column] >= own
        ids = tuple(target.id for target in self.analysis.targets)
        return Scored(
            targets=ids,
            scores=scores,
            order=unseen,
            matched=matched,
            belongs=self.belongs,
            known=self.known,
            slices=slices,
        )

    def judged_by(self, classifier: Classifier, slices: Mapping[str, Sequence[str]]) -> Scored:
        """Say what a classifier makes of the verdicts, none of which it was fitted on."""
        return score(classifier, self.analysis, self.rows[self.own :], slices)

    def _rows(self, used: BoolArray) -> tuple[list[int], NDArray[np.intp], Vectors, csr_array]:
        """Make the rows of the analysis and of the verdicts used; with which features are their columns."""
        chosen = np.concatenate([np.arange(self.own), self.own + np.flatnonzero(used)])
        counts = np.bincount(self.stands[chosen].indices, minlength=len(self.names))
        columns = np.flatnonzero((counts >= 2) | ((counts > 0) & np.array([is_flag(name) for name in self.names])))
        vectors = Vectors.of_counts([self.names[at] for at in columns.tolist()], counts[columns], len(chosen))
        return chosen.tolist(), columns, vectors, _picked(self.stands, chosen, columns, vectors)

    def _raw(self, chosen: Sequence[int], rows: csr_array) -> list[Line]:
        lines = []
        for target in self.analysis.targets:
            places = [place for place, at in enumerate(chosen) if target.id in self.rows[at].belongs]
            truth = np.array([self.rows[chosen[place]].belongs[target.id] for place in places], dtype=bool)
            weights = np.array([1.0 if chosen[place] < self.own else WEIGHT for place in places])
            lines.append(fit_raw(rows[places], truth, weights) or unlearned(rows.shape[1]))
        return lines

    def _held(self) -> list[tuple[float, float]]:
        """Calibrate each target on the analysis's own items: what a target with few verdicts is held to."""
        if not self._calibrations:
            _, _, _, rows = self._rows(np.zeros(len(self.fold), dtype=bool))
            for target in self.analysis.targets:
                places = [at for at in range(self.own) if target.id in self.rows[at].belongs]
                truth = np.array([self.rows[at].belongs[target.id] for at in places], dtype=bool)
                self._calibrations.append(calibration(rows[places], truth))
        return self._calibrations

    def _bend(self, unseen: FloatArray, used: BoolArray, column: int, beta: float) -> Bend:
        here = used & self.known[:, column]
        return bend(unseen[here, column], self.belongs[here, column], beta)


def score(
    classifier: Classifier, analysis: Analysis, rows: Sequence[Labelled], slices: Mapping[str, Sequence[str]]
) -> Scored:
    """Say what a classifier makes of judged texts."""
    ids = tuple(target.id for target in analysis.targets)
    classified = classifier.classify([row.text for row in rows])
    scores = np.array([[one.scores[id] for id in ids] for one in classified]).reshape(len(rows), len(ids))
    matched = np.array([[any(match.target == id for match in one.matches) for id in ids] for one in classified])
    belongs, known = _truth(analysis, rows)
    return Scored(
        targets=ids,
        scores=scores,
        order=scores,
        matched=matched.astype(bool).reshape(scores.shape),
        belongs=belongs,
        known=known,
        slices=slices,
    )


def _standing(features: Sequence[Sequence[str]], names: Sequence[str]) -> csr_array:
    """Say which features stand in which text: a matrix of ones, texts x names."""
    at = {name: column for column, name in enumerate(names)}
    columns = np.array([at[name] for one in features for name in one], dtype=np.int32)
    ends = np.cumsum([0, *map(len, features)], dtype=np.int32)
    return csr_array((np.ones(len(columns), dtype=np.int8), columns, ends), shape=(len(features), len(names)))


def _picked(stands: csr_array, rows: NDArray[np.intp], columns: NDArray[np.intp], vectors: Vectors) -> csr_array:
    picked = stands[rows][:, columns]
    return vectors.rows_of(picked.indices, picked.indptr)


def _truth(analysis: Analysis, rows: Sequence[Labelled]) -> tuple[BoolArray, BoolArray]:
    """Which texts belong to which targets, and of which that is known; texts x targets."""
    ids = [target.id for target in analysis.targets]
    belongs = np.array([[row.belongs.get(id, False) for id in ids] for row in rows], dtype=bool)
    known = np.array([[id in row.belongs for id in ids] for row in rows], dtype=bool)
    return belongs.reshape(len(rows), len(ids)), known.reshape(len(rows), len(ids))


def bend(scores: FloatArray, belongs: BoolArray, beta: float) -> Bend:
    """Calibrate log-odds on verdicts and set the threshold for the best F-beta; little is changed where they are few.

    The calibration is Platt's (1999), held to slope 1 and start 0. With calibrated probabilities the best threshold
    is the best F-beta divided by ``1 + beta ** 2`` (after Lipton, Elkan and Naryanaswamy 2014, who show it for F1):
    steadier than the score at which F happened to be largest. It is drawn to the default, log-odds 0 before the
    calibration, as ``TRUST`` says. Where fewer than ``FEW`` verdicts belong, or do not, nothing is changed.
    """
    count = int(belongs.sum())
    if min(count, len(belongs) - count) < FEW:
        return Bend()
    slope, start = _calibrated(scores, belongs)
    best = _best_f(scores, belongs, beta) / (1 + beta * beta)
    suggested = float(np.log(best / (1 - best)))
    return Bend(slope, start, (count * suggested + TRUST * start) / (count + TRUST))


def _calibrated(scores: FloatArray, belongs: BoolArray) -> tuple[float, float]:
    """Minimise log loss plus ``HOLD / 2 * ((slope - 1)^2 + start^2)`` by Newton's method."""
    design = np.column_stack([scores, np.ones_like(scores)])
    held = np.array([1.0, 0.0])
    found = held.copy()
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(design @ found, -40, 40)))
        gradient = design.T @ (said - belongs) + HOLD * (found - held)
        curvature = (design.T * (said * (1 - said))) @ design + HOLD * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        found -= step / max(1.0, float(np.abs(step).max()))
    return max(float(found[0]), 1e-3), float(found[1])


def _best_f(scores: FloatArray, belongs: BoolArray, beta: float) -> float:
    hits = np.cumsum(belongs[np.argsort(-scores, kind="stable")])
    said = np.arange(1, len(scores) + 1)
    square = beta * beta
    best = float(((1 + square) * hits / (said + square * belongs.sum())).max())
    return min(max(best, 0.05), 0.99)


def _bent(raw: Line, held: tuple[float, float], bend: Bend) -> Line:
    slope, start = held
    return Line(raw.weights * slope * bend.slope, (raw.start * slope + start) * bend.slope + bend.start)
