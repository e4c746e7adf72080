"""Engines: how each database is opened so that every promise of ``seams.Store`` holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from watchtower.errors import UserError

#: how long a writer waits for another process's transaction, in seconds
BUSY_SECONDS = 30
#: execution option of connections whose transactions write
WRITES = "watchtower_writes"
#: and of those whose transactions are on the disk when they are committed, with all that were before
DURABLE = "watchtower_durable"

# WAL lets others read while one writes; NORMAL is durable against a crash of the process and safe, though the
# last commits may go, against a crash of the machine (sqlite.org/pragma.html#pragma_synchronous). The size
# limit cuts the log back after a long reader made it grow. Cache sizes below 0 are in KiB.
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -32768",
)
_POSTGRESQL_NAMES = ("postgres", "postgresql", "postgresql+psycopg")
#: one encoder for all: json.dumps with options makes a new one for every value
dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def read_url(url: str, folder: Path) -> URL:
    """Check a database URL; relative SQLite paths count from ``folder``. ``UserError`` where it cannot be used."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UserError(_cannot_use("what is given")) from None
    if parsed.drivername in _POSTGRESQL_NAMES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise UserError(_cannot_use(f"{parsed.drivername!r}"))
    if parsed.host:
        raise UserError(f"database.url: sqlite://{parsed.host}... needs three slashes, as in sqlite:///watchtower.db")
    if str(parsed.database).startswith("file:"):
        raise UserError("database.url: write a plain path, as in sqlite:///watchtower.db, rather than a file: URI")
    if is_in_memory(parsed):
        return parsed
    return parsed.set(database=str(folder / str(parsed.database)))


def _cannot_use(given: str) -> str:
    return (
        f"database.url: {given} is no database that watchtower can use; write sqlite:///watchtower.db, "
        "postgresql://user@host/name or memory://"
    )


def is_in_memory(url: URL) -> bool:
    """Tell whether the URL names a SQLite database that lives in this process only."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def open_engine(url: URL) -> Engine:
    """Make the engine of a checked URL; nothing is connected yet."""
    if url.get_backend_name() != "sqlite":
        return _open_postgresql(url)
    lone: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, json_serializer=dumps, hide_parameters=True, **(lone if is_in_memory(url) else {}))
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _open_postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            json_serializer=dumps,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
        )
    except ModuleNotFoundError as error:
        raise UserError("database.url: PostgreSQL needs a driver: pip install 'psycopg[binary]'") from error


def _on_sqlite_connect(connection: Any, record: object) -> None:
    """Take transactions over from the driver, which would begin them too late (SQLAlchemy's SQLite page)."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_sqlite_begin(connection: Connection) -> None:
    """Take the write lock at once, so that a writer waits here rather than fails half-way with SQLITE_BUSY."""
    options = connection.get_execution_options()
    writes = options.get(WRITES, False)
    if writes:
        # FULL takes what was committed before to the disk as well: all of it is in the one write-ahead log
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get(DURABLE, False) else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
