"""The fitted model: lines over features, one a target, and what it takes to say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from watchtower.classify.fitting import THRESHOLD, FloatArray, Line, fit_choice, fit_line
from watchtower.classify.reading import Reader
from watchtower.classify.training import Labelled
from watchtower.classify.vectors import Vectors
from watchtower.types import Analysis, Target

#: words add no more than ``Model.reach`` to this share of the training texts, in percent. On labelled items 98 loses no
#: match and 95 loses 2 of 438; of background news 15 % and 3 % are read word by word (docs/matching.md)
REACH = 98


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
    #: the most that words are expected to add to each target's log-odds
    reach: FloatArray
    choices: Mapping[str, Choice]
    #: rows of the indicators' examples, and which indicator each is of
    example_rows: csr_array
    example_of: tuple[str, ...]

    def log_odds(self, rows: csr_array) -> FloatArray:
        """Score rows: texts x targets, in calibrated log-odds."""
        return np.asarray(rows @ self.weights) + self.starts

    def within_reach(self, log_odds: FloatArray) -> NDArray[np.bool_]:
        """Tell which texts, scored by their flags alone, their words could still bring over a threshold."""
        needed = np.log(self.thresholds / (1 - self.thresholds + 1e-12) + 1e-12)
        return np.asarray((log_odds + self.reach >= needed).any(axis=1))


def fit(analysis: Analysis, reader: Reader, labelled: Sequence[Labelled]) -> Model:
    """Fit every target of an analysis on what is labelled. Deterministic: the same input gives the same model."""
    features = [reader.features(reader.read(row.text)) for row in labelled]
    vectors = Vectors.learn(features)
    rows = vectors.rows(features)
    lines = [_fit_target(target, rows, labelled) for target in analysis.targets]
    weights = np.column_stack([line.weights for line in lines])
    choices = {
        target.id: choice for target in analysis.targets if (choice := _fit_answers(target, rows, labelled)) is not None
    }
    examples = [at for at, row in enumerate(labelled) if row.indicator]
    return Model(
        targets=tuple(target.id for target in analysis.targets),
        vectors=vectors,
        weights=weights,
        starts=np.array([line.start for line in lines]),
        thresholds=np.array([THRESHOLD if t.threshold is None else t.threshold for t in analysis.targets]),
        reach=np.percentile(np.asarray(rows @ np.where(vectors.is_word[:, None], weights, 0.0)), REACH, axis=0),
        choices=choices,
        example_rows=rows[examples],
        example_of=tuple(str(labelled[at].indicator) for at in examples),
    )


def _fit_target(target: Target, rows: csr_array, labelled: Sequence[Labelled]) -> Line:
    known = [at for at, row in enumerate(labelled) if target.id in row.belongs]
    return fit_line(rows[known], np.array([labelled[at].belongs[target.id] for at in known]))


def _fit_answers(target: Target, rows: csr_array, labelled: Sequence[Labelled]) -> Choice | None:
    known = [at for at, row in enumerate(labelled) if target.id in row.answers]
    order = tuple(answer.id for answer in target.answers)
    if not order or not known:
        return None
    lines = fit_choice(rows[known], [labelled[at].answers[target.id] for at in known], order)
    return Choice(order, np.column_stack([line.weights for line in lines]), np.array([line.start for line in lines]))
