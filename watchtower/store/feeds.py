"""Feed states and the log of visits: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from sqlalchemy import Connection, Row, case, select

from watchtower.store import bulk
from watchtower.store.tables import feed_days, feeds, visits
from watchtower.types import FeedDay, FeedState, Visit, VisitKind


def states(conn: Connection) -> dict[str, FeedState]:
    """Read every feed's state, by feed id."""
    return {row.feed_id: _state_of(row) for row in conn.execute(select(feeds))}


def save(conn: Connection, done: Sequence[Visit]) -> None:
    """Write the states and the log lines; of two visits to one feed the later in the sequence counts."""
    states = {visit.state.feed_id: _state_row(visit.state) for visit in done}
    lines = {(visit.feed_id, visit.at): _line_row(visit) for visit in done}
    # in order of the key, so that two writers on PostgreSQL lock rows in the same order and cannot deadlock
    bulk.insert_or_replace(conn, feeds, [states[key] for key in sorted(states)])
    bulk.insert_or_replace(conn, visits, [lines[key] for key in sorted(lines)])
    read = [visit for visit in done if visit.kind is not VisitKind.FAILED]
    _answered(conn, sorted(read, key=lambda visit: (visit.feed_id, visit.at)))


def _answered(conn: Connection, done: Sequence[Visit]) -> None:
    """Widen the days on which feeds answered by these visits."""
    statement = bulk.insert_into(conn, feed_days)
    first, last = statement.excluded.first, statement.excluded.last
    widened = {
        "first": case((first < feed_days.c.first, first), else_=feed_days.c.first),
        "last": case((last > feed_days.c.last, last), else_=feed_days.c.last),
    }
    statement = statement.on_conflict_do_update(index_elements=["day", "feed_id"], set_=widened)
    rows = [
        {
            "day": visit.at.astimezone(UTC).date().isoformat(),
            "feed_id": visit.feed_id,
            "first": visit.at,
            "last": visit.at,
        }
        for visit in done
    ]
    for chunk in bulk.chunks(rows, bulk.ROWS):
        conn.execute(statement, chunk)


def answered(conn: Connection, since: date) -> list[FeedDay]:
    """Read on which days which feeds answered, in order of day and feed."""
    statement = (
        select(feed_days).where(feed_days.c.day >= since.isoformat()).order_by(feed_days.c.day, feed_days.c.feed_id)
    )
    return [
        FeedDay(feed=row.feed_id, day=date.fromisoformat(row.day), first=row.first, last=row.last)
        for row in conn.execute(statement)
    ]


def _state_row(state: FeedState) -> bulk.Row:
    return {
        "feed_id": state.feed_id,
        "url": state.url,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "next_check": state.next_check,
        "failures": state.failures,
        "last_attempt": state.last_attempt,
        "last_success": state.last_success,
        "last_new": state.last_new,
        "problem": state.problem,
        "moved_to": state.moved_to,
        "gone": state.gone,
        "moved_times": state.moved_times,
        "not_feed": state.not_feed,
        "ttl": state.ttl,
        "skip_hours": list(state.skip_hours) or None,
        "skip_days": list(state.skip_days) or None,
        "rhythm": state.rhythm,
        "pause": state.pause,
    }


def _state_of(row: Row[tuple[object, ...]]) -> FeedState:
    kept = row._mapping
    skipped = {name: tuple(kept[name] or ()) for name in ("skip_hours", "skip_days")}
    return FeedState(**{**kept, **skipped})


def _line_row(visit: Visit) -> bulk.Row:
    return {
        "feed_id": visit.feed_id,
        "at": visit.at,
        "kind": visit.kind.value,
        "new": len(visit.new),
        "revised": len(visit.revised),
        "known": visit.known,
        "problem": visit.problem,
        "warnings": list(visit.warnings),
    }
