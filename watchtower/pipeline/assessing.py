"""From what is stored to an assessment of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from watchtower import assess as assessments
from watchtower.assess import AssessData, Window
from watchtower.digest import period
from watchtower.pipeline.moments import Moment
from watchtower.pipeline.parts import Parts, Reader
from watchtower.types import Analysis, Assessment, Definition, Digest, Sighting

#: a period shorter than this is compared with the same part of the days before, a longer one with whole days
PART_OF_A_DAY = timedelta(hours=23)
#: half-lives after which evidence is counted no more: it weighs an eighth then
HALF_LIVES = 3
_DAY = timedelta(days=1)


def assess(moment: Moment, reader: Reader, since: datetime, until: datetime) -> Assessment:
    """Assess a period, up to the moment where it is not over, from what is stored and a reader was told last."""
    tower, until = moment.tower, max(min(until, moment.now), since)
    return assessments.since_told(
        moment.once(_assessed, moment, reader.zone, since, until),
        _previous(tower, reader, until),
        tower.store.retold(tower.analysis.id, reader.id),
        tower.analysis,
        tower.feeds,
    )


def _assessed(moment: Moment, zone: str, since: datetime, until: datetime) -> Assessment:
    """The part of an assessment that is the same for all readers in a zone."""
    made = assessments.assess(_data(moment, period.zone_of(zone), since, until))
    return assessments.headed(made, moment.tower.store.headlines(sorted(assessments.shown(made))))


def _data(moment: Moment, zone: ZoneInfo, since: datetime, until: datetime) -> AssessData:
    tower, now = moment.tower, moment.now
    store, method = tower.store, tower.plan.method
    count = max(method.days, _longest(tower.analysis))
    days = tuple(Window(day=day, since=b, until=e) for day, b, e in period.days_before(since, zone, count))
    parts = _parts(days[-method.days :], until - since)
    delivered, whole = store.delivered(_edges(days)), parts == days[-method.days :]
    ledger_since = since - max(method.days * _DAY, HALF_LIVES * method.half_life)
    sightings = assessments.settled(
        [
            one
            for one in store.sightings(min(ledger_since, parts[0].since), until, now)
            if not (one.backfill and one.dated >= since)
        ]
    )
    return AssessData(
        analysis=tower.analysis,
        feeds=tower.feeds,
        method=method,
        zone=zone,
        now=Window(day=since.astimezone(zone).date(), since=since, until=until),
        days=days,
        parts=parts,
        delivered=tuple(delivered),
        delivered_parts=tuple(delivered[-method.days :] if whole else store.delivered(_edges(parts))),
        delivered_now=moment.once(store.delivered, ((since, until),))[0],
        reads=tuple(store.feed_days(days[0].since.date())),
        sightings=tuple(sightings),
        ledger_since=ledger_since,
        lineages=moment.lineages(_of_several_owners(tower, sightings)),
        last=_last(tower, sightings, days[0].since, now),
        definitions=(*store.definitions(tower.analysis.id), *_present(tower, now)),
        resets=tuple(store.resets(tower.analysis.id)),
        judgements=tuple(store.judgements(tower.analysis.id)),
    )


def assess_day(tower: Parts, day: date) -> Assessment:
    """Assess a calendar day of everybody's zone, as far as it has gone."""
    reader = tower.plan.everybody
    return assess(Moment(tower, tower.clock()), reader, *period.day_period(day, reader.zone))


def assess_since_told(tower: Parts) -> Assessment:
    """Assess what has come since everybody's last digest, or in the last day where there is none."""
    now, reader = tower.clock(), tower.plan.everybody
    last = tower.store.last_told(tower.analysis.id, reader.id)
    since = max(last.until, now - period.LONGEST) if last and last.until < now else now - period.FIRST_COVERS
    return assess(Moment(tower, now), reader, since, now)


def note_definitions(tower: Parts, now: datetime) -> None:
    """Record what the targets are defined as from now on, where that is new."""
    if made := _present(tower, now):
        tower.store.save_definitions(made)


def _present(tower: Parts, now: datetime) -> tuple[Definition, ...]:
    return assessments.define(tower.analysis, tower.store.definitions(tower.analysis.id), now)


def _longest(analysis: Analysis) -> int:
    """The longest rhythm that an indicator is expected in, in days."""
    rhythms = [one.expect.every for target in analysis.targets for one in target.indicators if one.expect]
    return max((ceil(every / _DAY) for every in rhythms if every), default=0)


def _parts(days: Sequence[Window], length: timedelta) -> tuple[Window, ...]:
    if length >= PART_OF_A_DAY or not length:  # no time at all: the period is still to come
        return tuple(days)
    return tuple(Window(day=day.day, since=day.since, until=min(day.since + length, day.until)) for day in days)


def _edges(windows: Iterable[Window]) -> list[tuple[datetime, datetime]]:
    return [(window.since, window.until) for window in windows]


def _last(tower: Parts, sightings: Iterable[Sighting], since: datetime, now: datetime) -> Mapping[str, Sighting]:
    """Find the last match of each indicator with an expected rhythm, further back than the others where need be."""
    expected = {one.id for target in tower.analysis.targets for one in target.indicators if one.expect}
    recent = list(sightings)
    last = {one.indicator: one for one in recent if one.indicator and one.indicator in expected}
    missing = sorted(expected - last.keys())
    oldest = recent[0].dated if recent else now
    if missing and since < oldest:
        earlier = tower.store.sightings(since, oldest, now, missing)
        last |= {one.indicator: one for one in earlier if one.indicator}
    return last


def _of_several_owners(tower: Parts, sightings: Iterable[Sighting]) -> list[str]:
    """Name the stories that more than one owner tells: of the others there is nothing to trace."""
    owner = {feed.id: feed.owner for feed in tower.feeds}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for one in sightings:
        owners[one.story].add(owner.get(one.feed, one.feed))
    return [story for story, told in owners.items() if len(told) > 1]


def _previous(tower: Parts, reader: Reader, until: datetime) -> Digest | None:
    """The reader's last recorded digest, unless it ends after the period."""
    last = tower.store.last_digest(tower.analysis.id, reader.id)
    return last if last and last.until < until else None
