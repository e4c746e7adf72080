"""The order of things: collect, group, classify, tell, deliver.

Every step has the same three beats: load what the store knows, decide with a pure function, save the
decision whole. Each asks the store what is not done yet, so a crash or a second run repeats nothing and
loses nothing. This is the only file that knows the stages' order; it sees the rim through seams alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from time import perf_counter

from watchtower import digest as digests
from watchtower import stories
from watchtower.digest import period
from watchtower.errors import DeliveryError, UserError
from watchtower.parse import visit as visits
from watchtower.parse.urls import canonical_url
from watchtower.seams import Classifier, Clock, Fetcher, Notifier, Store
from watchtower.text import without_credentials
from watchtower.types import (
    Analysis,
    Digest,
    Explanation,
    Feed,
    FeedState,
    Message,
    Outcome,
    PullReport,
    StoredItem,
    Text,
    Visit,
    VisitKind,
    stable_id,
)

#: visits stored in one transaction: BEHAVIOURS §3.2 has 25 and more feeds a transaction at twice the rows/s of one
VISITS_A_TRANSACTION = 25
#: items grouped in one go: the stories around them are read once a batch, so large batches pay (191 MiB at 50,000)
GROUPED_A_BATCH = 50_000
#: items classified in one go: bounds memory, large enough that batching pays
CLASSIFIED_A_BATCH = 5000
#: how long the daily digest waits for a pull that another process has under way
PULL_WAIT_SECONDS = 600
#: how long after its date an item may arrive and still be told of in a daily digest
LATE_WITHIN = timedelta(days=3)
#: waits between tries to deliver a message: the last one repeats
DELIVERY_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """How and when digests are made, as the settings say."""

    at: time
    zone: str
    formats: tuple[str, ...]
    when_empty: bool
    stories_per_section: int
    days_before: int
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchtower:
    """A wired watchtower: every part it needs, and the jobs that people and the daemon ask of it."""

    feeds: tuple[Feed, ...]
    analysis: Analysis
    store: Store
    fetcher: Fetcher
    classifier: Callable[[], Classifier]
    notifiers: tuple[Notifier, ...]
    plan: DigestPlan
    clock: Clock
    version: str

    def pull(
        self,
        *,
        only: Sequence[str] = (),
        force: bool = False,
        on_start: Callable[[int], None] = lambda due: None,
        on_visit: Callable[[Visit], None] = lambda visit: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> PullReport:
        """Fetch what is due, parse, store, group and classify; one feed's failure touches no other.

        Raises ``UserError`` for a feed in ``only`` that is not in feeds.yml, ``StoreBusy`` where another
        process is pulling into the same database.
        """
        _check_names(only, self.feeds)
        started = perf_counter()
        with self.store.exclusive("pull", wait_seconds=1):
            done = _collect(self, only, force, on_start, on_visit, stopping)
            grown, begun, matches = self._take_in(stopping)
        return PullReport(
            **done.counts(), stories_new=begun, stories_grown=grown, matches=matches, problems=done.problems,
            seconds=round(perf_counter() - started, 3),
        )  # fmt: skip

    def digest(self, since: datetime, until: datetime) -> Digest:
        """Make the digest of any period from what is stored now; nothing is recorded."""
        now = self.clock()
        return _compose(self, since, until, now=now, late=(), is_late=False)[0]

    def daily_digest(self) -> Digest | None:
        """Make and record today's digest if its hour has come, with its messages; None where nothing is due.

        Exactly one digest is recorded per local date, whoever asks and however often.
        """
        if self._due() is None:
            return None
        # What was fetched before the hour must be grouped and classified before it is told of, whatever stopped that:
        # later it would be neither in this digest's period nor late in the next one's.
        with self.store.exclusive("pull", wait_seconds=PULL_WAIT_SECONDS):
            self._take_in(lambda: False)
            due = self._due()
            return self._record(due) if due else None

    def _take_in(self, stopping: Callable[[], bool]) -> tuple[int, int, int]:
        grown, begun = group_new(self.store, stopping)
        return grown, begun, classify_new(self.store, self.classifier, stopping)

    def _due(self) -> period.DueDigest | None:
        last = self.store.last_digest(self.analysis.id)
        return period.due_digest(
            at=self.plan.at,
            zone=self.plan.zone,
            now=self.clock(),
            grace=self.plan.grace,
            last_until=last.until if last else None,
            last_local_date=period.local_date(last.until, last.zone) if last else None,
        )

    def _record(self, due: period.DueDigest) -> Digest | None:
        told = frozenset[str]().union(*self.store.told().values())
        late = [
            stored
            for stored in self.store.late_items(due.since, due.until, due.since - LATE_WITHIN)
            if stored.item.id not in told
        ]
        made, items = _compose(self, due.since, due.until, now=self.clock(), late=late, is_late=due.late)
        empty = not any(section.stories for section in made.sections)
        messages = [] if empty and not self.plan.when_empty else _messages(made, str(due.local_date), self.plan.formats)
        recorded = self.store.save_digest(made, items, due.local_date.isoformat(), messages)
        return made if recorded else None

    def send(self, made: Digest) -> list[Message]:
        """Record a digest made on request and hand it over through the outbox, once a period.

        Returns its messages, none where this period was sent before. Raises ``UserError`` for a period that is not
        over, since what is still to come in it would never be sent.
        """
        if made.until > self.clock():
            raise UserError(f"the period ends at {made.until.isoformat()}, which is still to come: send it afterwards")
        messages = _messages(made, _requested(made), self.plan.formats)
        if not self.store.save_digest(made, [], f"{made.since.isoformat()}/{made.until.isoformat()}", messages):
            return []
        self.deliver()
        return messages

    def write(self, made: Digest, format: str) -> str:
        """Write a digest made on request into the digest folder; its path there. Raises ``DeliveryError``."""
        [message] = _messages(made, _requested(made), (format,))
        next(notifier for notifier in self.notifiers if notifier.channel == message.channel).deliver(message)
        return message.recipient

    def deliver(self) -> list[tuple[Message, str | None]]:
        """Hand over every message that is due; each with the problem that kept it back, or None."""
        return list(_deliver(self.store, {notifier.channel: notifier for notifier in self.notifiers}, self.clock))

    def explain(self, wanted: str) -> list[tuple[StoredItem, list[Explanation]]]:
        """Find items by id or address, each with why it does or does not match every target as things stand now."""
        stored = self.store.item(wanted)
        address = canonical_url(wanted)
        found = [stored] if stored else self.store.items_at(address) if address else []
        return [(one, self.classifier().explain(Text.of(one.item))) for one in found]

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def group_new(store: Store, stopping: Callable[[], bool] = lambda: False) -> tuple[int, int]:
    """Put every item that has no story yet into one; how many stories grew and how many began."""
    grown = begun = 0
    while not stopping() and (new := store.ungrouped(GROUPED_A_BATCH)):
        since, until = new[0].dated - stories.WINDOW, new[-1].dated + stories.WINDOW
        recent = store.story_items(since, until)
        grouping = stories.group(new, recent)
        assert grouping.stories.keys() >= {item.item_id for item in new}, "grouping left items out"
        store.save_grouping(grouping)
        there = {item.story for item in recent}
        touched = set(grouping.stories.values())
        grown += len(touched & there)
        begun += len(touched - there)
    return grown, begun


def classify_new(
    store: Store, classifier: Callable[[], Classifier], stopping: Callable[[], bool] = lambda: False
) -> int:
    """Classify every item revision that no model has read yet; how many matches that made."""
    matches = 0
    while not stopping() and (texts := store.unclassified(CLASSIFIED_A_BATCH)):
        model = classifier()
        classified = model.classify(texts)
        assert len(classified) == len(texts), "the classifier left texts out"
        store.save_classified(classified, model.model, model.configuration)
        matches += sum(len(one.matches) for one in classified)
    return matches


# --- collecting


class _Collected:
    """Counts over the visits of one pull."""

    def __init__(self, due: int) -> None:
        self.due = due
        self.kinds = dict.fromkeys(VisitKind, 0)
        self.new = self.revised = self.known = 0
        self.problems: dict[str, str] = {}

    def add(self, visit: Visit) -> None:
        self.kinds[visit.kind] += 1
        self.new += len(visit.new)
        self.revised += len(visit.revised)
        self.known += visit.known
        if visit.problem:
            self.problems[visit.feed_id] = visit.problem

    def counts(self) -> dict[str, int]:
        kinds = {"fetched": VisitKind.FETCHED, "unchanged": VisitKind.UNCHANGED, "failed": VisitKind.FAILED}
        return {"due": self.due, "new": self.new, "revised": self.revised, "known": self.known} | {
            name: self.kinds[kind] for name, kind in kinds.items()
        }


def _collect(
    tower: Watchtower,
    only: Sequence[str],
    force: bool,
    on_start: Callable[[int], None],
    on_visit: Callable[[Visit], None],
    stopping: Callable[[], bool],
) -> _Collected:
    states = tower.store.feed_states()
    due = visits.due(tower.feeds, states, tower.clock(), force=force, only=only)
    done = _Collected(len(due))
    on_start(len(due))
    requests = [visits.request_for(feed, states.get(feed.id)) for feed in due]
    feeds = {feed.id: feed for feed in due}
    with closing(tower.fetcher.fetch(requests)) as outcomes:
        for batch in _batches(outcomes, VISITS_A_TRANSACTION, stopping):
            for visit in _store_batch(tower.store, feeds, states, batch):
                done.add(visit)
                on_visit(visit)
    return done


def _store_batch(
    store: Store, feeds: Mapping[str, Feed], states: Mapping[str, FeedState], outcomes: Sequence[Outcome]
) -> list[Visit]:
    readings = [visits.read(feeds[outcome.feed_id], outcome) for outcome in outcomes]
    known = store.known_items({reading.feed_id: reading.keys for reading in readings if reading.keys})
    decided = [
        visits.decide(feeds[r.feed_id], states.get(r.feed_id), r, known.get(r.feed_id, {}), o.at)
        for r, o in zip(readings, outcomes, strict=True)
    ]
    store.save_visits(decided)
    return decided


def _batches(values: Iterable[Outcome], size: int, stopping: Callable[[], bool]) -> Iterator[list[Outcome]]:
    """Gather outcomes; on a stop the last batch is what has come so far."""
    batch: list[Outcome] = []
    for value in values:
        batch.append(value)
        if stopping():
            break
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _check_names(only: Sequence[str], feeds: Sequence[Feed]) -> None:
    known = {feed.id for feed in feeds}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UserError(f"no feed {unknown[0]!r} in feeds.yml{_meant(unknown[0], known)}")
    disabled = [feed.id for feed in feeds if feed.id in only and not feed.enabled]
    if disabled:
        raise UserError(f"feed {disabled[0]!r} is switched off in feeds.yml (enabled: false)")


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


# --- telling


def _compose(
    tower: Watchtower, since: datetime, until: datetime, *, now: datetime, late: Sequence[StoredItem], is_late: bool
) -> tuple[Digest, list[str]]:
    store, plan = tower.store, tower.plan
    matched = [*store.matched_items(since, until, now), *late]
    told_stories = sorted({stored.story for stored in matched if stored.story})
    classifier = tower.classifier()
    data = digests.DayData(
        analysis=tower.analysis,
        feeds=tower.feeds,
        since=since,
        until=until,
        zone=plan.zone,
        cut_off=now,
        items=tuple(store.items_of_stories(told_stories)),
        in_period=frozenset(stored.item.id for stored in matched),
        late=frozenset(stored.item.id for stored in late),
        before=tuple(store.matched_items(since - timedelta(days=plan.days_before), since, now)),
        days_before=plan.days_before,
        states=store.feed_states(),
        item_counts=store.item_counts(since, until),
        model=classifier.model,
        configuration=classifier.configuration,
        stories_per_section=plan.stories_per_section,
        version=tower.version,
        made_late=is_late,
    )
    return digests.compose(data), [stored.item.id for stored in matched]


def _messages(made: Digest, name: str, formats: Sequence[str]) -> list[Message]:
    messages = []
    for format in formats:
        content_type, body = digests.render(made, format)
        recipient = f"{name}.{format}"
        messages.append(
            Message(
                id=stable_id(made.id, "file", recipient),
                digest_id=made.id,
                channel="file",
                recipient=recipient,
                content_type=content_type,
                body=body,
            )
        )
    return messages


def _requested(made: Digest) -> str:
    """Name the file of a digest made on request; a folder of its own keeps it from replacing a daily one."""
    day = period.local_date(made.since, made.zone)
    if (made.since, made.until) == period.day_period(day, made.zone):
        return f"requested/{day.isoformat()}"
    return f"requested/{made.since:%Y-%m-%dT%H%M%SZ}--{made.until:%Y-%m-%dT%H%M%SZ}"


def _deliver(store: Store, notifiers: Mapping[str, Notifier], clock: Clock) -> Iterator[tuple[Message, str | None]]:
    for message in store.due_messages(clock()):
        try:
            if message.channel not in notifiers:
                raise DeliveryError(f"nothing is set up to deliver to {message.channel!r}")
            notifiers[message.channel].deliver(message)
        except DeliveryError as error:
            problem = without_credentials(str(error))
            wait = DELIVERY_WAITS[min(message.attempts, len(DELIVERY_WAITS) - 1)]
            store.mark_failed(message.id, problem, clock() + wait)
            yield message, problem
        else:
            store.mark_sent(message.id, clock())
            yield message, None
