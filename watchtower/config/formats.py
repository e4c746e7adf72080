"""The forms that texts take in the three files: ids, durations, sizes, addresses, zones and so on."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from watchtower import rules
from watchtower.config.shapes import Text
from watchtower.text import clean, did_you_mean, without_credentials

#: seconds of each unit of a duration
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
LONGEST_SHOWN = 60


def shown(text: str) -> str:
    """Write a text for a message: quoted, on one line, cut, and never with credentials.

    >>> shown("https//me:secret@example.org/feed")
    "'***@example.org/feed'"
    """
    text = without_credentials(text)
    if "@" in text and not re.match(r"[a-z][a-z0-9+.-]*://[^@]*(?:\*\*\*@|/)", text):
        text = "***@" + text.rpartition("@")[2]
    return f"'{text[:LONGEST_SHOWN]}…'" if len(text) > LONGEST_SHOWN else f"'{text}'"


def duration(text: str) -> timedelta:
    """Make a time span of ``30m``, ``12h`` or ``1d``.

    >>> duration("90m")
    datetime.timedelta(seconds=5400)
    """
    return timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])


def duration_text(span: timedelta) -> str:
    """Write a time span as the settings do, in the largest unit that leaves no rest.

    >>> duration_text(timedelta(minutes=90)), duration_text(timedelta(days=14)), duration_text(timedelta(seconds=0.5))
    ('90m', '2w', '0.5s')
    """
    seconds = span.total_seconds()
    unit = next((name for name, each in reversed(UNITS.items()) if seconds and seconds % each == 0), "s")
    return f"{seconds / UNITS[unit]:g}{unit}"


def size(text: str) -> int:
    """Make a number of bytes of ``10MiB``.

    >>> size("2KiB")
    2048
    """
    number = text.rstrip("BKMGi")
    return int(number) * _SIZES[text[len(number) :]]


def _one_line(text: str) -> str:
    text = clean(text)
    if not text:
        raise ValueError("there is nothing visible in this text")
    return text


def _month_or_day(text: str) -> str:
    if len(text) > 7:
        _day(text)
    elif not 1 <= int(text[5:]) <= 12:
        raise ValueError(f"there is no such month: {text}")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day: {text}") from None


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones an OSError
        raise ValueError(f"no such time zone: {shown(text)}{_zone_hint(text)}") from None
    return text


def _zone_hint(text: str) -> str:
    zones = available_timezones()
    if any(zone.startswith(f"{text}/") for zone in zones):
        return "; name a place in it"
    return did_you_mean(text, zones)


def _feed_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # both raise ValueError when they cannot be read
    except ValueError:
        host = None
    if not host:
        raise ValueError(f"no host or a bad port in this address: {shown(text)}")
    return text


def _network(text: str) -> str:
    if "/" not in text:
        return text.lower()
    try:
        return str(ipaddress.ip_network(text, strict=True))
    except ValueError:
        pass
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"not a network: {shown(text)}; write one such as 10.0.0.0/8") from None
    raise ValueError(f"{shown(text)} has bits set beyond its prefix; did you mean '{network}'?")


def _rule(text: str) -> str:
    rules.parse(text)
    return clean(text)


def _folder(text: str) -> Path:
    return Path(_one_line(text))


def _meant_size(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]+) *([kmg])i?b?", text.lower().replace("'", ""))
    return f"{found[1]}{found[2].upper()}iB" if found else None


def _meant_duration(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]+) *(s|m|h|d|w)[a-z]*", text.lower())
    return f"{found[1]}{found[2]}" if found else None


def slug(text: str) -> str:
    """Make an id of what a text has of a-z and 0-9; empty where it has nothing.

    >>> slug("Harbour News: all")
    'harbour-news-all'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _meant_slug(text: str) -> str | None:
    return slug(text) or None


def _meant_concept(text: str) -> str | None:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_0123456789") or None


def _meant_time(text: str) -> str | None:
    found = re.fullmatch(r"([0-9]):([0-5][0-9])(?::00)?|([0-9]{2}:[0-9]{2}):00", text)
    return None if not found else found[3] or f"0{found[1]}:{found[2]}"


PLAIN = Text(make=_one_line)
ID = Text(
    wanted="an id of a-z, 0-9 and -, such as yonhap-north-korea", pattern="^[a-z0-9]+(-[a-z0-9]+)*$", meant=_meant_slug
)
CONCEPT_ID = Text(
    wanted="a concept's name of a-z, 0-9 and _, beginning with a letter, such as river_dam",
    pattern="^[a-z][a-z0-9_]*$",
    meant=_meant_concept,
)
ANSWER_REFERENCE = Text(
    wanted="an answer, as answer or question.answer", pattern="^[a-z0-9]+(-[a-z0-9]+)*([.][a-z0-9]+(-[a-z0-9]+)*)?$"
)
INDICATOR_REFERENCE = Text(wanted="the id of an indicator", pattern=ID.pattern)
TARGET_REFERENCE = Text(wanted="the id of a watch point or critical question", pattern=ID.pattern)
DURATION = Text(
    wanted="a duration such as 30m, 12h or 1d",
    pattern="^[1-9][0-9]{0,4}[smhdw]$",
    make=duration,
    meant=_meant_duration,
)
SIZE = Text(
    wanted="a size such as 512KiB or 10MiB", pattern="^[1-9][0-9]{0,8}([KMG]i)?B$", make=size, meant=_meant_size
)
CLOCK = Text(
    wanted="a time such as 06:30",
    pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
    make=time.fromisoformat,
    meant=_meant_time,
)
MONTH_OR_DAY = Text(
    wanted="a month or a day, such as 2024-11 or 2024-11-30",
    pattern="^[1-9][0-9]{3}-[0-1][0-9](-[0-3][0-9])?$",
    make=_month_or_day,
)
DAY = Text(wanted="a day such as 2026-12-31", pattern="^[1-9][0-9]{3}-[0-1][0-9]-[0-3][0-9]$", make=_day)
ZONE = Text(wanted="an IANA time zone such as Europe/Berlin", pattern="^[A-Za-z][A-Za-z0-9_+/-]*$", make=_zone)
LANGUAGE = Text(
    wanted="a language code such as en, ko or zh-Hant",
    pattern="^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
    meant=str.lower,
)
LANGUAGE_OR_ANY = Text(wanted="a language code such as en or ko, or any", pattern=LANGUAGE.pattern, meant=str.lower)
COUNTRY = Text(wanted="a country of two capital letters (ISO 3166), such as KR", pattern="^[A-Z]{2}$", meant=str.upper)
MAIL_ADDRESS = Text(
    wanted="a mail address such as desk@example.org",
    # ASCII alone: others need a server with SMTPUTF8. No character that could begin a header or another address.
    pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*$",
)
FEED_ADDRESS = Text(
    wanted="an http or https address", pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\s][^\s]*$", make=_feed_address
)
PROXY = Text(
    wanted="an address such as http://proxy.example:3128, or nothing",
    pattern=r"^(https?://[^/?#\s]+/?)?$",
    make=lambda text: _feed_address(text) if text else text,
    may_be_empty=True,
)
DATABASE = Text(
    wanted="an address such as sqlite:///watchtower.db or postgresql://host/name",
    pattern=r"^(sqlite|postgresql)([+][a-z0-9_]+)?://[^\s]*$",
)
NETWORK = Text(
    wanted="a host name or a network such as 10.0.0.0/8",
    pattern="^[A-Za-z0-9:.-]+(/[0-9]{1,3})?$",
    make=_network,
)
RULE = Text(wanted="a rule over concepts", make=_rule)
FOLDER = Text(wanted="a folder", make=_folder)
FILE = Text(wanted="the path of a file", make=_one_line)
HOST = Text(wanted="a host name or address", pattern="^[A-Za-z0-9:.-]+$")
MAYBE_EMPTY = Text(pattern="", may_be_empty=True, make=clean)


HOOK = Text(
    wanted="an http or https address, or secret where WATCHTOWER_READER__<ID>__WEBHOOK holds it",
    pattern=r"^(secret|[Hh][Tt][Tt][Pp][Ss]?://[^/?#\s][^\s]*)$",
    make=lambda text: text if text == "secret" else _feed_address(text),
)
MAYBE_MAIL_ADDRESS = Text(
    wanted=f"{MAIL_ADDRESS.wanted}, or nothing", pattern=f"^$|{MAIL_ADDRESS.pattern}", may_be_empty=True
)
MAYBE_HOST = Text(wanted="a host name or address, or nothing", pattern="^[A-Za-z0-9:.-]*$", may_be_empty=True)


def choice(*words: str) -> Text:
    """Make the shape of a text that is one of these words."""
    return Text(wanted="one of " + ", ".join(word or '""' for word in words), choices=words)
