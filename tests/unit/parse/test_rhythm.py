"""A feed's rhythm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from watchtower.parse.rhythm import Rhythm, after_pause, rhythm_of
from watchtower.parse.skips import skips

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def before(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=ago) for ago in days]


@pytest.mark.parametrize(
    ("dates", "rhythm"),
    [
        (before(1, 2, 3, 4, 5), Rhythm(usual=DAY, long=DAY)),
        (before(5, 1, 3, 2, 4), Rhythm(usual=DAY, long=DAY)),
        (before(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2000), Rhythm(usual=DAY, long=DAY)),
        (before(1, 1, 1, 2, 2, 3, 4, 5), Rhythm(usual=DAY, long=DAY)),
        (before(1, 2, 3, 4), None),
        (before(1, 1, 1, 1, 1, 1), None),
        (before(-1, -2, -3, -4, -5, -6), None),
        (before(20_000, 20_001, 20_002, 20_003, 20_004, 20_005), None),
        ([], None),
    ],
    ids=["daily", "any order", "one of long ago", "together", "few", "one moment", "future", "1970", "none"],
)
def test_a_rhythm_is_learned_where_the_dates_can_tell(dates: list[datetime], rhythm: Rhythm | None) -> None:
    assert rhythm_of(dates, NOW) == rhythm


@given(st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1), timezones=st.just(NOW.tzinfo))))
def test_any_dates_give_whole_seconds_or_nothing(dates: list[datetime]) -> None:
    found = rhythm_of(dates, NOW)
    if found is not None:
        assert timedelta(seconds=1) <= found.usual <= found.long
        assert (found.usual.microseconds, found.long.microseconds) == (0, 0)


def test_pause_by_pause_the_usual_follows_and_the_long_one_is_remembered() -> None:
    rhythm = after_pause(None, DAY)
    assert rhythm == Rhythm(usual=DAY, long=DAY)
    rhythm = after_pause(rhythm, 6 * DAY)
    assert rhythm == Rhythm(usual=2 * DAY, long=6 * DAY)
    for _ in range(100):
        rhythm = after_pause(rhythm, HOUR)
    assert HOUR <= rhythm.usual < HOUR * 1.01
    assert HOUR <= rhythm.long < HOUR * 1.1


@pytest.mark.parametrize(
    ("text", "hours", "days"),
    [
        ("<channel><skipHours><hour>22</hour><hour> 0 </hour></skipHours><item/></channel>", (0, 22), ()),
        ("<channel><item></item><skipDays><day>Saturday</day><day>sunday</day></skipDays></channel>", (), (5, 6)),
        ("<skipHours><hour>24</hour></skipHours>", (0,), ()),
        ("<skipHours><hour>x</hour><hour>-1</hour></skipHours><skipDays><day>Frid</day></skipDays>", (), ()),
        ("<item><description>&lt;&gt;<skipHours><hour>1</hour></skipHours></description></item>", (), ()),
        ("<skipHours><hour>1</hour>", (), ()),
        ("", (), ()),
    ],
)
def test_f9_skipped_hours_and_days_are_read(text: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    assert skips(text) == (hours, days)
