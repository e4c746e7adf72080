"""What a digest has to say of the delivery of others: nothing is held back or given up in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watchtower.pipeline.parts import Parts, Reader
from watchtower.text import counted


def notes(tower: Parts, reader: Reader, since: datetime, until: datetime) -> tuple[str, ...]:
    """Name the alerts that were held back in the period of a reader's digest, and to everybody what was given up.

    What has come since the period's end is left to the next digest, so that each is named once.
    """
    return (*_held_back(tower, reader, since, until), *(_given_up(tower, since, until) if not reader.id else ()))


def _held_back(tower: Parts, reader: Reader, since: datetime, until: datetime) -> Iterator[str]:
    told = [one for one in tower.store.alerts_since(tower.analysis.id, since) if one.at < until]
    held = [one.says for one in told if one.held_back and (not reader.id or reader.wants(one))]
    if held:
        limit = counted(tower.plan.alerts_per_hour, "alert")
        yield f"Held back, because {limit} had gone out within the hour: {counted(len(held), 'alert')}."
        yield from held


def _given_up(tower: Parts, since: datetime, until: datetime) -> Iterator[str]:
    for one in tower.store.unsent_messages():
        if one.given_up_at is not None and since <= one.given_up_at < until:
            yield f"Not delivered, by {one.channel} to {one.recipient}: {one.problem}."
