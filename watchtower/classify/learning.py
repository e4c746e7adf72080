"""Learning from verdicts: fitted on them beside the analysis's own examples, judged on what each fit had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from watchtower.classify.fitting import Line, calibrated, calibration, fit_raw, settled
from watchtower.classify.folds import folds
from watchtower.classify.measure import BoolArray, FloatArray, Scored
from watchtower.classify.model import SCOPE, Model, assemble, fit_scope, known, rule_of
from watchtower.classify.reading import Reader
from watchtower.classify.training import Labelled, labelled, taught
from watchtower.classify.vectors import Vectors, is_flag, names_of
from watchtower.seams import Classifier
from watchtower.types import FEW, Analysis, Verdict

#: how much a verdict weighs beside an item that the analysis ships; with 3 it was no better: docs/matching.md
WEIGHT = 1.0
#: into how many parts verdicts are cut, each scored by models fitted on the others
FOLDS = 10
#: how many belonging verdicts it takes for the threshold that they suggest to weigh as much as the default
TRUST = 20
#: strength with which the calibration is held to that of the analysis's own items: as a few dozen verdicts weigh
HOLD = 3.0


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
        names = sorted({*chain.from_iterable(features), *_rules(analysis)})
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
        lines, scope, weights = self._lines(chosen, vectors, rows)
        unseen = self.unseen(used)
        bends = [self._bend(unseen, used, column, beta) for column in range(len(lines))]
        return assemble(
            self.analysis,
            [self.rows[at] for at in chosen],
            vectors,
            rows,
            [
                Line(line.weights * bend.slope, line.start * bend.slope + bend.start)
                for line, bend in zip(lines, bends, strict=True)
            ],
            1 / (1 + np.exp(-np.array([bend.least for bend in bends]))),
            scope,
            SCOPE * np.array([bend.slope for bend in bends]),
            weights,
        )

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
            lines, scope, _ = self._lines(chosen, vectors, rows)
            short = np.minimum(np.asarray(test @ scope.weights) + scope.start, 0.0)
            for column, line in enumerate(lines):
                scores[here, column] = np.asarray(test @ line.weights) + line.start + SCOPE * short
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
        flags = np.array([is_flag(name) for name in self.names], dtype=bool)
        rules = np.isin(self.names, _rules(self.analysis))
        columns = np.flatnonzero((counts >= 2) | ((counts > 0) & flags) | rules)
        vectors = Vectors.of_counts([self.names[at] for at in columns.tolist()], counts[columns], len(chosen))
        return chosen.tolist(), columns, vectors, _picked(self.stands, chosen, columns, vectors)

    def _lines(self, chosen: Sequence[int], vectors: Vectors, rows: csr_array) -> tuple[list[Line], Line, FloatArray]:
        """Fit the scope and every target, calibrated as on the analysis's own items; with the weights of rows."""
        picked = [self.rows[at] for at in chosen]
        weights = np.where(np.array(chosen) < self.own, 1.0, WEIGHT)
        lines = []
        for target, held in zip(self.analysis.targets, self._held(), strict=True):
            places, truth = known(target, vectors, rows, picked)
            raw = fit_raw(rows[places], truth, weights[places])
            lines.append(settled(raw, held, rule_of(target, vectors), truth))
        return lines, fit_scope(self.analysis, rows, picked, weights), weights

    def _held(self) -> list[tuple[float, float]]:
        """Calibrate each target on the analysis's own items: what a target with few verdicts is held to."""
        if not self._calibrations:
            chosen, _, vectors, rows = self._rows(np.zeros(len(self.fold), dtype=bool))
            own = [self.rows[at] for at in chosen]
            for target in self.analysis.targets:
                places, truth = known(target, vectors, rows, own)
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


def _rules(analysis: Analysis) -> list[str]:
    return [f"r:{target.id}" for target in analysis.targets if target.when]


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
    slope, start = calibrated(scores, belongs, np.ones(len(belongs)), (1.0, 0.0), HOLD)
    best = _best_f(scores, belongs, beta) / (1 + beta * beta)
    suggested = float(np.log(best / (1 - best)))
    return Bend(slope, start, (count * suggested + TRUST * start) / (count + TRUST))


def _best_f(scores: FloatArray, belongs: BoolArray, beta: float) -> float:
    hits = np.cumsum(belongs[np.argsort(-scores, kind="stable")])
    said = np.arange(1, len(scores) + 1)
    square = beta * beta
    best = float(((1 + square) * hits / (said + square * belongs.sum())).max())
    return min(max(best, 0.05), 0.99)
