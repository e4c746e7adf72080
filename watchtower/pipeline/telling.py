"""From stored matches to a digest and the messages that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watchtower import digest as digests
from watchtower.digest import period
from watchtower.pipeline.assessing import assess
from watchtower.pipeline.messages import messages_of
from watchtower.pipeline.moments import Moment
from watchtower.pipeline.notes import notes
from watchtower.pipeline.parts import Parts, Reader
from watchtower.pipeline.pausing import without_collecting
from watchtower.pipeline.scopes import Scope, of_targets
from watchtower.types import Digest, StoredItem

#: how long after its date an item may arrive and still be told of in a daily digest
LATE_WITHIN = timedelta(days=3)


@without_collecting()
def compose(
    moment: Moment,
    reader: Reader,
    since: datetime,
    until: datetime,
    *,
    late: Sequence[StoredItem],
    is_late: bool,
    with_backfill: bool,
) -> tuple[Digest, list[str]]:
    """Make a reader's digest of a period from what is stored, and name the items it tells of."""
    tower, now, plan = moment.tower, moment.now, moment.tower.plan
    store, classifier = tower.store, tower.classifier()
    scope = Scope(reader, tower.analysis, tower.feeds)
    matched = scope.items([*_matched(moment, since, until, with_backfill), *late])
    told_stories = sorted({stored.story for stored in matched if stored.story})
    earlier = moment.once(store.earlier_matches, since - timedelta(days=plan.days_before), since, now)
    data = digests.DayData(
        analysis=scope.analysis,
        feeds=tower.feeds,
        since=since,
        until=until,
        zone=reader.zone,
        cut_off=now,
        items=moment.items(told_stories),
        lineages=moment.lineages(told_stories),
        in_period=frozenset(stored.item.id for stored in matched),
        late=frozenset(stored.item.id for stored in late),
        before=scope.earlier(earlier),
        days_before=plan.days_before,
        states=moment.once(store.feed_states),
        item_counts=moment.once(store.delivered, ((since, until),))[0],
        model=classifier.model,
        quality=moment.once(store.measurement, classifier.model),
        configuration=classifier.configuration,
        stories_per_section=plan.stories_per_section,
        version=tower.version,
        made_late=is_late,
        assessment=of_targets(assess(moment, reader, since, until), scope.analysis),
        reader=reader.id,
        languages=reader.languages,
        other_targets=len(tower.analysis.targets) - len(scope.analysis.targets),
    )
    return digests.compose(data), [stored.item.id for stored in matched]


def _matched(moment: Moment, since: datetime, until: datetime, with_backfill: bool) -> list[StoredItem]:
    """Read what matched in a period.

    An item of an archive is told of only ``with_backfill``, and where the period was over when it was taken in: it is
    history then, else it would be news that nobody has just heard.
    """
    return [
        stored
        for stored in moment.once(moment.tower.store.matched_items, since, until, moment.now)
        if not stored.item.backfill or (with_backfill and until <= stored.item.first_seen)
    ]


def due_for(tower: Parts, reader: Reader) -> period.DueDigest | None:
    """Say which digest this reader is to have now, if any."""
    last = tower.store.last_told(tower.analysis.id, reader.id)
    return period.due_digest(
        at=reader.at,
        zone=reader.zone,
        now=tower.clock(),
        grace=tower.plan.grace,
        last_until=last.until if last else None,
        last_local_date=last.local_date if last else None,
    )


def record(moment: Moment, reader: Reader, due: period.DueDigest) -> Digest | None:
    """Make a reader's digest and record it with its messages; None where somebody else was first."""
    tower = moment.tower
    told = frozenset[str]().union(*tower.store.told(reader=reader.id).values())
    late = [
        stored
        for stored in moment.once(tower.store.late_items, due.since, due.until, due.since - LATE_WITHIN)
        if stored.item.id not in told
    ]
    made, items = compose(moment, reader, due.since, due.until, late=late, is_late=due.late, with_backfill=False)
    made = replace(made, notes=notes(tower, reader, due.since, due.until))
    # what is corrected is told of anew, in its present revision
    items += [correction.item for correction in made.corrections]
    day = due.local_date.isoformat()
    empty = not made.notes and not any(section.stories for section in made.sections)
    messages = [] if empty and not reader.when_empty else messages_of(made, day, reader)
    return made if tower.store.save_digest(made, items, day, messages) else None
