"""One contestant of collect.py, in a process of its own: ``_feeds_readers.py NAME PORT FEEDS FOLDER``.

Prints one JSON object for each cycle, the first with everything new and the second with nothing changed: seconds of
wall time and of CPU, the most memory so far, and what was read. Every ``*.bench.test`` leads to loopback.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONCURRENCY = 100
_look_up = socket.getaddrinfo


def _to_loopback(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
    return _look_up("127.0.0.1" if str(host).endswith(".bench.test") else host, port, *rest, **more)


def urls(port: int, feeds: int) -> list[str]:
    """The feeds' addresses, each on a host of its own."""
    return [f"http://paper-{number}.bench.test:{port}/feed.xml" for number in range(feeds)]


@contextmanager
def measured(name: str) -> Iterator[dict[str, Any]]:
    """Measure what is done inside and print it; what is put into the dictionary goes along."""
    more: dict[str, Any] = {}
    before, wall = _cpu(), time.perf_counter()
    yield more
    wall, cpu = time.perf_counter() - wall, _cpu() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"cycle": name, "wall": wall, "cpu": cpu, "mib": memory, **more}) + "\n")
    sys.stdout.flush()


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def floor(port: int, feeds: int, folder: Path) -> None:
    """Bare aiohttp: ask and read, conditionally the second time."""
    import asyncio

    import aiohttp

    async def cycle(etags: dict[str, str]) -> None:
        turns = asyncio.Semaphore(CONCURRENCY)
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

            async def one(url: str) -> None:
                headers = {"If-None-Match": etags[url]} if url in etags else {}
                async with turns, session.get(url, headers=headers) as response:
                    await response.read()
                    etags[url] = response.headers["etag"]

            await asyncio.gather(*(one(url) for url in urls(port, feeds)))

    etags: dict[str, str] = {}
    for name in ("cold", "unchanged"):
        with measured(name):
            asyncio.run(cycle(etags))


def fetcher(port: int, feeds: int, folder: Path) -> None:
    """watchtower's fetcher alone, with its guard, lanes and limits."""
    from datetime import UTC, datetime

    from watchtower.fetch.guard import Guard
    from watchtower.fetch.http import HttpFetcher
    from watchtower.types import Fetched, FetchRequest

    asking = HttpFetcher(
        concurrency=CONCURRENCY, per_host=2, timeout_seconds=20, max_bytes=15 * 2**20, user_agent="watchtower/bench",
        guard=Guard(allow=["127.0.0.0/8"]), clock=lambda: datetime.now(UTC),
    )  # fmt: skip
    requests = [FetchRequest(feed_id=url, url=url) for url in urls(port, feeds)]
    for name in ("cold", "unchanged"):
        kept = {}
        with measured(name) as more:
            kinds: dict[str, int] = {}
            for outcome in asking.fetch(requests):
                kinds[type(outcome).__name__] = kinds.get(type(outcome).__name__, 0) + 1
                if isinstance(outcome, Fetched):
                    kept[outcome.feed_id] = outcome.headers
            more["outcomes"] = kinds
        requests = [
            FetchRequest(feed_id=id, url=id, etag=headers["etag"], last_modified=headers["last-modified"])
            for id, headers in kept.items()
        ]


def collecting(port: int, feeds: int, folder: Path) -> None:
    """What lemon24/reader does too: ask, parse, clean and store."""
    from watchtower.pipeline.collecting import collect

    tower = _wired(port, feeds, folder)
    for name in ("cold", "unchanged"):
        with measured(name) as more, tower.store.exclusive("pull"):
            done = collect(tower, (), True, lambda due: None, lambda visit: None, lambda: False)
            more["read"] = done.counts()
    tower.close()


def watchtower(port: int, feeds: int, folder: Path) -> None:
    """The whole of a pull: ask, parse, clean, store, group and classify against the shipped analysis."""
    tower = _wired(port, feeds, folder)
    tower.classifier()  # fitted once, whatever is read afterwards
    for name in ("cold", "unchanged"):
        with measured(name) as more:
            report = tower.pull(force=True)
            more["read"] = {"fetched": report.fetched, "unchanged": report.unchanged, "failed": report.failed}
            more["read"] |= {"new": report.new, "matches": report.matches, "stories": report.stories_new}
    tower.close()


def _wired(port: int, feeds: int, folder: Path) -> Any:
    from dataclasses import replace

    from watchtower import build
    from watchtower.__main__ import set_up
    from watchtower.config import load
    from watchtower.types import Feed

    set_up()
    config = load(Path(__file__).resolve().parent.parent, {})
    named = enumerate(urls(port, feeds))
    papers = tuple(Feed(id=f"paper-{n}", url=url, title=f"Paper {n}", language="en", owner=f"P{n}") for n, url in named)
    fetching = replace(config.settings.fetch, allow=("127.0.0.0/8",), concurrency=CONCURRENCY)
    config = replace(config, feeds=papers, settings=replace(config.settings, fetch=fetching), folder=folder)
    return build.watchtower(config)


def reader(workers: int) -> Callable[[int, int, Path], None]:
    """lemon24/reader: its update of all feeds, whether due or not."""

    def run(port: int, feeds: int, folder: Path) -> None:
        from reader import make_reader

        library = make_reader(str(folder / "reader.sqlite"))
        for url in urls(port, feeds):
            library.add_feed(url)
        for name in ("cold", "unchanged"):
            with measured(name) as more:
                library.update_feeds(workers=workers, scheduled=False)
                counts = library.get_entry_counts()
                more["read"] = {"entries": counts.total}
        library.close()

    return run


CONTESTANTS: dict[str, Callable[[int, int, Path], None]] = {
    "floor": floor,
    "fetcher": fetcher,
    "collecting": collecting,
    "watchtower": watchtower,
    "reader-20": reader(20),
    "reader-100": reader(100),
}

if __name__ == "__main__":
    socket.getaddrinfo = _to_loopback
    CONTESTANTS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
