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
    MAYBE_HOST,
    MAYBE_MAIL_ADDRESS,
    NETWORK,
    PLAIN,
    PROXY,
    SIZE,
    ZONE,
    choice,
)
from watchtower.config.readers import FORMATS, READER, readers_of
from watchtower.config.shapes import Either, Field, Flag, ListOf, Number, Record
from watchtower.config.validate import Found, Log
from watchtower.config.values import (
    AssessSettings,
    DatabaseSettings,
    DeliverySettings,
    DigestSettings,
    FetchSettings,
    LogSettings,
    MailSettings,
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
        shape=ListOf(item=FORMATS, least=1, distinct=True),
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
    Field(
        name="readers",
        shape=ListOf(item=READER),
        says="Readers with a digest of their own, beside the one above.",
        default="[]",
    ),
)
_MAIL = (
    Field(
        name="host", shape=MAYBE_HOST, says="The server that takes our mail; empty where none is sent.", default='""'
    ),
    Field(name="port", shape=_whole(1, 65535), says="Its port: 587, or 465 with security tls.", default="587"),
    Field(
        name="security",
        shape=choice("starttls", "tls", "none"),
        says="Encryption: asked for (starttls), from the first byte (tls), or none, for a server on this machine.",
        default="starttls",
    ),
    Field(name="user", shape=MAYBE_EMPTY, says="Name to log in with; empty for no login.", default='""'),
    Field(
        name="password",
        shape=PLAIN,
        says="Password to log in with; only by environment.",
        default='""',
        secret=True,
        instead="set WATCHTOWER_MAIL__PASSWORD, or WATCHTOWER_MAIL__PASSWORD_FILE to a file that holds it",
    ),
    Field(name="sender", shape=MAYBE_MAIL_ADDRESS, says="The address that mails come from.", default='""'),
    Field(
        name="unsubscribe",
        shape=MAYBE_EMPTY,
        says="Mail or https address where a reader can ask to be left out; empty for the sender's.",
        default='""',
    ),
    Field(
        name="timeout_seconds",
        shape=Number(low=0.1, high=600),
        says="Longest wait for one answer of the server, in seconds.",
        default="30",
    ),
    Field(
        name="ca_file",
        shape=MAYBE_EMPTY,
        says="PEM file of the authorities to trust instead of the system's; a relative path counts from the folder.",
        default='""',
    ),
)
_DELIVERY = (
    Field(
        name="uncertain",
        shape=choice("retry", "hold"),
        says="What may have arrived though nobody knows: send it once more, or hold it until you say so.",
        default="retry",
    ),
    Field(
        name="alerts_per_hour",
        shape=_whole(0, 1000),
        says="Alerts told in one hour; those over it are named in the next digest.",
        default="6",
    ),
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
    "mail": ("The server that takes our mail.", _MAIL, MailSettings),
    "delivery": ("How digests and alerts are handed over.", _DELIVERY, DeliverySettings),
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
    mail = found.at("mail")
    user, security = (mail.at("user"), mail.at("security")) if mail else (None, None)
    if user and user.value and security and security.value == "none":
        log.add(user.tree, user.path, "a password is not sent unencrypted: set mail.security to starttls or tls")


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
    sections["digest"]["readers"] = readers_of(sections["digest"].get("readers", ()))
    return Settings(**{name: made(**sections[name]) for name, (_, _, made) in SECTIONS.items()})
