"""The real daemon as a process of its own: real files, a real database, a real server on loopback."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
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


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with FeedServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        feeds = [
            f"  - {{id: {name}, url: {address}/{name}, title: {name}, language: en, owner: {name}, kind: newspaper, "
            "reliability: B}\n"
            for name in FEEDS
        ]
        (tmp_path / "feeds.yml").write_text("feeds:\n" + "".join(feeds))
        (tmp_path / "watchpoints.yml").write_text(WATCHPOINTS)
        (tmp_path / "config").mkdir()
        hour = datetime.now(UTC) - timedelta(minutes=15)
        (tmp_path / "config" / "settings.yml").write_text(
            f"digest: {{at: '{hour:%H:%M}', zone: UTC, formats: [md, json]}}\n"
            "fetch: {allow_private_networks: true, timeout_seconds: 50, per_host: 9}\n"
            "schedule: {pull_every: 1s, drain: 20s}\n"
        )
        made = World(tmp_path, server)
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


def test_it_pulls_writes_the_digest_and_ends_well_on_sigterm(world: World) -> None:
    daemon = world.start()
    world.until("delivered", world.whole, daemon)
    assert stop(daemon) == 0
    world.check()
    last = world.events(daemon)[-1]
    assert (last["event"], last["drained"], last["digests"], last["delivered"]) == ("stopped", True, 1, 2)
    assert {"bugs", "troubles", "missed"} & last.keys() == set()


def test_a_second_daemon_is_told_who_is_there_and_the_first_goes_on(world: World) -> None:
    first = world.start()
    world.until_event(first, "pull done")
    second = world.start()
    assert second.wait(SOON) == 1
    assert f"process {first.pid}" in world.log(second)
    assert "Traceback" not in world.log(second)
    pulls = len(world.events(first))
    world.until("more work", lambda: len(world.events(first)) > pulls, first)
    assert stop(first, signal.SIGINT) == 0
    world.check()


def test_a_restart_asks_no_server_again_before_its_time(world: World) -> None:
    for _ in range(3):
        daemon = world.start()
        world.until_event(daemon, "pull done", due=0)
        assert stop(daemon) == 0
    assert world.server.asked == dict.fromkeys(FEEDS, 1)


def test_a_stop_waits_no_longer_than_the_drain_for_a_server_that_hangs(world: World) -> None:
    world.server.answering.clear()
    daemon = world.start(WATCHTOWER_SCHEDULE__DRAIN="1s")
    world.until("asked", lambda: len(world.server.asked) == len(FEEDS), daemon)
    begun = time.monotonic()
    assert stop(daemon) == 0
    assert time.monotonic() - begun < 20  # the server would hold it for 50 seconds
    world.server.answering.set()
    world.finish()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(world: World, signum: signal.Signals) -> None:
    world.server.answering.clear()
    daemon = world.start()
    world.until("asked", lambda: len(world.server.asked) == len(FEEDS), daemon)
    daemon.send_signal(signum)
    world.until_event(daemon, "stopping", reason=signum.name)
    assert stop(daemon, signum) == -signum  # what a shell calls 143 or 130
    assert world.rows("pragma integrity_check") == [("ok",)]


MOMENTS: dict[str, Callable[[World], object]] = {
    "asked": lambda world: world.server.asked,
    "stored": lambda world: world.rows("select 1 from items"),
    "grouped": lambda world: world.rows("select 1 from stories"),
    "matched": lambda world: world.rows("select 1 from matches"),
    "told": lambda world: world.rows("select 1 from digests"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_at_any_moment_loses_and_doubles_nothing(world: World, moment: str) -> None:
    daemon = world.start()
    world.until(moment, lambda: MOMENTS[moment](world), daemon)
    assert stop(daemon, signal.SIGKILL) == -signal.SIGKILL
    world.finish()


def test_kills_at_random_lose_and_double_nothing(world: World) -> None:
    chance = random.Random(7)
    for _ in range(4):
        daemon = world.start()
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.wait(chance.uniform(0.3, 4))
        stop(daemon, signal.SIGKILL)
    world.finish()


def test_the_service_manager_hears_when_it_is_ready_and_when_it_stops(world: World) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(str(world.folder / "notify"))
        manager.settimeout(SOON)
        daemon = world.start(NOTIFY_SOCKET=str(world.folder / "notify"))
        assert manager.recv(100) == b"READY=1"
        assert stop(daemon) == 0
        assert manager.recv(100) == b"STOPPING=1"


def test_a_configuration_with_mistakes_is_never_ready(world: World) -> None:
    (world.folder / "feeds.yml").write_text("feeds: [{id: x}]\n")
    daemon = world.start()
    assert daemon.wait(SOON) == 2
    assert "feeds.yml:1" in world.log(daemon)
