"""From feeds that are due to stored visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from watchtower.errors import UserError
from watchtower.parse import visit as visits
from watchtower.pipeline.parts import Parts
from watchtower.text import did_you_mean
from watchtower.types import Feed, FeedState, Fetched, Outcome, Visit, VisitKind

#: visits stored in one transaction: feeds that have nothing new cost little else than their part of one
VISITS_A_TRANSACTION = 50
#: and as many bytes of documents as may wait to be stored together
BYTES_A_TRANSACTION = 8 * 1024 * 1024


class Collected:
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


def collect(
    tower: Parts,
    only: Sequence[str],
    force: bool,
    on_start: Callable[[int], None],
    on_visit: Callable[[Visit], None],
    stopping: Callable[[], bool],
) -> Collected:
    """Fetch what is due and store every visit; one feed's failure touches no other."""
    states = tower.store.feed_states()
    due = visits.due(tower.feeds, states, tower.clock(), force=force, only=only)
    done = Collected(len(due))
    on_start(len(due))
    requests = [visits.request_for(feed, states.get(feed.id)) for feed in due]
    feeds = {feed.id: feed for feed in due}
    with closing(tower.fetcher.fetch(requests)) as outcomes:
        for batch in _batches(outcomes, stopping):
            for visit in _store_batch(tower, feeds, states, batch):
                done.add(visit)
                on_visit(visit)
    return done


def _store_batch(
    tower: Parts, feeds: Mapping[str, Feed], states: Mapping[str, FeedState], outcomes: Sequence[Outcome]
) -> list[Visit]:
    readings = [visits.read(feeds[outcome.feed_id], outcome, tower.parser) for outcome in outcomes]
    known = tower.store.known_items({reading.feed_id: reading.keys for reading in readings if reading.keys})
    decided = [
        visits.decide(feeds[r.feed_id], states.get(r.feed_id), r, known.get(r.feed_id, {}), o.at, tower.pacing)
        for r, o in zip(readings, outcomes, strict=True)
    ]
    tower.store.save_visits(decided)
    return decided


def _batches(outcomes: Iterable[Outcome], stopping: Callable[[], bool]) -> Iterator[list[Outcome]]:
    """Gather outcomes; on a stop the last batch is what has come so far."""
    batch: list[Outcome] = []
    waiting = 0
    for outcome in outcomes:
        batch.append(outcome)
        waiting += len(outcome.body) if isinstance(outcome, Fetched) else 0
        if stopping():
            break
        if len(batch) == VISITS_A_TRANSACTION or waiting > BYTES_A_TRANSACTION:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch


def check_names(only: Sequence[str], feeds: Sequence[Feed], *, enabled: bool = True) -> None:
    """Raise ``UserError`` for a feed that is not in feeds.yml, or, with ``enabled``, is switched off there."""
    known = {feed.id for feed in feeds}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UserError(f"no feed {unknown[0]!r} in feeds.yml{did_you_mean(unknown[0], known)}")
    disabled = [feed.id for feed in feeds if feed.id in only and not feed.enabled]
    if disabled and enabled:
        raise UserError(f"feed {disabled[0]!r} is switched off in feeds.yml (enabled: false)")
