"""How far the files of archives have been taken in: rows and back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from watchtower.store import bulk
from watchtower.store.tables import archives
from watchtower.types import Mark


def marks(conn: Connection) -> dict[str, Mark]:
    """Read every file's mark, by its path."""
    return {row.file: Mark(**row._mapping) for row in conn.execute(select(archives))}


def save(conn: Connection, mark: Mark) -> None:
    """Write a file's mark."""
    row: bulk.Row = {
        "file": mark.file,
        "fingerprint": mark.fingerprint,
        "position": mark.position,
        "line": mark.line,
        "left_out": mark.left_out,
        "done": mark.done,
    }
    bulk.insert_or_replace(conn, archives, [row])
