"""What a watchtower is made of; the jobs are given it and take from it what they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Protocol

from watchtower.assess import Method
from watchtower.errors import UserError
from watchtower.seams import Articles, Classifier, Clock, Fetcher, Naming, Notifier, Parser, Store
from watchtower.types import Alert, AlertKind, Analysis, Classified, Feed, Pacing, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to a reader."""

    #: file, mail, webhook or chat
    channel: str
    #: for files the folder below the digest folder, for mail the address, else the reader's id
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a digest is made for: one a local date, of what this reader asks for."""

    #: as in ``digest.readers``; empty for everybody, whose digest is written as files
    id: str
    at: time
    zone: str
    #: ids of targets; empty for all
    targets: tuple[str, ...] = ()
    #: languages that a story must be told in, and in which it is shown first; empty for all
    languages: tuple[str, ...] = ()
    #: what digests are written as, where they are written as files
    formats: tuple[str, ...] = ()
    when_empty: bool = True
    routes: tuple[Route, ...] = ()
    #: what is told at once
    alerts: frozenset[AlertKind] = frozenset()

    def wants(self, alert: Alert) -> bool:
        """Tell whether this reader asked to be told of it at once."""
        return alert.kind in self.alerts and (not self.targets or alert.target in self.targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """Whom digests are made for, and how, as the settings say."""

    #: everybody's digest first
    readers: tuple[Reader, ...]
    stories_per_section: int
    days_before: int
    grace: timedelta
    method: Method
    #: how often a message is sent again that may have arrived
    most_uncertain: int = 1
    #: alerts told in one hour; those over it are named in the next digest
    alerts_per_hour: int = 6

    @property
    def everybody(self) -> Reader:
        """The reader whose digest is over all targets."""
        return self.readers[0]

    def reader(self, id: str) -> Reader:
        """Find a reader; raises ``UserError`` that says which there are."""
        for reader in self.readers:
            if reader.id == id:
                return reader
        known = ", ".join(reader.id for reader in self.readers[1:]) or "none yet"
        raise UserError(f"no reader {id!r} under digest.readers in config/settings.yml; there are: {known}")


class Aside(Protocol):
    """Classifies texts in another process, beside whatever ours does. Any of it may come to nothing; one thread only.

    ``model`` and ``configuration`` are those of the answers, known with the first of them. While ``is_fitting`` the
    model is being made there, and a classifier here would make it again.
    """

    model: str
    configuration: str
    is_fitting: bool

    @property
    def under_way(self) -> frozenset[str]:
        """The ids of texts that were taken and are not answered; none once it has broken down."""

    def take(self, texts: Sequence[Text]) -> bool:
        """Take a batch over, without waiting; False where there is enough to do, or it is of no use yet or any more."""

    def done(self, wait_seconds: float = 0) -> list[list[Classified]]:
        """Give the answers that have come since, each to one batch in its order; where there is none, wait so long."""

    def close(self) -> None:
        """End it; nothing is answered afterwards, and closing twice is fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Every part of a wired watchtower."""

    feeds: tuple[Feed, ...]
    analysis: Analysis
    store: Store
    fetcher: Fetcher
    parser: Parser
    classifier: Callable[[], Classifier]
    naming: Naming
    notifiers: tuple[Notifier, ...]
    plan: DigestPlan
    pacing: Pacing
    clock: Clock
    version: str
    #: makes what reads web pages, or raises ``UserError`` where that is not installed; None where no feed wants it
    articles: Callable[[], Articles] | None = None
    #: starts what classifies beside collecting; gives None where that is of no use or cannot be had
    aside: Callable[[], Aside | None] = lambda: None
