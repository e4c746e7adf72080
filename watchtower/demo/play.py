"""Plays the weeks of the sample feeds: the simulated clock goes on, feeds are pulled, mornings bring digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from watchtower.pipeline import Delivery, Ending
from watchtower.types import Digest, PullReport

#: zone and hour of the simulated reader
ZONE, HOUR = "Asia/Seoul", "06:30"
#: 22:30 on the first day in the reader's zone, too late for that day's digest; the last visit is at the reader's hour
#: on the morning after ``LAST_DAY``
BEGIN = datetime(2024, 10, 20, 13, 30, tzinfo=UTC)
END = datetime(2024, 11, 5, 21, 30, tzinfo=UTC)
LAST_DAY = date(2024, 11, 5)
#: divides the time between two digests, so that one visit is at the reader's hour
EVERY = timedelta(hours=8)


class Tower(Protocol):
    """What the demo asks of a watchtower."""

    def pull(self) -> PullReport:
        """Run one cycle over the feeds that are due."""

    def daily_digests(self) -> Sequence[Digest]:
        """Make today's digests whose hour has come."""

    def deliver(self) -> Sequence[Delivery]:
        """Hand over what is due."""


class Server(Protocol):
    """What the demo sets on its server."""

    as_of: datetime


class SimulatedClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One simulated moment: the pull, the digest if it was the reader's hour, and what was delivered."""

    at: datetime
    report: PullReport
    digest: Digest | None
    delivered: tuple[str, ...]


def moments(begin: datetime, end: datetime, every: timedelta) -> list[datetime]:
    """Give the moments from ``begin`` to ``end``, both included, at even distances."""
    return [begin + number * every for number in range((end - begin) // every + 1)]


def play(
    tower: Tower,
    server: Server,
    clock: SimulatedClock,
    when: Sequence[datetime],
    on_visit: Callable[[Visited], None] = lambda visited: None,
) -> list[Visited]:
    """Set server and clock to each moment, pull, make the digest that is due and deliver it."""
    out = []
    for moment in when:
        server.as_of = clock.now = moment
        report = tower.pull()
        made = tower.daily_digests()
        delivered = tuple(one.message.recipient for one in tower.deliver() if one.ending is Ending.SENT)
        visited = Visited(at=moment, report=report, digest=made[0] if made else None, delivered=delivered)
        out.append(visited)
        on_visit(visited)
    return out
