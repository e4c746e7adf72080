"""Messages on their way out: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from watchtower.errors import StoreError
from watchtower.store import bulk
from watchtower.store.tables import is_waiting, outbox
from watchtower.types import Message


def save(conn: Connection, messages: Sequence[Message]) -> None:
    """Put messages into the outbox, in this order."""
    rows = [_row(message) for message in messages]
    if rows:
        conn.execute(bulk.insert_into(conn, outbox), rows)


def due(conn: Connection, now: datetime) -> list[Message]:
    """Read what is to be handed over now, in the order in which it was put there."""
    is_due = or_(outbox.c.next_try.is_(None), outbox.c.next_try <= now)
    statement = select(outbox).where(is_waiting, is_due).order_by(outbox.c.number)
    return [_message_of(row) for row in conn.execute(statement)]


def mark_sent(conn: Connection, id: str, at: datetime) -> None:
    """Note the handing over; a message handed over already keeps its first time."""
    _require(conn, id)
    conn.execute(update(outbox).where(outbox.c.id == id, is_waiting).values(sent_at=at, problem=None))


def mark_failed(conn: Connection, id: str, problem: str, next_try: datetime) -> None:
    """Count one more attempt; a message handed over already stays so."""
    _require(conn, id)
    failed = {"attempts": outbox.c.attempts + 1, "problem": problem, "next_try": next_try}
    conn.execute(update(outbox).where(outbox.c.id == id, is_waiting).values(failed))


def _require(conn: Connection, id: str) -> None:
    if conn.scalar(select(outbox.c.number).where(outbox.c.id == id)) is None:
        raise StoreError(f"there is no message {id!r} in the outbox; due_messages() says which there are")


def _row(message: Message) -> bulk.Row:
    return {
        "id": message.id,
        "digest_id": message.digest_id,
        "channel": message.channel,
        "recipient": message.recipient,
        "content_type": message.content_type,
        "attempts": message.attempts,
        "next_try": message.next_try,
        "body": message.body,
    }


def _message_of(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        digest_id=row.digest_id,
        channel=row.channel,
        recipient=row.recipient,
        content_type=row.content_type,
        body=row.body,
        attempts=row.attempts,
        next_try=row.next_try,
    )
