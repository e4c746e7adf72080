"""What a day's digest costs over a large history: assessing, composing and rendering, each in CPU seconds.

    python benchmarks/day.py [ITEMS [DAYS [FOLDER]]]

Fills a database with ITEMS items of the shipped feeds over DAYS days, one in twenty matched and many matched stories
told by several owners, then makes the digest of the last day in a process of its own, as the daemon would; in another
one the digests of ten readers, and looks for alerts. Without a FOLDER the database is thrown away; with one it is kept,
and used again when it is there.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from itertools import islice
from pathlib import Path
from typing import TypeVar

from watchtower import build
from watchtower.config import Config, load
from watchtower.digest import render
from watchtower.pipeline import Reader
from watchtower.pipeline.assessing import assess
from watchtower.pipeline.moments import Moment
from watchtower.pipeline.pausing import without_collecting
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.types import (
    AlertKind,
    Classified,
    Evidence,
    Explanation,
    Feed,
    FeedState,
    Grouping,
    Item,
    Match,
    Text,
    Visit,
    VisitKind,
    stable_id,
)

ROOT = Path(__file__).resolve().parents[1]
UNTIL = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
MATCHED, SHARED = 0.05, 0.2
WORDS = "river dam troops minister talks border trade missile drill treaty port visit envoy sanctions fleet".split()


T = TypeVar("T")


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists; ``itertools`` has it from Python 3.12 on."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


class Named:
    """Stands in for a classifier that has nothing to do: a digest only asks what it is called."""

    model, configuration = "model-1", "configuration-1"

    def classify(self, texts: object) -> list[Classified]:
        """Never asked."""
        raise NotImplementedError

    def explain(self, text: Text) -> list[Explanation]:
        """Never asked."""
        raise NotImplementedError


def an_item(rng: random.Random, number: int, feed: Feed, days: int) -> Item:
    """Make an item of the usual size."""
    dated = UNTIL - timedelta(seconds=rng.uniform(1, days * 86400))
    title = " ".join(rng.choices(WORDS, k=9))
    return Item(
        id=stable_id(feed.id, str(number)),
        feed_id=feed.id,
        key=f"{number}",
        url=f"https://{feed.id}.example/{number}",
        title=f"{title} {number}",
        summary=" ".join(rng.choices(WORDS, k=30)),
        language=feed.language,
        published=dated,
        first_seen=dated,
        dated=dated,
        content_hash=f"{number:020x}",
    )


def a_match(rng: random.Random, item: Item, config: Config) -> Match:
    """Make a match with some target, with an indicator in three of four and an answer where there are any."""
    target = rng.choice(config.analysis.targets)
    indicator = rng.choice(target.indicators).id if rng.random() < 0.75 else None
    reasons = (
        Evidence(kind="concept", text=item.title[:5], weight=1.5, field="title", start=0, end=5, name="dam"),
    ) * 8
    return Match(
        item_id=item.id,
        target=target.id,
        revision=1,
        score=rng.uniform(0.5, 1.0),
        threshold=0.5,
        evidence=reasons,
        indicator=indicator,
        answer=rng.choice(target.answers).id if target.answers else None,
        model=Named.model,
        configuration=Named.configuration,
    )


def visits(rng: random.Random, config: Config, items: int, days: int) -> Iterator[Visit]:
    """Yield visits that bring all items, and one a day for each feed."""
    for day in range(days + 1):
        for feed in config.feeds:
            at = UNTIL - timedelta(days=day, hours=1)
            yield Visit(feed_id=feed.id, at=at, kind=VisitKind.UNCHANGED, state=a_state(feed))
    for numbers in batched(range(items), 2_000):
        brought = tuple(an_item(rng, number, rng.choice(config.feeds), days) for number in numbers)
        feed = config.feeds[numbers[0] % len(config.feeds)]
        yield Visit(feed_id=feed.id, at=UNTIL, kind=VisitKind.FETCHED, state=a_state(feed), new=brought)


def a_state(feed: Feed) -> FeedState:
    """Make the state of a feed that is well."""
    return FeedState(feed_id=feed.id, url=feed.url, next_check=UNTIL, last_attempt=UNTIL, last_success=UNTIL)


def fill(store: Store, config: Config, items: int, days: int) -> None:
    """Put items, stories and matches into an empty database."""
    rng = random.Random(1)
    for some in batched(visits(rng, config, items, days), 25):
        store.save_visits(some)
        read, told, story = [], {}, ""
        for item in (item for visit in some for item in visit.new):
            matched = rng.random() < MATCHED
            read.append(
                Classified(
                    item_id=item.id, revision=1, scores={}, matches=(a_match(rng, item, config),) if matched else ()
                )
            )
            if not matched or not story or rng.random() > 2 * SHARED:
                story = item.id
            told[item.id] = story if matched else item.id
        store.save_grouping(Grouping(stories=told))
        store.save_classified(read, Named.model, Named.configuration)


def measure(folder: Path) -> None:
    """Make the digest of the last day, and say what it cost."""
    config = load(ROOT, {"WATCHTOWER_DATABASE__URL": f"sqlite:///{folder}/day.db"})
    config = replace(config, analysis=replace(config.analysis, version=Named.configuration))
    say("floor", f"{floor(folder / 'day.db'):.2f} s: the driver alone, reading the same matches and counting the items")
    say("resident before", f"{peak():.0f} MiB")
    tower = replace(build.watchtower(config, clock=lambda: UNTIL), classifier=Named)
    with closing(tower):
        since = UNTIL - timedelta(days=1)
        begun = time.process_time()
        with without_collecting():
            assess(Moment(tower, UNTIL), tower.plan.everybody, since, UNTIL)
        assessed = time.process_time()
        made = tower.digest(since, UNTIL)
        composed = time.process_time()
        body = render(made, "html")[1]
        rendered = time.process_time()
    stories = sum(section.count for section in made.sections)
    say("assessing", f"{assessed - begun:.2f} s")
    say("assessing and composing", f"{composed - assessed:.2f} s")
    say("rendering HTML", f"{rendered - composed:.2f} s, {len(body) // 1024} KiB, {stories} stories")
    say("together", f"{rendered - assessed:.2f} s")
    say("resident at most", f"{peak():.0f} MiB")


def told(file: Path) -> None:
    """Record the digests of ten readers of the last day and look for alerts, as the daemon would."""
    config = load(ROOT, {"WATCHTOWER_DATABASE__URL": f"sqlite:///{file}"})
    config = replace(config, analysis=replace(config.analysis, version=Named.configuration))
    targets, now = [target.id for target in config.analysis.targets], UNTIL
    tower = replace(build.watchtower(config, clock=lambda: now), classifier=Named)
    others = [
        Reader(
            id=f"reader-{n}", at=time_of_day(6), zone="UTC", targets=(*targets[n % 4 :],), alerts=frozenset(AlertKind)
        )
        for n in range(9)
    ]
    everybody = replace(tower.plan.everybody, at=time_of_day(6), zone="UTC")
    tower = replace(tower, plan=replace(tower.plan, readers=(everybody, *others)))
    with closing(tower):
        for what, job, minutes in (
            ("digests of 10 readers", tower.daily_digests, 0),
            ("is any due", tower.daily_digests, 1),
            ("looking for alerts", tower.alert, 1),
            ("looking again", tower.alert, 5),
        ):
            now += timedelta(minutes=minutes)
            begun = time.process_time()
            made = job()
            say(what, f"{time.process_time() - begun:.3f} s, {len(made)} made")


def floor(file: Path) -> float:
    """Read the matches and count the items by feed and day, with the driver alone; CPU seconds."""
    with closing(sqlite3.connect(file)) as conn:
        begun = time.process_time()
        conn.execute(
            "SELECT i.id, i.feed_id, i.story, i.dated, m.target, m.indicator, m.answer, m.score, m.configuration "
            "FROM items i JOIN matches m ON m.item_id = i.id WHERE i.matched IS 1 ORDER BY i.dated"
        ).fetchall()
        feeds = [id for (id,) in conn.execute("SELECT feed_id FROM feeds")]
        counted = "SELECT count(*) FROM items WHERE feed_id = ? AND dated >= ? AND dated < ?"
        for day in range(400):
            since, until = UNTIL - timedelta(days=day + 1), UNTIL - timedelta(days=day)
            period = (f"{since:%Y-%m-%d %H:%M:%S}", f"{until:%Y-%m-%d %H:%M:%S}")
            for feed in feeds:
                conn.execute(counted, (feed, *period)).fetchone()
        return time.process_time() - begun


def peak() -> float:
    """The most memory that this process has held, in MiB; ``ru_maxrss`` would count what its parent had, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def say(what: str, value: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{what:26s}{value}\n")


def main(items: int = 1_000_000, days: int = 90, folder: str = "") -> None:
    """Fill a database if need be, and measure in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(folder or scratch)
        place.mkdir(parents=True, exist_ok=True)
        if not (place / "day.db").exists():
            with closing(open_store(f"sqlite:///{place}/day.db", place)) as store:
                fill(store, load(ROOT, {}), items, days)
        say("items, days", f"{items:,}, {days}")
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "measure", str(place)], check=True)
        # what is recorded would be what the next measurement is held against
        shutil.copy(place / "day.db", f"{scratch}/told.db")
        subprocess.run([sys.executable, __file__, "told", f"{scratch}/told.db"], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["told"]:
        told(Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:3]), *sys.argv[3:])
