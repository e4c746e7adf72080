"""The real daemon as a process of its own, in a folder of its own, with a real server for its feeds."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

import watchtower

PROJECT = Path(watchtower.__file__).parents[1]
FEEDS = ("harbour-news", "upland-post", "river-wire")
ENTRIES = 4
SOON = 60.0  # seconds until a test that waits gives up; two busy cores can make a start slow

WATCHPOINTS = """
analysis: {id: rivers, title: Rivers, source: Made up for a test, published: 2026-01, languages: [en]}
concepts:
  dam: {en: [dam, dams]}
watch_points:
  - id: dams
    title: Dams
    when: dam
    examples: [Dam opens on the upper river, New dam floods three villages, Dam gates closed before the rain]
    counterexamples: [Harbour museum reopens, Bakers meet in the old town, Football club signs a keeper]
"""


class FeedServer(ThreadingHTTPServer):
    """Serves each feed with an ETag, counts who asks, and can hold its answers back."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.answering = Event()
        self.answering.set()

    def feed(self, name: str) -> bytes:
        """Write the feed as RSS, its entries some hours old."""
        begun = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
        entries = "".join(
            f"<item><guid>{name}-{n}</guid><title>Dam {n} opens, says {name}</title>"
            f"<link>https://{name}.example/{n}</link><pubDate>{format_datetime(begun)}</pubDate>"
            f"<description>The river dam number {n} was opened.</description></item>"
            for n in range(ENTRIES)
        )
        return f'<rss version="2.0"><channel><title>{name}</title>{entries}</channel></rss>'.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FeedServer

    def do_GET(self) -> None:
        name = self.path.strip("/")
        self.server.asked[name] += 1
        self.server.answering.wait(SOON)
        body = self.server.feed(name)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class World:
    """A folder with its configuration, the server of its feeds, and the daemons started on it."""

    folder: Path
    server: FeedServer
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a daemon; its log is ``log(daemon)``."""
        given = {"WATCHTOWER_LOG__LEVEL": "debug", "WATCHTOWER_LOG__FORMAT": "json", "PYTHONPATH": str(PROJECT)}
        command = [sys.executable, "-m", "watchtower", "run", "--config", str(self.folder)]
        with open(self.folder / f"{len(self.started)}.log", "wb") as log:
            daemon = subprocess.Popen(command, stderr=log, stdout=log, env={**os.environ, **given, **environment})
        self.started.append(daemon)
        return daemon

    def log(self, daemon: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"{self.started.index(daemon)}.log").read_text()

    def events(self, daemon: subprocess.Popen[bytes]) -> list[dict[str, object]]:
        lines = [line for line in self.log(daemon).splitlines() if line.startswith("{") and line.endswith("}")]
        return [line for line in map(json.loads, lines) if line["logger"] == "watchtower.daemon"]

    def until(self, what: str, seen: Callable[[], object], daemon: subprocess.Popen[bytes] | None = None) -> None:
        """Look until something is to be seen; fails with the log where it is not, or the daemon has ended."""
        deadline = time.monotonic() + SOON
        while not seen():
            if time.monotonic() > deadline or (daemon is not None and daemon.poll() is not None):
                pytest.fail(f"never {what}:\n" + "\n".join(self.log(each) for each in self.started))
            time.sleep(0.02)

    def until_event(self, daemon: subprocess.Popen[bytes], event: str, **wanted: object) -> None:
        def seen() -> bool:
            return any(line["event"] == event and wanted.items() <= line.items() for line in self.events(daemon))

        self.until(f"{event} {wanted}", seen, daemon)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database; nothing where there is no such database or table yet."""
        try:
            with closing(sqlite3.connect(f"file:{self.folder / 'watchtower.db'}?mode=ro", uri=True)) as database:
                return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def digests(self) -> list[str]:
        return sorted(path.suffix for path in (self.folder / "digests").glob("*"))

    def whole(self) -> bool:
        """The digest is made and delivered."""
        return self.digests() == [".json", ".md"] and self.rows(
            "select count(*) from outbox where sent_at is null"
        ) == [(0,)]

    def finish(self) -> None:
        """Start a last daemon, let it do what is left to do, stop it, and look at the whole."""
        last = self.start()
        self.until_event(last, "pull done")
        self.until("delivered", self.whole, last)
        assert stop(last) == 0
        self.check()

    def check(self) -> None:
        """Nothing lost and nothing doubled: the end of every story below."""
        assert self.rows("pragma integrity_check") == [("ok",)]
        assert self.rows("select feed_id, count(*), count(distinct key) from items group by 1 order by 1") == [
            (feed, ENTRIES, ENTRIES) for feed in sorted(FEEDS)
        ]
        assert self.rows("select count(*), count(distinct item_id) from matches") == [(len(FEEDS) * ENTRIES,) * 2]
        assert self.rows("select count(*) from items where story is null or classified_by is null") == [(0,)]
        assert self.rows("select count(*) from digests") == [(1,)]
        assert self.rows("select count(*) from outbox where sent_at is not null") == [(2,)]
        (digest,) = (self.folder / "digests").glob("*.json")
        told = json.loads(digest.read_text())["sections"][0]["stories"]
        assert sum(len(story["sources"]) for story in told) == len(FEEDS) * ENTRIES


@contextmanager
def watching(folder: Path, settings: str) -> Iterator[World]:
    """Write a folder with three feeds and these settings more; kill every daemon at the end."""
    with FeedServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        feeds = [
            f"  - {{id: {name}, url: {address}/{name}, title: {name}, language: en, owner: {name}, kind: newspaper, "
            "reliability: B}\n"
            for name in FEEDS
        ]
        (folder / "feeds.yml").write_text("feeds:\n" + "".join(feeds))
        (folder / "watchpoints.yml").write_text(WATCHPOINTS)
        (folder / "config").mkdir()
        hour = datetime.now(UTC) - timedelta(minutes=15)
        (folder / "config" / "settings.yml").write_text(
            f"digest:\n  at: '{hour:%H:%M}'\n  zone: UTC\n  formats: [md, json]\n{settings}"
            "fetch: {allow_private_networks: true, timeout_seconds: 50, per_host: 9}\n"
            "schedule: {pull_every: 1s, drain: 20s}\n"
        )
        made = World(folder, server)
        yield made
        for daemon in made.started:
            daemon.kill()
            daemon.wait(SOON)
        server.answering.set()
        server.shutdown()
        thread.join(SOON)


def stop(daemon: subprocess.Popen[bytes], signum: int = signal.SIGTERM) -> int:
    daemon.send_signal(signum)
    return daemon.wait(SOON)
