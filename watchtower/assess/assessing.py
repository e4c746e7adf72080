"""From stored matches to an assessment: a pure decision, the same for the same data."""

from __future__ import annotations

from collections.abc import Mapping

from watchtower.assess.boards import SCENARIOS, boards
from watchtower.assess.corrections import corrections
from watchtower.assess.coverage import coverage
from watchtower.assess.data import AssessData
from watchtower.assess.definitions import Change, changes
from watchtower.assess.evidence import alike
from watchtower.assess.exposure import Exposure
from watchtower.assess.ledger import ledger
from watchtower.assess.scenarios import scenario_states
from watchtower.assess.sensitivity import base_rates
from watchtower.assess.silence import silences
from watchtower.assess.testimony import testimonies
from watchtower.assess.trend import trends
from watchtower.types import Assessment, Ledger, ScenarioState


def assess(data: AssessData) -> Assessment:
    """Say what a period's counts, silences and evidence come to, beside what is known of the days before."""
    exposure = Exposure(data)
    changed = changes(data.definitions, data.sightings, data.days[0].since if data.days else data.now.since)
    ledgers, states = _weigh(data, changed)
    return Assessment(
        trends=trends(data, exposure, changed),
        silences=silences(data, exposure),
        coverage=coverage(data, exposure),
        ledgers=tuple(one for one in ledgers if one.question != SCENARIOS),
        scenario_ledger=next((one for one in ledgers if one.question == SCENARIOS), None),
        scenarios=states,
        corrections=corrections(data),
        there=frozenset(feed.id for feed, was in zip(exposure.feeds, exposure.there[-1], strict=True) if was),
    )


def _weigh(data: AssessData, changed: Mapping[str, Change]) -> tuple[list[Ledger], tuple[ScenarioState, ...]]:
    every = boards(data.analysis)
    bearing = {name for board in every for name in board.bears} | {board.guessed for board in every}
    told = testimonies(
        (
            one
            for one in data.sightings
            if one.dated >= data.ledger_since
            and one.dated < data.now.until
            and (one.indicator in bearing or (one.answer and one.target in bearing))
        ),
        data,
    )
    grouped, rates = alike(told), base_rates(data)
    ledgers: list[Ledger] = []
    states: tuple[ScenarioState, ...] = ()
    for board in every:
        made, weighed = ledger(board, grouped, data, changed, rates)
        ledgers.append(made)
        if board.id == SCENARIOS:
            states = scenario_states(made, weighed, data)
    return ledgers, states
