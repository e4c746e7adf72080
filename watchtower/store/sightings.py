"""What is counted and compared: matches without their reasons, and items by feed and window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from watchtower.store.tables import is_matched, items, matches
from watchtower.types import Earlier, Sighting


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
    return [*map(Sighting._make, conn.execute(statement).all())]


def earlier(conn: Connection, since: datetime, until: datetime, seen_by: datetime) -> list[Earlier]:
    """Read the matches of a period with what a digest compares its own with, in the same order."""
    statement = (
        select(
            items.c.id,
            items.c.feed_id,
            items.c.language,
            func.coalesce(items.c.story, items.c.id),
            items.c.dated,
            items.c.title,
            matches.c.target,
            matches.c.indicator,
            matches.c.answer,
            matches.c.evidence,
        )
        .join_from(items, matches, matches.c.item_id == items.c.id)
        .where(is_matched, items.c.dated >= since, items.c.dated < until, items.c.first_seen <= seen_by)
        .order_by(items.c.dated, items.c.id, matches.c.target)
    )
    return [Earlier._make((*row[:-1], _concepts(row.evidence))) for row in conn.execute(statement).all()]


def _concepts(evidence: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Give ``Match.concepts`` of stored evidence; to make values of all of it first would take twice as long."""
    named = (one for one in evidence if one["kind"] == "concept" and one["field"] == "title" and one["weight"] > 0)
    return tuple(dict.fromkeys([one["name"] for one in named]))


def delivered(conn: Connection, windows: Sequence[tuple[datetime, datetime]]) -> list[dict[str, int]]:
    """Count the items of each window by feed: a range of the index for each."""
    statement = (
        select(items.c.feed_id, func.count().label("number"))
        .where(items.c.dated >= bindparam("since"), items.c.dated < bindparam("until"))
        .group_by(items.c.feed_id)
    )
    found = (conn.execute(statement, {"since": since, "until": until}) for since, until in windows)
    return [{row.feed_id: row.number for row in rows} for rows in found]
