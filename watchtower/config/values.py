"""What the three files come to: frozen values, checked, passed on by ``build`` in small pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from watchtower.errors import Problem
from watchtower.types import Analysis, Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Where everything is remembered."""

    #: SQLAlchemy URL; a relative SQLite path counts from the folder that ``config/`` is in
    url: str = "sqlite:///watchtower.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How feeds are asked for."""

    #: allow addresses that are not public (loopback, private, link-local ...)
    allow_private_networks: bool = False
    #: host names and CIDR ranges that are allowed though not public
    allow: tuple[str, ...] = ()
    #: requests under way at once, over all hosts
    concurrency: int = 100
    #: requests under way at once to one host
    per_host: int = 2
    #: a feed that seldom brings anything is asked at least this often
    at_least_every: timedelta = timedelta(hours=6)
    #: longest wait that a server's or document's wish, or a row of failures, can bring about
    longest_wait: timedelta = timedelta(days=1)
    #: total deadline of one feed, redirects and body included
    timeout_seconds: float = 20.0
    #: most bytes of one decoded body
    max_bytes: int = 15 * 1024 * 1024
    #: address of an HTTP proxy that every request goes through, or empty
    proxy: str = field(default="", repr=False)
    #: a URL or mail address that server operators can turn to, sent in the User-Agent
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSettings:
    """How items are matched."""

    #: items scored in one go
    batch: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """Who receives a digest of their own, how, and of what."""

    id: str
    #: addresses
    mail: tuple[str, ...] = ()
    #: an https address, or ``secret`` where it comes from the environment
    webhook: str = ""
    #: by chat services, whose addresses come from the environment
    chat: bool = False
    #: as files, in a folder of the reader's name below ``digest.folder``
    files: bool = False
    targets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    #: None for that of ``digest``
    at: time | None = None
    zone: str | None = None
    formats: tuple[str, ...] | None = None
    when_empty: bool | None = None
    #: surge, confirmed, came, coverage-lost
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSecrets:
    """What a reader's channels need and no file may hold."""

    webhook: str = field(default="", repr=False)
    #: signs what is posted to the webhook
    signing_key: str = field(default="", repr=False)
    #: addresses of chat services, separated by white space
    chat: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """When and how the digest is written."""

    #: the reader's local hour
    at: time = time(6, 30)
    #: IANA zone
    zone: str = "UTC"
    #: html, md, txt, json
    formats: tuple[str, ...] = ("html",)
    #: folder for digests, relative to the folder that ``config/`` is in
    folder: Path = Path("digests")
    #: write a digest on a day without matches too
    when_empty: bool = True
    #: stories a section shows; what is left out is counted and named
    stories_per_section: int = 25
    #: days of counts beside today's
    days_before: int = 14
    #: readers with a digest of their own, beside everybody's
    readers: tuple[ReaderSettings, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The server that takes our mail."""

    #: empty where no mail is sent
    host: str = ""
    port: int = 587
    #: starttls, tls or none
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    #: the address that mails come from
    sender: str = ""
    #: where readers can ask to be left out: a mail or web address; empty for the sender's
    unsubscribe: str = ""
    #: seconds that one step of a session may take
    timeout_seconds: float = 30.0
    #: PEM file of the authorities to trust instead of the system's, relative to the folder that ``config/`` is in
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """How messages are handed over."""

    #: what becomes of a message of which nobody knows whether it arrived: retry (once more) or hold
    uncertain: str = "retry"
    #: alerts told in one hour; those over it are named in the next digest
    alerts_per_hour: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessSettings:
    """How counts are compared and evidence is weighed."""

    #: days of the past that a day's counts are compared with
    days: int = 90
    #: share of false alarms among surges that is put up with
    false_surges: float = 0.05
    #: after how long a piece of evidence weighs half
    half_life: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSettings:
    """The daemon's clock."""

    #: how often the daemon looks which feeds are due
    pull_every: timedelta = timedelta(minutes=5)
    #: how late a digest may still be made after the machine slept
    grace: timedelta = timedelta(hours=12)
    #: how long a stop waits for what is under way
    drain: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The desk (reserved: the desk comes later, the names stay)."""

    host: str = "127.0.0.1"
    port: int = 8080
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What the daemon writes to standard error."""

    #: debug, info, warning, error
    level: str = "info"
    #: text or json
    format: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``config/settings.yml`` and the environment."""

    database: DatabaseSettings = DatabaseSettings()
    fetch: FetchSettings = FetchSettings()
    match: MatchSettings = MatchSettings()
    digest: DigestSettings = DigestSettings()
    mail: MailSettings = MailSettings()
    delivery: DeliverySettings = DeliverySettings()
    assess: AssessSettings = AssessSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is written, for problems that are found later."""

    file: str
    line: int
    column: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that people edit, read once."""

    #: the folder that feeds.yml, watchpoints.yml and config/ are in
    folder: Path
    feeds: tuple[Feed, ...]
    analysis: Analysis
    settings: Settings
    #: reader's id to their secrets, for those that have any
    secrets: Mapping[str, ReaderSecrets] = field(default_factory=dict, repr=False)
    #: harmless problems, to be shown as warnings
    warnings: tuple[Problem, ...] = ()
    #: where things are written, by paths such as ``feeds.yonhap.language`` and ``concepts.missile.en[2]``
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)
