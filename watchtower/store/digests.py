"""Recorded digests and the items they told of: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, select

from watchtower.store import bulk, outbox
from watchtower.store.jsons import from_json, to_json
from watchtower.store.tables import digest_items, digests
from watchtower.types import Digest, Message

#: how far back ``told`` goes where no digest is named, counted from the newest recorded ``until``
REMEMBERED = timedelta(days=30)


def save(conn: Connection, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
    """Record the digest whole, or nothing where this day of this analysis has one."""
    statement = bulk.insert_into(conn, digests).on_conflict_do_nothing().returning(digests.c.id)
    row = {
        "id": digest.id,
        "analysis": digest.analysis,
        "local_date": local_date,
        "since": digest.since,
        "until": digest.until,
        "body": to_json(digest),
    }
    if conn.execute(statement, row).first() is None:
        return False
    rows = [{"digest_id": digest.id, "item_id": item_id} for item_id in sorted(set(told))]
    bulk.insert_missing(conn, digest_items, rows)
    outbox.save(conn, messages)
    return True


def told(conn: Connection, id: str | None) -> dict[str, frozenset[str]]:
    """Read which items the digests told of, the empty ones too."""
    wanted = select(digests.c.id)
    if id is None:
        newest = conn.scalar(select(func.max(digests.c.until)))
        if newest is None:
            return {}
        wanted = wanted.where(digests.c.until >= newest - REMEMBERED)
    else:
        wanted = wanted.where(digests.c.id == id)
    found: dict[str, set[str]] = {digest_id: set() for digest_id in conn.scalars(wanted)}
    lines = select(digest_items.c.digest_id, digest_items.c.item_id).where(digest_items.c.digest_id.in_(wanted))
    for digest_id, item_id in conn.execute(lines):
        found[digest_id].add(item_id)
    return {digest_id: frozenset(ids) for digest_id, ids in found.items()}


def last(conn: Connection, analysis: str) -> Digest | None:
    """Read the daily digest of an analysis with the latest ``until``."""
    newest = select(digests.c.body).where(digests.c.analysis == analysis, digests.c.local_date.not_like("%/%"))
    body = conn.scalar(newest.order_by(digests.c.until.desc(), digests.c.id.desc()).limit(1))
    return None if body is None else from_json(Digest, body)


def by_id(conn: Connection, id: str) -> Digest | None:
    """Read one digest."""
    body = conn.scalar(select(digests.c.body).where(digests.c.id == id))
    return None if body is None else from_json(Digest, body)
