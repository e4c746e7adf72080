"""The write-ahead log stays small, whoever reads meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

from tests import factories as make
from watchtower.store import open_store

#: bytes of a text, and how many are stored: together many times what the log may grow to
LONG, MANY = 50_000, 600
MOST = 8 * 2**20


def test_d10_a_reader_that_stays_does_not_let_the_write_ahead_log_grow(tmp_path: Path) -> None:
    store, other = open_store("sqlite:///w.db", tmp_path), open_store("sqlite:///w.db", tmp_path)
    log = tmp_path / "w.db-wal"
    ended = threading.Event()
    reads = 0

    def read() -> None:
        nonlocal reads
        while not ended.is_set():
            other.ungrouped(50)
            reads += 1

    reader = threading.Thread(target=read)
    reader.start()
    largest = 0
    try:
        for n in range(MANY):
            store.save_visits([make.visit(make.item(key=f"{n}", body="long " * (LONG // 5)))])
            largest = max(largest, log.stat().st_size)
    finally:
        ended.set()
        reader.join()
    other.close()
    store.close()
    assert reads > 5
    assert largest < MOST < (tmp_path / "w.db").stat().st_size / 3
