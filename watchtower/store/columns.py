"""Column types that give the same value back on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from watchtower.errors import StoreError

_WITHOUT_OFFSET = len("2026-11-23 07:49:00.000000")


class UtcDateTime(TypeDecorator[datetime]):
    """Keep a moment: aware in, aware UTC out, exact to the microsecond; a naive value is a ``StoreError``.

    PostgreSQL stores ``timestamp with time zone``; SQLite, which has no such type, stores the text
    ``2026-11-23 07:49:00.000000`` in UTC, which sorts as time does and which its own date functions read.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the database at hand."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware time into what the database keeps."""
        return None if value is None else time_writer(dialect)(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Give what turns what the database kept into an aware UTC time; plain, for a day reads a hundred thousand."""
        return _of_text if dialect.name == "sqlite" else _of_moment


class Seconds(TypeDecorator[timedelta]):
    """Keep a span of time as a whole number of seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Turn a span into what the database keeps."""
        return None if value is None else value // timedelta(seconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Turn what the database kept into a span."""
        return None if value is None else timedelta(seconds=value)


def time_writer(dialect: Dialect) -> Callable[[datetime], Any]:
    """Give the function that turns an aware time into what the database keeps; ``StoreError`` for a naive one."""
    return _as_text if dialect.name == "sqlite" else _in_utc


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _of_moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise StoreError(f"the time {value.isoformat()} has no time zone; give an aware one")
    return value.astimezone(UTC)


def _as_text(value: datetime) -> str:
    return _in_utc(value).isoformat(" ", "microseconds")[:_WITHOUT_OFFSET]


def lookup_hash(text: str) -> int:
    """Make a signed 64-bit number of a text, for an index that stays small however long keys and URLs are.

    PostgreSQL refuses index entries over 2,704 bytes, and a feed chooses how long its keys are. Two texts may
    share a number: whoever looks up by it compares the text too.
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
