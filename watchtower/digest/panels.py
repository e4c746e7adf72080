"""An assessment as the page shows it: ledgers, the scenario board, the coverage matrix."""

from __future__ import annotations

from dataclasses import dataclass

from watchtower.digest import assessed
from watchtower.digest.calendar import LocalTime
from watchtower.digest.wording import LANGUAGES
from watchtower.text import counted, web_address
from watchtower.types import Coverage, Digest, EvidenceLine, IndicatorState, Ledger, Standing

#: lines of evidence that the page shows of one ledger; the JSON has all that the digest keeps
LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer or scenario in a ledger; shares are percent of the longest bar."""

    place: str
    says: str
    counts: str
    against: str
    support: str
    against_share: int
    support_share: int
    is_first: bool
    is_tested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of evidence in a ledger; ``url`` is safe to link to, or None."""

    dated: str
    title: str
    url: str | None
    grade: str
    bearing: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPanel:
    """A ledger with its words."""

    ledger: Ledger
    heading: str
    #: what is ranked: an answer or a scenario
    what: str
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    #: says how much evidence is left out; empty where none is
    more: str
    sensitivity: tuple[str, ...]
    telling: tuple[str, ...]
    judgements: tuple[str, ...]
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One indicator of a scenario."""

    says: str
    shown: str
    expected: bool
    is_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPanel:
    """One scenario on the board."""

    place: str
    title: str
    says: str
    counts: str
    words: str
    signs: tuple[Sign, ...]
    is_tested: bool

    @property
    def seen(self) -> int:
        """Count the indicators that show."""
        return sum(sign.is_seen for sign in self.signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a matrix: what it shows, whether it is covered, empty or lost, and the same in words."""

    shown: str
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One row of a matrix."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A table with a name for every row and column."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def ledger_panel(ledger: Ledger, clock: LocalTime, *, what: str = "Answer") -> LedgerPanel:
    """Lay out one ledger."""
    most = max((max(one.against, one.support) for one in ledger.standings), default=0.0) or 1.0
    days = f"{ledger.half_life_days:g} days"
    more = max(len(ledger.lines) - LINES, 0) + ledger.lines_left_out
    return LedgerPanel(
        ledger=ledger,
        heading="Where the answers stand" if what == "Answer" else "Where the scenarios stand",
        what=what,
        rows=tuple(_row(one, most) for one in ledger.standings),
        lines=tuple(_line(line, ledger, clock) for line in ledger.lines[:LINES]),
        more=f"{counted(more, 'more story', 'more stories')} of less weight left out here." if more else "",
        sensitivity=tuple(one.words for one in ledger.sensitivity),
        telling=tuple(assessed.telling(one) for one in ledger.diagnosticity if one.stories),
        judgements=tuple(assessed.judged(one, ledger, clock) for one in ledger.judgements),
        facts=f"Evidence since {clock.brief(ledger.since)}, half of its weight gone after {days}",
    )


def _row(standing: Standing, most: float) -> Row:
    return Row(
        place=assessed.place(standing),
        says=standing.says,
        counts=assessed.counts(standing),
        against=f"{standing.against:.1f}",
        support=f"{standing.support:.1f}",
        against_share=round(100 * standing.against / most),
        support_share=round(100 * standing.support / most),
        is_first=standing.rank == 1,
        is_tested=standing.tested,
    )


def _line(line: EvidenceLine, ledger: Ledger, clock: LocalTime) -> Line:
    return Line(
        dated=clock.brief(line.dated),
        title=line.title or "(no title)",
        url=web_address(line.url),
        grade=assessed.grade(line),
        bearing=assessed.bearing(line, ledger.standings),
        new=line.new,
    )


def scenario_board(digest: Digest, clock: LocalTime) -> tuple[ScenarioPanel, ...]:
    """Lay out the scenarios in their order."""
    return tuple(
        ScenarioPanel(
            place=assessed.place(one.standing),
            title=one.title,
            says=one.says,
            counts=assessed.counts(one.standing),
            words=one.words,
            signs=tuple(_sign(indicator, clock) for indicator in one.indicators),
            is_tested=one.standing.tested,
        )
        for one in assessed.in_order(digest.scenarios)
    )


def _sign(indicator: IndicatorState, clock: LocalTime) -> Sign:
    return Sign(
        says=indicator.says,
        shown=assessed.shown(indicator, clock),
        expected=indicator.expected,
        is_seen=bool(indicator.stories),
    )


def coverage_matrices(digest: Digest) -> tuple[Matrix, ...]:
    """Lay out what was read by language and kind of source, and what matched by target and language."""
    coverage = digest.coverage
    if not coverage.cells:
        return ()
    languages = tuple(LANGUAGES.get(code, code) for code in coverage.languages)
    return (
        Matrix(caption="Items read, by language and kind of source", columns=coverage.kinds, rows=_read(coverage)),
        Matrix(caption="Items that matched, by target and language", columns=languages, rows=_matched(digest)),
    )


def _read(coverage: Coverage) -> tuple[MatrixRow, ...]:
    known = assessed.readings(coverage)
    return tuple(
        MatrixRow(
            name=LANGUAGES.get(language, language),
            cells=tuple(_reading(known.get((language, kind), assessed.NOTHING)) for kind in coverage.kinds),
        )
        for language in coverage.languages
    )


def _reading(reading: assessed.Reading) -> Cell:
    if not reading.feeds:
        return Cell(shown="–", state="empty", words=reading.words)
    if not reading.read:
        return Cell(shown="×", state="lost", words=reading.words)
    return Cell(shown=f"{reading.items:,}", state="read", words=reading.words)


def _matched(digest: Digest) -> tuple[MatrixRow, ...]:
    rows = []
    for section in digest.sections:
        by_language = assessed.matched(digest.coverage, section.target)
        cells = tuple(_match(by_language.get(code, (0, 0, False))) for code in digest.coverage.languages)
        rows.append(MatrixRow(name=section.title, cells=cells))
    return tuple(rows)


def _match(counts: tuple[int, int, bool]) -> Cell:
    matched, items, covered = counts
    if not covered:
        return Cell(shown="–", state="empty", words="no feed")
    return Cell(shown=f"{matched:,}", state="read", words=f"{matched:,} of {counted(items, 'item')}")
