"""Where everything is remembered: SQLite by default, PostgreSQL by URL, memory for tests and dry runs."""

from __future__ import annotations

from pathlib import Path

from watchtower.seams import Store

__all__ = ["open_store"]


def open_store(url: str, folder: Path) -> Store:
    """Open the database at ``url``, making or upgrading it; relative SQLite paths count from ``folder``.

    ``sqlite:///watchtower.db``, ``postgresql://user@host/name`` or ``memory://``, which is gone on closing.
    Raises ``UserError`` for any other URL, ``StoreTooNew`` where a newer watchtower made the database,
    ``StoreError`` where it cannot be opened.
    """
    if url == "memory://":
        from watchtower.store.memory import MemoryStore

        return MemoryStore()
    from watchtower.store.connect import read_url  # SQLAlchemy only where a database is really opened
    from watchtower.store.sql import SqlStore

    return SqlStore(read_url(url, folder))
