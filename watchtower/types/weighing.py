"""Weighing evidence: ledgers, scenarios, and the analyst's own judgements beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Likelihood(StrEnum):
    """The seven expressions of likelihood of Intelligence Community Directive 203 (2 January 2015), D.6.e(2)(a)."""

    ALMOST_NO_CHANCE = "almost no chance"
    VERY_UNLIKELY = "very unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN_CHANCE = "roughly even chance"
    LIKELY = "likely"
    VERY_LIKELY = "very likely"
    ALMOST_CERTAIN = "almost certain"

    @property
    def percent(self) -> tuple[int, int]:
        """The directive's range of chances that the expression stands for."""
        return _PERCENT[self]


_PERCENT: Mapping[Likelihood, tuple[int, int]] = {
    Likelihood.ALMOST_NO_CHANCE: (1, 5),
    Likelihood.VERY_UNLIKELY: (5, 20),
    Likelihood.UNLIKELY: (20, 45),
    Likelihood.ROUGHLY_EVEN_CHANCE: (45, 55),
    Likelihood.LIKELY: (55, 80),
    Likelihood.VERY_LIKELY: (80, 95),
    Likelihood.ALMOST_CERTAIN: (95, 99),
}


class Confidence(StrEnum):
    """How well founded a judgement is; never mixed with how likely the thing is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The analyst's own word on one answer: dated, with what will settle it, scored once it is settled."""

    id: str
    analysis: str
    question: str
    answer: str
    likelihood: Likelihood
    confidence: Confidence
    note: str = ""
    #: who judged
    author: str
    at: datetime
    #: the date by which it will be known, and what will settle it
    by: date
    criteria: str
    #: how it came out, and when that was noted; None while open
    outcome: bool | None = None
    resolved_at: datetime | None = None
    #: Brier score of the middle of the likelihood's range, 0 best to 1 worst; None while open
    brier: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The analyst's word that a ledger begins anew: what is dated before counts no more."""

    analysis: str
    #: a critical question, or "scenarios"
    question: str
    at: datetime
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a target was defined as from a moment on."""

    analysis: str
    target: str
    #: hash over all that decides what matches it and what its indicators point to
    version: str
    #: ``Analysis.version`` with which it was first used
    configuration: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Why a piece of evidence weighs what it does: its weight is the product of these."""

    #: log2(1 + origins), where an origin that a state controls counts half
    independence: float
    #: the best Admiralty source reliability among its sources, as a factor
    reliability: float
    #: Admiralty information credibility as a factor
    credibility: float
    #: probability that it belongs at all, times how sure the reading is
    certainty: float
    #: halves with every half-life
    freshness: float
    #: 1, 1/2, 1/3 ... for the first, second, third story of one indicator on one day
    novelty: float

    @property
    def weight(self) -> float:
        """Multiply them."""
        return self.independence * self.reliability * self.credibility * self.certainty * self.freshness * self.novelty


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One story counted for or against the answers to a question, or the scenarios."""

    story: str
    #: the item shown
    item: str
    title: str
    url: str | None
    dated: datetime
    #: the indicator that it reports, or None where only the model's guess of an answer counts
    indicator: str | None
    #: answer to how consistent the story is with it: 1 fully, -1 not at all; 0 for those not named
    bears: Mapping[str, float]
    weight: float
    weighing: Weighing
    origins: int
    #: Admiralty grades: source A to F, information 1 to 6
    reliability: str
    credibility: int
    #: who tells it, and the states that control them
    owners: tuple[str, ...]
    states: tuple[str, ...] = ()
    #: came since the last digest
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one answer or scenario stands."""

    answer: str
    says: str
    #: summed weight of what is inconsistent with it, and of what is consistent
    against: float
    support: float
    #: 1 is the least inconsistent; equals share a rank; None where nothing can be ranked, or this hardly was tested
    rank: int | None
    #: False where too little speaks for or against it for a rank; see ``docs/assess.md``
    tested: bool = True
    #: the same as of the last digest; None where there was none
    against_before: float | None = None
    support_before: float | None = None
    rank_before: int | None = None
    #: what came since the last digest, for and against
    stories_for: int = 0
    stories_against: int = 0
    new_for: int = 0
    new_against: int = 0

    @property
    def has_moved(self) -> bool:
        """Tell whether it had another rank when it was told last."""
        return self.rank_before is not None and self.rank_before != self.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosticity:
    """How far one indicator can tell the answers apart."""

    indicator: str
    says: str
    #: half the distance between the answers it speaks for and against most: 0 tells nothing apart, 1 all
    spread: float
    #: share of the known days on which it was reported: what is reported every day tells little
    base_rate: float
    #: spread × (1 - base_rate)
    value: float
    stories: int
    #: what it adds to the lead of the first answer over the second; negative where it closes it
    leads_by: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the ranking would be without one source or indicator."""

    #: "owner", "state" or "indicator"
    kind: str
    name: str
    #: as in "KCNA (state media, KP)"
    label: str
    #: the answers in order without it, and whether another one is first
    order: tuple[str, ...]
    flips: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The evidence for and against each answer to a critical question, ranked by least inconsistency."""

    question: str
    title: str
    #: in order of rank, then as in the file
    standings: tuple[Standing, ...]
    #: False where the evidence allows no ranking; ``words`` say why
    ranked: bool
    words: str
    #: why some answers of a ranking have no rank; empty where all have one
    untested: str = ""
    #: the weightiest and all new lines, by weight; how many more there are
    lines: tuple[EvidenceLine, ...] = ()
    lines_left_out: int = 0
    diagnosticity: tuple[Diagnosticity, ...] = ()
    #: only what changes which answer is first or second, what flips the first before the others
    sensitivity: tuple[Sensitivity, ...] = ()
    #: what would change the ranking, one sentence each
    turning: tuple[str, ...] = ()
    #: what has changed since the last digest, one sentence each
    movement: tuple[str, ...] = ()
    half_life_days: float
    #: "setting" or "default"
    half_life_from: str
    #: evidence is counted from here on
    since: datetime
    reset: Reset | None = None
    #: the local date of the last change of definition in that time
    redefined: date | None = None
    #: the analyst's judgements that stand, newest first
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorState:
    """One indicator of a scenario: whether it shows."""

    indicator: str
    says: str
    #: expected or ruled out
    expected: bool
    #: stories that count, their weight, and the last of them
    stories: int
    weight: float
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioState:
    """One scenario with its standing and what it is made of."""

    scenario: str
    title: str
    says: str
    standing: Standing
    indicators: tuple[IndicatorState, ...] = ()
    words: str
