"""Which item is in which story."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, Join, Select, bindparam, delete, exists, func, select, update

from watchtower.store import bulk
from watchtower.store.tables import is_grouped, is_ungrouped, items, stories
from watchtower.types import Grouping, StoryItem

_COLUMNS = (
    items.c.id.label("item_id"),
    items.c.feed_id,
    items.c.title,
    items.c.summary,
    items.c.language,
    items.c.dated,
    func.substr(items.c.body, 1, StoryItem.BODY).label("body"),
    items.c.story,
    stories.c.strand,
)


def ungrouped(conn: Connection, limit: int) -> list[StoryItem]:
    """Read the items in view of a target that are in no story, oldest ``dated`` first."""
    return _read(
        conn, _select(items.outerjoin(stories)).where(is_ungrouped).order_by(items.c.dated, items.c.id).limit(limit)
    )


def grouped(conn: Connection, since: datetime, until: datetime) -> list[StoryItem]:
    """Read the grouped items of a period, by ``dated`` and id."""
    period = (items.c.dated >= since) & (items.c.dated < until)
    return _read(conn, _select(items.join(stories)).where(is_grouped & period).order_by(items.c.dated, items.c.id))


def of_strands(conn: Connection, strands: Collection[str]) -> list[StoryItem]:
    """Read every item of these strands, by ``dated`` and id."""
    found: list[StoryItem] = []
    for chunk in bulk.chunks(sorted(strands), bulk.IN_LIST):
        found += _read(conn, _select(stories.join(items)).where(is_grouped & stories.c.strand.in_(chunk)))
    return sorted(found, key=lambda item: (item.dated, item.item_id))


def _select(source: Join) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).select_from(source)


def _read(conn: Connection, statement: Select[tuple[object, ...]]) -> list[StoryItem]:
    return bulk.read_as(conn, StoryItem, statement)


def save(conn: Connection, grouping: Grouping) -> None:
    """Move the items that are not there yet, and drop every story that is left without items."""
    joined = dict(sorted(grouping.stories.items()))
    moved: list[bulk.Row] = []
    left: set[str] = set()
    for ids in bulk.chunks(joined, bulk.IN_LIST):
        statement = select(items.c.id, items.c.story).where(items.c.id.in_(ids)).order_by(items.c.id)
        for id, story in conn.execute(statement.with_for_update()):
            if story != joined[id]:
                moved.append({"the_id": id, "the_story": joined[id]})
                left.update(() if story is None else (story,))
    named = {row["the_story"] for row in moved}
    bulk.insert_missing(conn, stories, [{"id": id, "strand": grouping.strands.get(id, id)} for id in sorted(named)])
    _put_into_strands(conn, grouping)
    move = update(items).where(items.c.id == bindparam("the_id")).values(story=bindparam("the_story"))
    for chunk in bulk.chunks(moved, bulk.ROWS):
        conn.execute(move, chunk)
    _drop_empty(conn, left)


def _put_into_strands(conn: Connection, grouping: Grouping) -> None:
    moved: list[bulk.Row] = []
    for ids in bulk.chunks(sorted(grouping.strands), bulk.IN_LIST):
        statement = select(stories.c.id, stories.c.strand).where(stories.c.id.in_(ids)).order_by(stories.c.id)
        present = conn.execute(statement.with_for_update())
        moved += [{"the_id": i, "the_strand": grouping.strands[i]} for i, s in present if s != grouping.strands[i]]
    move = update(stories).where(stories.c.id == bindparam("the_id")).values(strand=bindparam("the_strand"))
    for chunk in bulk.chunks(moved, bulk.ROWS):
        conn.execute(move, chunk)


def _drop_empty(conn: Connection, left: Iterable[str]) -> None:
    for chunk in bulk.chunks(sorted(left), bulk.IN_LIST):
        has_items = exists().where(items.c.story == stories.c.id)
        conn.execute(delete(stories).where(stories.c.id.in_(chunk), ~has_items))
