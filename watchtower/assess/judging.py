"""The analyst's own judgements: the words of ICD 203, and how one is scored once it is known.

The percentages are those of Intelligence Community Directive 203, *Analytic Standards* (2 January 2015), D.6.e(2)(a).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchtower.types import Judgement, Likelihood

#: each expression's range, in percent
RANGES: Mapping[Likelihood, tuple[int, int]] = {
    Likelihood.ALMOST_NO_CHANCE: (1, 5),
    Likelihood.VERY_UNLIKELY: (5, 20),
    Likelihood.UNLIKELY: (20, 45),
    Likelihood.ROUGHLY_EVEN_CHANCE: (45, 55),
    Likelihood.LIKELY: (55, 80),
    Likelihood.VERY_LIKELY: (80, 95),
    Likelihood.ALMOST_CERTAIN: (95, 99),
}
#: the directive's second column, which means the same
ALIASES: Mapping[str, Likelihood] = {
    "remote": Likelihood.ALMOST_NO_CHANCE,
    "highly improbable": Likelihood.VERY_UNLIKELY,
    "improbable": Likelihood.UNLIKELY,
    "roughly even odds": Likelihood.ROUGHLY_EVEN_CHANCE,
    "probable": Likelihood.LIKELY,
    "highly probable": Likelihood.VERY_LIKELY,
    "nearly certain": Likelihood.ALMOST_CERTAIN,
}


def likelihood(words: str) -> Likelihood | None:
    """Read an expression of likelihood, in either column's words; None where it is none of them."""
    plain = " ".join(words.lower().replace("-", " ").replace("_", " ").split())
    return ALIASES.get(plain) or next((one for one in Likelihood if one.value == plain), None)


def midpoint(words: Likelihood) -> float:
    """The middle of an expression's range, as a probability."""
    low, high = RANGES[words]
    return (low + high) / 200


def resolved(judgement: Judgement, outcome: bool, at: datetime) -> Judgement:
    """Score a judgement by how it came out: (probability - outcome) squared (Brier 1950, for one event)."""
    brier = round((midpoint(judgement.likelihood) - outcome) ** 2, 4)
    return replace(judgement, outcome=outcome, resolved_at=at, brier=brier)


def mean_brier(judgements: Sequence[Judgement]) -> float | None:
    """Average the scores of what is resolved; None where nothing is."""
    scores = [one.brier for one in judgements if one.brier is not None]
    return sum(scores) / len(scores) if scores else None
