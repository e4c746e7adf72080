"""Times as the reader's clock and calendar show them, in English whatever the machine's locale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from watchtower.digest.period import zone_of
from watchtower.text import MONTHS

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Writes instants for one zone and one period."""

    zone: ZoneInfo
    since: datetime
    until: datetime

    def day(self) -> str:
        """The date that the period ends on, as in ``Wednesday, 3 September 2025``; midnight ends the day before."""
        local = (self.until - timedelta(microseconds=1)).astimezone(self.zone)
        return f"{_DAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year}"

    def moment(self, moment: datetime) -> str:
        """As in ``3 September, 06:30``; with the year where it is not that of the period's end."""
        return self._written(moment, MONTHS[moment.astimezone(self.zone).month - 1])

    def brief(self, moment: datetime) -> str:
        """As in ``3 Sep, 06:30``; with the year where it is not that of the period's end."""
        return self._written(moment, MONTHS[moment.astimezone(self.zone).month - 1][:3])

    def period(self) -> str:
        """As in ``2 September, 06:30 to 3 September, 06:30 (Europe/Berlin)``."""
        return f"{self.moment(self.since)} to {self.moment(self.until)} ({self.zone.key})"

    def _written(self, moment: datetime, month: str) -> str:
        local = moment.astimezone(self.zone)
        year = "" if local.year == self.until.astimezone(self.zone).year else f" {local.year}"
        return f"{local.day} {month}{year}, {local:%H:%M}"


def written(moment: datetime) -> str:
    """Write a moment for programs, as in ``2025-09-03T06:30:00Z``: RFC 3339, in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local_time(zone: str, since: datetime, until: datetime) -> LocalTime:
    """Make the writer of a digest's times; raises ``ValueError`` for an unknown zone."""
    return LocalTime(zone_of(zone), since, until)
