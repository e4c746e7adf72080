"""The fitted model: lines over features, one a target, and what it takes to say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from watchtower.classify.fitting import THRESHOLD, FloatArray, Line, fit_choice, fit_line, fit_raw
from watchtower.classify.reading import Reader
from watchtower.classify.training import Labelled
from watchtower.classify.vectors import Vectors
from watchtower.types import Analysis, Target

#: a text is read word by word where, for some target, its flags alone are as good as those of all but this share of the
#: training texts that belong, in percent. On labelled items it costs 1 match of 717; of background news 14 %
#: are read word by word (docs/matching.md)
PASSED_OVER = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """Which answer of a question a matching text speaks for: one line an answer."""

    answers: tuple[str, ...]
    weights: FloatArray  # features x answers
    starts: FloatArray


@dataclass(frozen=True, slots=True)
class Model:
    """Lines over features: ``rows @ weights + starts`` are calibrated log-odds, rows x targets."""

    targets: tuple[str, ...]
    vectors: Vectors
    weights: FloatArray  # features x targets
    starts: FloatArray
    thresholds: FloatArray
    #: lines over the flags alone (weights of words are 0), and the least score with which a text's words are read
    gate: FloatArray  # features x targets
    gate_least: FloatArray
    choices: Mapping[str, Choice]
    #: rows of the indicators' examples, and which indicator each is of
    example_rows: csr_array
    example_of: tuple[str, ...]

    def log_odds(self, rows: csr_array) -> FloatArray:
        """Score rows: texts x targets, in calibrated log-odds."""
        return np.asarray(rows @ self.weights) + self.starts

    def worth_reading(self, flags: csr_array) -> NDArray[np.bool_]:
        """Tell which texts, known by their flags alone, need their words read: the others are far from every target."""
        needed = np.log(self.thresholds / (1 - self.thresholds + 1e-12) + 1e-12)
        near = np.asarray(flags @ self.gate) >= self.gate_least
        return np.asarray((near | (self.log_odds(flags) >= needed)).any(axis=1))


def fit(analysis: Analysis, reader: Reader, labelled: Sequence[Labelled]) -> Model:
    """Fit every target of an analysis on what is labelled. Deterministic: the same input gives the same model."""
    features = reader.features(reader.read([row.text for row in labelled]))
    vectors = Vectors.learn(features)
    rows = vectors.rows(features)
    lines = [_fit_target(target, rows, labelled) for target in analysis.targets]
    thresholds = np.full(len(lines), THRESHOLD)
    return assemble(analysis, labelled, vectors, rows, lines, thresholds, np.ones(len(labelled)))


def assemble(
    analysis: Analysis,
    labelled: Sequence[Labelled],
    vectors: Vectors,
    rows: csr_array,
    lines: Sequence[Line],
    thresholds: FloatArray,
    row_weights: FloatArray,
) -> Model:
    """Make a model of one calibrated line and threshold a target; the editor's own thresholds go before."""
    weights = np.column_stack([line.weights for line in lines])
    choices = {target.id: _fit_answers(target, rows, labelled, row_weights) for target in analysis.targets}
    own = [target.threshold for target in analysis.targets]
    examples = [at for at, row in enumerate(labelled) if row.indicator]
    flags = rows @ diags_array(np.where(vectors.is_word, 0.0, 1.0))
    gates = [_fit_gate(target, flags, labelled) for target in analysis.targets]
    return Model(
        targets=tuple(target.id for target in analysis.targets),
        vectors=vectors,
        weights=weights,
        starts=np.array([line.start for line in lines]),
        thresholds=np.array([set_ if one is None else one for one, set_ in zip(own, thresholds.tolist(), strict=True)]),
        gate=np.column_stack([line.weights for line in gates]),
        gate_least=np.array([line.start for line in gates]),
        choices={id: choice for id, choice in choices.items() if choice is not None},
        example_rows=rows[examples],
        example_of=tuple(str(labelled[at].indicator) for at in examples),
    )


def _fit_target(target: Target, rows: csr_array, labelled: Sequence[Labelled]) -> Line:
    known = [at for at, row in enumerate(labelled) if target.id in row.belongs]
    return fit_line(rows[known], np.array([labelled[at].belongs[target.id] for at in known], dtype=bool))


def _fit_gate(target: Target, flags: csr_array, labelled: Sequence[Labelled]) -> Line:
    """Fit a line over flags; its start is the least score that lets a text through. Everything passes an unfit one."""
    known = [at for at, row in enumerate(labelled) if target.id in row.belongs]
    truth = np.array([labelled[at].belongs[target.id] for at in known], dtype=bool)
    raw = fit_raw(flags[known], truth)
    if raw is None:
        return Line(np.zeros(flags.shape[1]), 0.0)
    return Line(raw.weights, float(np.percentile(flags[known][truth] @ raw.weights, PASSED_OVER)))


def _fit_answers(
    target: Target, rows: csr_array, labelled: Sequence[Labelled], row_weights: FloatArray
) -> Choice | None:
    known = [at for at, row in enumerate(labelled) if target.id in row.answers]
    order = tuple(answer.id for answer in target.answers)
    if not order or not known:
        return None
    choices = [labelled[at].answers[target.id] for at in known]
    lines = fit_choice(rows[known], choices, order, row_weights[known])
    return Choice(order, np.column_stack([line.weights for line in lines]), np.array([line.start for line in lines]))
