"""What a store that outlives its process promises: to other threads, other processes, and after a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event, text

from tests import factories as make
from tests.contract.conftest import Database
from tests.factories import NOW
from watchtower.errors import StoreBusy
from watchtower.seams import Store
from watchtower.store.sql import SqlStore
from watchtower.types import Visit

ITEMS = 40


def a_visit(number: int, feed_id: str = "harbour-news") -> Visit:
    """Make one of many visits, each bringing the same number of items and revising what the one before brought."""
    keys = [f"{number}-{n}" for n in range(ITEMS)]
    new = tuple(make.item(feed_id=feed_id, key=key) for key in keys)
    before = [make.item(feed_id=feed_id, key=f"{number - 1}-{n}") for n in range(ITEMS)] if number else []
    return make.visit(*new, feed_id=feed_id, revised=tuple(make.revised(item, body="More.") for item in before))


def count(store: Store, feed_id: str = "harbour-news") -> int:
    """Count the items of a feed."""
    return store.delivered([(NOW - timedelta(days=1), NOW)])[0].get(feed_id, 0)


def fork(work: Callable[[], None]) -> int:
    """Start a process that works, and give its id. No store may be open here: SQLite must not cross a fork.

    (sqlite.org/howtocorrupt.html, 2.6)
    """
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return pid


def signal_of(pid: int) -> int:
    """Wait for a process and give the signal that ended it; 0 where it ended well. Any error in it fails the test."""
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


@contextmanager
def child_holding(database: Database, lock: str) -> Iterator[int]:
    """Start a process that takes a lock and keeps it until it is killed, at the latest when the block ends."""
    held, holds = os.pipe()

    def hold() -> None:
        with database.open().exclusive(lock):
            os.write(holds, b"!")
            signal.pause()

    pid = fork(hold)
    os.close(holds)
    try:
        assert os.read(held, 1) == b"!"
        yield pid
    finally:
        os.close(held)
        end(pid)


def end(pid: int) -> None:
    """Kill a child that may have been killed before."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return


# --- remembering


def test_everything_is_there_after_opening_again(database: Database) -> None:
    store = database.open()
    item, digest = make.item(), make.digest()
    store.save_visits([make.visit(item)])
    store.save_grouping(make.story("a", item))
    store.save_classified([make.classified(item, make.match(item))], "model-1", "configuration-1")
    store.save_digest(digest, [item.id], "2026-11-23", [make.message(digest)])
    store.close()
    again = database.open()
    assert again.item(item.id) == make.stored(item, make.match(item), story="a")
    assert again.feed_states() == {"harbour-news": make.state()}
    assert again.last_digest("rivers") == digest
    assert again.due_messages(NOW) == [make.message(digest)]


# --- threads and processes at once


def test_threads_write_and_read_at_once_and_see_only_whole_visits(database: Database) -> None:
    store = database.open()
    feeds, visits = [f"feed-{n}" for n in range(3)], 8
    done = threading.Event()

    def write(feed_id: str) -> None:
        for number in range(visits):
            store.save_visits([a_visit(number, feed_id)])

    def read() -> set[int]:
        seen = {0}
        while not done.is_set():
            seen |= {count(store, feed_id) % ITEMS for feed_id in feeds}
        return seen

    with ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            list(pool.map(write, feeds))
        finally:
            done.set()
        assert [reader.result() for reader in readers] == [{0}, {0}]
    assert [count(store, feed_id) for feed_id in feeds] == [visits * ITEMS] * 3


def test_processes_write_the_same_items_at_once_and_none_is_doubled(database: Database) -> None:
    visits = 8

    def write(backwards: bool) -> None:
        mine = database.open()
        for number in reversed(range(visits)) if backwards else range(visits):
            visit = a_visit(number)
            mine.save_visits([visit])
            mine.save_grouping(make.story(f"story-{number}", *visit.new))
            read = [make.classified(item, make.match(item)) for item in visit.new]
            mine.save_classified(read, "model-1", "configuration-1")

    pids = [fork(partial(write, backwards)) for backwards in (False, True)]
    assert [signal_of(pid) for pid in pids] == [0, 0]
    store = database.open()
    assert count(store) == visits * ITEMS
    first = make.item(key="0-0")
    found = store.item(first.id)
    assert found is not None
    assert found.item.revision == 2
    # whoever saves the second revision before the first is there has no earlier text to keep
    assert store.revisions(first.id) in ([], [first])


def test_two_processes_may_open_a_new_database_at_once(database: Database) -> None:
    pids = [fork(lambda: database.open().close()) for _ in range(4)]
    assert [signal_of(pid) for pid in pids] == [0] * 4
    assert database.open().feed_states() == {}


def test_an_item_and_its_matches_are_read_from_one_state(database: Database) -> None:
    store = database.open()
    item = make.item()
    store.save_visits([make.visit(item)])
    done = threading.Event()

    def rewrite() -> None:
        for number in range(60):
            model = f"model-{number}"
            store.save_classified([make.classified(item, make.match(item, model=model))], model, "configuration-1")
        done.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(rewrite)
        torn = []
        while not done.is_set() and not writing.done():
            found = store.item(item.id)
            assert found is not None
            torn += [found for match in found.matches if match.model != found.classified_by]
        writing.result()
    assert torn == []


# --- killed


def killed_at(database: Database, statement: int, save: Callable[[Store], None]) -> bool:
    """Let a child save and be killed as it is about to run its nth statement; False where it came to an end first."""

    def work() -> None:
        store = database.open()
        assert isinstance(store, SqlStore)
        left = [statement]

        def before(*_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store.engine, "before_cursor_execute", before)
        event.listen(store.engine, "commit", before)
        save(store)

    return signal_of(fork(work)) == signal.SIGKILL


def test_a_kill_anywhere_in_a_save_leaves_all_of_it_or_nothing(database: Database) -> None:
    with closing(database.open()) as store:
        store.save_visits([a_visit(0)])
    digest = make.digest()

    def save(store: Store) -> None:
        store.save_visits([a_visit(1)])
        store.save_grouping(make.story("a", *a_visit(1).new))
        read = [make.classified(item, make.match(item)) for item in a_visit(1).new]
        store.save_classified(read, "model-1", "configuration-1")
        store.save_digest(digest, ["item-1"], "2026-11-23", [make.message(digest)])

    statement = 1
    while killed_at(database, statement, save):
        assert_whole(database.open())
        statement += 1
    assert statement > 15
    store = database.open()
    assert count(store) == 2 * ITEMS
    assert (len(store.unclassified(999)), len(store.due_messages(NOW))) == (ITEMS, 1)
    if database.kind == "sqlite":
        with closing(sqlite3.connect(database.file)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def assert_whole(store: Store) -> None:
    """Assert that every step was either done whole or not at all."""
    visit, digest = a_visit(1), make.digest()
    assert count(store) in (ITEMS, 2 * ITEMS)
    assert len(store.revisions(visit.revised[0].id)) == len(store.revisions(visit.revised[-1].id))
    assert (count(store) == 2 * ITEMS) == bool(store.revisions(visit.revised[0].id))
    assert len(store.items_of_stories(["a"])) in (0, ITEMS)
    assert len(store.matched_items(NOW - timedelta(days=1), NOW, NOW)) in (0, ITEMS)
    assert (store.digest(digest.id) is None) == (store.due_messages(NOW) == []) == (store.told() == {})
    store.close()


# --- locks


def test_a_lock_is_held_by_one_process_and_the_others_are_told_whose_it_is(database: Database) -> None:
    with child_holding(database, "daemon") as pid:
        store = database.open()
        with pytest.raises(StoreBusy, match=rf"'daemon' is held by .*process {pid}\b.* since 2") as busy:
            with store.exclusive("daemon"):
                pytest.fail("two hold one lock")
        assert "stop it" in str(busy.value)
        with store.exclusive("pull"):
            pass


def test_a_lock_dies_with_its_process(database: Database) -> None:
    with child_holding(database, "daemon") as pid:
        end(pid)
        store = database.open()
        with store.exclusive("daemon", wait_seconds=20):
            pass


def test_who_waits_for_a_lock_gets_it_when_it_is_let_go(database: Database) -> None:
    one, two = database.open(), database.open()
    waiting = threading.Event()

    def wait() -> str:
        waiting.set()
        with two.exclusive("pull", wait_seconds=20):
            return "mine"

    with ThreadPoolExecutor(1) as pool:
        with one.exclusive("pull"):
            result = pool.submit(wait)
            assert waiting.wait(20)
            assert not result.done()
        assert result.result(20) == "mine"


def test_an_error_inside_comes_out_and_frees_the_lock(database: Database) -> None:
    store = database.open()
    with pytest.raises(ZeroDivisionError), store.exclusive("pull"):
        raise ZeroDivisionError
    with store.exclusive("pull"), pytest.raises(StoreBusy), store.exclusive("pull"):
        pytest.fail("two hold one lock")


def test_the_store_can_be_used_while_the_lock_is_held(database: Database) -> None:
    store = database.open()
    with store.exclusive("pull"):
        store.save_visits([a_visit(0)])
        assert count(store) == ITEMS


def test_a_lost_connection_is_one_failure_and_then_mended(database: Database) -> None:
    if database.kind != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    store, other = database.open(), database.open()
    assert isinstance(store, SqlStore)
    assert isinstance(other, SqlStore)
    assert count(store) == 0
    with other.engine.begin() as conn:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        conn.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    assert count(store) == 0


def test_a_database_in_memory_has_its_locks_too(store: Store) -> None:
    with store.exclusive("pull"), pytest.raises(StoreBusy, match="pull"), store.exclusive("pull"):
        pytest.fail("two hold one lock")
    with store.exclusive("pull"), store.exclusive("daemon"):
        assert store.feed_states() == {}
