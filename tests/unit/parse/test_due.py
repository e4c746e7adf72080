"""When a feed is next asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW, feed
from watchtower.parse.due import Hints, freshness, jitter_of, next_check
from watchtower.types import Pacing

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PACING = Pacing()


def wait(every: timedelta | None = HOUR, failures: int = 0, jitter: float = 0.0, **hints: object) -> timedelta:
    return next_check(feed(every=every), failures, Hints(**hints), NOW, jitter, PACING) - NOW  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({}, HOUR),
        ({"fresh": timedelta(minutes=5)}, HOUR),
        ({"fresh": 12 * HOUR}, 12 * HOUR),
        ({"fresh": timedelta(days=300)}, DAY),
        ({"ttl": 3 * HOUR, "fresh": 2 * HOUR}, 3 * HOUR),
        ({"failures": 1}, HOUR),
        ({"failures": 3}, 4 * HOUR),
        ({"failures": 10_000}, DAY),
        ({"failures": 1, "too_many_requests": True}, 4 * HOUR),
        ({"failures": 1, "too_many_requests": True, "retry_after": NOW + HOUR / 2}, HOUR),
        ({"failures": 1, "retry_after": NOW + 30 * HOUR}, 30 * HOUR),
        ({"failures": 1, "retry_after": NOW + timedelta(days=3000)}, timedelta(days=7)),
        ({"failures": 1, "retry_after": NOW - DAY}, HOUR),
        ({"every": timedelta(days=3), "failures": 5}, timedelta(days=3)),
        ({"every": timedelta(0)}, timedelta(seconds=1)),
    ],
)
def test_the_wait_is_the_longest_that_is_asked_for_within_bounds(hints: dict[str, object], expected: timedelta) -> None:
    assert wait(**hints) == expected  # type: ignore[arg-type]


times = st.timedeltas(timedelta(0), timedelta(days=400))


@given(
    st.timedeltas(timedelta(minutes=1), timedelta(days=30)),
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.builds(Hints, fresh=st.none() | times, ttl=st.none() | times, too_many_requests=st.booleans()),
)
def test_a_feed_is_never_asked_sooner_than_its_own_pace_nor_later_than_a_day(
    every: timedelta, failures: int, jitter: float, hints: Hints
) -> None:
    asked = next_check(feed(every=every), failures, hints, NOW, jitter, PACING)
    assert NOW + every <= asked <= NOW + max(every, DAY) * (1.5 if failures else 1.1)


@given(st.datetimes(NOW.replace(tzinfo=None), timezones=st.just(NOW.tzinfo)), st.integers(0, 50))
def test_f10_retry_after_is_kept_to_up_to_a_week(until: object, failures: int) -> None:
    asked = next_check(feed(), failures, Hints(retry_after=until), NOW, 0.5, PACING)  # type: ignore[arg-type]
    assert asked >= min(until, NOW + timedelta(days=7))  # type: ignore[type-var]


def test_more_failures_never_mean_a_shorter_wait() -> None:
    waits = [wait(failures=failures) for failures in range(40)]
    assert waits == sorted(waits)


def test_f8_a_feed_left_to_watchtower_is_asked_every_hour_or_without_validators_once_a_day() -> None:
    assert wait(every=None, validators=True) == HOUR
    assert wait(every=None, validators=False) == DAY
    assert wait(every=HOUR / 2, validators=False) == HOUR / 2


@pytest.mark.parametrize(
    ("rhythm", "silence", "expected"),
    [
        (HOUR, HOUR, HOUR),
        (2 * DAY, HOUR, 2 * DAY / 20),
        (HOUR, 4 * DAY, 4 * DAY / 20),
        (90 * DAY, HOUR, 6 * HOUR),
        (None, 90 * DAY, HOUR),
    ],
)
def test_a_feed_that_seldom_brings_anything_is_asked_less_often_within_the_editors_bounds(
    rhythm: timedelta | None, silence: timedelta, expected: timedelta
) -> None:
    assert wait(rhythm=rhythm, silence=silence) == expected
    assert wait(every=7 * HOUR, rhythm=rhythm, silence=silence) == 7 * HOUR


def test_both_bounds_are_the_editors() -> None:
    pacing = Pacing(at_least_every=2 * HOUR, longest_wait=3 * HOUR)
    slow = Hints(rhythm=90 * DAY)
    assert next_check(feed(every=HOUR), 0, slow, NOW, 0, pacing) == NOW + 2 * HOUR
    for hints, failures in ((Hints(fresh=DAY), 0), (Hints(ttl=DAY), 0), (Hints(), 50)):
        assert next_check(feed(every=HOUR), failures, hints, NOW, 0, pacing) == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((6,), (), HOUR),
        ((7,), (), 2 * HOUR),
        ((7, 8, 9), (), 4 * HOUR),
        ((), (0,), 18 * HOUR),
        ((0, 1), (0,), 20 * HOUR),
        ((7,), (1,), 2 * HOUR),
        (tuple(range(24)), (), HOUR),
        ((), tuple(range(7)), HOUR),
    ],
)
def test_f9_hours_and_days_that_the_document_leaves_out_are_left_out(
    hours: tuple[int, ...], days: tuple[int, ...], expected: timedelta
) -> None:
    # NOW is a Monday, 06:00
    assert wait(skip_hours=hours, skip_days=days) == expected


@given(st.sets(st.integers(0, 23), max_size=23), st.sets(st.integers(0, 6), max_size=6), st.floats(0, 1))
def test_f9_no_visit_falls_into_what_is_left_out(hours: set[int], days: set[int], jitter: float) -> None:
    asked = NOW + wait(jitter=jitter, skip_hours=tuple(hours), skip_days=tuple(days))
    assert asked.hour not in hours
    assert asked.weekday() not in days


def test_f13_failures_at_one_moment_are_spread_over_half_of_the_wait() -> None:
    for failures in (1, 2, 5):
        waits = sorted(wait(failures=failures, jitter=jitter_of(f"feed-{n}", failures)) for n in range(2000))
        least = waits[0]
        assert waits[-1] - least > 0.49 * least
        tenths = [sum(tenth <= (w - least) / least * 20 < tenth + 1 for w in waits) for tenth in range(10)]
        assert min(tenths) > 120
    first, second = (sorted(range(2000), key=lambda n: jitter_of(f"feed-{n}", turn)) for turn in (1, 2))
    assert first != second


def test_f10_feeds_that_a_server_tells_the_same_moment_do_not_come_back_in_one() -> None:
    moment = NOW + 2 * HOUR
    asked = {next_check(feed(), 1, Hints(retry_after=moment), NOW, jitter_of(f"feed-{n}"), PACING) for n in range(50)}
    assert len(asked) == 50
    assert min(asked) >= moment


def test_feeds_are_spread_the_same_way_in_every_run() -> None:
    assert jitter_of("harbour-news") == jitter_of("harbour-news")
    spread = [jitter_of(f"feed-{n}") for n in range(1000)]
    assert all(0 <= jitter < 1 for jitter in spread)
    for tenth in range(10):
        assert 60 < sum(tenth / 10 <= jitter < (tenth + 1) / 10 for jitter in spread) < 140


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cache-control": "max-age=43200"}, 12 * HOUR),
        ({"cache-control": 'public, Max-Age="60"'}, timedelta(minutes=1)),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=43200, no-cache"}, None),
        ({"cache-control": "no-store,max-age=5"}, None),
        ({"cache-control": 'no-cache="Set-Cookie", max-age=60'}, timedelta(minutes=1)),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=" + "9" * 30}, timedelta(seconds=999999999)),
        ({"cache-control": "private", "expires": "Mon, 23 Nov 2026 10:00:00 GMT"}, None),
        ({"expires": "Mon, 23 Nov 2026 10:00:00 GMT"}, 4 * HOUR),
        ({"expires": "Mon, 23 Nov 2026 10:00:00 GMT", "date": "Mon, 23 Nov 2026 09:00:00 GMT"}, HOUR),
        ({"expires": "Mon, 23 Nov 2020 10:00:00 -0000"}, timedelta(0)),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 99 Foo 99999"}, None),
    ],
)
def test_f9_freshness_is_what_the_headers_say(headers: dict[str, str], expected: timedelta | None) -> None:
    assert freshness(headers, NOW) == expected


@given(st.text())
def test_any_header_gives_a_span_or_none(value: str) -> None:
    for name in ("cache-control", "expires", "date"):
        found = freshness({"expires": "Mon, 23 Nov 2026 10:00:00 GMT", name: value}, NOW)
        assert found is None or found >= timedelta(0)
