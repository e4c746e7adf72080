"""``config/settings.yml``: its shape, and the settings it comes to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from watchtower.config.formats import (
    CLOCK,
    DATABASE,
    DURATION,
    FOLDER,
    HOST,
    MAYBE_EMPTY,
    NETWORK,
    PLAIN,
    PROXY,
    SIZE,
    ZONE,
    choice,
)
from watchtower.config.shapes import Either, Field, Flag, ListOf, Number, Record
from watchtower.config.validate import Found, Log
from watchtower.config.values import (
    AssessSettings,
    DatabaseSettings,
    DigestSettings,
    FetchSettings,
    LogSettings,
    MatchSettings,
    ScheduleSettings,
    Settings,
    WebSettings,
)

_TOKEN = "set WATCHTOWER_WEB__TOKEN, or WATCHTOWER_WEB__TOKEN_FILE to a file that holds it"


def _whole(low: int, high: int) -> Number:
    return Number(low=low, high=high, whole=True)


_DATABASE = (
    Field(
        name="url",
        shape=DATABASE,
        says="Where everything is remembered; a relative SQLite path counts from the folder that config/ is in.",
        default="sqlite:///watchtower.db",
    ),
)
_FETCH = (
    Field(
        name="allow_private_networks",
        shape=Flag(),
        says="Allow addresses that are not public: loopback, private, link-local.",
        default="false",
    ),
    Field(
        name="allow",
        shape=ListOf(item=NETWORK, distinct=True),
        says="Host names and networks that are allowed though not public.",
        default="[]",
    ),
    Field(name="concurrency", shape=_whole(1, 2000), says="Requests under way at once, over all hosts.", default="100"),
    Field(name="per_host", shape=_whole(1, 100), says="Requests under way at once to one host.", default="2"),
    Field(
        name="at_least_every",
        shape=DURATION,
        says="How often a feed that seldom brings anything is asked at least.",
        default="6h",
    ),
    Field(
        name="longest_wait",
        shape=DURATION,
        says="Longest wait that a server's or document's wish, or failures in a row, bring about; not Retry-After.",
        default="1d",
    ),
    Field(
        name="timeout_seconds",
        shape=Number(low=0.01, high=600),
        says="Deadline of one feed in seconds, redirects and body included.",
        default="20",
    ),
    Field(
        name="max_bytes",
        shape=Either(shapes=(SIZE, _whole(1, 2**31 - 1))),
        says="Most bytes of one decoded body.",
        default="15MiB",
    ),
    Field(
        name="proxy",
        shape=PROXY,
        says="An HTTP proxy that every request goes through; what addresses are refused stays the same.",
        default='""',
    ),
    Field(
        name="contact",
        shape=MAYBE_EMPTY,
        says="A web or mail address that operators of servers can turn to, sent in the User-Agent.",
        default='""',
    ),
)
_MATCH = (Field(name="batch", shape=_whole(1, 100_000), says="Items scored in one go.", default="2000"),)
_DIGEST = (
    Field(name="at", shape=CLOCK, says="The reader's local time at which the digest is written.", default="06:30"),
    Field(name="zone", shape=ZONE, says="The reader's time zone.", default="UTC"),
    Field(
        name="formats",
        shape=ListOf(item=choice("html", "md", "txt", "json"), least=1, distinct=True),
        says="Forms in which each digest is written.",
        default="[html]",
    ),
    Field(
        name="folder",
        shape=FOLDER,
        says="Where digests are kept; a relative path counts from the folder that config/ is in.",
        default="digests",
    ),
    Field(name="when_empty", shape=Flag(), says="Write a digest on days without matches too.", default="true"),
    Field(
        name="stories_per_section",
        shape=_whole(1, 1000),
        says="Stories that a section shows; what is left out is counted and named.",
        default="25",
    ),
    Field(name="days_before", shape=_whole(0, 365), says="Days of counts shown beside today's.", default="14"),
)
_ASSESS = (
    Field(name="days", shape=_whole(14, 365), says="Days of the past that counts are compared with.", default="90"),
    Field(
        name="false_surges",
        shape=Number(low=0.0001, high=0.5),
        says="Share of false alarms among surges that is put up with.",
        default="0.05",
    ),
    Field(
        name="half_life",
        shape=DURATION,
        says="After how long a piece of evidence weighs half.",
        default="30d",
    ),
)
_SCHEDULE = (
    Field(name="pull_every", shape=DURATION, says="How often the daemon looks which feeds are due.", default="5m"),
    Field(
        name="grace",
        shape=DURATION,
        says="How late a digest may still be made after the machine slept.",
        default="12h",
    ),
    Field(name="drain", shape=DURATION, says="How long a stop waits for what is under way.", default="30s"),
)
_WEB = (
    Field(name="host", shape=HOST, says="Address that the desk listens on.", default="127.0.0.1"),
    Field(name="port", shape=_whole(0, 65535), says="Port that the desk listens on.", default="8080"),
    Field(
        name="token",
        shape=PLAIN,
        says="Secret that the desk asks for; only by environment.",
        default='""',
        secret=True,
        instead=_TOKEN,
    ),
)
_LOG = (
    Field(name="level", shape=choice("debug", "info", "warning", "error"), says="Least level shown.", default="info"),
    Field(
        name="format", shape=choice("text", "json"), says="How events are written to standard error.", default="text"
    ),
)

#: section → (what it is about, its keys, the value it comes to)
SECTIONS: dict[str, tuple[str, tuple[Field, ...], type]] = {
    "database": ("Where everything is remembered.", _DATABASE, DatabaseSettings),
    "fetch": ("How feeds are asked for.", _FETCH, FetchSettings),
    "match": ("How items are matched.", _MATCH, MatchSettings),
    "digest": ("When and how the digest is written.", _DIGEST, DigestSettings),
    "assess": ("How counts are compared and evidence is weighed.", _ASSESS, AssessSettings),
    "schedule": ("The daemon's clock.", _SCHEDULE, ScheduleSettings),
    "web": ("The analyst's desk.", _WEB, WebSettings),
    "log": ("What the daemon writes to standard error.", _LOG, LogSettings),
}

SETTINGS = Record(
    wanted="a mapping with the keys " + ", ".join(SECTIONS),
    says="How watchtower works here. Every key is optional, and can be given by environment too.",
    fields=tuple(
        Field(name=name, shape=Record(wanted="a mapping", says=says, fields=fields), says=says, nullable=True)
        for name, (says, fields, _) in SECTIONS.items()
    ),
)


def check(found: Found, log: Log) -> None:
    """Report a password in an address: the file is meant to be shared."""
    for section, key in (("database", "url"), ("fetch", "proxy")):
        part = found.at(section)
        url = part.at(key) if part else None
        if url and _password(url.value):
            name = f"WATCHTOWER_{section}__{key}".upper()
            message = (
                f"a password does not belong in a file that is shared: set {name}, "
                f"or {name}_FILE to a file that holds the address"
            )
            log.add(url.tree, url.path, message)


def _password(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a host that is no address; SQLAlchemy will say so
        return "@" in url
    return bool(parts.password) or "password=" in parts.query


def settings_of(found: Found | None, environment: dict[tuple[str, str], Any]) -> Settings:
    """Make the settings of a file without problems; the environment goes before the file."""
    given: dict[str, dict[str, Any]] = found.plain() if found else {}
    sections = {name: dict(given.get(name) or {}) for name in SECTIONS}
    for (section, key), value in environment.items():
        sections[section][key] = value
    return Settings(**{name: made(**sections[name]) for name, (_, _, made) in SECTIONS.items()})
