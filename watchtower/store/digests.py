"""Recorded digests and the items they told of: rows and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from watchtower.seams import REMEMBERED
from watchtower.store import bulk, outbox
from watchtower.store.jsons import from_json, to_json
from watchtower.store.tables import digest_items, digests, items, matches
from watchtower.types import Digest, LastTold, Message, Retold


def save(conn: Connection, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
    """Record the digest whole, or nothing where this reader has one of this day and analysis."""
    statement = bulk.insert_into(conn, digests).on_conflict_do_nothing().returning(digests.c.id)
    row = {
        "id": digest.id,
        "analysis": digest.analysis,
        "reader": digest.reader,
        "local_date": local_date,
        "since": digest.since,
        "until": digest.until,
        "body": to_json(digest),
    }
    if conn.execute(statement, row).first() is None:
        return False
    bulk.insert_missing(conn, digest_items, _told_rows(conn, digest.id, sorted(set(told))))
    outbox.save(conn, messages)
    return True


def _told_rows(conn: Connection, digest: str, told: Sequence[str]) -> list[bulk.Row]:
    """Note of each item what the digest says of it: its revision and headline, and what it matches."""
    present: dict[str, bulk.Row] = {id: {"revision": None, "title": None, "matches": None} for id in told}
    for ids in bulk.chunks(told, bulk.IN_LIST):
        for row in conn.execute(select(items.c.id, items.c.revision, items.c.title).where(items.c.id.in_(ids))):
            present[row.id] = {"revision": row.revision, "title": row.title, "matches": {}}
        for id, target, what in _matched(conn, ids):
            present[id]["matches"][target] = what
    return [{"digest_id": digest, "item_id": id, **as_told} for id, as_told in present.items()]


def _matched(conn: Connection, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Item, target, and what it reports of it: an indicator, else an answer."""
    columns = (matches.c.item_id, matches.c.target, matches.c.indicator, matches.c.answer)
    for row in conn.execute(select(*columns).where(matches.c.item_id.in_(ids)).order_by(matches.c.target)):
        yield row.item_id, row.target, row.indicator or row.answer or ""


def retold(conn: Connection, analysis: str, reader: str) -> list[Retold]:
    """Find the items that were revised and read since a reader's digest last told of them, by id."""
    own = and_(digests.c.analysis == analysis, digests.c.reader == reader)
    newest = conn.scalar(select(func.max(digests.c.until)).where(own))
    if newest is None:
        return []
    statement = (
        select(
            digest_items, digests.c.until, items.c.feed_id, items.c.title.label("now"), items.c.url, items.c.revision
        )
        .join_from(digests, digest_items, digest_items.c.digest_id == digests.c.id)
        .join(items, items.c.id == digest_items.c.item_id)
        .where(own, digests.c.until >= newest - REMEMBERED)
        .where(digest_items.c.revision.is_not(None), items.c.classified_by.is_not(None))
        .order_by(digests.c.until, digests.c.id)
    )
    last = {row.item_id: row for row in conn.execute(statement)}
    changed = {id: row for id, row in last.items() if row.revision_1 > row.revision}
    now: dict[str, dict[str, str]] = {id: {} for id in changed}
    for ids in bulk.chunks(sorted(changed), bulk.IN_LIST):
        for id, target, what in _matched(conn, ids):
            now[id][target] = what
    return [
        Retold(
            item=id,
            feed=row.feed_id,
            digest=row.digest_id,
            until=row.until,
            title=row.title,
            now=row.now,
            url=row.url,
            before=row.matches,
            after=now[id],
        )
        for id, row in sorted(changed.items())
    ]


def told(conn: Connection, id: str | None, reader: str | None) -> dict[str, frozenset[str]]:
    """Read which items the digests told of, the empty ones too."""
    wanted = select(digests.c.id)
    if id is None:
        newest = conn.scalar(select(func.max(digests.c.until)))
        if newest is None:
            return {}
        wanted = wanted.where(digests.c.until >= newest - REMEMBERED)
    else:
        wanted = wanted.where(digests.c.id == id)
    if reader is not None:
        wanted = wanted.where(digests.c.reader == reader)
    found: dict[str, set[str]] = {digest_id: set() for digest_id in conn.scalars(wanted)}
    lines = select(digest_items.c.digest_id, digest_items.c.item_id).where(digest_items.c.digest_id.in_(wanted))
    for digest_id, item_id in conn.execute(lines):
        found[digest_id].add(item_id)
    return {digest_id: frozenset(ids) for digest_id, ids in found.items()}


def last(conn: Connection, analysis: str, reader: str) -> Digest | None:
    """Read the daily digest of a reader with the latest ``until``."""
    body = conn.scalar(_newest(select(digests.c.body), analysis, reader))
    return None if body is None else from_json(Digest, body)


def last_told(conn: Connection, analysis: str, reader: str) -> LastTold | None:
    """Read how far that digest goes, without the digest."""
    row = conn.execute(_newest(select(digests.c.until, digests.c.local_date), analysis, reader)).first()
    return None if row is None else LastTold(row.until, date.fromisoformat(row.local_date))


def _newest(chosen: Select[*tuple[Any, ...]], analysis: str, reader: str) -> Select[*tuple[Any, ...]]:
    own = and_(digests.c.analysis == analysis, digests.c.reader == reader, digests.c.local_date.not_like("%/%"))
    return chosen.where(own).order_by(digests.c.until.desc(), digests.c.id.desc()).limit(1)


def by_id(conn: Connection, id: str) -> Digest | None:
    """Read one digest."""
    body = conn.scalar(select(digests.c.body).where(digests.c.id == id))
    return None if body is None else from_json(Digest, body)


def of_date(conn: Connection, analysis: str, local_date: str, reader: str) -> Digest | None:
    """Read the digest of a reader's local date."""
    own = and_(digests.c.analysis == analysis, digests.c.reader == reader, digests.c.local_date == local_date)
    body = conn.scalar(select(digests.c.body).where(own))
    return None if body is None else from_json(Digest, body)
