"""Weeks of running in little time: does memory stay as it is? ``python benchmarks/soak.py [CYCLES [FEEDS]]``.

Pulls FEEDS feeds (40) that keep changing CYCLES times (1,008: six weeks of hours) in one process, with the clock moved
on by an hour each time, and makes and delivers each day's digest. After each tenth it prints what the process holds,
what the one that reads broken documents holds, the objects that Python knows, and how much is stored. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from _feeds_server import START

from watchtower import build
from watchtower.__main__ import set_up
from watchtower.config import Config, load
from watchtower.pipeline import Watchtower
from watchtower.types import Feed

HERE = Path(__file__).resolve().parent
PAGE = os.sysconf("SC_PAGE_SIZE")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def serving() -> Iterator[int]:
    """Serve the feeds from a process of their own; the port."""
    command = [sys.executable, str(HERE / "_changing_feeds.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        yield int(server.stdout.readline())
        server.stdin.close()


def configured(port: int, feeds: int, folder: Path) -> Config:
    """The shipped analysis over these feeds."""
    config = load(HERE.parent, {})
    papers = tuple(
        Feed(id=f"paper-{n}", url=f"http://127.0.0.1:{port}/{n}", title=f"Paper {n}", language="en", owner=f"P{n}")
        for n in range(feeds)
    )
    fetching = replace(config.settings.fetch, allow=("127.0.0.0/8",), per_host=10)
    return replace(config, feeds=papers, settings=replace(config.settings, fetch=fetching), folder=folder)


def mebibytes(process: str) -> float:
    """What a process holds now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 2**20


def readers(server: set[str]) -> float:
    """What the other processes that this one started hold."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(mebibytes(child) for child in children if child not in server)


def soak(tower: Watchtower, clock: Clock, cycles: int) -> Iterator[tuple[int, int, int, int]]:
    """Run so many hours; after each tenth cycles, new items, matches and digests so far."""
    new = matches = digests = 0
    for cycle in range(1, cycles + 1):
        clock.now = START + timedelta(hours=cycle)
        report = tower.pull(force=True)
        new, matches = new + report.new, matches + report.matches
        digests += len(tower.daily_digests())
        tower.deliver()
        if cycle * 10 // cycles > (cycle - 1) * 10 // cycles:
            yield cycle, new, matches, digests


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cycles", type=int, nargs="?", default=1008)
    parser.add_argument("feeds", type=int, nargs="?", default=40)
    given = parser.parse_args()
    set_up()
    clock = Clock()
    sys.stdout.write("| cycles | items | matches | digests | MiB | reader, MiB | objects | database, MiB | CPU s |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder, serving() as port:
        server = set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
        tower = build.watchtower(configured(port, given.feeds, Path(folder)), clock=clock)
        for cycle, new, matches, digests in soak(tower, clock, given.cycles):
            gc.collect()
            stored = sum(path.stat().st_size for path in Path(folder).glob("*.db*")) / 2**20
            sys.stdout.write(
                f"| {cycle:,} | {new:,} | {matches:,} | {digests} | {mebibytes('self'):.1f} | {readers(server):.1f} "
                f"| {len(gc.get_objects()):,} | {stored:.0f} | {time.process_time():.0f} |\n"
            )
            sys.stdout.flush()
        tower.close()


if __name__ == "__main__":
    main()
