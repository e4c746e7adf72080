"""Fitting: one logistic regression a target, calibrated and given its threshold by cross-validation.

scikit-learn is imported inside the functions: a model that is only loaded starts in half the time without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

FloatArray = NDArray[np.float64]

#: inverse strength of the penalty
STRENGTH = 2.0
FOLDS = 5
#: how much it weighs, beside all texts together, that a text of which nothing is known belongs nowhere; and the least
#: that it weighs, in texts
NOTHING, NOTHING_LEAST = 0.02, 6.0
#: with fewer texts of a class than this, nothing is learned and the target has only its rule
LEAST = 3
#: log-odds of a text for a target of which only its rule is known: where it holds, and where not
RULE_HOLDS, RULE_FAILS = 1.5, -4.0
#: with how many texts, of the class that has fewer, what they teach weighs as much as the rule
TRUST = 40
#: slope and intercept of a calibration of which nothing is known, and how strongly it is held to them: where few texts
#: fall apart into two clear heaps, their scores must not become 0 and 1. On hundreds of texts it changes nothing
HELD, HOLD = (1.0, -1.0), 2.0
#: log-odds of what is never so
NEVER = -50.0
#: Newton steps of a calibration; five are enough, for it is convex with two unknowns
_STEPS = 25
#: largest gradient at which a choice counts as fitted: chances are exact to six digits. L-BFGS with its default of 1e-4
#: stopped up to 0.01 away and took four times as long
_EXACT = 1e-8

#: share of a stream of well-chosen feeds that belongs to one target; training sets have several times as much
STREAM_SHARE = 0.05
#: the same of all targets together
SCOPE_SHARE = 0.06
#: score from which an item matches. Thresholds fitted target by target on the training set were no better on labelled
#: items (F1 0.76 against 0.78) and let four times the background through: docs/matching.md
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A linear score in log-odds: ``row @ weights + start``."""

    weights: FloatArray
    start: float


def by_rule(features: int, column: int | None, value: float) -> Line:
    """Return what a target's rule says before anything is learned; of one without a rule, what a stream holds.

    ``column`` is the feature that the rule is, ``value`` what stands there where it holds.
    """
    weights = np.zeros(features)
    if column is None:
        return Line(weights, float(np.log(STREAM_SHARE / (1 - STREAM_SHARE))))
    weights[column] = (RULE_HOLDS - RULE_FAILS) / value
    return Line(weights, RULE_FAILS)


def fit_line(rows: csr_array, truth: NDArray[np.bool_], rule: Line) -> Line:
    """Fit the calibrated line of one target; the fewer texts there are, the more its rule decides.

    The slope and intercept of the calibration (Platt 1999) come from scores of rows that the scoring model had not seen
    (stratified cross-validation), never from training scores, and count what does not belong as often as a real stream
    would have it (``STREAM_SHARE``).
    """
    return settled(fit_raw(rows, truth), calibration(rows, truth), rule, truth)


def settled(raw: Line | None, calibrated: tuple[float, float], rule: Line, truth: NDArray[np.bool_]) -> Line:
    """Put what texts teach to what the rule says, by how many texts there are; without a rule they decide alone."""
    if raw is None:
        return rule
    slope, start = calibrated
    count = min(int(truth.sum()), int((~truth).sum()))
    trust = count / (count + TRUST) if rule.weights.any() else 1.0
    return Line(
        trust * slope * raw.weights + (1 - trust) * rule.weights,
        trust * (slope * raw.start + start) + (1 - trust) * rule.start,
    )


def fit_raw(rows: csr_array, truth: NDArray[np.bool_], weights: FloatArray | None = None) -> Line | None:
    """Fit a target's line, not calibrated; None where there are too few rows of a class."""
    if min(truth.sum(), (~truth).sum()) < LEAST:
        return None
    return _line(rows, truth.astype(np.int64), np.ones(len(truth)) if weights is None else weights)


def calibration(rows: csr_array, truth: NDArray[np.bool_], share: float = STREAM_SHARE) -> tuple[float, float]:
    """Find slope and intercept that make a raw line's scores log-odds, where ``share`` of a stream belongs."""
    folds = min(FOLDS, int(truth.sum()), int((~truth).sum()))
    if folds < LEAST:
        return HELD
    scores = _unseen_scores(rows, truth.astype(np.int64), folds)
    weights = stream_weights(truth, share)
    return calibrated(scores, truth, weights * len(weights) / weights.sum(), HELD, HOLD)


def calibrated(
    scores: FloatArray, belongs: NDArray[np.bool_], weights: FloatArray, held: tuple[float, float], hold: float
) -> tuple[float, float]:
    """Find slope and intercept that minimise log loss plus ``hold / 2`` times their squared distance from ``held``."""
    design = np.column_stack([scores, np.ones_like(scores)])
    start = np.array(held)
    found = start.copy()
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(design @ found, -40, 40)))
        gradient = design.T @ (weights * (said - belongs)) + hold * (found - start)
        curvature = (design.T * (weights * said * (1 - said))) @ design + hold * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        found -= step / max(1.0, float(np.abs(step).max()))
    return max(float(found[0]), 1e-3), float(found[1])


def stream_weights(truth: NDArray[np.bool_], share: float = STREAM_SHARE) -> FloatArray:
    """Weigh rows so that ``share`` of their weight belongs; never less than one for what does not belong."""
    belonging = float(truth.sum())
    other = max(belonging * (1 - share) / share / max(float((~truth).sum()), 1.0), 1.0)
    return np.where(truth, 1.0, other)


def _unseen_scores(rows: csr_array, truth: NDArray[np.int64], folds: int) -> FloatArray:
    from sklearn.model_selection import StratifiedKFold

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
        sample_weight=np.append(weights, max(NOTHING * weights.sum(), NOTHING_LEAST)),
    )
    return Line(model.coef_[0], float(model.intercept_[0]))


def _regression() -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", dual=True, max_iter=1000, random_state=0
    )


def fit_choice(
    rows: csr_array, choices: Sequence[str], order: Sequence[str], weights: FloatArray | None = None
) -> list[Line]:
    """Fit which of several answers a text speaks for: one line an answer, whose softmax is their probabilities.

    An answer that no text speaks for is never the likeliest; one that all speak for is, the more the more there are.
    A feature that stands in none of the texts weighs nothing, and is left out of the fit.
    """
    found = [choices.count(answer) for answer in order]
    if sum(count > 0 for count in found) < 2:
        return [Line(np.zeros(rows.shape[1]), float(np.log1p(count))) for count in found]
    from sklearn.linear_model import LogisticRegression

    standing = np.unique(rows.indices)
    model = LogisticRegression(C=STRENGTH, solver="newton-cg", tol=_EXACT, max_iter=1000)
    model.fit(rows[:, standing], choices, sample_weight=weights)
    fitted = _lines_of(model)
    nothing = np.zeros(len(standing)), NEVER
    return [_spread(fitted.get(answer, Line(*nothing)), standing, rows.shape[1]) for answer in order]


def _spread(line: Line, columns: NDArray[np.int32], features: int) -> Line:
    """Put a line over some columns back among all features."""
    weights = np.zeros(features)
    weights[columns] = line.weights
    return Line(weights, line.start)


def _lines_of(model: LogisticRegression) -> dict[str, Line]:
    """Take a fitted model's classes apart; of two, scikit-learn keeps the difference alone."""
    weights, starts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, starts = np.vstack([-weights, weights]) / 2, np.append(-starts, starts) / 2
    return {
        str(name): Line(weight, float(start))
        for name, weight, start in zip(model.classes_, weights, starts, strict=True)
    }
