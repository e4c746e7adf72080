"""The headlines of what an assessment shows: of tens of thousands of matches a hundred or two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from watchtower.types import Assessment, Headline, Ledger


def shown(assessment: Assessment) -> frozenset[str]:
    """List the items that an assessment shows by their headlines."""
    lines = (line.item for ledger in _ledgers(assessment) for line in ledger.lines)
    return frozenset((*lines, *(one.last_item for one in assessment.silences if one.last_item)))


def headed(assessment: Assessment, headlines: Mapping[str, Headline]) -> Assessment:
    """Put the headlines in; an item that is gone meanwhile has none."""

    def with_headlines(ledger: Ledger) -> Ledger:
        known = ((line, headlines.get(line.item)) for line in ledger.lines)
        lines = (replace(line, title=head.title, url=head.url) if head else line for line, head in known)
        return replace(ledger, lines=tuple(lines))

    last = ((one, headlines.get(one.last_item or "")) for one in assessment.silences)
    scenarios = assessment.scenario_ledger
    return replace(
        assessment,
        ledgers=tuple(map(with_headlines, assessment.ledgers)),
        scenario_ledger=with_headlines(scenarios) if scenarios else None,
        silences=tuple(replace(one, last_title=head.title) if head else one for one, head in last),
    )


def _ledgers(assessment: Assessment) -> tuple[Ledger, ...]:
    return (*assessment.ledgers, *((assessment.scenario_ledger,) if assessment.scenario_ledger else ()))
