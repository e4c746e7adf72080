"""What is weighed against each other: answers or scenarios, and which indicator bears on which of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from watchtower.types import Analysis, Indicator, Scenario, Target, TargetKind

#: what the ledger of all scenarios is called
SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Competing answers, and what each indicator says of them: 1 consistent, -1 inconsistent."""

    id: str
    title: str
    #: answer to its words, in the order of the file
    answers: Mapping[str, str]
    #: indicator to answer to consistency; answers not named are 0
    bears: Mapping[str, Mapping[str, float]]
    #: indicator to its words
    says: Mapping[str, str]
    #: the targets whose matches can bear on it
    targets: frozenset[str]
    #: the critical question whose answer the model guesses; None for scenarios
    guessed: str | None = None


def boards(analysis: Analysis) -> tuple[Board, ...]:
    """Lay out the critical questions in the order of the file, then the scenarios if there are any."""
    questions = [one for one in analysis.targets if one.kind is TargetKind.CRITICAL_QUESTION]
    made = [_question(target, analysis) for target in questions]
    return (*made, _scenarios(analysis)) if analysis.scenarios else tuple(made)


def _question(target: Target, analysis: Analysis) -> Board:
    bears = {}
    for _, indicator in _indicators(analysis):
        if toward := target.bearing(indicator):
            bears[indicator.id] = toward
    answers = {answer.id: answer.says for answer in target.answers}
    return _board(target.id, target.title, answers, bears, analysis, guessed=target.id)


def _scenarios(analysis: Analysis) -> Board:
    bears: dict[str, dict[str, float]] = {}
    for scenario in analysis.scenarios:
        for indicator, expected in signs(scenario):
            bears.setdefault(indicator, {})[scenario.id] = 1.0 if expected else -1.0
    answers = {scenario.id: scenario.title for scenario in analysis.scenarios}
    return _board(SCENARIOS, "Scenarios", answers, bears, analysis, guessed=None)


def signs(scenario: Scenario) -> Iterator[tuple[str, bool]]:
    """List the indicators of a scenario, each with whether it is expected, or else rules the scenario out."""
    yield from ((indicator, True) for indicator in scenario.expects)
    yield from ((indicator, False) for indicator in scenario.rules_out)


def _board(
    id: str, title: str, answers: Mapping[str, str], bears: Mapping[str, Mapping[str, float]], analysis: Analysis,
    *, guessed: str | None,
) -> Board:  # fmt: skip
    pointing = [(target, one) for target, one in _indicators(analysis) if one.id in bears]
    return Board(
        id=id,
        title=title,
        answers=answers,
        bears=bears,
        says={one.id: one.says for _, one in pointing},
        targets=frozenset({target.id for target, _ in pointing} | ({guessed} if guessed else set())),
        guessed=guessed,
    )


def _indicators(analysis: Analysis) -> Iterator[tuple[Target, Indicator]]:
    return ((target, indicator) for target in analysis.targets for indicator in target.indicators)
