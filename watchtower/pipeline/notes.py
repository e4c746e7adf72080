"""What a digest has to say of the delivery of others: nothing is held back or given up in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watchtower.pipeline.parts import Parts, Reader
from watchtower.text import counted


def notes(tower: Parts, reader: Reader, since: datetime) -> tuple[str, ...]:
    """Name the alerts that were held back since a reader's last digest, and to everybody what was given up."""
    return (*_held_back(tower, reader, since), *(_given_up(tower, since) if not reader.id else ()))


def _held_back(tower: Parts, reader: Reader, since: datetime) -> Iterator[str]:
    told = tower.store.alerts_since(tower.analysis.id, since)
    held = [one.says for one in told if one.held_back and (not reader.id or reader.wants(one))]
    if held:
        limit = counted(tower.plan.alerts_per_hour, "alert")
        yield f"Held back, because {limit} had gone out within the hour: {counted(len(held), 'alert')}."
        yield from held


def _given_up(tower: Parts, since: datetime) -> Iterator[str]:
    for one in tower.store.unsent_messages():
        if one.given_up_at is not None and one.given_up_at >= since:
            yield f"Not delivered, by {one.channel} to {one.recipient}: {one.problem}."
