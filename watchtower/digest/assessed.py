"""What every format says of an assessment in the same words: surges, silences, standings, scenarios, coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchtower.digest.calendar import LocalTime
from watchtower.digest.summary import compared
from watchtower.text import counted, cut
from watchtower.types import (
    FEW,
    Coverage,
    CoverageCell,
    Diagnosticity,
    Digest,
    EvidenceLine,
    IndicatorState,
    Judgement,
    Ledger,
    Measurement,
    ScenarioState,
    Section,
    Silence,
    SilenceState,
    Standing,
    TrendState,
)

#: how far from the usual what was read must be to be worth a word
NOTABLY = 1.25
# Characters of an answer that a line of evidence repeats.
_SHORT = 40
_NAMES = {TrendState.SURGE: "Surge", TrendState.LULL: "Lull"}
#: states of what was expected that are told together, each with what is said of several
_TOGETHER = {
    SilenceState.UNKNOWN: "{}, unknown for lack of coverage",
    SilenceState.AWAITED: "{}, not due yet",
    SilenceState.SEEN: "{} seen",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence with what it is about in front, as in ``Surge`` and ``troops arrive: expected 2.1, saw 9``."""

    name: str
    words: str
    #: calls for attention: a surge, or something that should have shown
    is_alarm: bool = False


def notes(section: Section) -> tuple[Note, ...]:
    """Say what is out of the usual in a section, and what was expected of it and has not been seen."""
    return tuple(_notes(section))


def _notes(section: Section) -> Iterator[Note]:
    for trend in section.trends:
        if not trend.state.is_unusual:
            continue
        about = f"{trend.says}: " if trend.indicator else ""
        yield Note(_NAMES[trend.state], f"{about}{trend.words}", trend.state is TrendState.SURGE)
    for silence in section.silences:
        if silence.state is SilenceState.NOT_SEEN:
            yield Note("Missing", f"{silence.says}: {silence.words}", True)
    for state, told in _TOGETHER.items():
        if alike := [silence for silence in section.silences if silence.state is state]:
            yield Note("Expected", _together(alike, told))


def _together(alike: Sequence[Silence], told: str) -> str:
    """One development with all that is known of it, several by name only: the JSON has the rest."""
    if len(alike) == 1:
        return f"{alike[0].says}: {alike[0].words}"
    return f"{told.format(counted(len(alike), 'development'))}: {'; '.join(one.says for one in alike)}"


def caption(section: Section, since: datetime, until: datetime) -> str:
    """Put a section's count beside what was expected of it, or, where nothing can be, beside the days before.

    As in ``9 stories; 2.1 expected, usually 0 to 5, from 1.4 times as much as is usually read``; where the days before
    are compared with it, as in ``3 stories, in 3 days 9; 2.1 expected, usually 0 to 5``.
    """
    trend = section.trend
    if trend is None or trend.expected is None:
        return compared(section, since, until)
    over = f", in {trend.span} days {trend.saw}" if trend.span > 1 else ""
    told = f"{counted(section.count, 'story', 'stories')}{over}; {trend.expected:.1f} expected"
    if trend.low is not None and trend.high is not None:
        told += f", usually {trend.low} to {trend.high}"
    if trend.exposure is not None and not 1 / NOTABLY < trend.exposure < NOTABLY:
        told += f", from {trend.exposure:.1f} times as much as is usually read"
    return told + (f"; redefined on {trend.redefined.isoformat()}" if trend.redefined else "")


# --- ledgers


def place(standing: Standing) -> str:
    """Name a rank, as in ``1st`` or ``2nd (was 1st)``; a dash where nothing can be ranked."""
    if standing.rank is None:
        return "–"
    was = f" (was {ordinal(standing.rank_before)})" if standing.rank_before and standing.has_moved else ""
    return ordinal(standing.rank) + was


def ordinal(number: int) -> str:
    """Write a number as a place.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '102nd']
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def counts(standing: Standing) -> str:
    """As in ``14 stories for, 3 against; new: 2 for, 1 against``."""
    told = f"{counted(standing.stories_for, 'story', 'stories')} for, {standing.stories_against:,} against"
    if standing.new_for or standing.new_against:
        told += f"; new: {standing.new_for:,} for, {standing.new_against:,} against"
    return told


def weights(standing: Standing) -> str:
    """As in ``against 1.2, for 6.4``: summed weights, the first decides the rank."""
    return f"against {standing.against:.1f}, for {standing.support:.1f}"


def judged(judgement: Judgement, ledger: Ledger, clock: LocalTime) -> str:
    """As in ``“Kept”: likely, moderate confidence (kim, 3 Nov, 09:12; known by 2026-12-31)``."""
    says = {standing.answer: standing.says for standing in ledger.standings}
    return (
        f"“{says.get(judgement.answer, judgement.answer)}”: {judgement.likelihood.value}, {judgement.confidence.value} "
        f"confidence ({judgement.author}, {clock.brief(judgement.at)}; known by {judgement.by.isoformat()})"
    )


def bearing(line: EvidenceLine, standings: Sequence[Standing]) -> str:
    """Say what a piece of evidence speaks for and against, as in ``for “Kept”, against “Eroding”; weight 0.62``.

    Answers are cut short: each stands whole in the ranking above.
    """
    says = {standing.answer: standing.says for standing in standings}
    told = [
        f"{'for' if value > 0 else 'against'} “{cut(says.get(answer, answer), _SHORT)}”"
        for answer, value in sorted(line.bears.items(), key=lambda pair: -pair[1])
        if value
    ]
    return f"{', '.join(told) or 'does not tell the answers apart'}; weight {line.weight:.2f}"


def telling(one: Diagnosticity) -> str:
    """How far an indicator tells answers apart, as in ``A loan is signed: 0.81 of 1 (6 stories, on 19 % of days)``."""
    stories = counted(one.stories, "story", "stories")
    return f"{one.says}: {one.value:.2f} of 1 ({stories}, on {100 * one.base_rate:.0f} % of days)"


def grade(line: EvidenceLine) -> str:
    """Admiralty grade with the origins, as in ``B2, 3 origins``."""
    return f"{line.reliability}{line.credibility}, {counted(line.origins, 'origin')}"


# --- scenarios


def shown(indicator: IndicatorState, clock: LocalTime) -> str:
    """As in ``seen in 4 stories, last on 3 Nov, 09:12`` or ``not seen``."""
    if not indicator.stories:
        return "not seen"
    last = f", last on {clock.brief(indicator.last_seen)}" if indicator.last_seen else ""
    return f"seen in {counted(indicator.stories, 'story', 'stories')}{last}"


def in_order(scenarios: Sequence[ScenarioState]) -> tuple[ScenarioState, ...]:
    """Scenarios by rank, those without one last, each as in the file."""
    return tuple(sorted(scenarios, key=lambda one: (one.standing.rank is None, one.standing.rank or 0)))


# --- coverage


@dataclass(frozen=True, slots=True)
class Reading:
    """Feeds and items of one language and kind of source, whatever the target."""

    feeds: int
    read: int
    items: int

    @property
    def words(self) -> str:
        """As in ``120 items, 3 feeds``, ``2 feeds not read`` or ``no feed``."""
        if not self.feeds:
            return "no feed"
        feeds = counted(self.feeds, "feed")
        if not self.read:
            return f"{feeds} not read"
        lost = f", {self.feeds - self.read} not read" if self.read < self.feeds else ""
        return f"{counted(self.items, 'item')}, {feeds}{lost}"


#: what no feed covers
NOTHING = Reading(0, 0, 0)


def readings(coverage: Coverage) -> dict[tuple[str, str], Reading]:
    """What was read, by language and kind; the cells of every target say the same of it."""
    return {(cell.language, cell.kind): Reading(cell.feeds, cell.read, cell.items) for cell in coverage.cells}


def matched(coverage: Coverage, target: str) -> dict[str, tuple[int, int, bool]]:
    """By language: items of a target that matched, items read, and whether any feed covers it at all."""
    cells: dict[str, list[CoverageCell]] = {language: [] for language in coverage.languages}
    for cell in coverage.cells:
        if cell.target == target:
            cells.setdefault(cell.language, []).append(cell)
    return {
        language: (
            sum(cell.matched for cell in row),
            sum(cell.items for cell in row),
            any(cell.feeds for cell in row),
        )
        for language, row in cells.items()
    }


# --- how far matching can be trusted


# Figures whose names in tables are no words.
_FIGURES = {"f1": "F1", "average_precision": "average precision"}


def matching(digest: Digest, clock: LocalTime) -> str:
    """Say how well matching works, as in ``precision 0.82 (0.78 to 0.86), recall ...``, or that nobody knows."""
    quality = digest.quality
    if quality is None:
        return (
            "How well matching works here is not known: its model was not measured on verdicts. "
            "Judge some items, then run watchtower evaluate."
        )
    items = counted(quality.items, "judged item")
    if quality.n < FEW:
        few = f"too few verdicts ({quality.n} that say “belongs”, on {items})"
        return f"How well matching works here is not known: {few}."
    figures = [
        f"{_FIGURES.get(name, name)} {value:.2f}{_interval(quality, name)}" for name, value in quality.figures.items()
    ]
    when = clock.brief(quality.at)
    return f"Matching, as measured on {items} ({quality.n:,} that belong) on {when}: {', '.join(figures)}."


def _interval(quality: Measurement, name: str) -> str:
    if name not in quality.intervals:
        return ""
    low, high = quality.intervals[name]
    return f" ({low:.2f} to {high:.2f})"
