"""From stored matches to a digest and the messages that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchtower import digest as digests
from watchtower import stories
from watchtower.digest import period
from watchtower.pipeline.assessing import assess
from watchtower.pipeline.parts import Parts
from watchtower.types import Digest, Message, StoredItem, stable_id


def compose(
    tower: Parts,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    late: Sequence[StoredItem],
    is_late: bool,
    with_backfill: bool,
) -> tuple[Digest, list[str]]:
    """Make the digest of a period from what is stored, and name the items it tells of.

    An item of an archive is told of only ``with_backfill``, and where the period was over when it was taken in: it is
    history then, else it would be news that nobody has just heard.
    """
    store, plan = tower.store, tower.plan
    news = [
        stored
        for stored in store.matched_items(since, until, now)
        if not stored.item.backfill or (with_backfill and until <= stored.item.first_seen)
    ]
    matched = [*news, *late]
    told_stories = sorted({stored.story for stored in matched if stored.story})
    items = tuple(store.items_of_stories(told_stories))
    classifier = tower.classifier()
    data = digests.DayData(
        analysis=tower.analysis,
        feeds=tower.feeds,
        since=since,
        until=until,
        zone=plan.zone,
        cut_off=now,
        items=items,
        lineages=stories.lineages(items, tower.feeds),
        in_period=frozenset(stored.item.id for stored in matched),
        late=frozenset(stored.item.id for stored in late),
        before=tuple(store.matched_items(since - timedelta(days=plan.days_before), since, now)),
        days_before=plan.days_before,
        states=store.feed_states(),
        item_counts=store.item_counts(since, until),
        model=classifier.model,
        configuration=classifier.configuration,
        stories_per_section=plan.stories_per_section,
        version=tower.version,
        made_late=is_late,
        assessment=assess(tower, since, until, now=now),
    )
    return digests.compose(data), [stored.item.id for stored in matched]


def messages_of(made: Digest, name: str, formats: Sequence[str]) -> list[Message]:
    """Render a digest into one message a format; ``name`` is the files' name without its ending."""
    messages = []
    for format in formats:
        content_type, body = digests.render(made, format)
        recipient = f"{name}.{format}"
        messages.append(
            Message(
                id=stable_id(made.id, "file", recipient),
                digest_id=made.id,
                channel="file",
                recipient=recipient,
                content_type=content_type,
                body=body,
            )
        )
    return messages


def requested(made: Digest) -> str:
    """Name the file of a digest made on request; a folder of its own keeps it from replacing a daily one."""
    day = period.local_date(made.since, made.zone)
    if (made.since, made.until) == period.day_period(day, made.zone):
        return f"requested/{day.isoformat()}"
    return f"requested/{made.since:%Y-%m-%dT%H%M%SZ}--{made.until:%Y-%m-%dT%H%M%SZ}"
