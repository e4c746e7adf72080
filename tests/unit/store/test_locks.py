from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from watchtower.errors import StoreBusy, StoreError
from watchtower.store.locks import file_lock


def test_the_lock_file_says_who_holds_it_and_is_empty_after(tmp_path: Path) -> None:
    with file_lock(tmp_path / "w.db", "daemon", 0):
        pid, since = (tmp_path / "w.db.daemon.lock").read_text().split()
        assert pid == str(os.getpid())
        assert since.endswith("+00:00")
    assert (tmp_path / "w.db.daemon.lock").read_text() == ""


def test_what_a_killed_holder_wrote_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "w.db.daemon.lock").write_text("1 2020-01-01T00:00:00+00:00 and a long rest of an earlier line\n")
    with file_lock(tmp_path / "w.db", "daemon", 0):
        assert len((tmp_path / "w.db.daemon.lock").read_text().split()) == 2


def test_who_finds_it_taken_leaves_the_holders_name_in_place(tmp_path: Path) -> None:
    with file_lock(tmp_path / "w.db", "daemon", 0):
        before = (tmp_path / "w.db.daemon.lock").read_text()
        with pytest.raises(StoreBusy, match=f"process {os.getpid()} since"), file_lock(tmp_path / "w.db", "daemon", 0):
            pytest.fail("two hold one lock")
        assert (tmp_path / "w.db.daemon.lock").read_text() == before


def test_a_forked_child_that_lives_on_does_not_hold_its_parents_lock(tmp_path: Path) -> None:
    ready, tell = os.pipe()
    parent = os.fork()
    if parent == 0:
        with file_lock(tmp_path / "w.db", "daemon", 0):
            child = os.fork()
            if child == 0:
                os.write(tell, str(os.getpid()).encode())
                signal.pause()
            signal.pause()
    child = int(os.read(ready, 20))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    try:
        with file_lock(tmp_path / "w.db", "daemon", 0):
            os.kill(child, 0)
    finally:
        os.kill(child, signal.SIGKILL)
        os.close(ready)
        os.close(tell)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/w\.db\.daemon\.lock: cannot open the lock: .*writable"):
        with file_lock(tmp_path / "nowhere" / "w.db", "daemon", 0):
            pytest.fail("there is no such folder")
