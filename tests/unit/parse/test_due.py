"""When a feed is next asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW, feed
from watchtower.parse.due import Hints, freshness, jitter_of, next_check

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def wait(every: timedelta = HOUR, failures: int = 0, jitter: float = 0.0, **hints: object) -> timedelta:
    return next_check(feed(every=every), failures, Hints(**hints), NOW, jitter) - NOW  # type: ignore[arg-type]


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
    asked = next_check(feed(every=every), failures, hints, NOW, jitter)
    assert NOW + every <= asked <= NOW + max(every, DAY) * 1.1


@given(st.datetimes(NOW.replace(tzinfo=None), timezones=st.just(NOW.tzinfo)), st.integers(0, 50))
def test_retry_after_is_kept_to_up_to_a_week(until: object, failures: int) -> None:
    asked = next_check(feed(), failures, Hints(retry_after=until), NOW, 0.5)  # type: ignore[arg-type]
    assert asked >= min(until, NOW + timedelta(days=7))  # type: ignore[type-var]


def test_more_failures_never_mean_a_shorter_wait() -> None:
    waits = [wait(failures=failures) for failures in range(40)]
    assert waits == sorted(waits)


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
def test_freshness_is_what_the_headers_say(headers: dict[str, str], expected: timedelta | None) -> None:
    assert freshness(headers, NOW) == expected


@given(st.text())
def test_any_header_gives_a_span_or_none(value: str) -> None:
    for name in ("cache-control", "expires", "date"):
        found = freshness({"expires": "Mon, 23 Nov 2026 10:00:00 GMT", name: value}, NOW)
        assert found is None or found >= timedelta(0)
