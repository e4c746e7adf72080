"""A small analysis of rivers, and the data of an assessment of it: what is not given is a quiet, well-read past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests import factories as make
from tests.factories import NOW
from watchtower.assess import AssessData, Window, assess
from watchtower.types import (
    Analysis,
    Answer,
    Assessment,
    FeedDay,
    Ledger,
    Rhythm,
    Scenario,
    Sighting,
    Silence,
    TargetKind,
    Trend,
)

DAY = timedelta(days=1)
SINCE = NOW - DAY

ANALYSIS = Analysis(
    id="rivers",
    title="Rivers",
    source="",
    published="2026",
    languages=("en", "ko"),
    targets=(
        make.target(
            "dams",
            indicators=(
                make.indicator(
                    "crack-seen",
                    supports=("will-it-hold.broken",),
                    contradicts=("will-it-hold.held",),
                    expect=Rhythm(every=10 * DAY),
                ),
                make.indicator("repair-done", supports=("will-it-hold.held",)),
                make.indicator("creak-heard", supports=("will-it-hold.broken",)),
                make.indicator("survey-due", expect=Rhythm(by=date(2026, 11, 30))),
            ),
        ),
        make.target("floods"),
        make.target(
            "will-it-hold",
            kind=TargetKind.CRITICAL_QUESTION,
            title="Will it hold?",
            answers=(Answer(id="held", says="It holds"), Answer(id="broken", says="It breaks")),
            indicators=(
                make.indicator("wall-stands", supports=("will-it-hold.held",), contradicts=("will-it-hold.broken",)),
            ),
        ),
    ),
    scenarios=(
        Scenario(id="slow", title="Slow decay", says="", expects=("crack-seen",), rules_out=("repair-done",)),
        Scenario(id="renewal", title="Renewal", says="", expects=("repair-done",), rules_out=("crack-seen",)),
    ),
    version="configuration-1",
)
FEEDS = (
    make.feed("harbour-news"),
    make.feed("upland-post", reliability="C"),
    make.feed("river-agency", kind="state-media", state="KP", reliability="D", language="ko"),
)


def windows(count: int, length: timedelta = DAY) -> tuple[Window, ...]:
    """The last days before the period, or the first part of each of them."""
    starts = [SINCE - back * DAY for back in range(count, 0, -1)]
    return tuple(Window(day=start.date(), since=start, until=start + length) for start in starts)


def seen(day: int, number: int = 0, feed: str = "harbour-news", **given: Any) -> Sighting:
    """A match some days before the period (0 in the period), each number a story of its own."""
    dated = SINCE - day * DAY + timedelta(hours=3, minutes=number)
    item = make.item(feed_id=feed, key=f"{day}-{number}", published=dated)
    return make.sighting(item, **given)


def counted(counts: Sequence[int], **given: Any) -> list[Sighting]:
    """So many stories on each day, the last count in the period."""
    return [
        seen(len(counts) - 1 - place, number, **given) for place, count in enumerate(counts) for number in range(count)
    ]


def data(sightings: Iterable[Sighting] = (), *, days: int = 60, **given: Any) -> AssessData:
    """Every feed answers every day and brings twenty items, unless it is given otherwise."""
    past = given.pop("days_given", windows(days))
    usual = {feed.id: 20 for feed in given.get("feeds", FEEDS)}
    told = tuple(sorted(sightings, key=lambda one: (one.dated, one.item, one.target)))
    derived = {
        "analysis": ANALYSIS,
        "feeds": FEEDS,
        "method": make.method(days=days),
        "zone": ZoneInfo("UTC"),
        "now": Window(day=SINCE.date(), since=SINCE, until=NOW),
        "days": past,
        "parts": past,
        "delivered": (usual,) * len(past),
        "delivered_parts": given.get("delivered", (usual,) * len(past)),
        "delivered_now": usual,
        "reads": answered(*past, feeds=list(usual))
        + answered(Window(day=SINCE.date(), since=SINCE, until=NOW), feeds=list(usual)),
        "sightings": told,
        "ledger_since": SINCE - 90 * DAY,
        "last": {one.indicator: one for one in told if one.indicator},
    }
    return AssessData(**{**derived, **given})


def answered(*days: Window, feeds: Sequence[str]) -> tuple[FeedDay, ...]:
    """An answer of each feed in the middle of each day."""
    return tuple(
        FeedDay(feed=feed, day=moment.date(), first=moment, last=moment)
        for day in days
        for feed in feeds
        for moment in [day.since + (day.until - day.since) / 2]
    )


def without(given: AssessData, lost: Mapping[int, Iterable[str]]) -> AssessData:
    """The same past, had these feeds not been read on these days (0 is the period): no answers, items or matches."""
    gone = {(back, feed) for back, feeds in lost.items() for feed in feeds}

    def back(moment: Any) -> int:
        return -((moment - SINCE) // DAY)

    def delivered(place: int, counts: Mapping[str, int]) -> Mapping[str, int]:
        return {feed: count for feed, count in counts.items() if (len(given.days) - place, feed) not in gone}

    kept = tuple(one for one in given.sightings if (back(one.dated), one.feed) not in gone)
    past = tuple(delivered(place, counts) for place, counts in enumerate(given.delivered))
    return replace(
        given,
        sightings=kept,
        last={one.indicator: one for one in kept if one.indicator},
        reads=tuple(one for one in given.reads if (back(one.first), one.feed) not in gone),
        delivered=past,
        delivered_parts=past,
        delivered_now=delivered(len(given.days), given.delivered_now),
    )


def trend_of(made: Assessment, target: str = "dams", indicator: str | None = None) -> Trend:
    """One trend of an assessment."""
    return next(one for one in made.trends if (one.target, one.indicator) == (target, indicator))


def silence_of(given: AssessData, indicator: str = "crack-seen") -> Silence:
    """What is said of one expected indicator."""
    return next(one for one in assess(given).silences if one.indicator == indicator)


def ledger_of(given: AssessData) -> Ledger:
    """The ledger of the one question."""
    [ledger] = assess(given).ledgers
    return ledger
