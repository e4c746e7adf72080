"""The error tree. A message says what is wrong, with which thing, and what to do about it.

::

    WatchtowerError
    ├── UserError                 the user's mistake: exit 2
    │   └── ConfigError           problems in the three files, all at once
    ├── FetchError                a request failed (kept as a value in Failed outside fetch/)
    │   └── AddressRefused        the address is not public and not on the allow-list
    ├── ParseError                the bytes are no feed
    ├── StoreError                the database refused
    │   ├── StoreBusy             another process holds what is needed
    │   └── StoreTooNew           made by a newer watchtower
    ├── ModelError                a stored model cannot be loaded
    └── DeliveryError             a message could not be handed over; it is tried again
        ├── DeliveryRefused       it never will be: the receiver said so
        └── DeliveryUncertain     nobody knows whether it arrived
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class WatchtowerError(Exception):
    """Anything that watchtower itself reports."""


class UserError(WatchtowerError):
    """The user asked for something that cannot be; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake in one of the three files, at a line and column counted from 1."""

    file: str
    line: int
    column: int
    #: where in the document, as in ``watch_points[0].indicators[2].supports``; empty for the whole file
    path: str
    message: str
    #: the files can be used all the same: ``check`` refuses, the other commands warn and go on
    harmless: bool = False

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class ConfigError(UserError):
    """The configuration has problems; every one of them is in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FetchError(WatchtowerError):
    """A request failed."""


class AddressRefused(FetchError):
    """The address is not public. List it under fetch.allow in settings.yml if it is meant."""


class ParseError(WatchtowerError):
    """The bytes are no feed that can be read."""


class StoreError(WatchtowerError):
    """The database refused; nothing of the transaction was kept."""


class StoreBusy(StoreError):
    """Another process holds what is needed; wait for it or stop it."""


class StoreTooNew(StoreError):
    """The database was made by a newer watchtower. Upgrade watchtower, or restore the backup made before."""


class ModelError(WatchtowerError):
    """A stored model cannot be loaded; it is fitted again."""


class DeliveryError(WatchtowerError):
    """A message could not be handed over; it stays in the outbox and is tried again."""


class DeliveryRefused(DeliveryError):
    """The receiver refused a message for good; it stays in the outbox and is not tried again until you say so."""


class DeliveryUncertain(DeliveryError):
    """The receiver may have taken a message, but never said so; it is tried once more, or held, as the settings say."""
