"""Messages on their way out: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select, update

from watchtower.errors import StoreError
from watchtower.store import bulk
from watchtower.store.tables import is_unsent, is_waiting, outbox
from watchtower.types import Message


def save(conn: Connection, messages: Sequence[Message]) -> None:
    """Put messages into the outbox, in this order."""
    rows = [_row(message) for message in messages]
    if rows:
        conn.execute(bulk.insert_into(conn, outbox), rows)


def due(conn: Connection, now: datetime) -> list[Message]:
    """Read what is to be handed over now, in the order in which it was put there."""
    is_due = or_(outbox.c.next_try.is_(None), outbox.c.next_try <= now)
    return _read(conn, select(outbox).where(is_waiting, is_due))


def unsent(conn: Connection) -> list[Message]:
    """Read what was not handed over, given up or not, in the order in which it was put there."""
    return _read(conn, select(outbox).where(is_unsent))


def mark_sending(conn: Connection, id: str, at: datetime) -> None:
    """Note that a try is under way that cannot be taken back."""
    _change(conn, id, is_waiting, {"sending_since": at})


def mark_sent(conn: Connection, id: str, at: datetime) -> None:
    """Note the handing over; a message handed over already keeps its first time."""
    _change(conn, id, is_unsent, {"sent_at": at, "problem": None, "sending_since": None, "given_up_at": None})


def mark_failed(conn: Connection, id: str, problem: str, next_try: datetime, uncertain: bool) -> None:
    """Count one more attempt; a message handed over already stays so."""
    failed = {
        "attempts": outbox.c.attempts + 1,
        "uncertain": outbox.c.uncertain + int(uncertain),
        "problem": problem,
        "next_try": next_try,
        "sending_since": None,
    }
    _change(conn, id, is_waiting, failed)


def mark_given_up(conn: Connection, id: str, problem: str, at: datetime) -> None:
    """Count one more attempt, the last; a message handed over already stays so."""
    given_up = {"attempts": outbox.c.attempts + 1, "problem": problem, "given_up_at": at, "sending_since": None}
    _change(conn, id, is_waiting, given_up)


def retry(conn: Connection, id: str) -> None:
    """Make a message that is not handed over due now, as if it had never been tried."""
    fresh = {"attempts": 0, "uncertain": 0, "next_try": None, "given_up_at": None, "sending_since": None}
    _change(conn, id, is_unsent, fresh)


def _change(conn: Connection, id: str, where: ColumnElement[bool], values: bulk.Row) -> None:
    changed = conn.execute(update(outbox).where(outbox.c.id == id, where).values(values))
    if not changed.rowcount and conn.scalar(select(outbox.c.number).where(outbox.c.id == id)) is None:
        raise StoreError(f"there is no message {id!r} in the outbox; `watchtower outbox` lists those that are not sent")


def _read(conn: Connection, statement: Select[Any]) -> list[Message]:
    return [_message_of(row) for row in conn.execute(statement.order_by(outbox.c.number))]


#: what a message and its row have in common
_SAME = (
    "id", "digest_id", "channel", "recipient", "content_type", "body", "subject", "text", "made", "attempts",
    "next_try", "sending_since", "uncertain", "problem", "given_up_at",
)  # fmt: skip


def _row(message: Message) -> bulk.Row:
    return {name: getattr(message, name) for name in _SAME}


def _message_of(row: Row[Any]) -> Message:
    return Message(**{name: row._mapping[name] for name in _SAME})
