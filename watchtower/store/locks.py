"""Named locks that die with the process that holds them."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from watchtower.errors import StoreBusy, StoreError

# A wait asks again this often: flock and pg_try_advisory_lock cannot wait for a given time only.
_PAUSE_SECONDS = 0.05

# A forked child shares the open file, and with it the lock: it must let go, or it would outlive its parent's hold.
_held: set[int] = set()


def _let_go_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


@contextmanager
def file_lock(database: Path, name: str, wait_seconds: float) -> Iterator[None]:
    """Hold ``flock`` on ``<database>.<name>.lock``; the file says who holds it, and stays when nobody does."""
    path = database.with_name(f"{database.name}.{name}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"{path}: cannot open the lock: {error.strerror}; make its folder writable") from error
    _held.add(descriptor)
    try:
        if not _taken(lambda: _flock(descriptor), wait_seconds):
            raise StoreBusy(_busy(name, str(database), _holder(descriptor)))
        _sign(descriptor)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def _flock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    """Write this process's id and, as the file system's clock has it, the time since when it holds the lock."""
    os.ftruncate(descriptor, 0)
    pid = str(os.getpid())
    os.pwrite(descriptor, pid.encode(), 0)
    since = datetime.fromtimestamp(int(os.fstat(descriptor).st_mtime), UTC)
    os.pwrite(descriptor, f" {since.isoformat()}\n".encode(), len(pid))


def _holder(descriptor: int) -> str:
    pid, _, since = os.pread(descriptor, 200, 0).decode("ascii", "replace").strip().partition(" ")
    return f"process {pid} since {since}" if since else "another process"


def _busy(name: str, database: str, holder: str) -> str:
    return (
        f"{database}: the lock {name!r} is held by {holder}; wait for it to finish or stop it. "
        "It lets go by itself when it ends, however it ends."
    )


def _taken(take: Callable[[], bool], wait_seconds: float) -> bool:
    """Try until it is taken or the wait is over; once at least."""
    until = time.monotonic() + wait_seconds
    while not take():
        left = until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(_PAUSE_SECONDS, left))
    return True


class LocalLocks:
    """Named locks within this process, for databases that no other process can see."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, name: str, wait_seconds: float) -> Iterator[None]:
        """Hold one lock; ``StoreBusy`` where another thread of this process has it."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        if not lock.acquire(timeout=wait_seconds):
            raise StoreBusy(_busy(name, "the database in memory", f"another thread of this process ({os.getpid()})"))
        try:
            yield
        finally:
            lock.release()


@contextmanager
def advisory_lock(engine: Engine, database: str, name: str, wait_seconds: float) -> Iterator[None]:
    """Hold a PostgreSQL session lock on a connection of its own; the server frees it when the connection ends."""
    key = int.from_bytes(blake2b(f"watchtower:{name}".encode(), digest_size=8).digest(), "big", signed=True)
    with closing(engine.connect().execution_options(isolation_level="AUTOCOMMIT")) as conn:
        conn.detach()
        application = f"watchtower {name}, process {os.getpid()} on {os.uname().nodename}"[:63]
        conn.execute(text("SELECT set_config('application_name', :name, false)"), {"name": application})
        take = text("SELECT pg_try_advisory_lock(:key)")
        if not _taken(lambda: bool(conn.scalar(take, {"key": key})), wait_seconds):
            raise StoreBusy(_busy(name, database, _session(conn, key)))
        yield


def _session(conn: Connection, key: int) -> str:
    """Describe the server session that holds an advisory lock."""
    unsigned = key % 2**64
    statement = text(
        "SELECT a.application_name, a.pid, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND l.classid::bigint = :high AND l.objid::bigint = :low"
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    row = conn.execute(statement, {"high": unsigned >> 32, "low": unsigned & 0xFFFFFFFF}).first()
    if row is None:
        return "another session"
    since = row.backend_start.astimezone(UTC).isoformat(timespec="seconds")
    return f"{row.application_name or 'another session'} (server process {row.pid}) since {since}"
