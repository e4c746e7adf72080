"""Some days of the sample feeds through a real watchtower, with a simple classifier in the real one's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import WordClassifier
from watchtower import build
from watchtower.config import load
from watchtower.demo.folder import prepare
from watchtower.demo.play import BEGIN, EVERY, SimulatedClock, moments, play
from watchtower.demo.samples import Quirk, read_samples, shown
from watchtower.demo.server import FeedServer, serving
from watchtower.pipeline import Watchtower

SAMPLES = read_samples()
WORDS = WordClassifier({"nk-capabilities": ["missile", "미사일"], "russia-nk-cooperation": ["troops", "soldiers"]})


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(SAMPLES, BEGIN) as server:
        yield server


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(BEGIN)


@pytest.fixture
def tower(server: FeedServer, clock: SimulatedClock, tmp_path: Path) -> Iterator[Watchtower]:
    prepare(tmp_path, SAMPLES, server.url_of)
    with closing(build.watchtower(load(tmp_path, {}), clock=clock)) as tower:
        yield replace(tower, classifier=lambda: WORDS)


def test_each_visit_brings_what_has_appeared_since_the_last(tower, server, clock):
    when = moments(BEGIN, BEGIN + timedelta(days=2), EVERY)
    visits = play(tower, server, clock, when)
    out = [sum(len(shown(sample, at)) for sample in SAMPLES) for at in when]
    assert [visit.report.new for visit in visits] == [now - before for before, now in zip([0, *out], out, strict=False)]


def test_what_has_not_changed_is_not_sent_again_unless_it_broke_off(tower, server, clock):
    _, second = play(tower, server, clock, [BEGIN, BEGIN + timedelta(hours=2)])
    changed = {sample.id for sample in SAMPLES if shown(sample, BEGIN) != shown(sample, second.at)}
    broken = {sample.id for sample in SAMPLES if sample.quirk is Quirk.BROKEN}
    assert second.report.fetched == len(changed | broken)
    assert second.report.unchanged == len(SAMPLES) - len(changed | broken) - second.report.failed


def test_everything_is_dated_by_the_simulated_clock(tower, server, clock):
    play(tower, server, clock, [BEGIN])
    states = tower.store.feed_states()
    assert set(states) == {sample.id for sample in SAMPLES}
    assert {state.last_attempt for state in states.values()} == {BEGIN}


def test_a_digest_is_made_each_morning_and_tells_of_the_day_before(tower, server, clock):
    visits = play(tower, server, clock, moments(BEGIN, BEGIN + timedelta(days=2), EVERY))
    digests = [visit.digest for visit in visits if visit.digest]
    assert [made.until - made.since for made in digests] == [timedelta(days=1)] * 2
    assert [made.late for made in digests] == [False, False]
    titles = {story.title for made in digests for section in made.sections for story in section.stories}
    assert "S. Korea's spy agency says North has begun sending troops to Russia" in titles
