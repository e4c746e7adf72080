"""What is usual: counts of the past, divided by what was read, and how far a new count lies out.

For each series (a target, or one of its indicators) the count of day *t* is taken as negative binomial with mean

    mu_t = rate x exposure_t x weekday_t        and variance    dispersion x mu_t

(a quasi-Poisson model with offset; Farrington et al. 1996, *A statistical algorithm for the early detection of
outbreaks of infectious disease*; Noufaily et al. 2013, *An improved algorithm for outbreak detection in multiple
surveillance systems*). Days that lie far above are down-weighted by the square of their Anscombe residual (Noufaily),
and older days by half each ``MEMORY``, so that yesterday's surge and last season's level do not become what is usual.

The new count is held against what the rate, itself uncertain, predicts: with a Gamma prior of half a story (Jeffreys)
the prediction is negative binomial too, wider the less is known. A series without any story in its past has one too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaincinv

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: days after which a day counts half
MEMORY = 28.0
#: residual from which a day of the past is down-weighted: the one-in-two-hundred of Noufaily et al.
FAR = 2.58
#: stories that each weekday's factor is shrunk by towards 1
WEEKDAY_PRIOR = 10.0
#: dispersion that few days are shrunk towards, and how many days that is worth
USUAL_DISPERSION, DISPERSION_PRIOR = 2.0, 14.0
#: chance that the dispersion is larger than it is taken for: what few days say of it is not taken at its word
CAUTION = 0.2
#: stories that the rate is known by before any is seen (Jeffreys)
_PRIOR = 0.5
_ROUNDS = 4
_TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Counts and exposures of the past; rows are series, columns days, oldest first."""

    counts: FloatArray
    exposure: FloatArray
    #: which days of each series say anything
    known: BoolArray
    #: 0 Monday to 6 Sunday, of each day
    weekday: IntArray
    #: days before the period, of each day
    age: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What the past makes usual, for each series."""

    #: stories for one unit of exposure
    rate: FloatArray
    #: factor of each weekday; rows are series
    weekdays: FloatArray
    dispersion: FloatArray
    #: how many stories the rate is known by
    strength: FloatArray
    #: expected count and weight of each day of the past
    expected: FloatArray
    weights: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is expected of the period, for each series, and how far out its count lies."""

    expected: FloatArray
    low: FloatArray
    high: FloatArray
    #: chance of a count at least, and at most, as large
    above: FloatArray
    below: FloatArray


def usual(past: Past, weekdays: FloatArray | None = None) -> Usual:
    """Fit what is usual; ``weekdays`` are factors fitted elsewhere (of the target, for its indicators)."""
    base = np.where(past.known, 0.5 ** (past.age / MEMORY), 0.0)
    weights = base
    factors = np.ones((len(past.counts), 7)) if weekdays is None else weekdays
    for _ in range(_ROUNDS):
        rate = _rate(past, weights, factors)
        if weekdays is None:
            factors = _weekdays(past, weights, rate)
            rate = _rate(past, weights, factors)
        mean = np.maximum(rate[:, None] * past.exposure * factors[:, past.weekday], _TINY)
        dispersion = _dispersion(past.counts, mean, weights)
        weights = base * _trust(past.counts, mean, dispersion)
    return Usual(
        rate=rate,
        weekdays=factors,
        dispersion=dispersion,
        strength=(_sum(weights * past.counts) + _PRIOR) / dispersion,
        expected=mean,
        weights=weights,
    )


def joined(first: Usual, second: Usual) -> Usual:
    """Put the series of one fit under those of another."""
    return Usual(
        rate=np.concatenate([first.rate, second.rate]),
        weekdays=np.concatenate([first.weekdays, second.weekdays]),
        dispersion=np.concatenate([first.dispersion, second.dispersion]),
        strength=np.concatenate([first.strength, second.strength]),
        expected=np.concatenate([first.expected, second.expected]),
        weights=np.concatenate([first.weights, second.weights]),
    )


def predict(fitted: Usual, exposure: FloatArray, weekdays: FloatArray, saw: FloatArray) -> Prediction:
    """Hold counts against what is usual.

    ``exposure`` has a row for each series and a column for each part of what is predicted together; ``weekdays`` a row
    for each part, with the share of it that each weekday makes up.
    """
    mean, size, chance = _distribution(fitted, exposure, weekdays)
    return Prediction(
        expected=mean,
        low=_quantile(0.05, size, chance),
        high=_quantile(0.95, size, chance),
        above=_above(saw, size, chance),
        below=betainc(size, saw + 1, chance),
    )


def above(fitted: Usual, exposure: FloatArray, weekdays: FloatArray, saw: FloatArray) -> FloatArray:
    """Give the chance of a count at least as large, as ``predict`` does, and nothing else."""
    _, size, chance = _distribution(fitted, exposure, weekdays)
    return _above(saw, size, chance)


def _distribution(
    fitted: Usual, exposure: FloatArray, weekdays: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, size and chance of the negative binomial that is predicted."""
    mean = np.maximum(fitted.rate * _sum(exposure * (fitted.weekdays @ weekdays.T)), _TINY)
    size = mean**2 / ((fitted.dispersion - 1) * mean + mean**2 / fitted.strength)
    return mean, size, size / (size + mean)


def _above(saw: FloatArray, size: FloatArray, chance: FloatArray) -> FloatArray:
    chances: FloatArray = np.where(saw > 0, betainc(np.maximum(saw, 1), size, 1 - chance), 1.0)
    return chances


def false_discovery(chances: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Adjust chances for how many were tested together (Benjamini and Hochberg 1995): ``q``, in the same order.

    With weights, whose mean is 1, a chance counts as if divided by its weight; the share of false alarms among all that
    is called unusual stays what it was (Genovese, Roeder and Wasserman 2006).
    """
    weighted = chances if weights is None else chances / weights
    order = np.argsort(weighted)
    ranked = weighted[order] * len(chances) / np.arange(1, len(chances) + 1)
    adjusted = np.minimum.accumulate(ranked[::-1])[::-1]
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def halves(whole: BoolArray) -> FloatArray:
    """Weights that give the few (targets) as much as the many (their indicators), with mean 1."""
    first, second = int(whole.sum()), int((~whole).sum())
    if not first or not second:
        return np.ones(len(whole))
    weights: FloatArray = np.where(whole, len(whole) / (2 * first), len(whole) / (2 * second))
    return weights


def _rate(past: Past, weights: FloatArray, factors: FloatArray) -> FloatArray:
    units = _sum(weights * past.exposure * factors[:, past.weekday])
    rate: FloatArray = (_sum(weights * past.counts) + _PRIOR) / np.maximum(units, _TINY)
    return rate


def _weekdays(past: Past, weights: FloatArray, rate: FloatArray) -> FloatArray:
    """Factors of the weekdays, each shrunk towards 1 by what a few stories say."""
    factors = np.ones((len(past.counts), 7))
    for day in range(7):
        on = past.weekday == day
        seen = _sum((weights * past.counts)[:, on]) + WEEKDAY_PRIOR
        factors[:, day] = seen / (_sum((weights * past.exposure)[:, on]) * rate + WEEKDAY_PRIOR)
    return factors


def _dispersion(counts: FloatArray, mean: FloatArray, weights: FloatArray) -> FloatArray:
    """Variance over mean, at least 1: Pearson's, shrunk towards what is usual, at its upper confidence limit."""
    squares = _sum(weights * (counts - mean) ** 2 / mean)
    freedom = _sum(weights) + DISPERSION_PRIOR - 1
    shrunk = (squares + USUAL_DISPERSION * DISPERSION_PRIOR) / freedom
    dispersion: FloatArray = np.maximum(shrunk * freedom / (2 * gammaincinv(freedom / 2, CAUTION)), 1.0 + 1e-6)
    return dispersion


def _trust(counts: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """1 for usual days, less for days far above (Anscombe residuals of a quasi-Poisson count)."""
    residual = 1.5 * (counts ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(dispersion)[:, None]
    trust: FloatArray = np.where(residual > FAR, np.maximum(residual, 1.0) ** -2.0, 1.0)
    return trust


def _quantile(share: float, size: FloatArray, chance: FloatArray) -> FloatArray:
    """Least counts that are not exceeded in a share of cases, by bisection on whole numbers."""
    low, high = np.full(len(size), -1.0), np.ones(len(size))
    while np.any(short := betainc(size, high + 1, chance) < share):
        high[short] *= 2
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        enough = betainc(size, middle + 1, chance) >= share
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _sum(values: FloatArray) -> FloatArray:
    total: FloatArray = values.sum(axis=1)
    return total
