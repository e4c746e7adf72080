"""The daemon's clock, with a tower whose parts only keep state."""

from __future__ import annotations

import logging
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import cast

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from tests import factories as make
from watchtower import daemon
from watchtower.config.values import ScheduleSettings
from watchtower.errors import DeliveryError, StoreBusy, StoreError
from watchtower.pipeline import Delivery, DigestPlan, Ending, Reader, Watchtower
from watchtower.types import Alert, AlertKind, Digest, Health, Made, Message, PullReport, Visit

NOW = datetime(2026, 11, 23, 6, 31, tzinfo=UTC)
#: not a one-off: APScheduler 3.11.3 stumbles over removing those while it is shut down
DAILY = IntervalTrigger(days=1, timezone=UTC)
SOON = 10.0  # seconds until a test that waits gives up
REPORT = PullReport(
    due=3, fetched=1, unchanged=1, failed=1, new=5, revised=0, known=2, stories_new=4, stories_grown=1, matches=2,
    seconds=0.1, problems={"han-river": "timed out after 20 s"},
)  # fmt: skip
DIGEST = Digest(
    id="d1",
    analysis="a1",
    since=NOW - timedelta(days=1),
    until=NOW,
    zone="Asia/Seoul",
    summary=(),
    sections=(),
    health=Health(feeds=3, read=2, items=5),
    made=Made(configuration="c1", model="m1", cut_off=NOW, version="0"),
)
PLAN = DigestPlan(
    method=make.method(),
    readers=(
        Reader(id="", at=time(6, 30), zone="Asia/Seoul"),
        Reader(id="kim", at=time(7, 15), zone="Europe/Oslo"),
    ),
    stories_per_section=25,
    days_before=14,
    grace=timedelta(hours=12),
)


class FakeStore:
    """Hands out named locks."""

    def __init__(self) -> None:
        self.held: list[str] = []

    @contextmanager
    def exclusive(self, name: str, wait_seconds: float = 0) -> Iterator[None]:
        if name in self.held:
            raise StoreBusy(f"the lock {name!r} is held by process 4711; stop it")
        self.held.append(name)
        try:
            yield
        finally:
            self.held.remove(name)


@dataclass
class FakeTower:
    """Notes what is asked of it in ``asked``; each job can be given something else to do."""

    store: FakeStore = field(default_factory=FakeStore)
    feeds: tuple[object, ...] = ()
    plan: DigestPlan = PLAN
    asked: SimpleQueue[str] = field(default_factory=SimpleQueue)
    closed: int = 0
    outbox: list[Delivery] = field(default_factory=list)
    due: list[Digest] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    on_pull: Callable[[Callable[[], bool]], None] = lambda stopping: None

    def pull(self, *, on_visit: Callable[[Visit], None], stopping: Callable[[], bool]) -> PullReport:
        self.asked.put("pull")
        self.on_pull(stopping)
        for visit in self.visits:
            on_visit(visit)
        return REPORT

    def daily_digests(self) -> list[Digest]:
        self.asked.put("digest")
        due, self.due = self.due, []
        return due

    def alert(self) -> list[Alert]:
        self.asked.put("alert")
        return self.alerts

    def deliver(self) -> list[Delivery]:
        self.asked.put("deliver")
        waiting, self.outbox = self.outbox, []
        return waiting

    def close(self) -> None:
        self.closed += 1

    def first(self, count: int) -> list[str]:
        """Wait for the next ``count`` questions."""
        return [self.asked.get(timeout=SOON) for _ in range(count)]


@pytest.fixture
def tower() -> FakeTower:
    return FakeTower()


@contextmanager
def running(tower: FakeTower, schedule: ScheduleSettings | None = None) -> Iterator[daemon.Stops]:
    """Run the daemon in a thread; ends it if the test has not, and checks that it ended."""
    stops: daemon.Stops = SimpleQueue()
    settings = schedule or ScheduleSettings()
    thread = Thread(target=lambda: daemon.run(cast(Watchtower, tower), settings, stops=stops))
    thread.start()
    try:
        yield stops
    finally:
        stops.put("the test is over")
        thread.join(SOON)
        assert not thread.is_alive()


def work(tower: FakeTower, heart: daemon.Heart | None = None) -> daemon.Work:
    return daemon.Work(cast(Watchtower, tower), Event(), Counter(), heart or daemon.Heart({}))


def message(recipient: str = "2026-11-23.html", attempts: int = 0) -> Message:
    return Message(
        id="m1",
        digest_id="d1",
        channel="file",
        recipient=recipient,
        content_type="text/html",
        body="",
        attempts=attempts,
    )


def events(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, object]]]:
    return [(record.getMessage(), getattr(record, "fields", {})) for record in caplog.records]


# --- the clock


def test_it_pulls_at_once_then_looks_for_a_digest_and_at_the_outbox(tower: FakeTower) -> None:
    with running(tower):
        asked = tower.first(3)
    assert asked[0] == "pull" and sorted(asked[1:]) == ["deliver", "digest"]


def test_it_pulls_again_and_again(tower: FakeTower) -> None:
    with running(tower, ScheduleSettings(pull_every=timedelta(milliseconds=20))):
        asked = tower.first(8)
    assert asked.count("pull") >= 5


def test_while_a_pull_runs_no_other_job_does_and_no_further_pull_is_queued(
    tower: FakeTower, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Event()

    def slow(stopping: Callable[[], bool]) -> None:
        while sum("skipped" in record.getMessage() for record in caplog.records) < 10:
            gate.wait(0.01)
        tower.asked.put("pulled")

    tower.on_pull = slow
    with running(tower, ScheduleSettings(pull_every=timedelta(milliseconds=20))):
        asked = tower.first(4)
    assert asked[:2] == ["pull", "pulled"]
    assert sorted(asked[2:]) == ["deliver", "digest"]


def test_a_run_that_is_hours_late_is_still_made(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    ran, done = SimpleQueue[str](), work(tower)
    scheduler = daemon.make_scheduler(ScheduleSettings(), done)
    scheduler.add_job(lambda: ran.put("late"), DAILY, next_run_time=datetime.now(UTC) - timedelta(hours=11))
    scheduler.start()
    try:
        assert ran.get(timeout=SOON) == "late"
    finally:
        scheduler.shutdown()
    assert done.counts["missed"] == 0


def test_a_run_later_than_the_grace_is_logged_and_counted(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    ran, done = SimpleQueue[str](), work(tower)
    scheduler = daemon.make_scheduler(ScheduleSettings(), done)
    scheduler.add_job(lambda: ran.put("late"), DAILY, id="old", next_run_time=datetime.now(UTC) - timedelta(hours=13))
    scheduler.add_job(lambda: ran.put("behind it"), DAILY, next_run_time=datetime.now(UTC))
    scheduler.start()
    try:
        assert ran.get(timeout=SOON) == "behind it"
    finally:
        scheduler.shutdown()
    assert done.counts["missed"] == 1
    assert [about["job"] for event, about in events(caplog) if event == "run missed"] == ["old"]


def test_a_job_that_ends_its_thread_is_logged_and_counted(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    def leave() -> None:
        raise SystemExit(3)

    done = work(tower)
    scheduler = daemon.make_scheduler(ScheduleSettings(), done)
    ended = Event()
    scheduler.add_job(leave, DAILY, id="leaver", next_run_time=datetime.now(UTC) - timedelta(seconds=1))
    scheduler.add_job(ended.set, DAILY, next_run_time=datetime.now(UTC))
    scheduler.start()
    assert ended.wait(SOON)
    scheduler.shutdown()
    assert [about["job"] for event, about in events(caplog) if "SystemExit(3)" in event and about] == ["leaver"]
    assert done.counts["bugs"] == 1


@pytest.mark.parametrize("grace", [timedelta(0), timedelta(milliseconds=300), timedelta(hours=12)])
def test_any_grace_gives_seconds_that_the_scheduler_takes(tower: FakeTower, grace: timedelta) -> None:
    scheduler = daemon.make_scheduler(ScheduleSettings(grace=grace), work(tower))
    scheduler.start(paused=True)
    try:
        assert {job.misfire_grace_time for job in scheduler.get_jobs()} == {max(1, int(grace.total_seconds()))}
        assert {(job.coalesce, job.max_instances) for job in scheduler.get_jobs()} == {(True, 1)}
    finally:
        scheduler.shutdown()


@pytest.mark.parametrize(
    ("zone", "at", "now", "fires"),
    [
        ("Asia/Seoul", time(6, 30), datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 23, 21, 30, tzinfo=UTC)),
        (
            "Asia/Kathmandu",
            time(6, 30, 15),
            datetime(2026, 11, 23, tzinfo=UTC),
            datetime(2026, 11, 23, 0, 45, 15, tzinfo=UTC),
        ),
        ("America/New_York", time(6, 30), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 11, 30, tzinfo=UTC)),
        (
            "America/New_York",
            time(6, 30),
            datetime(2026, 10, 31, tzinfo=UTC),
            datetime(2026, 10, 31, 10, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_digests_hour_is_by_the_readers_clock(zone: str, at: time, now: datetime, fires: datetime) -> None:
    reader = Reader(id="kim", at=at, zone=zone)
    assert daemon.digest_hour(reader).get_next_fire_time(None, now) == fires


# --- the jobs


def test_a_pull_is_one_event_and_each_failed_feed_one_more(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    work(tower).pull()
    failed, done = events(caplog)
    assert failed == ("feed failed", {"feed": "han-river", "problem": "timed out after 20 s"})
    assert done[0] == "pull done"
    assert (done[1]["due"], done[1]["fetched"], done[1]["new"], done[1]["matches"]) == (3, 1, 5, 2)


def test_a_digest_is_handed_over_as_soon_as_it_is_made(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    tower.due = [DIGEST, replace(DIGEST, id="d2", reader="kim")]
    tower.outbox = [Delivery(message=message(), ending=Ending.SENT)]
    done = work(tower)
    done.digest()
    assert tower.first(2) == ["digest", "deliver"]
    first, second, delivered = events(caplog)
    assert (first[0], second[0], delivered[0]) == ("digest made", "digest made", "delivered")
    assert ("reader" in first[1], second[1]["reader"]) == (False, "kim")
    assert done.counts == {"digests": 2, "delivered": 1}


def test_an_alert_is_handed_over_as_soon_as_it_is_found(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    done = work(tower)
    done.alert()
    assert tower.first(1) == ["alert"] and tower.asked.empty()
    tower.alerts = [make.alert(), make.alert(key="b", held_back=True)]
    done.alert()
    assert tower.first(2) == ["alert", "deliver"]
    assert [(event, about["held_back"]) for event, about in events(caplog)] == [("alert", False), ("alert", True)]
    assert done.counts == {"alerts": 2}


def test_alerts_are_looked_for_behind_each_pull_where_a_reader_wants_any(tower: FakeTower) -> None:
    kim = replace(PLAN.readers[1], alerts=frozenset({AlertKind.SURGE}))
    tower.plan = replace(PLAN, readers=(PLAN.everybody, kim))
    scheduler = daemon.make_scheduler(ScheduleSettings(pull_every=timedelta(minutes=7)), work(tower))
    jobs = {job.id: job.trigger for job in scheduler.get_jobs()}
    assert jobs["alert"].interval == jobs["pull"].interval == timedelta(minutes=7)
    first = {job.id: job.next_run_time for job in scheduler.get_jobs() if hasattr(job, "next_run_time")}
    assert first["pull"] < first["digest-tick"] < first["alert"]
    tower.plan = PLAN
    assert "alert" not in {job.id for job in daemon.make_scheduler(ScheduleSettings(), work(tower)).get_jobs()}


def test_where_no_digest_is_due_nothing_is_said(tower: FakeTower, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    work(tower).digest()
    assert tower.first(1) == ["digest"] and tower.asked.empty() and events(caplog) == []


def test_a_message_that_was_kept_back_is_logged_with_its_problem(
    tower: FakeTower, caplog: pytest.LogCaptureFixture
) -> None:
    problem = "the disk is full; free some space"
    tower.outbox = [
        Delivery(message=message(attempts=2), ending=ending, problem=problem)
        for ending in (Ending.FAILED, Ending.GIVEN_UP)
    ]
    done = work(tower)
    done.deliver()
    about = {
        "channel": "file",
        "recipient": "2026-11-23.html",
        "tries": 3,
        "problem": problem,
    }
    assert events(caplog) == [("not delivered", about), ("given up", {"message": "m1", **about})]
    assert done.counts == {"undelivered": 1, "given_up": 1}


@pytest.mark.parametrize("error", [StoreError("the disk is full; free some space"), DeliveryError("no way; wait")])
def test_trouble_in_one_job_is_one_sentence_and_the_next_tick_tries_again(
    tower: FakeTower, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def refuse(stopping: Callable[[], bool]) -> None:
        raise error

    done = work(tower)
    job = done.jobs()["pull"]
    tower.on_pull = refuse
    job()
    tower.on_pull = lambda stopping: None
    job()
    assert [(event, about["problem"]) for event, about in events(caplog) if event == "pull failed"] == [
        ("pull failed", error)
    ]
    assert not any(record.exc_info for record in caplog.records)
    assert (done.counts["troubles"], done.counts["pulls"]) == (1, 1)


def test_a_bug_in_one_job_is_logged_with_its_traceback_and_ends_nothing(
    tower: FakeTower, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(stopping: Callable[[], bool]) -> None:
        raise ZeroDivisionError("by design of this test")

    tower.on_pull = stumble
    with running(tower):
        assert tower.first(1) == ["pull"]
        assert sorted(tower.first(2)) == ["deliver", "digest"]
    traces = [record.exc_text or str(record.exc_info) for record in caplog.records if record.exc_info]
    assert len(traces) == 1 and "ZeroDivisionError" in traces[0]


# --- stopping


def test_a_stop_tells_the_running_pull_and_runs_nothing_that_was_queued(
    tower: FakeTower, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    begun, told = Event(), Event()

    def until_told(stopping: Callable[[], bool]) -> None:
        begun.set()
        while not stopping():
            told.wait(0.01)
        told.set()

    tower.on_pull = until_told
    with running(tower) as stops:
        assert begun.wait(SOON)
        stops.put("SIGTERM")
        assert told.wait(SOON)
    assert tower.first(1) == ["pull"]
    with pytest.raises(Empty):
        tower.asked.get_nowait()
    (stopped,) = [about for event, about in events(caplog) if event == "stopped"]
    assert stopped == {"drained": True, "pulls": 1}


def test_a_stop_lets_go_of_the_lock_and_the_database(tower: FakeTower) -> None:
    with running(tower) as stops:
        tower.first(1)
        assert tower.store.held == ["daemon"]
        stops.put("enough")
    assert (tower.store.held, tower.closed) == ([], 1)


def test_stopping_twice_is_fine(tower: FakeTower) -> None:
    with running(tower) as stops:
        tower.first(1)
        stops.put("once")
        stops.put("twice")
    assert tower.closed == 1


def test_a_stop_that_was_asked_for_before_the_start_is_heard(tower: FakeTower) -> None:
    stops: daemon.Stops = SimpleQueue()
    stops.put("early")
    assert daemon.run(cast(Watchtower, tower), ScheduleSettings(), stops=stops) == 0


def test_a_second_daemon_on_the_same_database_is_refused_and_says_who_is_there(tower: FakeTower) -> None:
    second = FakeTower(store=tower.store)
    with running(tower):
        tower.first(1)
        with pytest.raises(StoreBusy, match="process 4711"):
            daemon.run(cast(Watchtower, second), ScheduleSettings(), stops=SimpleQueue())
    assert second.closed == 1 and second.asked.empty()


def test_it_is_ready_once_the_database_is_its_own_and_before_any_work(tower: FakeTower) -> None:
    stops: daemon.Stops = SimpleQueue()
    seen: list[tuple[list[str], bool]] = []

    def ready() -> None:
        seen.append((list(tower.store.held), tower.asked.empty()))
        stops.put("seen")

    daemon.run(cast(Watchtower, tower), ScheduleSettings(), on_ready=ready, stops=stops)
    assert seen == [(["daemon"], True)]


# --- the service manager


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    address = str(tmp_path / "notify")
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as server:
        server.bind(address)
        server.settimeout(SOON)
        yield server, address


def test_the_service_manager_hears_ready_then_life_then_stopping(
    tower: FakeTower, manager: tuple[socket.socket, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, address = manager
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "600000000")
    with running(tower) as stops:
        heard = {server.recv(100), server.recv(100)}
        stops.put("enough")
        last = server.recv(100)
    assert heard == {b"READY=1", b"WATCHDOG=1"}
    assert last == b"STOPPING=1"


def test_a_notice_reaches_a_socket_of_the_abstract_namespace() -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as server:
        server.bind("")  # the kernel chooses a free abstract address
        server.settimeout(SOON)
        daemon.notify("READY=1", {"NOTIFY_SOCKET": "@" + server.getsockname()[1:].decode()})
        assert server.recv(100) == b"READY=1"


def test_without_a_service_manager_nothing_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    daemon.notify("READY=1", {})
    assert events(caplog) == []


def test_a_service_manager_that_is_gone_is_logged_and_the_daemon_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    daemon.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert [event for event, _ in events(caplog)] == ["service manager not reached"]


def test_a_hung_job_lets_the_heart_stop(tower: FakeTower, manager: tuple[socket.socket, str]) -> None:
    server, address = manager
    hung, gate = Event(), Event()

    def hang(stopping: Callable[[], bool]) -> None:
        hung.set()
        gate.wait(SOON)

    tower.on_pull = hang
    done = work(tower, daemon.Heart({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"}))
    worker = Thread(target=done.jobs()["pull"])
    worker.start()
    assert hung.wait(SOON)
    assert server.recv(100) == b"WATCHDOG=1"  # it began
    server.setblocking(False)
    with pytest.raises(BlockingIOError):
        server.recv(100)
    gate.set()
    worker.join(SOON)


def test_each_visit_of_a_pull_is_a_sign_of_life(tower: FakeTower, manager: tuple[socket.socket, str]) -> None:
    server, address = manager
    tower.visits = [make.visit()]
    work(tower, daemon.Heart({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"})).pull()
    assert server.recv(100) == b"WATCHDOG=1"


def test_beats_are_spared_where_nobody_asked_for_them(manager: tuple[socket.socket, str]) -> None:
    server, address = manager
    daemon.Heart({"NOTIFY_SOCKET": address}).beat()
    server.setblocking(False)
    with pytest.raises(BlockingIOError):
        server.recv(100)


def test_a_thousand_visits_are_one_beat(manager: tuple[socket.socket, str]) -> None:
    server, address = manager
    heart = daemon.Heart({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"})
    for _ in range(1000):
        heart.beat()
    assert server.recv(100) == b"WATCHDOG=1"
    server.setblocking(False)
    with pytest.raises(BlockingIOError):
        server.recv(100)
