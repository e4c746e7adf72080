"""What has changed since a reader was last told: the one part of an assessment that is each reader's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from watchtower.assess.corrections import corrections
from watchtower.assess.movement import movement
from watchtower.types import Analysis, Assessment, Digest, Feed, Ledger, Retold, Standing


def since_told(
    assessment: Assessment, previous: Digest | None, retold: Sequence[Retold], analysis: Analysis, feeds: Sequence[Feed]
) -> Assessment:
    """Hold an assessment against the digest that a reader was told last, and say what was corrected since."""
    before = {one.question: one for one in _recorded(previous)}

    def moved(ledger: Ledger) -> Ledger:
        return _moved(ledger, before[ledger.question], assessment) if ledger.question in before else ledger

    scenario_ledger = moved(assessment.scenario_ledger) if assessment.scenario_ledger else None
    standings = {one.answer: one for one in scenario_ledger.standings} if scenario_ledger else {}
    return replace(
        assessment,
        ledgers=tuple(map(moved, assessment.ledgers)),
        scenario_ledger=scenario_ledger,
        scenarios=tuple(replace(one, standing=standings[one.scenario]) for one in assessment.scenarios),
        corrections=corrections(retold, analysis, feeds),
    )


def _recorded(previous: Digest | None) -> Iterator[Ledger]:
    if previous is not None:
        yield from previous.ledger
        if previous.scenario_ledger is not None:
            yield previous.scenario_ledger


def _moved(now: Ledger, before: Ledger, assessment: Assessment) -> Ledger:
    then = {one.answer: one for one in before.standings}
    return replace(
        now,
        standings=tuple(_beside(one, then.get(one.answer)) for one in now.standings),
        movement=movement(now, before, assessment.counted[now.question]),
    )


def _beside(now: Standing, then: Standing | None) -> Standing:
    if then is None:
        return now
    return replace(now, against_before=then.against, support_before=then.support, rank_before=then.rank)
