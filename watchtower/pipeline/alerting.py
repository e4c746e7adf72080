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
from watchtower.types import Alert, Message, stable_id

#: the time in which ``alerts_per_hour`` counts
AN_HOUR = timedelta(hours=1)
#: the period that alerts are found in
A_DAY = timedelta(days=1)
#: characters of an alert that stand in a heading
HEADING = 120


def alert(tower: Parts) -> list[Alert]:
    """Record the alerts that are new, with their messages; those over the limit are held back for the next digest.

    Alerts are found against everybody's last digest, so there are none before the first. Empty where nobody asks for
    any, and where another process was quicker.
    """
    readers = [reader for reader in tower.plan.readers if reader.alerts]
    before = tower.store.last_digest(tower.analysis.id) if readers else None
    now = tower.clock()
    if before is None:
        return []
    # A whole day: what came since the last digest may be of minutes, in which nothing could have been read yet.
    since, everybody = now - A_DAY, tower.plan.everybody
    moment = Moment(tower, now)
    made, _ = compose(moment, everybody, since, now, late=(), is_late=False, with_backfill=False)
    found = [one for one in digests.alerts(made, before) if any(reader.wants(one) for reader in readers)]
    known = tower.store.known_alerts(tower.analysis.id, [one.key for one in found])
    told = [one for one in tower.store.alerts_since(tower.analysis.id, now - AN_HOUR) if not one.held_back]
    room = max(0, tower.plan.alerts_per_hour - len(told))
    new = [one for one in found if one.key not in known]
    decided = [replace(one, held_back=number >= room) for number, one in enumerate(new)]
    messages = [message for reader in readers for message in _messages(decided, reader, now)]
    return decided if decided and tower.store.save_alerts(decided, messages) else []


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
