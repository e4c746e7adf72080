"""Documents that take too much: the feed fails with a reason, and everything else goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from watchtower.errors import ParseError
from watchtower.parse import lenient
from watchtower.parser import bounded, process
from watchtower.parser.bounded import BoundedParser

BASE = "https://feeds.example/news/all.xml"
#: not well-formed, so that it is read in the child
SMALL = b"<rss><channel><item><title>AT&T</title></item></channel></rss>"
#: 5 MB for which feedparser takes half a minute and more
ENDLESS = b"<rss><channel>" + b"<item><title>AT&T</title></item>" * 160_000


@pytest.fixture
def make() -> Iterator[Callable[..., BoundedParser]]:
    made = []

    def parser(**given: float) -> BoundedParser:
        made.append(BoundedParser(**given))  # type: ignore[arg-type]  # of the right types, one by one
        return made[-1]

    yield parser
    for one in made:
        one.close()


def children(of: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(of)], capture_output=True, text=True, check=False).stdout
    return [
        int(line) for line in found.split() if Path(f"/proc/{line}/cmdline").read_bytes().find(b"parser.child") >= 0
    ]


def title(parser: BoundedParser, body: bytes = SMALL) -> str:
    return parser.parse(body, {}, BASE).entries[0].title


def reason(parser: BoundedParser, body: bytes) -> str:
    with pytest.raises(ParseError) as refused:
        parser.parse(body, {}, BASE)
    return str(refused.value)


def test_no_process_is_started_for_what_is_well_formed(make: Callable[..., BoundedParser]) -> None:
    before = children(os.getpid())
    assert title(make(), b"<rss><channel><item><title>A</title></item></channel></rss>") == "A"
    assert children(os.getpid()) == before


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_read(
    make: Callable[..., BoundedParser],
) -> None:
    parser = make(seconds=1.0)
    assert title(parser) == "AT&T"
    assert reason(parser, ENDLESS) == "the document takes more than 1 seconds to be read"
    assert title(parser) == "AT&T"


def test_a_small_document_may_take_less_time_than_a_large_one(
    make: Callable[..., BoundedParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "_SECONDS", 0)
    monkeypatch.setattr(bounded, "_BYTES_A_SECOND", len(ENDLESS))
    parser = make(seconds=20.0)
    assert reason(parser, ENDLESS) == "the document takes more than 1 seconds to be read"
    assert title(parser) == "AT&T"


def test_a_document_that_takes_too_much_memory_is_given_up_and_the_next_one_is_read(
    make: Callable[..., BoundedParser],
) -> None:
    parser = make(most_bytes=200 * 2**20)
    body = b"<rss><channel><item><title>&" + b"a " * 12_000_000 + b"</title></item></channel></rss>"
    assert reason(parser, body) == "the document takes more than 200 MiB of memory to be read"
    assert title(parser) == "AT&T"


def test_a_process_that_is_stopped_is_ended_in_the_end(
    make: Callable[..., BoundedParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE", 0.0)
    parser = make(seconds=2.0)
    before = children(os.getpid())
    assert title(parser) == "AT&T"
    [child] = set(children(os.getpid())) - set(before)
    os.kill(child, signal.SIGSTOP)
    assert "takes more than 2 seconds" in reason(parser, SMALL)
    assert title(parser) == "AT&T"


def test_a_process_that_is_killed_in_between_is_started_again(make: Callable[..., BoundedParser]) -> None:
    parser = make()
    before = children(os.getpid())
    assert title(parser) == "AT&T"
    [child] = set(children(os.getpid())) - set(before)
    os.kill(child, signal.SIGKILL)
    assert title(parser) == "AT&T"


def test_a_large_parent_does_not_make_its_process_look_spent(make: Callable[..., BoundedParser]) -> None:
    held = bytearray(b"x" * 150 * 2**20)
    parser = make(most_bytes=280 * 2**20)
    before = children(os.getpid())
    assert title(parser) == "AT&T"
    first = set(children(os.getpid())) - set(before)
    assert len(first) == 1
    assert title(parser) == "AT&T"
    assert set(children(os.getpid())) - set(before) == first
    del held


def test_a_process_that_dies_on_a_document_is_tried_once_more_and_then_the_document_is_refused(
    make: Callable[..., BoundedParser], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a broken feedparser before the real one
    (tmp_path / "feedparser.py").write_text("raise SystemExit(7)")
    monkeypatch.setattr(
        process, "_environment", lambda: {"PYTHONPATH": f"{tmp_path}:{Path(lenient.__file__).parents[2]}"}
    )
    assert "breaks down on this one (exit code 7)" in reason(make(), SMALL)


DAEMON = f"""
import sys
from watchtower.parser.bounded import BoundedParser
parser = BoundedParser(seconds=3)
parser.parse({SMALL!r}, {{}}, "https://x.example/")
print("ready", flush=True)
sys.stdin.readline()
parser.parse({ENDLESS[:14]!r} + {ENDLESS[14:46]!r} * 160_000, {{}}, "https://x.example/")
"""


@pytest.mark.parametrize("busy", [False, True])
def test_no_process_is_left_when_its_parent_is_killed(busy: bool) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", DAEMON], **pipes) as daemon:
        assert daemon.stdout is not None and daemon.stdin is not None
        assert daemon.stdout.readline() == b"ready\n"
        [child] = children(daemon.pid)
        before = ticks(child)
        if busy:
            daemon.stdin.write(b"\n")
            daemon.stdin.flush()
            until(lambda: ticks(child) > before + 30)
        daemon.kill()
    until(lambda: not Path(f"/proc/{child}").exists())


def ticks(process: int) -> int:
    """Processor time that a process has used, in hundredths of a second."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[11])


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)
