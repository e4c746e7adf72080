"""What an assessment says: trend, silence, coverage, corrections, and with them the ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from watchtower.types.weighing import Ledger, ScenarioState

# --- trend


class TrendState(StrEnum):
    """What a count says beside its own past."""

    SURGE = "surge"
    USUAL = "usual"
    LULL = "lull"
    #: too few days are known to say what is usual
    TOO_SHORT = "too short"
    #: the feeds that usually report this were not read
    NO_COVERAGE = "no coverage"

    @property
    def is_unusual(self) -> bool:
        """Tell whether the count is out of the usual, to either side."""
        return self in (TrendState.SURGE, TrendState.LULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDay:
    """One window of a trend's past, or the period itself, as long as the part of a day that is compared."""

    #: the local date on which the window begins
    day: date
    stories: int
    #: stories expected from what was read in it, by the days of the whole past; None where none can be said
    expected: float | None = None
    #: what the feeds brought, as a share of a usual day: 1.0 is as usual
    exposure: float = 0.0
    #: False where too little was read for the day to say anything
    known: bool = True
    #: how far it counts towards what is usual: surges of the past and older days count less
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Stories of one target or indicator in a period, beside what its own past lets expect."""

    target: str
    #: None for the target as a whole
    indicator: str | None = None
    says: str
    state: TrendState
    #: stories of the span, each once however many of its days tell it
    saw: int
    #: days that these numbers are of, the period the last of them; 1 is the period alone, whatever its length
    span: int = 1
    #: stories that what was read lets expect; None where the past is too short
    expected: float | None = None
    #: what nine usual spans in ten stay between
    low: int | None = None
    high: int | None = None
    #: chance of a count as far out as this one if nothing has changed
    p: float | None = None
    #: the share of false alarms to reckon with if this and all that are as far out are called unusual
    q: float | None = None
    #: trends that were tested together, each over its spans
    tested: int = 0
    #: days of the past that are known, and how many it takes
    days: int = 0
    needed: int = 0
    #: what the feeds brought in the period, as a share of usual
    exposure: float | None = None
    #: the last weeks, oldest first, the period last; only of targets, and of indicators that are out of the usual
    series: tuple[TrendDay, ...] = ()
    #: the local date of the last change of the target's definition within the past that is looked at
    redefined: date | None = None
    #: as in "expected 2.1, saw 9" or "in 3 days expected 2.1, saw 9"
    words: str


# --- silence


class SilenceState(StrEnum):
    """What can be said of something that was expected."""

    SEEN = "seen"
    NOT_SEEN = "not seen, with coverage"
    UNKNOWN = "unknown: coverage lost"
    #: expected by a date that is still to come
    AWAITED = "not yet due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Whether something expected has shown, and how far the feeds would have shown it."""

    target: str
    indicator: str
    says: str
    state: SilenceState
    #: expected once in so many days, or by a date
    every_days: float | None = None
    by: date | None = None
    #: the last story that reports it, within what is known
    last_seen: datetime | None = None
    last_item: str | None = None
    last_title: str = ""
    #: the stretch that the state speaks of, in local dates, both included
    since: date
    until: date
    #: days of it on which the feeds were read, and the days on which too little was
    days: int
    lost: tuple[date, ...] = ()
    #: feeds that usually report on the target; those of them that were read on every day of the stretch
    feeds: int = 0
    healthy: int = 0
    #: items read from them in the stretch, and their languages; languages of which nothing was read on some day
    items: int = 0
    languages: tuple[str, ...] = ()
    languages_lost: tuple[str, ...] = ()
    #: as in "not seen in 45 days, with coverage: 62 of 64 feeds read, 12,034 items in en, ko, ru"
    words: str


# --- coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCell:
    """Items of one language and kind of source, and how many of them matched a target."""

    target: str
    language: str
    kind: str
    #: feeds of this language and kind in feeds.yml, and those of them read in the period
    feeds: int
    read: int
    items: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Target × language × kind of source; what no feed covers is an empty cell, not absent."""

    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    cells: tuple[CoverageCell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an earlier digest told of that its source has changed since, so that it counts otherwise."""

    item: str
    #: the headline as told, and as it is now
    title: str
    now: str
    url: str | None
    source: str
    #: the digest that told of it: its id and the end of its period
    digest: str
    told: datetime
    #: targets it was told under, and those it matches now
    before: tuple[str, ...]
    after: tuple[str, ...]
    words: str


# --- what the store gives to assess


class Sighting(NamedTuple):
    """One match with what an assessment needs of its item; a plain tuple, since there are tens of thousands."""

    item: str
    feed: str
    #: the item's own id where it is in no story yet
    story: str
    dated: datetime
    target: str
    indicator: str | None
    answer: str | None
    score: float
    #: ``Analysis.version`` that it was matched with
    configuration: str
    #: taken in from an archive: history, never news
    backfill: bool = False


class Headline(NamedTuple):
    """What an item is shown by."""

    title: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """An item that a recorded digest told of in an earlier revision, as it was told and as it is now."""

    item: str
    feed: str
    #: the digest that told of it last, and the end of its period
    digest: str
    until: datetime
    title: str
    now: str
    url: str | None
    #: target to the indicator or answer it was told under, and to those that it matches now
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDay:
    """On one UTC date, the first and the last visit at which a feed answered."""

    feed: str
    day: date
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that the assessment of a period says; a digest takes its parts."""

    trends: tuple[Trend, ...] = ()
    silences: tuple[Silence, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    ledgers: tuple[Ledger, ...] = ()
    #: question to story to the answer that the question's ledger counts the story for
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: question, or "scenarios", to the stories that its ledger counts
    counted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: the scenarios as one ledger: order, sensitivity, movement; None where there are none
    scenario_ledger: Ledger | None = None
    scenarios: tuple[ScenarioState, ...] = ()
    corrections: tuple[Correction, ...] = ()
    #: feeds that were read in the period or on the days before it; None where nobody looked
    there: frozenset[str] | None = None
