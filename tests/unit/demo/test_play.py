"""The simulated weeks: every moment is visited once, in order, and with the clock set to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.factories import digest, message
from watchtower.demo.play import BEGIN, END, EVERY, LAST_DAY, ZONE, SimulatedClock, moments, play
from watchtower.demo.samples import CORRECTED_AFTER
from watchtower.pipeline import Delivery, Ending
from watchtower.types import PullReport

AT = datetime(2024, 10, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(kw_only=True)
class Server:
    as_of: datetime = AT


@dataclass(kw_only=True)
class ClockedTower:
    """Pulls as many items as the clock's hour, has a digest at 13 o'clock and one message a digest."""

    clock: SimulatedClock
    server: Server
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def pull(self):
        self.asked.append((self.clock(), self.server.as_of))
        counts = dict.fromkeys(("due", "fetched", "unchanged", "failed", "revised", "known"), 0)
        return PullReport(**counts, new=self.clock().hour, stories_new=0, stories_grown=0, matches=0, seconds=0.0)

    def daily_digests(self):
        return [digest()] if self.clock().hour == 13 else []

    def deliver(self):
        kept = Delivery(message=message(recipient="kept.html"), ending=Ending.FAILED, problem="disk is full")
        return [Delivery(message=message(recipient="sent.html"), ending=Ending.SENT), kept]


def played(hours: int):
    clock, server = SimulatedClock(AT), Server()
    tower = ClockedTower(clock=clock, server=server)
    return tower, play(tower, server, clock, moments(AT, AT + hours * HOUR, HOUR))


def test_clock_and_server_are_set_to_each_moment_before_the_pull():
    tower, _ = played(2)
    assert tower.asked == [(AT + number * HOUR, AT + number * HOUR) for number in range(3)]


def test_each_visit_keeps_its_report_digest_and_what_was_delivered():
    _, visits = played(2)
    assert [visit.report.new for visit in visits] == [12, 13, 14]
    assert [visit.digest is not None for visit in visits] == [False, True, False]
    assert {visit.delivered for visit in visits} == {("sent.html",)}


def test_a_visit_comes_at_the_readers_hour_of_every_morning():
    mornings = [at.astimezone(ZoneInfo(ZONE)) for at in moments(BEGIN, END, EVERY)]
    hours = [at.date() for at in mornings if (at.hour, at.minute) == (6, 30)]
    assert len(hours) == 17
    assert hours[-1] == mornings[-1].date() == LAST_DAY + timedelta(days=1)


def test_a_visit_sees_every_text_before_it_is_corrected():
    assert CORRECTED_AFTER > EVERY
