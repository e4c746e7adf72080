"""Feed states and the log of visits: rows and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Insert, Row, Table, case, select

from watchtower.store import bulk
from watchtower.store.columns import time_writer
from watchtower.store.connect import dumps
from watchtower.store.tables import feed_days, feeds, visits
from watchtower.types import FeedDay, FeedState, Visit, VisitKind

_SECOND = timedelta(seconds=1)


def states(conn: Connection) -> dict[str, FeedState]:
    """Read every feed's state, by feed id."""
    return {row.feed_id: _state_of(row) for row in conn.execute(select(feeds))}


def save(conn: Connection, done: Sequence[Visit]) -> None:
    """Write the states and the log lines; of two visits to one feed the later in the sequence counts."""
    moment = time_writer(conn.dialect)
    states = {visit.state.feed_id: visit.state for visit in done}
    lines = {(visit.feed_id, visit.at): visit for visit in done}
    # in order of the key, so that two writers on PostgreSQL lock rows in the same order and cannot deadlock
    state_rows = (_state_row(states[key], moment) for key in sorted(states))
    line_rows = (_line_row(lines[key], moment) for key in sorted(lines))
    read = (lines[key] for key in sorted(lines) if lines[key].kind is not VisitKind.FAILED)
    day_rows = sorted((visit.at.astimezone(UTC).date().isoformat(), visit.feed_id, moment(visit.at)) for visit in read)
    bulk.insert_ready(conn, feeds, bulk.replacing, state_rows)
    bulk.insert_ready(conn, visits, bulk.replacing, line_rows)
    bulk.insert_ready(conn, feed_days, _widening, ((*row, row[-1]) for row in day_rows))


def _widening(conn: Connection, table: Table) -> Insert:
    """Make the INSERT that widens the days on which feeds answered."""
    statement = bulk.insert_into(conn, table)
    first, last = statement.excluded.first, statement.excluded.last
    widened = {
        "first": case((first < table.c.first, first), else_=table.c.first),
        "last": case((last > table.c.last, last), else_=table.c.last),
    }
    return statement.on_conflict_do_update(index_elements=["day", "feed_id"], set_=widened)


def answered(conn: Connection, since: date) -> list[FeedDay]:
    """Read on which days which feeds answered, in order of day and feed."""
    statement = (
        select(feed_days).where(feed_days.c.day >= since.isoformat()).order_by(feed_days.c.day, feed_days.c.feed_id)
    )
    return [
        FeedDay(feed=row.feed_id, day=date.fromisoformat(row.day), first=row.first, last=row.last)
        for row in conn.execute(statement)
    ]


def _state_row(state: FeedState, moment: Callable[[datetime], Any]) -> tuple[Any, ...]:
    """Give what the driver takes for the columns of ``feeds``."""
    return (
        state.feed_id,
        state.url,
        state.etag,
        state.last_modified,
        moment(state.next_check),
        state.failures,
        None if state.last_attempt is None else moment(state.last_attempt),
        None if state.last_success is None else moment(state.last_success),
        None if state.last_new is None else moment(state.last_new),
        state.problem,
        state.moved_to,
        state.gone,
        state.moved_times,
        state.not_feed,
        None if state.ttl is None else state.ttl // _SECOND,
        dumps(state.skip_hours) if state.skip_hours else None,
        dumps(state.skip_days) if state.skip_days else None,
        None if state.rhythm is None else state.rhythm // _SECOND,
        None if state.pause is None else state.pause // _SECOND,
    )


def _line_row(visit: Visit, moment: Callable[[datetime], Any]) -> tuple[Any, ...]:
    """Give what the driver takes for the columns of ``visits``."""
    return (
        visit.feed_id,
        moment(visit.at),
        visit.kind.value,
        len(visit.new),
        len(visit.revised),
        visit.known,
        visit.problem,
        dumps(visit.warnings) if visit.warnings else "[]",
    )


def _state_of(row: Row[tuple[object, ...]]) -> FeedState:
    kept = row._asdict()
    kept["skip_hours"] = tuple(kept["skip_hours"] or ())
    kept["skip_days"] = tuple(kept["skip_days"] or ())
    return FeedState(**kept)
