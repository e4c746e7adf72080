"""A large pull classifies in another process meanwhile: the same comes of it, whatever happens to that one or to us."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from tests import factories as make
from tests.contract.conftest import POSTGRESQL, cleared, postgresql_url
from tests.factories import NOW
from tests.fakes import InProcessParser
from tests.unit.classify import rivers
from tests.unit.stories.arrivals import partition
from watchtower import build, classify
from watchtower.aside.process import MOST_WAITING, AsideProcess
from watchtower.config import load
from watchtower.config.values import Config
from watchtower.pipeline import Watchtower
from watchtower.pipeline.beside import ENOUGH
from watchtower.pipeline.parts import Aside
from watchtower.store import open_store
from watchtower.types import Fetched, FetchRequest, Outcome, PullReport, StoredItem, StoredModel, Text, Visit

__all__ = ["postgresql_url"]  # pytest finds the fixture here

FEEDS, ENTRIES = 90, 40
DAY = timedelta(days=1)
Stored = dict[str, object]
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Press:
    """A ``seams.Fetcher`` of many feeds; one report in eight is about a dam, and half of these come twice."""

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        for request in requests:
            number = int(request.feed_id.removeprefix("paper-"))
            entries = "".join(map(self._entry, range(number * ENTRIES, (number + 1) * ENTRIES)))
            body = f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'.encode()
            yield Fetched(feed_id=request.feed_id, url=request.url, body=body, headers={}, at=NOW)

    def _entry(self, number: int) -> str:
        told = number % (FEEDS * ENTRIES // 2) if number % 16 == 0 else number
        title = f"Town hall of Ward{told} elects board {told}"
        if number % 8 == 0:
            title = f"Hydropower dam Velin{told} opens its gates after {told} years"
        return f"<item><guid>{number}</guid><title>{title}</title><description>Said on day {told}.</description></item>"


def config(folder: Path) -> Config:
    written = folder / "rivers"
    loaded = load(written if written.exists() else rivers.write(written), {})
    papers = (make.feed(f"paper-{n}", url=f"https://paper-{n}.example/feed.xml") for n in range(FEEDS))
    return replace(loaded, feeds=tuple(papers))


@dataclass
class Desk:
    """A watchtower of real parts but for the network, on a database of its own."""

    folder: Path
    url: str
    tower: Watchtower = field(init=False)

    def __post_init__(self) -> None:
        store = open_store(self.url, self.folder)
        tower = build.watchtower(config(self.folder), fetcher=Press(), store=store, clock=lambda: NOW)
        self.tower = replace(tower, parser=InProcessParser())

    def stored(self) -> Stored:
        """What is known: the matches of every item, those that are together in stories, and what is not read yet."""
        store, since, until = self.tower.store, NOW - DAY, NOW + DAY
        matched = store.matched_items(since, until, until)
        return {
            "matches": {one.item.id: (one.matches, one.in_view, one.classified_by) for one in matched},
            "stories": partition({item.item_id: item.story or "" for item in store.story_items(since, until)}),
            "unread": store.unclassified(10),
        }


def matched(desk: Desk) -> list[StoredItem]:
    return desk.tower.store.matched_items(NOW - DAY, NOW + DAY, NOW + DAY)


def counts(report: PullReport) -> tuple[int, ...]:
    return report.new, report.matches, report.stories_new, report.stories_grown


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[int, ...], Stored]:
    """What comes of the pull where one process does it all."""
    desk = Desk(tmp_path_factory.mktemp("alone"), "sqlite:///w.db")
    with closing(desk.tower):
        report = replace(desk.tower, aside=lambda: None).pull()
        return counts(report), desk.stored()


@pytest.fixture(params=["memory://", "sqlite:///w.db", POSTGRESQL])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = cleared(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else request.param
    desk = Desk(tmp_path, url)
    with closing(desk.tower):
        yield desk


def children(parent: int) -> list[int]:
    """The processes that classify beside another one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat, command = (entry / "stat").read_text(), (entry / "cmdline").read_bytes()
        except OSError:  # it has just ended
            continue
        state, its_parent = stat.rpartition(")")[2].split()[:2]
        if b"watchtower.aside.child" in command and int(its_parent) == parent and state != "Z":
            found.append(int(entry.name))
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find processes")


@dataclass
class Watched:
    """An aside that is used as it is; it counts what was answered there."""

    aside: Aside
    answered: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.aside, name)

    def done(self, wait_seconds: float = 0) -> list[list[object]]:
        found = self.aside.done(wait_seconds)
        self.answered += sum(map(len, found))
        return found


def watched(desk: Desk, begun: list[Watched]) -> Callable[[], Watched]:
    """Start it as the tower does, and note it."""

    def begin() -> Watched:
        aside = desk.tower.aside()
        assert aside is not None
        begun.append(Watched(aside))
        return begun[-1]

    return begin


def test_what_comes_of_a_pull_is_the_same_as_alone(desk: Desk, alone: tuple[tuple[int, ...], Stored]) -> None:
    begun: list[Watched] = []
    report = replace(desk.tower, aside=watched(desk, begun)).pull()
    assert (counts(report), desk.stored()) == alone
    assert counts(report)[:2] == (FEEDS * ENTRIES, FEEDS * ENTRIES // 8)
    [aside] = begun
    assert aside.answered >= 1_000, "the other process had a part in it"
    assert children(os.getpid()) == [] or not Path("/proc").exists()
    model = desk.tower.store.newest_model()
    assert {one.classified_by for one in matched(desk)} == {model}, "the one model was fitted once, there"


@needs_proc
def test_a_process_that_is_killed_in_the_middle_costs_nothing(
    desk: Desk, alone: tuple[tuple[int, ...], Stored], caplog: pytest.LogCaptureFixture
) -> None:
    seen = killed = 0

    def visited(visit: Visit) -> None:
        nonlocal seen, killed
        seen += len(visit.new)
        if seen >= ENOUGH + 1_000 and not killed:
            for pid in children(os.getpid()):
                os.kill(pid, signal.SIGKILL)
                killed += 1

    with caplog.at_level(logging.WARNING):
        report = desk.tower.pull(on_visit=visited)
    assert killed == 1
    assert (counts(report), desk.stored()) == alone
    assert "broke down (it ended by itself, with status -9); going on without it" in caplog.text


@needs_proc
def test_a_process_that_is_stuck_is_given_up(desk: Desk, alone: tuple[tuple[int, ...], Stored]) -> None:
    def begin() -> AsideProcess:
        aside = AsideProcess(desk.tower.analysis, None, NOW, desk.tower.store.save_model, patience=0.5)
        [pid] = children(os.getpid())
        os.kill(pid, signal.SIGSTOP)
        return aside

    report = replace(desk.tower, aside=begin).pull()
    assert (counts(report), desk.stored()) == alone
    assert children(os.getpid()) == []


def fitted(desk: Desk) -> StoredModel:
    kept = classify.fit_classifier(desk.tower.analysis, NOW)[1]
    desk.tower.store.save_model(kept)
    return kept


#: by visits stored, and how often it was asked since the last of them
STOPS: dict[str, Callable[[int, Iterator[int]], bool]] = {
    "while collecting": lambda visits, asked: visits >= ENOUGH / ENTRIES,
    "while classifying": lambda visits, asked: visits == FEEDS and next(asked) > 0,
}


@needs_proc
@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_a_stop_ends_it_at_once_and_the_next_pull_goes_on(
    desk: Desk, alone: tuple[tuple[int, ...], Stored], stop: Callable[[int, Iterator[int]], bool]
) -> None:
    fitted(desk)
    begun: list[Watched] = []
    seen: list[str] = []
    asked = count()
    stopped = replace(desk.tower, aside=watched(desk, begun)).pull(
        on_visit=lambda visit: seen.append(visit.feed_id), stopping=lambda: stop(len(seen), asked)
    )
    assert children(os.getpid()) == [] and len(begun) == 1
    assert desk.tower.store.unclassified(1) != []
    after = desk.tower.pull(force=True)
    assert stopped.new + after.new == FEEDS * ENTRIES
    assert stopped.matches + after.matches == alone[0][1]
    assert desk.stored() == alone[1]


DIES = """
import os, signal, sys
from pathlib import Path
from tests.flow.test_beside import Desk, children
from watchtower.pipeline.beside import ENOUGH

seen = 0
def visited(visit):
    global seen
    seen += len(visit.new)
    if seen >= ENOUGH + 1000:
        print(*children(os.getpid()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

Desk(Path(sys.argv[1]), sys.argv[2]).tower.pull(on_visit=visited)
"""


@needs_proc
def test_where_we_are_killed_it_ends_too_and_the_next_pull_goes_on(
    desk: Desk, alone: tuple[tuple[int, ...], Stored]
) -> None:
    if desk.url == "memory://":
        pytest.skip("nothing outlives the process")
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(desk.folder), desk.url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    [pid] = map(int, died.stdout.split())
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    desk.tower.pull(force=True)
    assert desk.stored() == alone[1]


def test_an_archive_is_read_beside_too(desk: Desk, tmp_path: Path) -> None:
    fitted(desk)
    titles = [f"Dam {n} opens its gates" if n % 10 == 0 else f"Museum {n} reopens" for n in range(2 * ENOUGH)]
    lines = "".join(
        f'{{"id": "{n}", "title": "{title}", "source": "paper-1", "published": "2026-01-01"}}\n'
        for n, title in enumerate(titles)
    )
    (tmp_path / "old.jsonl").write_text(lines)
    classified: list[int] = []
    report = desk.tower.pull_from(
        build.archive(config(desk.folder), tmp_path / "old.jsonl", None),
        on_step=lambda step, items: classified.append(items) if step == "classified" else None,
    )
    assert (report.new, report.matches) == (2 * ENOUGH, 2 * ENOUGH // 10)
    assert sum(classified) == 2 * ENOUGH
    assert desk.tower.store.unclassified(1) == []


def test_a_pull_of_few_items_starts_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "memory://")

    def never() -> Aside:
        raise AssertionError("started for a few items")

    few = desk.tower.feeds[: ENOUGH // ENTRIES - 1]
    with closing(desk.tower):
        assert replace(desk.tower, feeds=few, aside=never).pull().new == len(few) * ENTRIES


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs to choose processors")
def test_one_processor_alone_starts_nothing(tmp_path: Path) -> None:
    every = os.sched_getaffinity(0)
    with closing(Desk(tmp_path, "memory://").tower) as tower:
        try:
            os.sched_setaffinity(0, {min(every)})
            assert build.processors() == 1 and tower.aside() is None
        finally:
            os.sched_setaffinity(0, every)


# --- the process itself


@pytest.fixture
def started() -> Iterator[Callable[..., AsideProcess]]:
    """Starts processes for the analysis of the rivers; they are ended with the test."""
    made: list[AsideProcess] = []

    def start(kept: StoredModel | None, **given: float) -> AsideProcess:
        made.append(AsideProcess(rivers.analysis(), kept, NOW, lambda model: None, **given))
        return made[-1]

    yield start
    for one in made:
        one.close()
        one.close()


def ready(aside: AsideProcess) -> AsideProcess:
    """Wait until its model is there."""
    while not aside.model:
        assert aside.done(0.2) == []
    return aside


def answers(aside: AsideProcess) -> list[object]:
    """Wait for all that is under way."""
    found: list[object] = []
    while aside.under_way:
        found += [one for batch in aside.done(0.2) for one in batch]
    return found


def test_it_answers_what_the_classifier_would(started: Callable[..., AsideProcess]) -> None:
    here, kept = classify.fit_classifier(rivers.analysis(), NOW)
    texts = [rivers.text(title, title) for title in (*rivers.ELSEWHERE, "Dam opens its gates")]
    aside = started(kept)
    assert not aside.is_fitting and not aside.take(texts), "nobody who has a model waits until it is loaded there"
    assert ready(aside).take(texts) and aside.take(texts[:1])
    assert aside.under_way == {text.id for text in texts}
    assert answers(aside) == [*here.classify(texts), *here.classify(texts[:1])]
    assert (aside.model, aside.configuration) == (here.model, here.configuration)


def test_no_more_is_taken_than_may_wait(started: Callable[..., AsideProcess]) -> None:
    aside = started(None)
    assert aside.is_fitting
    assert aside.take([rivers.text(f"Dam {n}", str(n)) for n in range(MOST_WAITING)])
    assert not aside.take([rivers.text("Dam")])
    assert len(answers(aside)) == MOST_WAITING and not aside.is_fitting
    aside.close()
    assert not aside.take([rivers.text("Dam")]) and aside.done(1) == [] and aside.under_way == frozenset()


def test_a_model_that_cannot_be_read_is_a_break_down(
    started: Callable[..., AsideProcess], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = replace(classify.fit_classifier(rivers.analysis(), NOW)[1], data=b"damaged")
    aside = started(kept)
    while not caplog.text:
        assert aside.done(0.2) == [] and not aside.take([Text(id="1", title="Dam opens")])
    assert "broke down (it ended by itself, with status 1)" in caplog.text
    assert "the stored model is damaged" in capfd.readouterr().err
