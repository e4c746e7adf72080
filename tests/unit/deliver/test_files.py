"""What is special about writing digests to a disk."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.deliver.files import FileNotifier, file_name
from watchtower.errors import DeliveryError
from watchtower.types import Message


def message(recipient: str = "2026-11-23.html", body: str = "new") -> Message:
    return Message(id="m1", digest_id="d1", channel="file", recipient=recipient, content_type="text/html", body=body)


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let the kernel refuse to write files beyond a size, as it refuses on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_write_that_fails_half_way_leaves_the_older_digest_and_nothing_else(tmp_path: Path) -> None:
    notifier = FileNotifier(tmp_path)
    notifier.deliver(message(body="older"))
    with files_at_most(1000), pytest.raises(DeliveryError, match=r"2026-11-23\.html is not written"):
        notifier.deliver(message(body="x" * 5000))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"2026-11-23.html": "older"}


def test_a_try_that_was_killed_leaves_nothing_once_the_next_one_is_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifier = FileNotifier(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda descriptor: os.kill(os.getpid(), signal.SIGKILL))
        child = os.fork()
        if child == 0:
            notifier.deliver(message())
        assert os.waitpid(child, 0) == (child, signal.SIGKILL)
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    notifier.deliver(message())
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"2026-11-23.html": "new"}


def test_two_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    def deliver(body: str) -> str:
        try:
            FileNotifier(tmp_path).deliver(message(body=body))
        except DeliveryError:  # its unfinished file was taken for one that was left; the outbox tries again
            return ""
        return body

    with ThreadPoolExecutor(8) as pool:
        written = set(pool.map(deliver, [str(n) * 10_000 for n in range(64)]))
    (path,) = tmp_path.iterdir()
    assert path.read_text() in written - {""}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def on_full_disk(path: Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".part"):
            os.close(opened(path, flags, mode))
            return opened("/dev/full", os.O_WRONLY)
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", on_full_disk)
    with pytest.raises(DeliveryError, match="No space left on device; free some space on that disk") as caught:
        FileNotifier(tmp_path).deliver(message())
    assert isinstance(caught.value.__cause__, OSError)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_the_file_is_to_go_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-11-23.html" / "inside").mkdir(parents=True)
    with pytest.raises(DeliveryError, match="move the folder that stands where the file is to go"):
        FileNotifier(tmp_path).deliver(message())
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11-23.html"]


def test_a_name_of_the_greatest_length_is_written_and_a_longer_one_is_explained(tmp_path: Path) -> None:
    FileNotifier(tmp_path).deliver(message("n" * 255))
    assert (tmp_path / ("n" * 255)).read_text() == "new"
    with pytest.raises(DeliveryError, match="shorten the name"):
        FileNotifier(tmp_path).deliver(message("n" * 256))


def test_a_link_inside_the_folder_does_not_lead_out_of_it(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "digests"
    outside.mkdir()
    folder.mkdir()
    (folder / "2026").symlink_to(outside)
    with pytest.raises(DeliveryError, match="through a link"):
        FileNotifier(folder).deliver(message("2026/digest.html"))
    assert list(outside.iterdir()) == []


def test_a_link_that_stands_for_the_file_is_replaced_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.html", tmp_path / "digests"
    outside.write_text("not ours")
    folder.mkdir()
    (folder / "2026-11-23.html").symlink_to(outside)
    FileNotifier(folder).deliver(message())
    assert (outside.read_text(), (folder / "2026-11-23.html").read_text()) == ("not ours", "new")


def test_the_digest_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "digests").symlink_to(tmp_path / "real")
    FileNotifier(tmp_path / "digests").deliver(message())
    assert (tmp_path / "real" / "2026-11-23.html").read_text() == "new"


def test_the_umask_says_who_may_read_a_digest(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        FileNotifier(tmp_path).deliver(message())
    finally:
        os.umask(before)
    assert (tmp_path / "2026-11-23.html").stat().st_mode & 0o777 == 0o640


def test_a_body_that_is_no_unicode_text_is_a_delivery_error(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="character 3 of the digest"):
        FileNotifier(tmp_path).deliver(message(body="abc\ud800"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_cannot_sync_a_folder_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = os.fsync

    def only_files(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    FileNotifier(tmp_path).deliver(message())
    assert (tmp_path / "2026-11-23.html").read_text() == "new"


@given(recipient=st.text(st.sampled_from("ab./\\~\x00\n- "), max_size=12))
def test_whatever_the_recipient_the_file_is_below_the_folder_or_refused(recipient: str) -> None:
    folder = Path("/srv/digests")
    try:
        path = Path(os.path.normpath(folder / file_name(recipient)))
    except DeliveryError:
        return
    assert path != folder and path.is_relative_to(folder)
