"""The clock: says when to pull, to make the digest and to deliver, until a signal ends it.

APScheduler is only the alarm. What is due is in the database: a tick that comes late, twice or after a crash asks
there and finds nothing to do, or what is left to do. So its jobs are kept in memory and made anew at every start.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, timedelta
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from watchtower.build import utc_now
from watchtower.config.values import ScheduleSettings
from watchtower.errors import WatchtowerError
from watchtower.logs import configure_logging, fields
from watchtower.pipeline import Ending, Reader, Watchtower
from watchtower.types import Digest, PullReport, Visit

__all__ = ["configure_logging", "run"]

log = logging.getLogger(__name__)

#: how often digest and outbox are looked at. A sleeping machine's timers stand still, so this also bounds how late
#: a job runs after waking up.
TICK = timedelta(minutes=1)
#: how long after the first pull the first ticks are queued behind it
BEHIND = timedelta(milliseconds=100)
#: shortest time between two signs of life to the service manager
BEAT_SECONDS = 1.0
#: longest wait for the service manager to take a notice
NOTICE_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)

Stops = SimpleQueue[str]


def run(
    tower: Watchtower,
    schedule: ScheduleSettings,
    *,
    on_ready: Callable[[], None] = lambda: None,
    stops: Stops | None = None,
) -> int:
    """Pull, make digests and deliver until SIGTERM or SIGINT; return the exit code, 0, and let go of the tower.

    A stop takes no new work, tells the running pull to end and waits ``schedule.drain`` for it; what is still under
    way then is cut off with the process (its transaction is rolled back, and it is due again at the next start). A
    second signal ends the process at once (exit status 143 after SIGTERM, 130 after SIGINT). ``on_ready`` is called
    once the database is this daemon's own. Who runs the daemon in a thread puts a reason into ``stops``
    instead of sending a signal.

    Raises ``StoreBusy`` where another daemon works on this database.
    """
    with closing(tower), tower.store.exclusive("daemon"):
        asked: Stops = SimpleQueue() if stops is None else stops
        work = Work(tower, Event(), Counter(), Heart(os.environ))
        scheduler = make_scheduler(schedule, work)
        with _signals(asked) if stops is None else nullcontext():
            on_ready()
            scheduler.start()
            log.info("watching", extra=fields(**_plans(tower, schedule)))
            notify("READY=1", os.environ)
            reason = _reason(asked)
            log.info("stopping", extra=fields(reason=reason, drain=schedule.drain))
            notify("STOPPING=1", os.environ)
            work.stopping.set()
            drained = _drain(scheduler, schedule.drain)
        log.info("stopped", extra=fields(drained=drained, **work.counts))
        if not drained:
            _leave()
    return 0


def _reason(asked: Stops) -> str:
    """Wait for a reason to stop; looked for anew each second.

    A signal that comes just before the wait begins is marked by Python but handled only when the wait ends: with an
    endless wait such a stop would be heard at the next signal alone.
    """
    while True:
        try:
            return asked.get(timeout=1.0)
        except Empty:
            continue


@dataclass(frozen=True, slots=True)
class Work:
    """The jobs of the daemon, each safe to run at any time and any number of times."""

    tower: Watchtower
    stopping: Event
    counts: Counter[str]
    heart: Heart

    def jobs(self) -> Mapping[str, Callable[[], None]]:
        """Job names to closures that never raise: what goes wrong is logged, and the next tick tries again."""
        steps = {"pull": self.pull, "digest": self.digest, "alert": self.alert, "deliver": self.deliver}
        return {name: self._guarded(name, step) for name, step in steps.items()}

    def pull(self) -> None:
        """Fetch what is due and take in what came."""
        report = self.tower.pull(on_visit=self._visited, stopping=self.stopping.is_set)
        self.counts["pulls"] += 1
        for feed, problem in report.problems.items():
            log.warning("feed failed", extra=fields(feed=feed, problem=problem))
        busy = report.due or report.stories_new or report.matches
        log.log(logging.INFO if busy else logging.DEBUG, "pull done", extra=fields(**_pulled(report)))

    def digest(self) -> None:
        """Make the digests that are due, and hand them over."""
        digests = self.tower.daily_digests()
        for made in digests:
            self.counts["digests"] += 1
            log.info("digest made", extra=fields(**_made(made)))
        if digests:
            self.deliver()

    def alert(self) -> None:
        """Find what is to be told at once, and hand it over."""
        alerts = self.tower.alert()
        for one in alerts:
            self.counts["alerts"] += 1
            log.info("alert", extra=fields(key=one.key, says=one.says, held_back=one.held_back))
        if alerts:
            self.deliver()

    def deliver(self) -> None:
        """Hand over the messages that are due."""
        for delivery in self.tower.deliver():
            message = delivery.message
            about: dict[str, object] = {"channel": message.channel, "recipient": message.recipient}
            trouble = about | {"tries": message.attempts + 1, "problem": delivery.problem}
            match delivery.ending:
                case Ending.SENT:
                    self.counts["delivered"] += 1
                    log.info("delivered", extra=fields(**about))
                case Ending.FAILED:
                    self.counts["undelivered"] += 1
                    log.warning("not delivered", extra=fields(**trouble))
                case Ending.GIVEN_UP:
                    self.counts["given_up"] += 1
                    log.error("given up", extra=fields(message=message.id, **trouble))

    def _visited(self, visit: Visit) -> None:
        self.heart.beat()
        log.debug("visited", extra=fields(feed=visit.feed_id, kind=visit.kind, new=len(visit.new), known=visit.known))

    def _guarded(self, name: str, step: Callable[[], None]) -> Callable[[], None]:
        def job() -> None:
            # What is queued behind a running job is still run after APScheduler's shutdown.
            if self.stopping.is_set():
                return
            self.heart.beat()
            try:
                step()
            except WatchtowerError as error:
                self.counts["troubles"] += 1
                log.error("%s failed", name, extra=fields(problem=error))
            except Exception:
                self.counts["bugs"] += 1
                log.exception("%s failed in a way that is a bug of watchtower", name)
            self.heart.beat()

        return job


# --- the schedule


def make_scheduler(schedule: ScheduleSettings, work: Work) -> BackgroundScheduler:
    """Make the schedule that the settings ask for; one thread works, so no two jobs ever run at once.

    The first pull runs at once. The digest has its hour by the reader's clock and a look every ``TICK``: an hour
    that a DST change skips or repeats, a machine that slept or a pull that took long lose and double nothing,
    since ``Watchtower.daily_digests`` itself knows which are due.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": {"type": "threadpool", "max_workers": 1}},
        # APScheduler's own grace is one second, after which it drops a run.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": grace_seconds(schedule)},
    )
    scheduler.add_listener(lambda event: _report(event, work.counts), EVENT_JOB_MISSED | EVENT_JOB_ERROR)
    jobs, now = work.jobs(), utc_now()
    every, tick = _interval(schedule.pull_every), _interval(TICK)
    scheduler.add_job(jobs["pull"], every, id="pull", next_run_time=now)
    if any(reader.alerts for reader in work.tower.plan.readers):
        # as often as there is a pull, each time queued behind it, and behind a digest that is due: what that tells of
        # is no alert any more
        scheduler.add_job(jobs["alert"], every, id="alert", next_run_time=now + 2 * BEHIND)
    for reader in work.tower.plan.readers:
        scheduler.add_job(jobs["digest"], digest_hour(reader), id=f"digest {reader.id}".strip())
    # Queued behind the first pull, so that what came while the daemon was down is there to be told.
    scheduler.add_job(jobs["digest"], tick, id="digest-tick", next_run_time=now + BEHIND)
    scheduler.add_job(jobs["deliver"], tick, id="deliver-tick", next_run_time=now + BEHIND)
    return scheduler


def digest_hour(reader: Reader) -> CronTrigger:
    """Return the trigger that fires at the digest's hour by the reader's clock.

    APScheduler 3.11.3 fires twice in an hour that is repeated and an hour late in one that is skipped;
    neither makes a second digest or none.
    """
    return CronTrigger(
        hour=reader.at.hour, minute=reader.at.minute, second=reader.at.second, timezone=ZoneInfo(reader.zone)
    )


def grace_seconds(schedule: ScheduleSettings) -> int:
    """Return how late a job may still run, in the whole seconds, at least one, that APScheduler takes."""
    return max(1, int(schedule.grace.total_seconds()))


def _interval(every: timedelta) -> IntervalTrigger:
    return IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)


def _report(event: JobExecutionEvent, counts: Counter[str]) -> None:
    about = fields(job=event.job_id, due=event.scheduled_run_time)
    if event.code == EVENT_JOB_MISSED:
        counts["missed"] += 1
        log.warning("run missed", extra=about)
    else:
        counts["bugs"] += 1
        log.error("job ended the hard way: %r", event.exception, extra=about)


# --- stopping


@contextmanager
def _signals(asked: Stops) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        # Nothing but a SimpleQueue (whose put may interrupt its own get) is safe here: Event.set can deadlock.
        asked.put(signal.Signals(number).name)
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)

    before = {each: signal.signal(each, stop) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _drain(scheduler: BackgroundScheduler, limit: timedelta) -> bool:
    # shutdown(wait=True) knows no limit, and with wait=False the queue would be worked off unseen.
    drain = Thread(target=scheduler.shutdown, name="drain", daemon=True)
    drain.start()
    drain.join(limit.total_seconds())
    return not drain.is_alive()


def _leave() -> None:
    # An ordinary exit joins the pool's thread however long it takes (concurrent.futures registers that at exit).
    log.warning("left before the work was done; it is due again at the next start")
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


# --- the service manager


class Heart:
    """Tells the service manager that work goes on, where it asked for that (WATCHDOG_USEC, sd_watchdog_enabled(3)).

    It beats with the work (jobs begun and ended, feeds visited), not with a timer of its own: a hung job lets
    it stop, and the daemon is restarted.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._wanted = "WATCHDOG_USEC" in environment
        self._last = -BEAT_SECONDS

    def beat(self) -> None:
        """Send a sign of life, at most one in ``BEAT_SECONDS``."""
        now = monotonic()
        if self._wanted and now - self._last >= BEAT_SECONDS:
            self._last = now
            notify("WATCHDOG=1", self._environment)


def notify(state: str, environment: Mapping[str, str]) -> None:
    """Send a notice such as ``READY=1`` to the service manager, where there is one (NOTIFY_SOCKET, sd_notify(3)).

    A manager that cannot be reached is logged; the daemon goes on without it.
    """
    address = environment.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.settimeout(NOTICE_SECONDS)
            # A leading @ stands for the abstract namespace (unix(7)).
            manager.connect("\0" + address[1:] if address.startswith("@") else address)
            manager.sendall(state.encode())
    except OSError as error:
        log.warning("service manager not reached", extra=fields(socket=address, state=state, problem=error))


# --- what the log says


def _plans(tower: Watchtower, schedule: ScheduleSettings) -> dict[str, object]:
    everybody, *readers = tower.plan.readers
    feeds = sum(feed.enabled for feed in tower.feeds)
    plans = {"feeds": feeds, "pull_every": schedule.pull_every, "digest_at": everybody.at, "zone": everybody.zone}
    return plans | ({"readers": len(readers)} if readers else {})


def _made(made: Digest) -> dict[str, object]:
    stories = sum(len(section.stories) + section.left_out for section in made.sections)
    about = {"id": made.id, "since": made.since, "until": made.until, "stories": stories, "late": made.late}
    return about | ({"reader": made.reader} if made.reader else {})


def _pulled(report: PullReport) -> dict[str, object]:
    names = (
        "due",
        "fetched",
        "unchanged",
        "failed",
        "new",
        "revised",
        "known",
        "stories_new",
        "stories_grown",
        "matches",
    )
    return {name: getattr(report, name) for name in names} | {"seconds": report.seconds}
