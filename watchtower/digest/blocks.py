"""An assessment as headings with lines, for the formats that are lines: Markdown, plain text, mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watchtower.digest import assessed
from watchtower.digest.calendar import LocalTime
from watchtower.digest.wording import LANGUAGES
from watchtower.types import Digest, EvidenceLine, Ledger, Section, Standing

#: lines of evidence shown of one ledger; the JSON has all that the digest keeps
LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, lines under it, and the addresses that go with some of them."""

    heading: str
    lines: tuple[str, ...]


def of_section(section: Section, digest: Digest, clock: LocalTime) -> Iterator[Block]:
    """What is out of the usual or missing in a section, and where the answers to its question stand."""
    if notes := assessed.notes(section):
        yield Block(heading="Beside the usual and the expected", lines=tuple(f"{n.name}: {n.words}" for n in notes))
    for ledger in digest.ledger:
        if ledger.question == section.target:
            yield from _ledger("Where the answers stand", ledger, clock)


def of_digest(digest: Digest, clock: LocalTime) -> Iterator[Block]:
    """The scenarios, what was read and what was not, and the corrections."""
    if digest.scenarios:
        yield Block(heading="Scenarios, the least inconsistent first", lines=tuple(_scenarios(digest)))
    if digest.scenario_ledger:
        yield from _ledger("What the order of scenarios rests on", digest.scenario_ledger, clock, standings=False)
    if digest.coverage.cells:
        yield Block(heading="Items read, by language and kind of source", lines=tuple(_coverage(digest)))
    if digest.corrections:
        yield Block(heading="Corrections", lines=tuple(one.words for one in digest.corrections))


def _ledger(heading: str, ledger: Ledger, clock: LocalTime, standings: bool = True) -> Iterator[Block]:
    lines = [] if ledger.ranked else [ledger.words]
    if standings:
        lines += [
            f"{_place(one)} {one.says}: {assessed.weights(one)}; {assessed.counts(one)}" for one in ledger.standings
        ]
    lines += [ledger.untested] if ledger.untested else []
    lines += ledger.movement
    lines += [f"Analyst: {assessed.judged(one, ledger, clock)}" for one in ledger.judgements]
    lines += [one.words for one in ledger.sensitivity]
    lines += ledger.turning
    if lines:
        yield Block(heading=heading, lines=tuple(lines))
    if standings and ledger.lines:
        yield Block(heading="The weightiest evidence", lines=tuple(_evidence(ledger, clock)))


def _evidence(ledger: Ledger, clock: LocalTime) -> Iterator[str]:
    for line in ledger.lines[:LINES]:
        yield _line(line, ledger, clock)
    more = max(len(ledger.lines) - LINES, 0) + ledger.lines_left_out
    if more:
        yield f"and {more:,} more of less weight"


def _line(line: EvidenceLine, ledger: Ledger, clock: LocalTime) -> str:
    new = "new, " if line.new else ""
    told = f"{clock.brief(line.dated)}, {new}{assessed.grade(line)}: {line.title or '(no title)'}"
    return f"{told} ({assessed.bearing(line, ledger.standings)})"


def _scenarios(digest: Digest) -> Iterator[str]:
    for one in assessed.in_order(digest.scenarios):
        yield f"{_place(one.standing)} {one.title}: {one.words}; {assessed.counts(one.standing)}"


def _place(standing: Standing) -> str:
    return assessed.place(standing) if standing.tested else "Hardly tested:"


def _coverage(digest: Digest) -> Iterator[str]:
    known = assessed.readings(digest.coverage)
    for language in digest.coverage.languages:
        cells = [(kind, known.get((language, kind), assessed.NOTHING)) for kind in digest.coverage.kinds]
        read = "; ".join(f"{kind} {reading.words}" for kind, reading in cells if reading.feeds)
        empty = ", ".join(kind for kind, reading in cells if not reading.feeds)
        yield f"{LANGUAGES.get(language, language)}: {read or 'no feed'}" + (f"; no {empty}" if read and empty else "")
