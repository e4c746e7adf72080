"""What is told: digests, messages and the report of a pull."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from watchtower.types.analysis import TargetKind
from watchtower.types.assessing import Correction, Coverage, Silence, Trend
from watchtower.types.evidence import Evidence
from watchtower.types.lineage import Lineage
from watchtower.types.measuring import Measurement
from watchtower.types.pages import PageCounts
from watchtower.types.weighing import Ledger, ScenarioState


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One copy of a story: where it was read."""

    feed: str
    title: str
    owner: str
    kind: str
    state: str | None
    language: str | None
    reliability: str
    item: str
    headline: str
    url: str | None
    dated: datetime
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """A story as one section of a digest tells it."""

    story: str
    title: str
    lead: str
    first_seen: datetime
    sources: tuple[Source, ...]
    #: how many independent origins the sources come down to
    origins: int
    score: float
    evidence: tuple[Evidence, ...]
    #: the item shown: its title is ``title``, and the evidence's offsets point into its texts
    item: str
    #: the whole summary of that item; ``lead`` is cut from it
    summary: str = ""
    indicators: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    #: seen in this period though dated before it
    late: bool = False
    #: who its origins are, who was first, and the Admiralty grades; None in digests of early versions
    lineage: Lineage | None = None
    #: what the order within the section goes by, see ``docs/reference/digest.md``
    importance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Stories of one target on one local day."""

    day: date
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """An indicator or an answer, in words, and how many of a section's stories report it."""

    id: str
    says: str
    stories: int
    #: none of the days before that are counted had it
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a digest says about one target."""

    target: str
    kind: TargetKind
    title: str
    stories: tuple[DigestStory, ...]
    #: how many stories the editor's limit kept out; their titles are in ``left_out_titles``
    left_out: int = 0
    left_out_titles: tuple[str, ...] = ()
    #: stories on each of the days before that are known, oldest first, and in this period
    before: tuple[DayCount, ...] = ()
    count: int = 0
    #: what the stories report, shown or left out, most often first
    indicators: tuple[Tally, ...] = ()
    answers: tuple[Tally, ...] = ()
    #: the count beside what its own past lets expect, for the target and for each of its indicators
    trend: Trend | None = None
    indicator_trends: tuple[Trend, ...] = ()
    #: every indicator with an expected rhythm
    silences: tuple[Silence, ...] = ()

    @property
    def trends(self) -> tuple[Trend, ...]:
        """Its own trend first, then those of its indicators."""
        return (*((self.trend,) if self.trend else ()), *self.indicator_trends)


class FeedCondition(StrEnum):
    """How a feed is doing."""

    HEALTHY = "healthy"
    #: answers, but has been silent for longer than it usually is
    QUIET = "quiet"
    #: answers, but has never brought anything, or nothing for so long that nothing is to be expected
    STALE = "stale"
    #: did not answer, or with an error
    FAILING = "failing"
    #: its server says that it is gone for good
    GONE = "gone"
    #: answers with something that is no feed
    NOT_A_FEED = "not a feed"
    #: not asked yet at this address
    NEVER_ASKED = "never asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How one feed is doing, for people: ``health.health_of`` makes it."""

    feed: str
    title: str
    #: None only in digests that were recorded before it was kept
    condition: FeedCondition | None = None
    #: why it is not healthy, in a sentence without credentials; empty where it is
    problem: str
    failures: int
    last_success: datetime | None
    #: when it is asked again, or None where that is never, or at the next pull because it never was
    next_check: datetime | None
    last_new: datetime | None = None
    #: usual time between two items, where that is known
    rhythm: timedelta | None = None
    #: where its server has said, at least twice, that it has moved for good
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How far the digest can be trusted to have seen everything."""

    feeds: int
    #: feeds that answered within the period
    read: int
    items: int
    failing: tuple[FeedHealth, ...] = ()
    #: feeds that answer but have brought nothing new for long
    quiet: tuple[FeedHealth, ...] = ()
    #: titles of feeds that were never asked yet
    never_read: tuple[str, ...] = ()
    #: feeds that have moved for good; ``problem`` says where to and what to do
    moved: tuple[FeedHealth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a digest was made with, so that it can be made again byte for byte."""

    configuration: str
    model: str
    cut_off: datetime
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What changed in a period: kept whole, with all that is needed to render it again byte for byte."""

    id: str
    analysis: str
    since: datetime
    until: datetime
    #: IANA name of the reader's time zone
    zone: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    health: Health
    made: Made
    #: made after its hour had passed (the machine slept, the daemon was down)
    late: bool = False
    #: the analysis' title
    title: str = ""
    #: one for each critical question
    ledger: tuple[Ledger, ...] = ()
    scenarios: tuple[ScenarioState, ...] = ()
    #: the scenarios ranked against each other as the answers to a question are; None where there are none
    scenario_ledger: Ledger | None = None
    coverage: Coverage = field(default_factory=Coverage)
    #: what earlier digests told that its source has changed since
    corrections: tuple[Correction, ...] = ()
    #: whom it was made for, as in ``digest.readers``; empty for everybody
    reader: str = ""
    #: the languages that this reader asked for; empty for all
    languages: tuple[str, ...] = ()
    #: targets of the analysis that this reader did not ask for
    other_targets: int = 0
    #: what the model was last found to be worth on verdicts; None where that was never measured
    quality: Measurement | None = None
    #: concepts that the stories' evidence names, by id, to their names for readers
    concepts: Mapping[str, str] = field(default_factory=dict)
    #: sentences about what could not be delivered and what was held back
    notes: tuple[str, ...] = ()


class LastTold(NamedTuple):
    """How far a reader was told."""

    until: datetime
    #: the reader's local date that the digest is of
    local_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One rendered digest or alert on its way out; the outbox sends it once."""

    #: stable over retries, so that a receiver can tell a repeat
    id: str
    #: None where it carries an alert
    digest_id: str | None
    #: file, mail, webhook or chat
    channel: str
    #: for files the path relative to the digest folder, for mail the address, else the reader's id
    recipient: str
    content_type: str
    body: str
    #: its heading, where the channel has one
    subject: str = ""
    #: the same as plain text, where the body is a page
    text: str = ""
    #: when it was put into the outbox; its date, whichever try takes it out
    made: datetime | None = None
    attempts: int = 0
    next_try: datetime | None = None
    #: since when a try is under way that can no longer be taken back; nobody knows how one ended that a crash cut off
    sending_since: datetime | None = None
    #: tries so far of which nobody knows whether they arrived
    uncertain: int = 0
    #: what kept the last try back
    problem: str | None = None
    #: since when it is not tried any more
    given_up_at: datetime | None = None


class AlertKind(StrEnum):
    """What is told at once, to those who asked for it, and not only in the next digest."""

    SURGE = "surge"
    CONFIRMED = "confirmed"
    CAME = "came"
    COVERAGE_LOST = "coverage-lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One development that is told at once; its key is told at most once."""

    analysis: str
    #: names the development: the same however often it is found
    key: str
    kind: AlertKind
    target: str
    at: datetime
    #: the whole alert in one sentence
    says: str
    #: where to read on
    url: str | None = None
    #: not told at once, because too many had been in the hour before; the next digest counts it
    held_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one pull did; the shape of ``pull --json``."""

    due: int
    fetched: int
    unchanged: int
    failed: int
    new: int
    revised: int
    known: int
    stories_new: int
    stories_grown: int
    matches: int
    seconds: float
    #: feed id to the sentence that says what went wrong
    problems: Mapping[str, str] = field(default_factory=dict)
    #: full text; None where no feed asks for it
    pages: PageCounts | None = None
