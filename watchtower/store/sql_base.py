"""What every part of the store in a SQL database stands on: connections, transactions, locks and their end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import URL, Connection

from watchtower.errors import StoreError
from watchtower.store.connect import DURABLE, WRITES, is_in_memory, open_engine
from watchtower.store.failures import as_store_error
from watchtower.store.locks import LocalLocks, advisory_lock, file_lock
from watchtower.store.migrate import upgrade


class SqlBase:
    """A database at a checked URL (``connect.read_url``), made or upgraded on opening."""

    def __init__(self, url: URL) -> None:
        self.engine = open_engine(url)
        self._name = url.render_as_string(hide_password=True)
        self._closed = False
        self._locks = LocalLocks()
        sqlite = url.get_backend_name() == "sqlite"
        turn: AbstractContextManager[object] = threading.RLock()
        self._writer = turn if sqlite else nullcontext()
        self._reader = turn if is_in_memory(url) else nullcontext()
        # REPEATABLE READ so that an item and its matches are read from one state of the database, as in SQLite
        self._reads = self.engine if sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._writes = self.engine.execution_options(**{WRITES: True})
        self._durable_writes = self.engine.execution_options(**{WRITES: True, DURABLE: True})
        with ExitStack() as on_failure:
            on_failure.callback(self.engine.dispose)
            with as_store_error(self._name):
                upgrade(self.engine)
            on_failure.pop_all()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._refuse_closed()
        with self._reader, as_store_error(self._name), self._reads.connect() as conn:
            yield conn

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[Connection]:
        """Begin a transaction that changes something; ``durable`` where a power cut after it must not undo it."""
        self._refuse_closed()
        writes = self._durable_writes if durable else self._writes
        with self._writer, as_store_error(self._name), writes.begin() as conn:
            yield conn

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError(f"{self._name}: the store is closed; open it again with open_store")

    # --- life
    def exclusive(self, name: str, wait_seconds: float = 0) -> AbstractContextManager[None]:
        """See ``seams.Store``."""
        self._refuse_closed()
        url = self.engine.url
        if url.get_backend_name() != "sqlite":
            return self._advisory(name, wait_seconds)
        if is_in_memory(url):
            return self._locks.hold(name, wait_seconds)
        return file_lock(Path(str(url.database)), name, wait_seconds)

    @contextmanager
    def _advisory(self, name: str, wait_seconds: float) -> Iterator[None]:
        lock = advisory_lock(self.engine, self._name, name, wait_seconds)
        with ExitStack() as held:
            with as_store_error(self._name):
                held.enter_context(lock)
            yield

    def close(self) -> None:
        """See ``seams.Store``."""
        self._closed = True
        self.engine.dispose()
