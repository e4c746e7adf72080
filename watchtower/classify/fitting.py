"""Fitting: one logistic regression a target, calibrated and given its threshold by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

FloatArray = NDArray[np.float64]

#: inverse strength of the penalty
STRENGTH = 2.0
FOLDS = 5
#: inverse strength of the penalty on the slope of the calibration: where a few texts fall apart into two clear heaps,
#: their scores must not become 0 and 1. On thousands of texts it changes nothing
CERTAINTY = 1.0
#: how much it weighs, beside all texts together, that a text of which nothing is known belongs nowhere
NOTHING = 0.02
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
    raw = fit_raw(rows, truth)
    if raw is None:
        return unlearned(rows.shape[1])
    slope, start = calibration(rows, truth)
    return Line(raw.weights * slope, raw.start * slope + start)


def unlearned(features: int) -> Line:
    """Return the line of a target of which too little is known: what a stream holds of one, whatever the text."""
    return Line(np.zeros(features), float(np.log(STREAM_SHARE / (1 - STREAM_SHARE))))


def fit_raw(rows: csr_array, truth: NDArray[np.bool_], weights: FloatArray | None = None) -> Line | None:
    """Fit a target's line, not calibrated; None where there are too few rows of a class."""
    if min(truth.sum(), (~truth).sum()) < LEAST:
        return None
    return _line(rows, truth.astype(np.int64), np.ones(len(truth)) if weights is None else weights)


def calibration(rows: csr_array, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Find slope and intercept that make a raw line's scores log-odds; (1, 0) where there are too few rows."""
    folds = min(FOLDS, int(truth.sum()), int((~truth).sum()))
    if folds < LEAST:
        return 1.0, 0.0
    classes = truth.astype(np.int64)
    return _platt(_unseen_scores(rows, classes, folds), classes, stream_weights(truth))


def stream_weights(truth: NDArray[np.bool_]) -> FloatArray:
    """Weigh rows so that ``STREAM_SHARE`` of their weight belongs; never less than one for what does not belong."""
    belonging = float(truth.sum())
    other = max(belonging * (1 - STREAM_SHARE) / STREAM_SHARE / max(float((~truth).sum()), 1.0), 1.0)
    return np.where(truth, 1.0, other)


def _unseen_scores(rows: csr_array, truth: NDArray[np.int64], folds: int) -> FloatArray:
    scores = np.zeros(len(truth))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(rows, truth):
        line = _line(rows[train], truth[train], np.ones(len(train)))
        scores[test] = rows[test] @ line.weights + line.start
    return scores


def _line(rows: csr_array, truth: NDArray[np.int64], weights: FloatArray) -> Line:
    """Fit a line, and teach it that a text of which it knows nothing does not belong."""
    nothing = csr_array((1, rows.shape[1]))
    model = _regression().fit(
        vstack([rows, nothing], format="csr"),
        np.append(truth, 0),
        sample_weight=np.append(weights, NOTHING * weights.sum()),
    )
    return Line(model.coef_[0], float(model.intercept_[0]))


def _platt(scores: FloatArray, truth: NDArray[np.int64], weights: FloatArray) -> tuple[float, float]:
    model = LogisticRegression(C=CERTAINTY).fit(scores[:, None], truth, sample_weight=weights)
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


def _regression() -> LogisticRegression:
    return LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", dual=True, max_iter=1000, random_state=0
    )


def fit_choice(
    rows: csr_array, choices: Sequence[str], order: Sequence[str], weights: FloatArray | None = None
) -> list[Line]:
    """Fit which of several answers a text speaks for: one line an answer, the highest wins."""
    lines = []
    for answer in order:
        truth = np.array([choice == answer for choice in choices], dtype=np.int64)
        if truth.sum() < 1 or truth.sum() == len(truth):
            lines.append(Line(np.zeros(rows.shape[1]), 0.0 if truth.sum() else -50.0))
            continue
        model = _regression().fit(rows, truth, sample_weight=weights)
        lines.append(Line(model.coef_[0], float(model.intercept_[0])))
    return lines
