"""What an assessment counts: matches without their reasons, and items by feed and window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from watchtower.store.tables import is_matched, items, matches
from watchtower.types import Sighting


def between(
    conn: Connection, since: datetime, until: datetime, seen_by: datetime, indicators: Sequence[str] | None
) -> list[Sighting]:
    """Read the matches of a period, of all indicators or some, by the items' ``dated`` and id, then by target."""
    statement = (
        select(
            items.c.id,
            items.c.feed_id,
            func.coalesce(items.c.story, items.c.id),
            items.c.dated,
            items.c.title,
            items.c.url,
            matches.c.target,
            matches.c.indicator,
            matches.c.answer,
            matches.c.score,
            matches.c.configuration,
            items.c.backfill,
        )
        .join_from(items, matches, matches.c.item_id == items.c.id)
        .where(is_matched, items.c.dated >= since, items.c.dated < until, items.c.first_seen <= seen_by)
        .order_by(items.c.dated, items.c.id, matches.c.target)
    )
    if indicators is not None:
        statement = statement.where(matches.c.indicator.in_(indicators))
    return [Sighting._make(row) for row in conn.execute(statement)]


def delivered(conn: Connection, windows: Sequence[tuple[datetime, datetime]]) -> list[dict[str, int]]:
    """Count the items of each window by feed: a range of the index for each."""
    statement = (
        select(items.c.feed_id, func.count().label("number"))
        .where(items.c.dated >= bindparam("since"), items.c.dated < bindparam("until"))
        .group_by(items.c.feed_id)
    )
    found = (conn.execute(statement, {"since": since, "until": until}) for since, until in windows)
    return [{row.feed_id: row.number for row in rows} for rows in found]
