"""Reads the dates that feeds write, and never guesses one.

feedparser's own readers fill in what is missing from today's date, roll 31 February over to March and read the
number 77 as a year; so its value is used only for the Korean, Greek and Hungarian formats that it knows.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from time import struct_time

#: First three letters of the months in English, Russian, German, French and Spanish, where they are not alike.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan янв ene", "feb фев fév", "mar мар mär", "apr апр avr abr", "may май мая mai", "jun июн",
            "jul июл", "aug авг aoû ago", "sep сен", "oct окт okt", "nov ноя", "dec дек dez déc dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
#: Hours east of UTC. RFC 822 section 5 (also for CST: there US Central, not China) and the zones of our feeds;
#: a name that is not here counts as UTC, like a date without a zone.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "msd": 4, "gst": 4, "pkt": 5, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "pht": 8,
    "kst": 9, "jst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "adt": -3, "ast": -4, "edt": -4, "est": -5,
    "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akst": -9, "hst": -10,
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\b\.?)?"
_ZONE = r"\s*(?P<zone>[+-]\d{2}(?::?\d{2})?|(?:UTC?|GMT)[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})?\s*(?:\([^()]*\))?"
_SHAPES = tuple(
    re.compile(shape + r"\s*$", re.I)
    for shape in (
        # ISO 8601, RFC 3339, W3CDTF to the day or finer; also with a space, slashes or dots
        rf"\s*(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?:(?:\s*T|\s+){_CLOCK}{_ZONE})?Z?",
        r"\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>Z|[+-]\d{4})?)?",
        # RFC 822 and RFC 2822, the name of the day in any language
        rf"\s*(?:[^\W\d]+\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>[^\W\d]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})(?:,?\s+{_CLOCK}{_ZONE})?",
        # Nov 4, 2024 10:15 GMT
        rf"\s*(?:[^\W\d]+\.?,?\s+)?(?P<name>[^\W\d]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})(?:,?\s+{_CLOCK}{_ZONE})?",
        # asctime
        rf"\s*[^\W\d]+\s+(?P<name>[^\W\d]{{3,9}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+(?:(?P<zone>[A-Za-z]{{1,5}})\s+)?(?P<year>\d{{4}})",
        # 2024年11月4日 10:15, 2024년 11월 4일
        rf"\s*(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일](?:\s*(?:\(.\))?\s*{_CLOCK}{_ZONE})?",
    )
)


#: what nine feeds in ten write; both become ISO 8601 for Python's own reader, which is quicker than ours
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
_OFFSET = r"[+-](?:0\d|1[0-3]):?[0-5]\d"
_RFC_822 = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d\d) ([A-Z][a-z]{{2}}) ((?:19|20)\d\d) ({_TIME}) (?:GMT|UTC|({_OFFSET}))",
    re.ASCII,
)
_RFC_3339 = re.compile(rf"(?:19|20)\d\d-\d\d-\d\dT{_TIME}(?:Z|{_OFFSET})", re.ASCII)


def read_date(text: str, parsed: struct_time | None = None) -> datetime | None:
    """Read a date as aware UTC, or return None where it does not say at least year, month and day, all possible.

    A date without a zone, or with an unknown one, is taken as UTC. ``parsed`` is feedparser's reading in UTC,
    used for formats with non-ASCII words only.

    >>> read_date("Mon, 04 Nov 2024 10:15:00 +0900").isoformat()
    '2024-11-04T01:15:00+00:00'
    >>> read_date("31/02/2024"), read_date("2024-02-31"), read_date("77"), read_date("1730704500")
    (None, None, None, None)
    """
    text = text.strip()
    if (moment := _usual(text)) is not None:
        return moment
    for shape in _SHAPES:
        found = shape.match(text[:100])
        if found and (moment := _moment(found.groupdict())) is not None:
            return moment
    if parsed is not None and not text.isascii() and 1 <= parsed.tm_year <= 9999:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=calendar.timegm(parsed))
    return None


def _usual(text: str) -> datetime | None:
    """Read the two usual ways of writing a date; None for every other, and for days that do not exist."""
    if found := _RFC_822.fullmatch(text):
        day, name, year, clock, zone = found.groups()
        text = f"{year}-{_MONTHS.get(name.lower(), 0):02}-{day}T{clock}{zone or 'Z'}"
    elif not _RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _moment(found: dict[str, str | None]) -> datetime | None:
    month = int(found.get("month") or 0) or _MONTHS.get((found.get("name") or "")[:3].lower(), 0)
    year = int(found["year"] or 0)
    if len(found["year"] or "") == 2:
        year += 1900 if year >= 90 else 2000  # as RFC 2822 section 4.3, but with the window that feedparser uses
    hour, minute, second = (int(found.get(part) or 0) for part in ("hour", "minute", "second"))
    if half := (found.get("half") or "").lower():
        hour = hour % 12 + (12 if half == "p" else 0)
    midnight = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    offset = _offset(found.get("zone") or "")
    if offset is None:
        return None
    try:
        local = datetime(
            year, month, int(found["day"] or 0), 0 if midnight else hour, minute, min(second, 59), tzinfo=UTC
        )
        return local + midnight - offset
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta | None:
    zone = zone.lower()
    if zone in _ZONES:
        return timedelta(hours=_ZONES[zone])
    found = re.search(r"([+-])(\d{1,2}?):?(\d{2})?$", zone)
    if not found:
        return timedelta(0)
    hours, minutes = int(found[2]), int(found[3] or 0)
    # no place on earth is further than 14 hours from UTC
    if hours > 14 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (1 if found[1] == "+" else -1)
