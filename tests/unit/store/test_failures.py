from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, make_url, text

from tests import factories as make
from watchtower.errors import StoreBusy, StoreError
from watchtower.store import open_store
from watchtower.store.sql import SqlStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store("sqlite:///w.db", tmp_path)
    assert isinstance(opened, SqlStore)
    yield opened
    opened.close()


def with_pragma(store: SqlStore, pragma: str) -> None:
    """Set a pragma on every connection from now on."""
    store.engine.dispose()
    event.listen(store.engine, "connect", lambda connection, record: connection.execute(f"PRAGMA {pragma}"))


def test_a_full_disk_keeps_nothing_of_the_save_and_the_next_one_works_once_there_is_space(store: SqlStore) -> None:
    big = make.visit(make.item(body="x" * 500_000), state=make.state(etag='"new"'))
    store.save_visits([make.visit(state=make.state(etag='"old"'))])
    full = "max_page_count = 60"
    with_pragma(store, full)
    with pytest.raises(StoreError, match=r"w\.db: .*full.*free some space"):
        store.save_visits([big])
    assert store.feed_states()["harbour-news"].etag == '"old"'
    assert store.ungrouped(10) == []
    with_pragma(store, "max_page_count = 1000000")
    store.save_visits([big])
    assert store.feed_states()["harbour-news"].etag == '"new"'


def test_a_database_that_can_only_be_read_says_so(store: SqlStore) -> None:
    with_pragma(store, "query_only = ON")
    with pytest.raises(StoreError, match=r"w\.db: .*readonly.*writable"):
        store.save_visits([make.visit()])
    assert store.feed_states() == {}


def test_who_waits_too_long_for_another_writer_is_told_that_it_is_busy(store: SqlStore, tmp_path: Path) -> None:
    with_pragma(store, "busy_timeout = 1")
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match=r"w\.db: database is locked: another process"):
            store.save_visits([make.visit()])
        assert store.feed_states() == {}
        other.execute("ROLLBACK")
    store.save_visits([make.visit()])


def test_a_writer_waits_for_another_process_to_finish(store: SqlStore, tmp_path: Path) -> None:
    asks = threading.Event()
    event.listen(store.engine, "before_cursor_execute", lambda *_: asks.set())
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            saving = pool.submit(store.save_visits, [make.visit()])
            assert asks.wait(20)
            assert other.in_transaction
            other.execute("ROLLBACK")
            saving.result(20)
    assert list(store.feed_states()) == ["harbour-news"]


def test_a_file_that_is_no_database_says_so_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_text("notes, " * 1_000)
    with pytest.raises(StoreError, match=r"w\.db: .*not a (SQLite )?database.*database\.url"):
        open_store("sqlite:///w.db", tmp_path)
    assert (tmp_path / "w.db").read_text() == "notes, " * 1_000


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/w\.db: .*folder exists"):
        open_store("sqlite:///nowhere/w.db", tmp_path)


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"ann:\*\*\*@127\.0\.0\.1:1/watch: .*cannot reach the server") as failed:
        open_store("postgresql://ann:s3cret@127.0.0.1:1/watch", tmp_path)
    assert "s3cret" not in str(failed.value)
    assert failed.value.__cause__ is not None


def test_a_text_that_no_encoding_has_is_a_store_error(store: SqlStore) -> None:
    with pytest.raises(StoreError, match=r"cannot store a value: .*surrogates"):
        store.save_model(make.stored_model(configuration="\ud800"))
    assert store.model("\ufffd", 1) is None


def test_a_bug_is_not_turned_into_a_store_error(store: SqlStore) -> None:
    with pytest.raises(AttributeError):
        store.save_visits([None])  # type: ignore[list-item]  # the wrong type is the point


@pytest.mark.postgresql
def test_a_database_that_the_server_does_not_have_is_named(postgresql_url: str, tmp_path: Path) -> None:
    missing = make_url(postgresql_url).set(database="watchtower_nowhere").render_as_string(hide_password=False)
    with pytest.raises(StoreError, match=r"watchtower_nowhere.*does not exist.*(createdb|cannot reach)"):
        open_store(missing, tmp_path)


@pytest.mark.postgresql
def test_a_postgresql_that_can_only_be_read_says_so(empty_postgresql_url: str, tmp_path: Path) -> None:
    store = open_store(empty_postgresql_url, tmp_path)
    assert isinstance(store, SqlStore)
    with closing(store):
        name = make_url(empty_postgresql_url).database
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        store.engine.dispose()
        try:
            with pytest.raises(StoreError, match=r"read-only transaction.*primary"):
                store.save_visits([make.visit()])
        finally:
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(text("SET default_transaction_read_only = off"))
                conn.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
