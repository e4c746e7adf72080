"""What a digest has to say of itself and of others: when watching began, what was held back, what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from watchtower.digest.calendar import local_time
from watchtower.digest.period import LONGEST
from watchtower.pipeline.parts import Parts, Reader
from watchtower.text import counted


def notes(tower: Parts, reader: Reader, since: datetime, until: datetime) -> tuple[str, ...]:
    """Say in a first digest when watching began, and name the alerts that were held back in the period.

    Everybody's digest also names what was given up. What has come since the period's end is left to the next digest,
    so that each is named once.
    """
    begun = _begun(tower, reader, since, until)
    return (
        *begun,
        *_held_back(tower, reader, since, until),
        *(_given_up(tower, since, until) if not reader.id else ()),
    )


def _begun(tower: Parts, reader: Reader, since: datetime, until: datetime) -> Iterator[str]:
    """Of a first digest whose period began before any feed had answered."""
    if tower.store.last_digest(tower.analysis.id, reader.id) is not None:
        return
    answers = tower.store.feed_days((since - LONGEST).date())
    first = min((one.first for one in answers), default=since)
    if first > since:
        at = local_time(reader.zone, since, until).moment(first)
        yield f"Watching began on {at}: of what came before, this digest has only what the feeds still held."


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
