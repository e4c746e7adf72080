"""What was told at once: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, select

from watchtower.store import bulk, outbox
from watchtower.store.tables import alerts
from watchtower.types import Alert, AlertKind, Message


def known(conn: Connection, analysis: str, keys: Sequence[str]) -> frozenset[str]:
    """Read which of the keys are recorded."""
    found: set[str] = set()
    for chunk in bulk.chunks(keys, bulk.IN_LIST):
        statement = select(alerts.c.key).where(alerts.c.analysis == analysis, alerts.c.key.in_(chunk))
        found.update(conn.scalars(statement))
    return frozenset(found)


def since(conn: Connection, analysis: str, since: datetime) -> list[Alert]:
    """Read the alerts recorded at or after a moment, oldest first."""
    statement = select(alerts).where(alerts.c.analysis == analysis, alerts.c.at >= since)
    rows = conn.execute(statement.order_by(alerts.c.at, alerts.c.key))
    return [Alert(**{**row._mapping, "kind": AlertKind(row.kind)}) for row in rows]


def save(conn: Connection, told: Sequence[Alert], messages: Sequence[Message]) -> bool:
    """Record the alerts with their messages, or nothing where one of them is there already."""
    keys = {(alert.analysis, alert.key) for alert in told}
    if len(keys) < len(told) or any(known(conn, analysis, [key]) for analysis, key in keys):
        return False
    rows = [asdict(alert) for alert in told]
    if rows:
        conn.execute(bulk.insert_into(conn, alerts), rows)
    outbox.save(conn, messages)
    return True
