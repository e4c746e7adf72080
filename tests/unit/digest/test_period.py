"""When a digest is due and what it covers, on ordinary days and on those with 23 or 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from watchtower.digest.period import DueDigest, day_period, due_digest, local_date, parse_day, parse_moment

HALF_PAST_SIX = time(6, 30)
GRACE = timedelta(hours=12)


def due(now: datetime, *, last: datetime | None = None, zone: str = "Europe/Berlin", at: time = HALF_PAST_SIX):
    return due_digest(at=at, zone=zone, now=now, last_until=last, grace=GRACE)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 10), "Europe/Berlin", 24),
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 3, 8), "UTC", 24),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),  # its midnight is left out
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
    ],
)
def test_a_day_has_the_hours_that_its_calendar_gives_it(day: date, zone: str, hours: float) -> None:
    since, until = day_period(day, zone)
    assert (until - since) / timedelta(hours=1) == hours
    assert since.tzinfo is UTC


def test_a_day_that_the_zone_skipped_is_refused() -> None:
    with pytest.raises(ValueError, match="no 2011-12-30 in Pacific/Apia"):
        day_period(date(2011, 12, 30), "Pacific/Apia")


def test_an_unknown_zone_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"no time zone is called 'Berlin'.*Europe/Berlin"):
        day_period(date(2026, 3, 10), "Berlin")


def test_a_path_is_no_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        day_period(date(2026, 3, 10), "../../etc/passwd")


def test_nothing_is_due_before_the_first_hour_if_yesterdays_is_past_grace() -> None:
    assert due(datetime(2026, 3, 10, 5, 0, tzinfo=UTC)) is None


def test_the_first_digest_covers_a_day() -> None:
    hour = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    assert due(hour) == DueDigest(
        local_date=date(2026, 3, 10), since=hour - timedelta(hours=24), until=hour, late=False
    )


def test_a_digest_begins_where_the_last_one_ended() -> None:
    hour = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    found = due(hour + timedelta(seconds=5), last=hour - timedelta(days=2))
    assert found is not None
    assert (found.since, found.until) == (hour - timedelta(days=2), hour)


def test_a_gap_of_weeks_is_made_up_for_as_far_as_seven_days() -> None:
    hour = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    found = due(hour, last=hour - timedelta(days=30))
    assert found is not None
    assert found.since == hour - timedelta(days=7)


def test_a_recorded_digest_is_not_due_again() -> None:
    hour = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    for minutes in (0, 1, 60, 600, 1439):
        assert due(hour + timedelta(minutes=minutes), last=hour) is None


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (10, False), (11, True), (719, True)])
def test_a_digest_more_than_ten_minutes_after_its_hour_is_late(minutes: int, late: bool) -> None:
    found = due(datetime(2026, 3, 10, 5, 30, tzinfo=UTC) + timedelta(minutes=minutes))
    assert found is not None
    assert found.late is late


def test_a_digest_past_grace_is_skipped_and_the_next_covers_the_gap() -> None:
    hour = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    before = hour - timedelta(days=1)
    assert due(hour + GRACE + timedelta(seconds=1), last=before) is None
    following = due(hour + timedelta(days=1), last=before)
    assert following is not None
    assert following.since == before


def test_a_date_told_already_is_not_told_again_after_the_hour_was_moved() -> None:
    early = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    found = due_digest(
        at=time(9), zone="Europe/Berlin", now=early + timedelta(hours=3), last_until=early,
        last_local_date=date(2026, 3, 10), grace=GRACE,
    )  # fmt: skip
    assert found is None


@pytest.mark.parametrize(
    ("at", "day", "instant"),
    [
        (time(2, 30), date(2026, 3, 8), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),  # left out: 03:00 daylight time
        (time(1, 30), date(2026, 3, 8), datetime(2026, 3, 8, 6, 30, tzinfo=UTC)),
        (time(1, 30), date(2026, 11, 1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # comes twice: the first
        (time(2, 30), date(2026, 11, 1), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_hours_of_the_clock_change_come_once(at: time, day: date, instant: datetime) -> None:
    zone = "America/New_York"
    made = []
    last = instant - timedelta(hours=24)
    for minute in range(0, 24 * 60, 15):
        now = datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC) + timedelta(minutes=minute)
        if found := due(now, last=last, zone=zone, at=at):
            made.append((found.local_date, found.until))
            last = found.until
    assert made == [(day, instant)]


def test_moments_are_read_as_people_write_them() -> None:
    now = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    zone = "Asia/Seoul"
    assert parse_moment("2026-03-10", zone, now) == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    assert parse_moment("2026-03-10 06:30", zone, now) == datetime(2026, 3, 9, 21, 30, tzinfo=UTC)
    assert parse_moment("2026-03-10T06:30+01:00", zone, now) == datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    assert parse_moment("2026-03-10T06:30:15Z", zone, now) == datetime(2026, 3, 10, 6, 30, 15, tzinfo=UTC)
    assert parse_moment("today", zone, now) == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    assert parse_moment("Yesterday", zone, now) == datetime(2026, 3, 8, 15, 0, tzinfo=UTC)
    assert parse_moment("now", zone, now) == now
    assert parse_moment("36h", zone, now) == now - timedelta(hours=36)
    assert parse_moment("2w ago", zone, now) == now - timedelta(days=14)


@pytest.mark.parametrize("text", ["", "tuesday", "2026-13-01", "2026-02-30", "10/03/2026", "-3d", "99999999d"])
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no date or time; write 2025-09-03"):
        parse_moment(text, "UTC", datetime(2026, 3, 10, tzinfo=UTC))


def test_a_day_is_a_date_or_today_or_yesterday() -> None:
    now = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)  # the 11th in Seoul
    assert parse_day("today", "Asia/Seoul", now) == date(2026, 3, 11)
    assert parse_day("yesterday", "Asia/Seoul", now) == date(2026, 3, 10)
    assert parse_day("2026-01-31", "Asia/Seoul", now) == date(2026, 1, 31)
    with pytest.raises(ValueError, match="is no day"):
        parse_day("3d", "UTC", now)


def test_a_date_belongs_to_the_zone() -> None:
    assert local_date(datetime(2026, 3, 10, 20, 0, tzinfo=UTC), "Asia/Seoul") == date(2026, 3, 11)
