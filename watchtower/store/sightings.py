"""What is counted and compared: matches without their reasons, and items by feed and window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, column, func, select, values

from watchtower.store import bulk
from watchtower.store.columns import UtcDateTime
from watchtower.store.tables import is_matched, items, matches
from watchtower.types import Earlier, Headline, Sighting


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


def headlines(conn: Connection, ids: Sequence[str]) -> dict[str, Headline]:
    """Read the headlines of items."""
    found: dict[str, Headline] = {}
    for chunk in bulk.chunks(ids, bulk.IN_LIST):
        rows = conn.execute(select(items.c.id, items.c.title, items.c.url).where(items.c.id.in_(chunk))).all()
        found |= {row.id: Headline(row.title, row.url) for row in rows}
    return found


def delivered(conn: Connection, windows: Sequence[tuple[datetime, datetime]]) -> list[dict[str, int]]:
    """Count the items of each window by feed: a range of the index for each feed and window that it can have items in.

    To group the items of each window by feed would sort them all, which takes four times as long.
    """
    found: list[dict[str, int]] = [{} for _ in windows]
    for some in bulk.chunks(enumerate(windows), bulk.ROWS):
        asked = [(number, since, until) for number, (since, until) in some]
        for number, feed, count in conn.execute(_counting(asked)).all():
            if count:
                found[number][feed] = count
    return found


def _counting(windows: Sequence[tuple[int, datetime, datetime]]) -> Select[*tuple[Any, ...]]:
    """Count by number of the window and feed; the feeds are found by leaps through the index, one for each."""
    feeds = select(func.min(items.c.feed_id).label("feed_id")).cte("leaps", recursive=True)
    following = select(func.min(items.c.feed_id)).where(items.c.feed_id > feeds.c.feed_id).scalar_subquery()
    feeds = feeds.union_all(select(following).where(feeds.c.feed_id.is_not(None)))
    first = select(func.min(items.c.dated)).where(items.c.feed_id == feeds.c.feed_id).scalar_subquery()
    known = (
        select(feeds.c.feed_id, first.label("first"))
        .where(feeds.c.feed_id.is_not(None))
        .cte("known")
        .prefix_with("MATERIALIZED")
    )
    columns = (column("number", Integer), column("since", UtcDateTime), column("until", UtcDateTime))
    window = values(*columns, name="windows").data(windows).cte()
    inside = (items.c.feed_id == known.c.feed_id) & (items.c.dated >= window.c.since) & (items.c.dated < window.c.until)
    count = select(func.count()).select_from(items).where(inside).scalar_subquery()
    return select(window.c.number, known.c.feed_id, count).join_from(known, window, window.c.until > known.c.first)
