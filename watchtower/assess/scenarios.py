"""Where each scenario stands: its place among the others, and which of its indicators show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from watchtower.assess.boards import signs
from watchtower.assess.data import AssessData
from watchtower.assess.evidence import Scales
from watchtower.types import IndicatorState, Ledger, ScenarioState


def scenario_states(ledger: Ledger, scales: Scales, data: AssessData) -> tuple[ScenarioState, ...]:
    """Lay out the scenarios as they are ranked."""
    says = {one.id: one.says for target in data.analysis.targets for one in target.indicators}
    scenarios = {scenario.id: scenario for scenario in data.analysis.scenarios}
    states = []
    for standing in ledger.standings:
        scenario = scenarios[standing.answer]
        shown = tuple(_indicator(name, says[name], scales, expected=expected) for name, expected in signs(scenario))
        states.append(
            ScenarioState(
                scenario=scenario.id,
                title=scenario.title,
                says=scenario.says,
                standing=standing,
                indicators=shown,
                words=_words(shown),
            )
        )
    return tuple(states)


def _indicator(name: str, says: str, scales: Scales, *, expected: bool) -> IndicatorState:
    told = scales.told
    naming = np.array([name in one.indicators for one in told.named], dtype=bool)
    own = np.flatnonzero(naming[told.naming[scales.at]])
    return IndicatorState(
        indicator=name,
        says=says,
        expected=expected,
        stories=len(own),
        weight=sum(scales.weight[own].tolist()),
        last_seen=told.stories[scales.at[own].max()].dated if len(own) else None,
    )


def _words(indicators: Sequence[IndicatorState]) -> str:
    """As in ``3 of 8 expected indicators seen, 1 of 3 that it rules out``."""
    expected = [one for one in indicators if one.expected]
    excluded = [one for one in indicators if not one.expected]
    told = f"{sum(one.stories > 0 for one in expected)} of {len(expected)} expected indicators seen"
    if not excluded:
        return f"{told}; nothing would rule it out"
    return f"{told}, {sum(one.stories > 0 for one in excluded)} of {len(excluded)} that it rules out"
