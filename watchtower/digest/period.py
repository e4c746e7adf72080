"""When a digest is due and what it covers: pure arithmetic on the reader's local calendar.

Clocks are put forward and back, so a local day may have 23 or 25 hours and a local time may come twice or not at all.
A time that comes twice means its first coming; one that is left out means the instant the clock jumps to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: a digest made later than this after its hour says so
LATE_AFTER = timedelta(minutes=10)
#: what the first digest of an analysis covers
FIRST_COVERS = timedelta(hours=24)
#: the longest gap that one digest makes up for
LONGEST = timedelta(days=7)

_AGO = re.compile(r"(\d{1,4})\s*([hdw])(?: ago)?")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDigest:
    """A digest that should be made now; aware UTC, ``since <= its items' dated < until``."""

    local_date: date
    since: datetime
    until: datetime
    #: its hour is more than ``LATE_AFTER`` ago
    late: bool


def due_digest(
    *,
    at: time,
    zone: str,
    now: datetime,
    last_until: datetime | None,
    grace: timedelta,
    last_local_date: date | None = None,
) -> DueDigest | None:
    """Say which digest is due, or None; the same however often it is asked until that digest is recorded.

    ``at`` is the reader's local hour in ``zone``; ``last_until`` is of the digest recorded last, and so is
    ``last_local_date``, which keeps a date from being told twice after the hour or the zone was changed. One digest
    is due a local date, from its hour until ``grace`` later; one missed for longer is skipped, and the next covers
    the gap: it begins where the last one ended, at most ``LONGEST`` back. Raises ``ValueError`` for an unknown zone.
    """
    place = zone_of(zone)
    day = now.astimezone(place).date()
    until = instant(day, at, place)
    if until > now:
        day -= timedelta(days=1)
        until = instant(day, at, place)
    if last_local_date is not None and day <= last_local_date:
        return None
    if now - until > grace or (last_until is not None and last_until >= until):
        return None
    since = until - FIRST_COVERS if last_until is None else max(last_until, until - LONGEST)
    return DueDigest(local_date=day, since=since, until=until, late=now - until > LATE_AFTER)


def day_period(day: date, zone: str) -> tuple[datetime, datetime]:
    """Give the beginning and end of a local calendar day in UTC: 23, 24 or 25 hours, end excluded.

    Raises ``ValueError`` for an unknown zone and for a day that the zone left out.
    """
    place = zone_of(zone)
    since, until = instant(day, time(0), place), instant(day + timedelta(days=1), time(0), place)
    if since >= until:
        raise ValueError(f"there was no {day.isoformat()} in {zone}: the calendar skipped it; name another day")
    return since, until


def days_before(moment: datetime, zone: ZoneInfo, count: int) -> list[tuple[date, datetime, datetime]]:
    """Give the days before an instant, oldest first, each with its beginning and end in UTC, end excluded.

    A day runs from the local hour of that instant to the same hour of the next day, and is called by the date it begins
    on.
    """
    local = moment.astimezone(zone)
    dates = [local.date() - timedelta(days=back) for back in range(count, 0, -1)]
    edges = [*(instant(day, local.time(), zone) for day in dates), moment]
    return [(day, begin, end) for day, (begin, end) in zip(dates, pairwise(edges), strict=True)]


def local_date(moment: datetime, zone: str) -> date:
    """Give the date that the calendar of ``zone`` shows at an instant."""
    return moment.astimezone(zone_of(zone)).date()


def parse_day(text: str, zone: str, now: datetime) -> date:
    """Read a local day: a date, ``today`` or ``yesterday``. Raises ``ValueError`` that says what is understood."""
    words = text.strip().lower()
    if words in ("today", "yesterday"):
        return local_date(now, zone) - timedelta(days=words == "yesterday")
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise ValueError(f"{text!r} is no day; write 2025-09-03, today or yesterday") from error


def parse_moment(text: str, zone: str, now: datetime) -> datetime:
    """Read a moment as people write it, in UTC.

    A date is its first instant in ``zone``; a time without an offset is local there; ``now``, ``today``,
    ``yesterday`` and ``12h``, ``3d`` or ``2w`` (ago) count from ``now``. Raises ``ValueError`` that says what
    is understood.
    """
    place, words = zone_of(zone), text.strip().lower()
    today = now.astimezone(place).date()
    if words == "now":
        return now.astimezone(UTC)
    if words in ("today", "yesterday"):
        return instant(today - timedelta(days=words == "yesterday"), time(0), place)
    if ago := _AGO.fullmatch(words):
        return now.astimezone(UTC) - int(ago[1]) * _UNITS[ago[2]]
    try:
        if len(words) <= len("2025-09-03"):
            return instant(date.fromisoformat(words), time(0), place)
        moment = datetime.fromisoformat(words.replace("z", "+00:00"))
        return moment.astimezone(UTC) if moment.tzinfo else instant(moment.date(), moment.time(), place)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f"{text!r} is no date or time; write 2025-09-03, '2025-09-03 06:30', 2025-09-03T06:30+09:00, "
            "today, yesterday, now, or a time ago such as 12h, 3d or 2w"
        ) from error


def zone_of(name: str) -> ZoneInfo:
    """Look up an IANA zone; ``ValueError`` where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}; use an IANA name such as Europe/Berlin or UTC") from error


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Give the instant in UTC at which the clocks of ``zone`` show ``at`` on ``day``.

    The first of two such instants; where the clocks jump over it, the instant of the jump.
    """
    local = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=zone)
    shown = local.astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None):
        return shown
    return _jump(local.replace(fold=1).astimezone(UTC), shown, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant, to the second, at which the offset changes between two instants."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)
