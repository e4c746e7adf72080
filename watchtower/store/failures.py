"""Turns what the database drivers raise into ``StoreError``, once, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from watchtower.errors import StoreBusy, StoreError

# SQLite result codes by the start of their name (sqlite.org/rescode.html): what to do about each.
_SQLITE = {
    "SQLITE_FULL": "the disk is full; free some space, the next run continues where this one stopped",
    "SQLITE_IOERR": "reading or writing the file failed; check the disk and its free space",
    "SQLITE_READONLY": "it can only be read; make the file and its folder writable for this user",
    "SQLITE_PERM": "this user may not open it; make the file and its folder writable",
    "SQLITE_CANTOPEN": "it cannot be opened; check that its folder exists and is writable, or change database.url",
    "SQLITE_NOTADB": "it is not a SQLite database; move the file away or change database.url",
    "SQLITE_CORRUPT": "it is damaged; keep a copy of the file and restore a backup",
}
_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
# PostgreSQL error codes by their start (postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "28": "the server refuses this user or password; check database.url",
    "3D000": "the server has no such database; create it (createdb) or change database.url",
    "3F000": "the schema does not exist; create it or change the search path",
    "42501": "this user lacks a right; grant it, or use a user that owns the tables",
    "25006": "the server only lets itself be read (a standby?); use the primary",
    "53100": "the server's disk is full; free some space there",
    "53300": "the server has no connection left; raise max_connections or stop other programs",
    "57P": "the server is stopping or starting; try again when it is up",
    "08": "the connection broke; check the network and the server's log",
}
_POSTGRESQL_BUSY = ("40001", "40P01", "55P03")


@contextmanager
def as_store_error(database: str) -> Iterator[None]:
    """Raise every failure of the database as a ``StoreError`` naming ``database``, which holds no password."""
    try:
        yield
    except DBAPIError as error:
        raise _store_error(database, error) from error
    except PoolTimeout as error:
        advice = "all connections are taken by other threads of this process; use fewer threads or try again"
        raise StoreBusy(f"{database}: {advice}") from error
    except (SQLAlchemyError, UnicodeEncodeError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(f"{database}: cannot store a value: {cause}; nothing of this step was kept") from error


def _store_error(database: str, error: DBAPIError) -> StoreError:
    said = " ".join(str(error.orig).split()) or type(error.orig).__name__
    code = getattr(error.orig, "sqlite_errorname", None)
    state = getattr(error.orig, "sqlstate", None)
    if (code or "").startswith(_SQLITE_BUSY) or state in _POSTGRESQL_BUSY:
        advice = "another process holds what is needed; wait for it to finish or stop it, then try again"
        return StoreBusy(f"{database}: {said}: {advice}")
    return StoreError(f"{database}: {said}: {_advice(code, state, error)}")


def _advice(code: str | None, state: str | None, error: DBAPIError) -> str:
    for start, advice in (_SQLITE if code else _POSTGRESQL).items():
        if (code or state or "").startswith(start):
            return advice
    if error.connection_invalidated or (code is None and state is None):
        return "cannot reach the server; check that it runs and that database.url is right"
    return "nothing of this step was kept; if it comes again, report it with the log"
