"""A whole cycle of collecting, side by side: many feeds on as many hosts, each answer after 50 ms.

``python benchmarks/collect.py [FEEDS [ENTRIES]] [--reader PYTHON] [--rounds N] [--growth]`` asks FEEDS feeds (2,000) of
ENTRIES entries (40) twice: with everything new, then with nothing changed. It prints wall and CPU seconds, CPU
seconds for 1,000 feeds, and how each stands to the bare floor: aiohttp that asks and reads, and no more. ``--reader``
names the Python of an environment that has lemon24/reader, which is measured beside. ``--growth`` asks 500, 5,000 and
20,000 feeds of one entry instead. Of several rounds, interleaved, the best of each counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAUSE = 0.05
GROWTH, GROWTH_ENTRIES = (500, 5_000, 20_000), 1
Cycles = dict[str, dict[str, Any]]


@contextmanager
def serving(feeds: int, entries: int) -> Iterator[int]:
    """Serve the feeds from a process of their own; the port."""
    command = [sys.executable, str(HERE / "_feeds_server.py"), str(feeds), str(entries), str(PAUSE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        yield int(server.stdout.readline())
        server.stdin.close()


def run(contestant: str, port: int, feeds: int, python: str) -> Cycles:
    """Let one contestant read everything twice, in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python, str(HERE / "_feeds_readers.py"), contestant, str(port), str(feeds), folder]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(f"{contestant} failed:\n{said.stderr[-3000:]}")
    return {cycle["cycle"]: cycle for cycle in map(json.loads, said.stdout.splitlines())}


def best(rounds: list[Cycles]) -> Cycles:
    """The least wall and CPU of each cycle."""
    return {
        name: {**rounds[0][name], **{key: min(one[name][key] for one in rounds) for key in ("wall", "cpu")}}
        for name in rounds[0]
    }


def side_by_side(contestants: dict[str, str], feeds: int, entries: int, rounds: int) -> dict[str, Cycles]:
    """Measure every contestant, named with the Python that it runs in; interleaved."""
    found: dict[str, list[Cycles]] = {name: [] for name in contestants}
    with serving(feeds, entries) as port:
        for _ in range(rounds):
            for name, python in contestants.items():
                found[name].append(run(name, port, feeds, python))
    return {name: best(cycles) for name, cycles in found.items()}


def table(found: dict[str, Cycles], feeds: int) -> Iterator[str]:
    """The lines of a comparison."""
    yield "| who | cycle | wall s | CPU s | CPU s for 1,000 feeds | wall, floors | CPU, floors | MiB |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, cycles in found.items():
        for cycle, one in cycles.items():
            floor = found["floor"][cycle]
            yield (
                f"| {name} | {cycle} | {one['wall']:.2f} | {one['cpu']:.2f} | {one['cpu'] / feeds * 1000:.2f} "
                f"| {one['wall'] / floor['wall']:.1f} | {one['cpu'] / floor['cpu']:.1f} | {one['mib']:.0f} |"
            )
    for name, cycles in found.items():
        yield from (
            f"{name}, {cycle}: {one[key]}"
            for cycle, one in cycles.items()
            for key in ("read", "outcomes")
            if key in one
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("feeds", type=int, nargs="?", default=2_000)
    parser.add_argument("entries", type=int, nargs="?", default=40)
    parser.add_argument("--reader", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    contestants = dict.fromkeys(("floor", "fetcher", "collecting", "watchtower"), sys.executable)
    if given.reader:
        contestants |= dict.fromkeys(("reader-20", "reader-100"), given.reader)
    sizes = [(feeds, GROWTH_ENTRIES) for feeds in GROWTH] if given.growth else [(given.feeds, given.entries)]
    for feeds, entries in sizes:
        sys.stdout.write(
            f"{feeds:,} feeds on as many hosts, {feeds * entries:,} entries, answers after {PAUSE:g} s\n\n"
        )
        found = side_by_side(contestants, feeds, entries, given.rounds)
        sys.stdout.write("\n".join(table(found, feeds)) + "\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
