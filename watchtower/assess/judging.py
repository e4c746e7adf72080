"""The analyst's own judgements: the words of ICD 203, and how one is scored once it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchtower.types import Judgement, Likelihood

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
    """Read an expression of likelihood, in either column's words; None where it is none of them.

    >>> likelihood("Very likely"), likelihood("highly-probable"), likelihood("perhaps")
    (<Likelihood.VERY_LIKELY: 'very likely'>, <Likelihood.VERY_LIKELY: 'very likely'>, None)
    """
    plain = " ".join(words.lower().replace("-", " ").replace("_", " ").split())
    return ALIASES.get(plain) or next((one for one in Likelihood if one.value == plain), None)


def resolved(judgement: Judgement, outcome: bool, at: datetime) -> Judgement:
    """Score a judgement by how it came out: (middle of its range - outcome) squared (Brier 1950, for one event)."""
    low, high = judgement.likelihood.percent
    brier = round(((low + high) / 200 - outcome) ** 2, 4)
    return replace(judgement, outcome=outcome, resolved_at=at, brier=brier)


def mean_brier(judgements: Sequence[Judgement]) -> float | None:
    """Average the scores of what is resolved; None where nothing is."""
    scores = [one.brier for one in judgements if one.brier is not None]
    return sum(scores) / len(scores) if scores else None
