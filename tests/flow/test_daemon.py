"""The real daemon as a process of its own: real files, a real database, a real server on loopback."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.daemons import FEEDS, SOON, World, stop, watching


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with watching(tmp_path, "") as made:
        yield made


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
