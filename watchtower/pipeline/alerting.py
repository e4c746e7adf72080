"""From what has come in a day to alerts: each at most once, and never in a storm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watchtower import digest as digests
from watchtower.pipeline.moments import Moment
from watchtower.pipeline.parts import Parts, Reader, Route
from watchtower.pipeline.telling import compose
from watchtower.text import counted, cut
from watchtower.types import Alert, Copy, Digest, Message, Sighting, stable_id

#: the time in which ``alerts_per_hour`` counts
AN_HOUR = timedelta(hours=1)
#: the period that alerts are found in
A_DAY = timedelta(days=1)
#: characters of an alert that stand in a heading
HEADING = 120


class Lookout:
    """What the last look for alerts saw, as far as this process knows."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._seen: frozenset[Sighting | Copy] = frozenset()

    def has_news(self, now: datetime, seen: frozenset[Sighting | Copy]) -> bool:
        """Tell whether anything has come since, or so much time has gone by that coverage may be lost."""
        return self._at is None or now - self._at >= AN_HOUR or not seen <= self._seen

    def looked(self, now: datetime, seen: frozenset[Sighting | Copy]) -> None:
        """Note what is found and decided on."""
        self._at, self._seen = now, seen


def alert(tower: Parts, lookout: Lookout) -> list[Alert]:
    """Record the alerts that are new, with their messages; those over the limit are held back for the next digest.

    Alerts are found against everybody's last digest, so there are none before the first. Empty where nobody asks for
    any, and where another process was quicker. Where no match and no copy of what matched has come since the last look,
    that is looked for once an hour, for it takes a whole assessment.
    """
    readers = [reader for reader in tower.plan.readers if reader.alerts]
    if not readers:
        return []
    now = tower.clock()
    seen = _seen(tower, now)
    before = tower.store.last_digest(tower.analysis.id) if lookout.has_news(now, seen) else None
    if before is None:
        return []
    decided = _decided(tower, readers, before, now)
    messages = [message for reader in readers for message in _messages(decided, reader, now)]
    if decided and not tower.store.save_alerts(decided, messages):
        return []
    lookout.looked(now, seen)
    return decided


def _seen(tower: Parts, now: datetime) -> frozenset[Sighting | Copy]:
    """The day's matches, and the copies of their stories."""
    matched = tower.store.sightings(now - A_DAY, now, now)
    return frozenset((*matched, *tower.store.story_copies(sorted({one.story for one in matched}))))


def _decided(tower: Parts, readers: Sequence[Reader], before: Digest, now: datetime) -> list[Alert]:
    """Find what is new since a digest that some reader asked for, and hold back what is over the limit."""
    # A whole day: what came since the last digest may be of minutes, in which nothing could have been read yet.
    moment, everybody = Moment(tower, now), tower.plan.everybody
    made, _ = compose(moment, everybody, now - A_DAY, now, late=(), is_late=False, with_backfill=False)
    found = [one for one in digests.alerts(made, before) if any(reader.wants(one) for reader in readers)]
    known = tower.store.known_alerts(tower.analysis.id, [one.key for one in found])
    told = [one for one in tower.store.alerts_since(tower.analysis.id, now - AN_HOUR) if not one.held_back]
    room = max(0, tower.plan.alerts_per_hour - len(told))
    new = [one for one in found if one.key not in known]
    return [replace(one, held_back=number >= room) for number, one in enumerate(new)]


def _messages(decided: Sequence[Alert], reader: Reader, now: datetime) -> list[Message]:
    """One message for each of a reader's ways but files, with all that is new to them."""
    told = [one for one in decided if not one.held_back and reader.wants(one)]
    return [_message(told, route, now) for route in reader.routes if told and route.channel != "file"]


def _message(told: Sequence[Alert], route: Route, now: datetime) -> Message:
    kind, body = digests.alert_text(told, as_json=route.channel == "webhook")
    heading = told[0].says if len(told) == 1 else f"{counted(len(told), 'alert')}: {told[0].says}"
    return Message(
        id=stable_id("alert", route.channel, route.recipient, *(one.key for one in told)),
        digest_id=None,
        channel=route.channel,
        recipient=route.recipient,
        content_type=kind,
        body=body,
        subject=cut(heading, HEADING),
        made=now,
    )
