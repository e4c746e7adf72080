"""The fitted model: lines over features, one a target, and what it takes to say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from watchtower.classify.fitting import (
    SCOPE_SHARE,
    THRESHOLD,
    FloatArray,
    Line,
    by_rule,
    calibration,
    fit_choice,
    fit_line,
    fit_raw,
)
from watchtower.classify.reading import Reader
from watchtower.classify.training import Labelled
from watchtower.classify.vectors import KINDS, Vectors
from watchtower.types import Analysis, Target

#: a text is read word by word where, for some target, its flags alone are as good as those of all but this share of the
#: training texts that belong, in percent. On labelled items it costs 1 match of 745; of background news 17 %
#: are read word by word (docs/matching.md)
PASSED_OVER = 7
#: how much it counts against a text, on every target, that it seems to bear on none: docs/matching.md
SCOPE = 0.75


@dataclass(frozen=True, slots=True)
class Choice:
    """Which answer of a question a matching text speaks for: one line an answer, and one for none of them (``""``)."""

    answers: tuple[str, ...]
    weights: FloatArray  # features x answers
    starts: FloatArray

    def chances(self, rows: csr_array) -> FloatArray:
        """Give the probability of each answer, rows x answers."""
        lines = np.asarray(rows @ self.weights) + self.starts
        odds = np.exp(lines - lines.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Model:
    """Lines over features, one a target, and one for the scope of all; together they give calibrated log-odds."""

    targets: tuple[str, ...]
    vectors: Vectors
    weights: FloatArray  # features x targets
    starts: FloatArray
    thresholds: FloatArray
    #: the line that tells texts that bear on some target from those that bear on none, and how much of what a text
    #: falls short of it counts against each target
    scope: Line
    scope_share: FloatArray
    #: lines over the flags alone (weights of words are 0), and the least score with which a text's words are read
    gate: FloatArray  # features x targets
    gate_least: FloatArray
    choices: Mapping[str, Choice]
    #: rows of the indicators' examples, and which indicator each is of
    example_rows: csr_array
    example_of: tuple[str, ...]

    def log_odds(self, rows: csr_array) -> FloatArray:
        """Score rows: texts x targets, in calibrated log-odds."""
        short = np.minimum(np.asarray(rows @ self.scope.weights) + self.scope.start, 0.0)
        return np.asarray(rows @ self.weights) + self.starts + short[:, None] * self.scope_share

    def line(self, features: NDArray[np.int32], values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the weights of one row's features, features x targets, and the starts: their sum is its log-odds."""
        scope = self.scope.weights[features]
        if values @ scope + self.scope.start >= 0:
            return self.weights[features], self.starts
        return (
            self.weights[features] + scope[:, None] * self.scope_share,
            self.starts + self.scope.start * self.scope_share,
        )

    def worth_reading(self, flags: csr_array) -> NDArray[np.bool_]:
        """Tell which texts, known by their flags alone, need their words read: the others are far from every target."""
        needed = np.log(self.thresholds / (1 - self.thresholds + 1e-12) + 1e-12)
        near = np.asarray(flags @ self.gate) >= self.gate_least
        return np.asarray((near | (self.log_odds(flags) >= needed)).any(axis=1))


def fit(analysis: Analysis, reader: Reader, labelled: Sequence[Labelled]) -> Model:
    """Fit every target of an analysis on what is labelled. Deterministic: the same input gives the same model."""
    features = reader.features(reader.read([row.text for row in labelled]))
    vectors = Vectors.learn(features, [f"r:{target.id}" for target in analysis.targets if target.when])
    rows = vectors.rows(features)
    lines = [_fit_target(target, vectors, rows, labelled) for target in analysis.targets]
    thresholds = np.full(len(lines), THRESHOLD)
    scope = fit_scope(analysis, rows, labelled)
    share = np.full(len(lines), SCOPE)
    return assemble(analysis, labelled, vectors, rows, lines, thresholds, scope, share, np.ones(len(labelled)))


def assemble(
    analysis: Analysis,
    labelled: Sequence[Labelled],
    vectors: Vectors,
    rows: csr_array,
    lines: Sequence[Line],
    thresholds: FloatArray,
    scope: Line,
    scope_share: FloatArray,
    row_weights: FloatArray,
) -> Model:
    """Make a model of one calibrated line and threshold a target; the editor's own thresholds go before."""
    weights = np.column_stack([line.weights for line in lines])
    choices = {target.id: _fit_answers(target, rows, labelled, row_weights) for target in analysis.targets}
    own = [target.threshold for target in analysis.targets]
    examples = [at for at, row in enumerate(labelled) if row.indicator]
    flags = rows @ diags_array(np.where(vectors.is_word, 0.0, 1.0))
    gates = [_fit_gate(target, vectors, flags, labelled) for target in analysis.targets]
    return Model(
        targets=tuple(target.id for target in analysis.targets),
        vectors=vectors,
        weights=weights,
        starts=np.array([line.start for line in lines]),
        thresholds=np.array([set_ if one is None else one for one, set_ in zip(own, thresholds.tolist(), strict=True)]),
        scope=scope,
        scope_share=scope_share,
        gate=np.column_stack([line.weights for line in gates]),
        gate_least=np.array([line.start for line in gates]),
        choices={id: choice for id, choice in choices.items() if choice is not None},
        example_rows=rows[examples],
        example_of=tuple(str(labelled[at].indicator) for at in examples),
    )


def rule_of(target: Target, vectors: Vectors) -> Line:
    """Return what a target's rule says before anything is learned."""
    return by_rule(len(vectors.names), vectors.columns["r"].get(target.id), KINDS["r"][0])


def known(
    target: Target, vectors: Vectors, rows: csr_array, labelled: Sequence[Labelled]
) -> tuple[list[int], NDArray[np.bool_]]:
    """List the texts of which it is known whether they belong to a target, and whether they do.

    Where an analysis has fewer near misses of a target than examples, what belongs to other targets counts as such,
    unless the target's own rule holds of it.
    """
    places = [at for at, row in enumerate(labelled) if target.id in row.belongs]
    truth = [labelled[at].belongs[target.id] for at in places]
    if 2 * sum(truth) > len(truth):
        column = vectors.columns["r"].get(target.id)
        holds = np.zeros(len(labelled)) if column is None else rows[:, [column]].toarray()[:, 0]
        of_others = [
            at
            for at, row in enumerate(labelled)
            if target.id not in row.belongs and any(row.belongs.values()) and not holds[at]
        ]
        places, truth = places + of_others, truth + [False] * len(of_others)
    return places, np.array(truth, dtype=bool)


def fit_scope(
    analysis: Analysis, rows: csr_array, labelled: Sequence[Labelled], weights: FloatArray | None = None
) -> Line:
    """Fit the line of what bears on any target; where nothing is known to bear on none, everything is within."""
    count = len(analysis.targets)
    places = [at for at, row in enumerate(labelled) if any(row.belongs.values()) or len(row.belongs) == count]
    truth = np.array([any(labelled[at].belongs.values()) for at in places], dtype=bool)
    raw = fit_raw(rows[places], truth, None if weights is None else weights[places])
    if raw is None:
        return Line(np.zeros(rows.shape[1]), 0.0)
    slope, start = calibration(rows[places], truth, SCOPE_SHARE)
    return Line(raw.weights * slope, raw.start * slope + start)


def _fit_target(target: Target, vectors: Vectors, rows: csr_array, labelled: Sequence[Labelled]) -> Line:
    places, truth = known(target, vectors, rows, labelled)
    return fit_line(rows[places], truth, rule_of(target, vectors))


def _fit_gate(target: Target, vectors: Vectors, flags: csr_array, labelled: Sequence[Labelled]) -> Line:
    """Fit a line over flags; its start is the least score that lets a text through, beyond all where it is unfit."""
    places, truth = known(target, vectors, flags, labelled)
    raw = fit_raw(flags[places], truth)
    if raw is None:
        return Line(np.zeros(flags.shape[1]), np.inf)
    return Line(raw.weights, float(np.percentile(flags[places][truth] @ raw.weights, PASSED_OVER)))


def _fit_answers(
    target: Target, rows: csr_array, labelled: Sequence[Labelled], row_weights: FloatArray
) -> Choice | None:
    known = [at for at, row in enumerate(labelled) if target.id in row.answers]
    if not target.answers or not known:
        return None
    order = (*(answer.id for answer in target.answers), "")
    choices = [labelled[at].answers[target.id] for at in known]
    lines = fit_choice(rows[known], choices, order, row_weights[known])
    return Choice(order, np.column_stack([line.weights for line in lines]), np.array([line.start for line in lines]))
