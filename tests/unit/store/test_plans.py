"""Every query goes through an index: none reads all items, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests import factories as make
from tests.factories import NOW
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.store.sql import SqlStore
from watchtower.types import Grouping

DAY = timedelta(days=1)
ITEM = make.item()

# Each call with the indexes that its queries on items must go through, one at least of each line.
CALLS: dict[str, tuple[Callable[[Store], object], set[str]]] = {
    "known_items": (lambda store: store.known_items({"harbour-news": ["a", "b"]}), {"ix_items_key_hash"}),
    "ungrouped": (lambda store: store.ungrouped(100), {"ix_items_ungrouped"}),
    "story_items": (lambda store: store.story_items(NOW - DAY, NOW), {"ix_items_grouped"}),
    "strand_items": (lambda store: store.strand_items({"story-1", "story-2"}), {"ix_items_story (story=?)"}),
    "unclassified": (lambda store: store.unclassified(100), {"ix_items_unclassified"}),
    "item": (lambda store: store.item(ITEM.id), {"sqlite_autoindex_items_1"}),
    "items_at": (lambda store: store.items_at("https://harbour-news.example/entry-000001"), {"ix_items_url_hash"}),
    "revisions": (lambda store: store.revisions(ITEM.id), {"sqlite_autoindex_items_1"}),
    "items_of_stories": (lambda store: store.items_of_stories(["story-1", "story-2"]), {"ix_items_story"}),
    "story_copies": (lambda store: store.story_copies(["story-1", "story-2"]), {"ix_items_story"}),
    "earlier_matches": (lambda store: store.earlier_matches(NOW - DAY, NOW, NOW), {"ix_items_matched_dated"}),
    "matched_items": (lambda store: store.matched_items(NOW - DAY, NOW, NOW), {"ix_items_matched_dated"}),
    "late_items": (
        lambda store: store.late_items(NOW - DAY, NOW, NOW - 3 * DAY),
        {"ix_items_matched_first_seen", "ix_items_matched_dated"},
    ),
    "sightings": (lambda store: store.sightings(NOW - 90 * DAY, NOW, NOW), {"ix_items_matched_dated"}),
    "headlines": (lambda store: store.headlines([ITEM.id]), {"sqlite_autoindex_items_1"}),
    "delivered": (lambda store: store.delivered([(NOW - DAY, NOW)]), {"ix_items_feed_id_dated"}),
    "retold": (lambda store: store.retold("rivers"), {"sqlite_autoindex_items_1"}),
    "save_digest": (
        lambda store: store.save_digest(make.digest(until=NOW + DAY), [ITEM.id], "2026-11-24", []),
        {"sqlite_autoindex_items_1"},
    ),
    "save_visits": (
        lambda store: store.save_visits([make.visit(revised=(make.revised(ITEM),))]),
        {"sqlite_autoindex_items_1"},
    ),
    "known_at": (
        lambda store: store.known_at({"harbour-news": ["https://harbour-news.example/entry-000001"]}),
        {"ix_items_url_hash"},
    ),
    "save_grouping": (
        lambda store: store.save_grouping(make.story("story-2", ITEM)),
        {"sqlite_autoindex_items_1", "ix_items_story"},
    ),
    "save_classified": (
        lambda store: store.save_classified([make.classified(ITEM)], "model-1", "configuration-1"),
        {"sqlite_autoindex_items_1"},
    ),
}


@pytest.fixture(scope="module", params=["without statistics", "with statistics"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store with some thousand items, one in ten matched."""
    opened = open_store("sqlite:///w.db", tmp_path_factory.mktemp("plans"))
    assert isinstance(opened, SqlStore)
    with closing(opened):
        items = (ITEM, *make.items(3_000))
        opened.save_visits([make.visit(*items)])
        opened.save_grouping(Grouping(stories={item.id: f"story-{n // 2}" for n, item in enumerate(items)}))
        read = [make.classified(item, *([make.match(item)] if n % 10 == 0 else [])) for n, item in enumerate(items)]
        opened.save_classified(read, "model-1", "configuration-1")
        opened.save_digest(make.digest(), [ITEM.id], "2026-11-23", [])
        if request.param == "with statistics":
            with opened.engine.connect() as conn:
                conn.exec_driver_sql("ANALYZE")
        yield opened


def statements(store: SqlStore, call: Callable[[Store], object]) -> list[tuple[str, Any]]:
    """Run a call and give the statements in it that read or write, with their parameters."""
    ran: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, statement: str, parameters: Any, context: object, many: bool) -> None:
        ran.append((statement, parameters[0] if many else parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        call(store)
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return [one for one in ran if one[0].startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))]


def plans(store: SqlStore, call: Callable[[Store], object]) -> list[str]:
    """Run a call and give the plan of every statement in it, line by line."""
    explained = statements(store, call)
    with store.engine.connect() as conn:
        return [
            row.detail
            for statement, parameters in explained
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("name", CALLS)
def test_no_query_reads_every_item(store: SqlStore, name: str) -> None:
    call, indexes = CALLS[name]
    lines = [line for line in plans(store, call) if " items" in line]
    assert lines
    partial = ("ix_items_ungrouped", "ix_items_unclassified")
    scans = [line for line in lines if line.startswith("SCAN") and not any(index in line for index in partial)]
    assert scans == []
    used = {index for index in indexes if any(f" {index}" in line for line in lines)}
    assert used == indexes if name != "late_items" else used


def test_what_is_counted_of_matches_is_read_from_an_index_alone(store: SqlStore) -> None:
    lines = plans(store, lambda store: store.sightings(NOW - 90 * DAY, NOW, NOW))
    assert any("COVERING INDEX ix_matches_seen" in line for line in lines)
    # of a partial index the plan does not say so, but the program has no step that seeks the table
    [(statement, parameters)] = statements(store, lambda store: store.sightings(NOW - 90 * DAY, NOW, NOW))
    with store.engine.connect() as conn:
        program = conn.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
    opened = {step.p1 for step in program if step.opcode == "OpenRead" and not str(step.p4).startswith("k(")}
    assert opened
    assert not [step for step in program if step.opcode == "Column" and step.p1 in opened]


def test_every_query_of_the_store_that_reads_items_is_among_them() -> None:
    others = {
        "feed_states", "told", "last_digest", "last_told", "digest", "digest_of", "due_messages", "unsent_messages",
        "mark_sending", "mark_sent", "mark_failed", "mark_given_up", "retry", "known_alerts", "alerts_since",
        "save_alerts", "model", "learned_model", "newest_model", "save_model", "verdicts", "save_verdicts", "marks",
        "save_archived", "want_pages", "due_pages", "save_page", "robots", "save_robots", "exclusive", "close",
        "measurement", "save_measurement",
        "feed_days", "definitions", "save_definitions", "resets", "save_reset", "judgements", "save_judgement",
    }  # fmt: skip
    methods = {name for name, value in vars(Store).items() if callable(value) and not name.startswith("_")}
    assert methods == others | set(CALLS)
