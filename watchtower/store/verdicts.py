"""Verdicts: rows and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from watchtower.store import bulk
from watchtower.store.tables import verdicts
from watchtower.types import Verdict


def save(conn: Connection, given: Sequence[Verdict]) -> None:
    """Keep the newest judgement of each item."""
    newest = {verdict.item_id: verdict for verdict in sorted(given, key=lambda verdict: verdict.at)}
    statement = bulk.insert_into(conn, verdicts)
    others = [column.name for column in verdicts.columns if column.name != "item_id"]
    statement = statement.on_conflict_do_update(
        index_elements=["item_id"],
        set_={name: statement.excluded[name] for name in others},
        where=statement.excluded.at >= verdicts.c.at,
    )
    for chunk in bulk.chunks(newest.values(), bulk.ROWS):
        conn.execute(statement, [_row(verdict) for verdict in chunk])


def every(conn: Connection) -> list[Verdict]:
    """Read all of them, oldest first."""
    rows = conn.execute(select(verdicts).order_by(verdicts.c.at, verdicts.c.item_id))
    return [Verdict(**{**row._mapping, "judged": tuple(row.judged)}) for row in rows]


def _row(verdict: Verdict) -> bulk.Row:
    return {
        "item_id": verdict.item_id,
        "title": verdict.title,
        "summary": verdict.summary,
        "language": verdict.language,
        "url": verdict.url,
        "publisher": verdict.publisher,
        "labels": dict(verdict.labels),
        "judged": list(verdict.judged),
        "by": verdict.by,
        "at": verdict.at,
        "source": verdict.source,
    }
