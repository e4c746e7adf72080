"""How fast items go into SQLite, against the driver itself with the same rows and indexes.

``python benchmarks/store.py [ITEMS]`` prints rows a CPU second and the ratio, best of five interleaved rounds. The
floor takes rows whose times, hashes and JSON are made beforehand; ours makes them, and writes state and log too.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchtower.store import open_store
from watchtower.types import FeedState, Item, Visit, VisitKind, stable_id

START = datetime(2026, 11, 23, tzinfo=UTC)
ITEMS_A_SAVE = 5_000
ROUNDS = 5


def an_item(number: int) -> Item:
    """Make an item of the usual size: 60 characters of title, 200 of summary."""
    feed_id = f"feed-{number % 500}"
    published = START + timedelta(seconds=number)
    return Item(
        id=stable_id(feed_id, str(number)),
        feed_id=feed_id,
        key=f"https://{feed_id}.example/2026/11/23/report-{number}",
        url=f"https://{feed_id}.example/2026/11/23/report-{number}",
        title=f"Report {number}: river dam opens after heavy rain in the north",
        summary=f"The dam was opened on Sunday, officials said in report {number}. " * 3,
        language="en",
        published=published,
        first_seen=START,
        dated=published,
        content_hash=stable_id(str(number)),
    )


def batches(items: Sequence[Item]) -> list[list[Item]]:
    """Cut the items as a pull does."""
    return [list(items[start : start + ITEMS_A_SAVE]) for start in range(0, len(items), ITEMS_A_SAVE)]


def a_visit(items: Sequence[Item]) -> Visit:
    """Make one visit that brings these items."""
    state = FeedState(feed_id="feed", url="https://feed.example/", next_check=START)
    return Visit(feed_id="feed", at=START, kind=VisitKind.FETCHED, state=state, new=tuple(items))


def ours(file: Path, items: Sequence[Item]) -> float:
    """Save the items through the store and give the CPU seconds taken."""
    with closing(open_store(f"sqlite:///{file}", file.parent)) as store:
        begun = time.process_time()
        for batch in batches(items):
            store.save_visits([a_visit(batch)])
        return time.process_time() - begun


def floor(file: Path, rows: Sequence[tuple[object, ...]]) -> float:
    """Insert ready rows into the same table through the driver and give the CPU seconds taken."""
    open_store(f"sqlite:///{file}", file.parent).close()
    insert = f"INSERT INTO items VALUES ({', '.join('?' * len(rows[0]))}) ON CONFLICT (id) DO NOTHING"
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA cache_size = -32768")
        begun = time.process_time()
        for start in range(0, len(rows), ITEMS_A_SAVE):
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(insert, rows[start : start + ITEMS_A_SAVE])
            conn.execute("COMMIT")
        return time.process_time() - begun


def measure(count: int, folder: Path) -> tuple[float, float, float]:
    """Give the best CPU seconds of ours, of the floor, and of ours where all is stored already."""
    items = [an_item(number) for number in range(count)]
    again, taken, least = [], [], []
    for number in range(ROUNDS):
        file = folder / f"ours-{number}.db"
        taken.append(ours(file, items))
        again.append(ours(file, items))
        with closing(sqlite3.connect(file)) as conn:
            by_id = {row[0]: row for row in conn.execute("SELECT * FROM items")}
        # both write in the same order: ours sorts each save by id
        rows = [by_id[item.id] for batch in batches(items) for item in sorted(batch, key=lambda item: item.id)]
        least.append(floor(folder / f"floor-{number}.db", rows))
    return min(taken), min(least), min(again)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        mine, least, again = measure(count, Path(folder))
    sys.stdout.write(
        f"{count} items, {ITEMS_A_SAVE} a save: store {count / mine:,.0f}/s, driver {count / least:,.0f}/s, "
        f"ratio {mine / least:.2f} (at most 1.7); all known already {count / again:,.0f}/s\n"
    )


if __name__ == "__main__":
    main()
