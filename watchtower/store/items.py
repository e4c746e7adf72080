"""Items and their revisions: rows and back, and every query that gives items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Row, Table, bindparam, select

from watchtower.store import bulk, matches
from watchtower.store.columns import lookup_hash, time_writer
from watchtower.store.connect import dumps
from watchtower.store.tables import is_matched, is_unclassified, items, revisions
from watchtower.store.texts import storable
from watchtower.types import Copy, Item, KnownItem, StoredItem, Text

_KNOWN = (
    items.c.id,
    items.c.feed_id,
    items.c.key,
    items.c.url,
    items.c.title,
    items.c.content_hash,
    items.c.revision,
    items.c.first_seen,
    items.c.dated,
)
# The columns that a revision brings anew; all others stay with the item.
_REVISED = tuple(column.name for column in revisions.columns if column.name != "item_id")
_BY_TIME = (items.c.dated, items.c.id)


def save(conn: Connection, new: Iterable[Item]) -> None:
    """Insert new items, and replace those stored in a lower revision, whose text moves to the earlier revisions.

    An item revised since counts as read by no model; its matches stay until it is read again.
    """
    for wave in _waves(new):
        _keep_earlier(conn, [item for item in wave if item.revision > 1])
        _upsert(conn, wave)


def _waves(new: Iterable[Item]) -> list[list[Item]]:
    """Part the items so that none occurs twice in a wave, a later occurrence in a later wave; each in order of id."""
    waves: list[dict[str, Item]] = []
    seen: dict[str, int] = {}
    for item in new:
        number = seen.get(item.id, 0)
        seen[item.id] = number + 1
        if number == len(waves):
            waves.append({})
        waves[number][item.id] = item
    return [[wave[id] for id in sorted(wave)] for wave in waves]


def _keep_earlier(conn: Connection, revised: Sequence[Item]) -> None:
    """Copy what is stored into ``revisions`` for each item that comes in a higher revision."""
    earlier = select(items.c.id, *(items.c[name] for name in _REVISED)).where(
        items.c.id == bindparam("the_id"), items.c.revision < bindparam("the_revision")
    )
    statement = bulk.insert_into(conn, revisions).from_select(["item_id", *_REVISED], earlier).on_conflict_do_nothing()
    for chunk in bulk.chunks(revised, bulk.ROWS):
        conn.execute(statement, [{"the_id": item.id, "the_revision": item.revision} for item in chunk])


def _upsert(conn: Connection, wave: Sequence[Item]) -> None:
    moment = time_writer(conn.dialect)
    # a pull's items were seen at few moments, and some people write many; many have their address as their key: each is
    # worked out once
    seen = {first: moment(first) for first in {item.first_seen for item in wave}}
    authors = {some: dumps(some) for some in {item.authors for item in wave}}
    rows = (_row(item, moment, seen[item.first_seen], authors[item.authors]) for item in wave)
    bulk.insert_ready(conn, items, _newer, rows)


def _newer(conn: Connection, table: Table) -> Insert:
    """Make the INSERT that replaces an item's text by that of a higher revision only."""
    statement = bulk.insert_into(conn, table)
    anew = (*_REVISED, "url_hash", "classified_by", "classified_with")
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: statement.excluded[name] for name in anew},
        where=statement.excluded.revision > table.c.revision,
    )


def _row(item: Item, moment: Callable[[datetime], Any], first_seen: Any, authors: str) -> tuple[Any, ...]:
    """Give what the driver takes for the columns of ``items``: it is in no story, and no model has read it."""
    published = None if item.published is None else moment(item.published)
    key_hash = lookup_hash(item.key)
    return (
        item.id,
        item.feed_id,
        None,
        published if item.dated is item.published else moment(item.dated),
        first_seen,
        published,
        item.revision,
        item.backfill,
        item.language,
        None,
        None,
        False,
        False,
        item.content_hash,
        key_hash,
        None if item.url is None else key_hash if item.url == item.key else lookup_hash(item.url),
        item.key,
        item.url,
        item.title,
        authors,
        item.summary,
        item.body,
    )


def item_of(row: Row[Any]) -> Item:
    """Make the item of a row of ``items``, or of ``revisions`` joined with the ``feed_id`` and ``key`` of its item."""
    return Item(
        id=row.id,
        feed_id=row.feed_id,
        key=row.key,
        url=row.url,
        title=row.title,
        summary=row.summary,
        body=row.body,
        authors=tuple(row.authors),
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        dated=row.dated,
        revision=row.revision,
        content_hash=row.content_hash,
        backfill=row.backfill,
    )


def known(conn: Connection, wanted: Mapping[str, Sequence[str]]) -> dict[str, dict[str, KnownItem]]:
    """Find what is stored under these feeds and keys."""
    asked = {(feed_id, storable(key)): key for feed_id, keys in wanted.items() for key in keys}
    found: dict[str, dict[str, KnownItem]] = {}
    for hashes in bulk.chunks(sorted({lookup_hash(key) for _, key in asked}), bulk.IN_LIST):
        for row in conn.execute(select(*_KNOWN).where(bulk.is_among(conn, items.c.key_hash, hashes))):
            key = asked.get((row.feed_id, row.key))
            if key is not None:
                found.setdefault(row.feed_id, {})[key] = _known_of(row)
    return found


def known_at(conn: Connection, wanted: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[KnownItem]]]:
    """Find what is stored of these feeds at these addresses, by id."""
    asked = {(feed_id, storable(url)): url for feed_id, urls in wanted.items() for url in urls}
    found: dict[str, dict[str, list[KnownItem]]] = {}
    for hashes in bulk.chunks(sorted({lookup_hash(url) for _, url in asked}), bulk.IN_LIST):
        is_there = bulk.is_among(conn, items.c.url_hash, hashes)
        for row in conn.execute(select(*_KNOWN).where(is_there).order_by(items.c.id)):
            url = asked.get((row.feed_id, row.url))
            if url is not None:
                found.setdefault(row.feed_id, {}).setdefault(url, []).append(_known_of(row))
    return found


def _known_of(row: Row[*tuple[Any, ...]]) -> KnownItem:
    return KnownItem(
        id=row.id,
        key=row.key,
        url=row.url,
        title=row.title,
        content_hash=row.content_hash,
        revision=row.revision,
        first_seen=row.first_seen,
        dated=row.dated,
    )


def unclassified(conn: Connection, limit: int) -> list[Text]:
    """Read what no model has read yet, oldest ``first_seen`` first."""
    columns = (items.c.id, items.c.title, items.c.summary, items.c.body, items.c.language, items.c.revision)
    statement = select(*columns).where(is_unclassified).order_by(items.c.first_seen, items.c.id).limit(limit)
    return bulk.read_as(conn, Text, statement)


def by_id(conn: Connection, id: str) -> StoredItem | None:
    """Read one item."""
    return next(iter(_stored(conn, items.c.id == id)), None)


def at_url(conn: Connection, url: str) -> list[StoredItem]:
    """Read the items with this URL, newest ``dated`` first, then by id."""
    here = _stored(conn, (items.c.url_hash == lookup_hash(storable(url))) & (items.c.url == storable(url)))
    return sorted(here, key=lambda stored: stored.item.dated, reverse=True)


def earlier(conn: Connection, id: str) -> list[Item]:
    """Read the earlier revisions of an item, oldest first."""
    statement = (
        select(items.c.id, items.c.feed_id, items.c.key, *(revisions.c[name] for name in _REVISED))
        .join_from(revisions, items, revisions.c.item_id == items.c.id)
        .where(revisions.c.item_id == id)
        .order_by(revisions.c.revision)
    )
    return [item_of(row) for row in conn.execute(statement)]


def of_stories(conn: Connection, stories: Sequence[str]) -> list[StoredItem]:
    """Read every item of these stories, by ``dated`` and id."""
    found: list[StoredItem] = []
    for chunk in bulk.chunks(sorted(set(stories)), bulk.IN_LIST):
        found += _stored(conn, items.c.story.in_(chunk))
    return sorted(found, key=lambda stored: (stored.item.dated, stored.item.id))


def matched(conn: Connection, since: datetime, until: datetime, seen_by: datetime) -> list[StoredItem]:
    """Read the matched items of a period, seen by a moment."""
    period = (items.c.dated >= since) & (items.c.dated < until) & (items.c.first_seen <= seen_by)
    return _stored(conn, is_matched & period)


def copies(conn: Connection, stories: Sequence[str]) -> list[Copy]:
    """Read every item of these stories as a copy, by ``dated`` and id."""
    columns = (items.c.id, items.c.feed_id, items.c.story, items.c.dated, items.c.title, items.c.summary)
    found: list[Copy] = []
    for chunk in bulk.chunks(sorted(set(stories)), bulk.IN_LIST):
        found += map(Copy._make, conn.execute(select(*columns).where(items.c.story.in_(chunk))).all())
    return sorted(found, key=lambda copy: (copy.dated, copy.item))


def late(conn: Connection, since: datetime, until: datetime, dated_after: datetime) -> list[StoredItem]:
    """Read the matched items that came in a period but belong before it."""
    seen = (items.c.first_seen >= since) & (items.c.first_seen < until)
    before = (items.c.dated >= dated_after) & (items.c.dated < since)
    return _stored(conn, is_matched & seen & before & items.c.backfill.is_(False))


def _stored(conn: Connection, condition: ColumnElement[bool]) -> list[StoredItem]:
    """Read the items under a condition, by ``dated`` and id, with their matches, in two statements."""
    found = conn.execute(select(items).where(condition).order_by(*_BY_TIME)).all()
    evidence = matches.of_items(conn, condition) if found else {}
    return [
        StoredItem(
            item=item_of(row),
            story=row.story,
            matches=tuple(evidence.get(row.id, ())),
            classified_by=row.classified_by,
            in_view=row.in_view,
        )
        for row in found
    ]
