"""Fitting: one logistic regression a target, calibrated and given its threshold by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

FloatArray = NDArray[np.float64]

#: inverse strength of the penalty
STRENGTH = 2.0
FOLDS = 5
#: with fewer texts of a class than this, nothing is learned and the target has only its rule
LEAST = 3


#: share of a stream of well-chosen feeds that belongs to one target; training sets have several times as much
STREAM_SHARE = 0.05
#: score from which an item matches. Thresholds fitted target by target on the training set were no better on labelled
#: items (F1 0.76 against 0.78) and let four times the background through: docs/matching.md
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A linear score in log-odds: ``row @ weights + start``."""

    weights: FloatArray
    start: float


def fit_line(rows: csr_array, truth: NDArray[np.bool_]) -> Line:
    """Fit the calibrated line of one target.

    The slope and intercept of the calibration (Platt 1999) come from scores of rows that the scoring model had not seen
    (stratified cross-validation), never from training scores, and count what does not belong as often as a real stream
    would have it (``STREAM_SHARE``).
    """
    classes = truth.astype(np.int64)
    folds = min(FOLDS, int(truth.sum()), int((~truth).sum()))
    if folds < LEAST:
        return Line(np.zeros(rows.shape[1]), float(np.log(STREAM_SHARE / (1 - STREAM_SHARE))))
    slope, start = _platt(_unseen_scores(rows, classes, folds), classes, stream_weights(truth))
    model = _regression().fit(rows, classes)
    return Line(model.coef_[0] * slope, float(model.intercept_[0] * slope + start))


def stream_weights(truth: NDArray[np.bool_]) -> FloatArray:
    """Weigh rows so that ``STREAM_SHARE`` of their weight belongs; never less than one for what does not belong."""
    belonging = float(truth.sum())
    other = max(belonging * (1 - STREAM_SHARE) / STREAM_SHARE / max(float((~truth).sum()), 1.0), 1.0)
    return np.where(truth, 1.0, other)


def _unseen_scores(rows: csr_array, truth: NDArray[np.int64], folds: int) -> FloatArray:
    scores = np.zeros(len(truth))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(rows, truth):
        scores[test] = _regression().fit(rows[train], truth[train]).decision_function(rows[test])
    return scores


def _platt(scores: FloatArray, truth: NDArray[np.int64], weights: FloatArray) -> tuple[float, float]:
    model = LogisticRegression(C=1e3).fit(scores[:, None], truth, sample_weight=weights)
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


def _regression() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)


def fit_choice(rows: csr_array, choices: Sequence[str], order: Sequence[str]) -> list[Line]:
    """Fit which of several answers a text speaks for: one line an answer, the highest wins."""
    lines = []
    for answer in order:
        truth = np.array([choice == answer for choice in choices], dtype=np.int64)
        if truth.sum() < 1 or truth.sum() == len(truth):
            lines.append(Line(np.zeros(rows.shape[1]), 0.0 if truth.sum() else -50.0))
            continue
        model = _regression().fit(rows, truth)
        lines.append(Line(model.coef_[0], float(model.intercept_[0])))
    return lines
