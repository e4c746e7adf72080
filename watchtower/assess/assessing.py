"""From stored matches to an assessment: a pure decision, the same for the same data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watchtower.assess.boards import SCENARIOS, boards
from watchtower.assess.coverage import coverage
from watchtower.assess.data import AssessData, parted
from watchtower.assess.definitions import Change, changes
from watchtower.assess.evidence import answers
from watchtower.assess.exposure import Exposure
from watchtower.assess.ledger import ledger
from watchtower.assess.scenarios import scenario_states
from watchtower.assess.sensitivity import base_rates
from watchtower.assess.silence import silences
from watchtower.assess.testimony import testimonies
from watchtower.assess.trend import trends
from watchtower.types import Assessment


def assess(data: AssessData) -> Assessment:
    """Say what a period's counts, silences and evidence come to, beside what is known of the days before.

    Headlines are put in by ``headed``; what has changed since a reader was last told is added by ``since_told``.
    """
    exposure = Exposure(data)
    changed = changes(data.definitions, data.sightings, data.days[0].since if data.days else data.now.since)
    return replace(
        _weighed(data, changed),
        trends=trends(data, exposure, changed),
        silences=silences(data, exposure),
        coverage=coverage(data, exposure),
        there=frozenset(feed.id for feed, was in zip(exposure.feeds, exposure.there[-1], strict=True) if was),
    )


def _weighed(data: AssessData, changed: Mapping[str, Change]) -> Assessment:
    """The part of an assessment that weighs evidence."""
    every = boards(data.analysis)
    bearing = {name for board in every for name in board.bears} | {board.guessed for board in every}
    [inside] = parted(data.sightings, [replace(data.now, since=data.ledger_since)])
    bears = [one for one in inside if one.indicator in bearing or (one.answer and one.target in bearing)]
    told, rates = testimonies(bears, data), base_rates(data)
    made = {board.id: ledger(board, told, data, changed, rates) for board in every}
    weighed, scenarios = [*made.values()], made.pop(SCENARIOS, None)
    return Assessment(
        ledgers=tuple(one for one, _ in made.values()),
        answers={board.id: answers(board, told) for board in every if board.guessed},
        counted={ledger.question: frozenset(one.story for one in scales.stories()) for ledger, scales in weighed},
        scenario_ledger=scenarios[0] if scenarios else None,
        scenarios=scenario_states(*scenarios, data) if scenarios else (),
    )
