"""Full text: pages, robots.txt, and the bodies of items."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from watchtower.store import bulk
from watchtower.store.tables import items, pages, robots
from watchtower.store.texts import storable
from watchtower.store.turns import by_turns
from watchtower.types import Page, Robots


def want(conn: Connection, wanted: Sequence[Page]) -> None:
    """Insert the pages of items that have none yet."""
    bulk.insert_missing(conn, pages, [asdict(_storable(page)) for page in wanted])


def due(conn: Connection, now: datetime, feeds: Collection[str], limit: int) -> list[Page]:
    """Read the pages of these feeds whose next try has come, in turns."""
    waiting: list[tuple[datetime, str, str]] = []
    for chunk in bulk.chunks(sorted(set(feeds)), bulk.IN_LIST):
        statement = select(pages.c.next_try, pages.c.item_id, pages.c.url)
        due_here = statement.where(pages.c.next_try <= now, pages.c.feed_id.in_(chunk))
        waiting += ((row.next_try, row.item_id, row.url) for row in conn.execute(due_here))
    chosen = by_turns(waiting, limit)
    found: dict[str, Page] = {}
    for chunk in bulk.chunks(chosen, bulk.IN_LIST):
        rows = conn.execute(select(pages).where(pages.c.item_id.in_(chunk)))
        found |= {row.item_id: Page(**row._mapping) for row in rows}
    return [found[id] for id in chosen]


def save(conn: Connection, page: Page, text: str | None) -> None:
    """Write a page; with a text, also its item's body, which no model has read then."""
    bulk.insert_or_replace(conn, pages, [asdict(_storable(page))])
    if text is not None:
        unread = {"body": storable(text), "classified_by": None, "classified_with": None}
        conn.execute(update(items).where(items.c.id == page.item_id).values(**unread))


def _storable(page: Page) -> Page:
    return replace(page, url=storable(page.url), problem=storable(page.problem))


def robots_of(conn: Connection, sites: Sequence[str]) -> dict[str, Robots]:
    """Read what these sites ask, by site."""
    found: dict[str, Robots] = {}
    for chunk in bulk.chunks(sorted(set(sites)), bulk.IN_LIST):
        statement = select(robots).where(robots.c.site.in_(chunk))
        found |= {row.site: Robots(**row._mapping) for row in conn.execute(statement)}
    return found


def save_robots(conn: Connection, asked: Sequence[Robots]) -> None:
    """Write what sites ask."""
    rows = {one.site: asdict(replace(one, rules=storable(one.rules))) for one in asked}
    bulk.insert_or_replace(conn, robots, [rows[site] for site in sorted(rows)])
