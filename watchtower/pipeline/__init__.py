"""The order of things: collect, classify, group, tell, deliver.

Every step has the same three beats: load what the store knows, decide with a pure function, save the
decision whole. Each asks the store what is not done yet, so a crash or a second run repeats nothing and
loses nothing. This is the only package that knows the stages' order; it sees the rim through seams alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter

from watchtower.errors import UserError
from watchtower.health import health_of
from watchtower.parse.belonging import Belonging
from watchtower.parse.urls import canonical_url
from watchtower.pipeline.alerting import Lookout, alert
from watchtower.pipeline.archiving import TakenIn, take_in
from watchtower.pipeline.assessing import assess_day, assess_since_told, note_definitions
from watchtower.pipeline.beside import Beside
from watchtower.pipeline.collecting import check_names, collect
from watchtower.pipeline.delivering import Delivery, Ending, deliver, how_it_stands
from watchtower.pipeline.messages import file_of, messages_of, requested
from watchtower.pipeline.moments import Moment
from watchtower.pipeline.parts import DigestPlan, Parts, Reader, Route
from watchtower.pipeline.reading_pages import read_pages, want_pages
from watchtower.pipeline.taking_in import classify_new, group_new
from watchtower.pipeline.telling import compose, due_for, record
from watchtower.seams import Archive
from watchtower.types import (
    Alert,
    ArchiveReport,
    Assessment,
    Classified,
    Digest,
    Explanation,
    FeedHealth,
    Piece,
    PullReport,
    StoredItem,
    Text,
    Visit,
)

__all__ = ["Delivery", "DigestPlan", "Ending", "Reader", "Route", "Watchtower"]

#: how long the daily digest waits for a pull that another process has under way
PULL_WAIT_SECONDS = 600
#: how long a digest that is sent on request waits for another process that is delivering
DELIVERY_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchtower(Parts):
    """A wired watchtower: the jobs that people and the daemon ask of it."""

    #: what this process saw when it looked for alerts last
    lookout: Lookout = field(default_factory=Lookout)

    def pull(
        self,
        *,
        only: Sequence[str] = (),
        force: bool = False,
        on_start: Callable[[int], None] = lambda due: None,
        on_visit: Callable[[Visit], None] = lambda visit: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> PullReport:
        """Fetch what is due, parse, store, classify and group; one feed's failure touches no other.

        Before grouping, read the pages that feeds with ``full_text`` want, and classify their items again. Raises
        ``UserError`` for a feed in ``only`` that is not in feeds.yml, ``StoreBusy`` where another process is pulling
        into the same database.
        """
        check_names(only, self.feeds)
        started = perf_counter()
        with ExitStack() as held:
            articles = held.enter_context(closing(self.articles())) if self.articles else None
            held.enter_context(self.store.exclusive("pull", wait_seconds=1))
            note_definitions(self, self.clock())
            with closing(Beside(self, self._before_saving)) as beside:

                def visited(visit: Visit) -> None:
                    on_visit(visit)
                    beside.stored((*visit.new, *visit.revised))

                done = collect(self, only, force, on_start, visited, stopping)
                matches = beside.finish(stopping)
            pages = read_pages(self, articles, stopping) if articles else None
            if pages and pages.read:
                matches += self._classify(stopping) - pages.matches
            grown, begun = group_new(self.store, self.naming, stopping)
        return PullReport(
            **done.counts(), stories_new=begun, stories_grown=grown, matches=matches, problems=done.problems,
            seconds=round(perf_counter() - started, 3), pages=pages,
        )  # fmt: skip

    def pull_from(
        self,
        archive: Archive,
        *,
        feed: str | None = None,
        again: bool = False,
        on_piece: Callable[[Piece, TakenIn], None] = lambda piece, done: None,
        on_step: Callable[[str, int], None] = lambda step, items: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> ArchiveReport:
        """Store the items of an archive as backfill, classify and group them; a second run goes on where one stopped.

        With ``feed`` all belongs to that feed, which need not be enabled. ``on_step`` hears of every batch that was
        "classified" or "grouped". Raises ``UserError`` for a feed that is not in feeds.yml, ``StoreBusy`` as ``pull``.
        """
        check_names([feed] if feed else [], self.feeds, enabled=False)
        only = next((one for one in self.feeds if one.id == feed), None)
        started = perf_counter()
        with self.store.exclusive("pull", wait_seconds=1):
            with closing(Beside(self, on_batch=lambda items: on_step("classified", items))) as beside:
                done = take_in(self, archive, Belonging(self.feeds, only), again, on_piece, beside.stored, stopping)
                matches = beside.finish(stopping)
            grown, begun = group_new(self.store, self.naming, stopping, lambda items: on_step("grouped", items))
        return ArchiveReport(
            files=len(done.files),
            before=done.before,
            left_out_before=done.left_out_before,
            undated=done.undated,
            unknown=dict(done.unknown),
            problems=tuple(done.problems),
            problem_count=done.problem_count,
            new=done.new,
            known=done.known,
            stories_new=begun,
            stories_grown=grown,
            matches=matches,
            seconds=round(perf_counter() - started, 3),
        )

    def digest(self, since: datetime, until: datetime, reader: str = "") -> Digest:
        """Make a reader's digest of any period from what is stored now; nothing is recorded.

        Raises ``UserError`` for a reader who is not in the settings.
        """
        for_whom, moment = self.plan.reader(reader), Moment(self, self.clock())
        return compose(moment, for_whom, since, until, late=(), is_late=False, with_backfill=True)[0]

    def recorded(self, day: date, reader: str = "") -> Digest:
        """Give the daily digest of a reader's local date as it was recorded; ``UserError`` where there is none."""
        for_whom = self.plan.reader(reader)
        found = self.store.digest_of(self.analysis.id, day.isoformat(), for_whom.id)
        if found is None:
            whose = f"of {reader}" if reader else "for everybody"
            raise UserError(f"no daily digest {whose} is recorded for {day}; leave --recorded out to make one now")
        return found

    def daily_digests(self) -> list[Digest]:
        """Make and record the digest of every reader whose hour has come, with its messages.

        Exactly one digest is recorded per reader and local date, whoever asks and however often.
        """
        if not any(due_for(self, reader) for reader in self.plan.readers):
            return []
        # What was fetched before the hour must be classified and grouped before it is told of, whatever stopped that:
        # later it would be neither in this digest's period nor late in the next one's.
        with self.store.exclusive("pull", wait_seconds=PULL_WAIT_SECONDS):
            note_definitions(self, self.clock())
            self._classify(lambda: False)
            group_new(self.store, self.naming)
            due = [(reader, due) for reader in self.plan.readers if (due := due_for(self, reader))]
            moment = Moment(self, self.clock())
            return [made for reader, day in due if (made := record(moment, reader, day))]

    def _classify(self, stopping: Callable[[], bool]) -> int:
        return classify_new(self.store, self.classifier, stopping, before_saving=self._before_saving)

    def _before_saving(self, classified: Sequence[Classified]) -> None:
        want_pages(self, classified)

    def send(self, made: Digest) -> list[Delivery] | None:
        """Record a digest made on request and hand it over to its reader through the outbox, once a period.

        Returns what became of its messages, None where this period was sent to this reader before. Raises ``UserError``
        for a period that is not over, since what is still to come in it would never be sent.
        """
        if made.until > self.clock():
            raise UserError(f"the period ends at {made.until.isoformat()}, which is still to come: send it afterwards")
        messages = messages_of(made, requested(made), self.plan.reader(made.reader))
        if not self.store.save_digest(made, [], f"{made.since.isoformat()}/{made.until.isoformat()}", messages):
            return None
        tried = {one.message.id: one for one in self.deliver(DELIVERY_WAIT_SECONDS)}
        return [tried.get(message.id) or how_it_stands(self.store, message) for message in messages]

    def write(self, made: Digest, format: str) -> str:
        """Write a digest made on request into the digest folder; its path there. Raises ``DeliveryError``."""
        message = file_of(made, requested(made), format, made.reader)
        next(one for one in self.notifiers if one.channel == "file").deliver(message, lambda: None)
        return message.recipient

    def deliver(self, wait_seconds: float = 0) -> list[Delivery]:
        """Hand over every message that is due, and say what became of each.

        Raises ``StoreBusy`` where another process is at it for longer than ``wait_seconds``; it will hand them over.
        """
        notifiers = {notifier.channel: notifier for notifier in self.notifiers}
        # Alone: nothing is handed over twice, and what is found half sent was cut off and is not being sent elsewhere.
        with self.store.exclusive("deliver", wait_seconds=wait_seconds):
            return list(deliver(self.store, notifiers, self.clock, self.plan.most_uncertain))

    def alert(self) -> list[Alert]:
        """Record what has come since the last digest that is to be told at once, each development at most once.

        Returns what is new; what was held back among it is named in the next digest.
        """
        return alert(self, self.lookout)

    def retry(self, message: str) -> Delivery:
        """Hand over one message of the outbox now, as if it had never been tried. ``UserError`` for no such one."""
        unsent = {one.id: one for one in self.store.unsent_messages()}
        if message not in unsent:
            raise UserError(f"no message {message!r} waits in the outbox; `watchtower outbox` lists those that do")
        self.store.retry(message)
        tried = [one for one in self.deliver(DELIVERY_WAIT_SECONDS) if one.message.id == message]
        # none where another process was quicker
        return tried[0] if tried else how_it_stands(self.store, unsent[message])

    def explain(self, wanted: str) -> list[tuple[StoredItem, list[Explanation]]]:
        """Find items by id or address, each with why it does or does not match every target as things stand now."""
        stored = self.store.item(wanted)
        address = canonical_url(wanted)
        found = [stored] if stored else self.store.items_at(address) if address else []
        return [(one, self.classifier().explain(Text.of(one.item))) for one in found]

    def feed_health(self) -> list[FeedHealth]:
        """Say how every feed is doing, in the order of feeds.yml."""
        states, now = self.store.feed_states(), self.clock()
        return [health_of(feed, states.get(feed.id), now) for feed in self.feeds]

    def assessment(self, day: date | None = None) -> Assessment:
        """Assess a local day, or what has come since everybody's last digest: since a day ago where there is none."""
        return assess_day(self, day) if day else assess_since_told(self)

    def close(self) -> None:
        """Let go of the database and of what parses."""
        self.parser.close()
        self.store.close()
