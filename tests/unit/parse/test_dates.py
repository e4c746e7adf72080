"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime
from time import gmtime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.parse.dates import read_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Sun, 22 Nov 2026 21:30:00 +0900", "2026-11-22T12:30:00"),
        ("Sun, 22 Nov 2026 21:30 GMT", "2026-11-22T21:30:00"),
        ("22 Nov 26 21:30:00 EST", "2026-11-23T02:30:00"),
        ("22 Nov 98", "1998-11-22T00:00:00"),
        ("Sun, 22 November 2026 21:30:00 KST", "2026-11-22T12:30:00"),
        ("Sun, 22 Nov 2026 21:30:00 +0300 (MSK)", "2026-11-22T18:30:00"),
        ("Sun, 22 Nov 2026 21:30:00 GMT+3", "2026-11-22T18:30:00"),
        ("Sun, 22-Nov-2026 21:30:00 GMT", "2026-11-22T21:30:00"),
        ("Sun, 22 Nov 2026 24:00:00 GMT", "2026-11-23T00:00:00"),
        ("Sun, 22 Nov 2026 23:59:60 GMT", "2026-11-22T23:59:59"),
        ("Sun, 22 Nov 2026 9:05 pm PST", "2026-11-23T05:05:00"),
        ("Sun, 22 Nov 2026 12:05 AM", "2026-11-22T00:05:00"),
        ("Sun, 22 Nov 2026 21:30:00 XYZ", "2026-11-22T21:30:00"),
        ("Вс, 22 ноя 2026 21:30:00 +0300", "2026-11-22T18:30:00"),
        ("dim., 22 nov. 2026 21:30:00 +0100", "2026-11-22T20:30:00"),
        ("So, 22 Okt 2026 21:30:00 +0100", "2026-10-22T20:30:00"),
        ("Nov 22, 2026 21:30 GMT", "2026-11-22T21:30:00"),
        ("Sun Nov 22 21:30:00 2026", "2026-11-22T21:30:00"),
        ("Sun Nov 22 21:30:00 JST 2026", "2026-11-22T12:30:00"),
        ("2026-11-22T21:30:00Z", "2026-11-22T21:30:00"),
        ("2026-11-22T21:30:00.123456+09:00", "2026-11-22T12:30:00"),
        ("2026-11-22 21:30:00 +0900", "2026-11-22T12:30:00"),
        ("2026-11-22T21:30+09", "2026-11-22T12:30:00"),
        ("2026-11-22", "2026-11-22T00:00:00"),
        ("2026/11/22 21:30", "2026-11-22T21:30:00"),
        ("20261122T213000Z", "2026-11-22T21:30:00"),
        ("2026年11月22日 21:30", "2026-11-22T21:30:00"),
        ("2026년 11월 22일", "2026-11-22T00:00:00"),
        ("  2026-11-22T21:30:00Z\n", "2026-11-22T21:30:00"),
        ("2399-01-01T00:00:00Z", "2399-01-01T00:00:00"),
    ],
)
def test_a_date_is_read_as_utc(text: str, iso: str) -> None:
    assert read_date(text) == datetime.fromisoformat(iso).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1", "77", "2026", "2026-11", "11/22/2026", "22.11.2026", "31/02/2026", "2026-02-31", "2026-13-01",
        "Sun, 31 Feb 2026 10:00:00 GMT", "2026-11-22T25:00:00Z", "2026-11-22T10:61:00Z", "1795383000", "1795383000000",
        "yesterday", "Sun, 22 Foo 2026 10:00:00 GMT", "0000-00-00", "0001-01-01T00:00:00+09:00",
        "9999-12-31T23:00:00-09:00",
        "2026-11-22T21:30:00+99:00", "2026-11-22 " + "0" * 5000, "Sun, 22 Nov 2026 21:30:00 +0900 and more",
    ],
)  # fmt: skip
def test_what_is_no_whole_possible_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_feedparsers_reading_counts_only_for_words_that_are_not_ascii() -> None:
    parsed = gmtime(1_795_383_000)
    assert read_date("Κυρ, 22 Νοέ 2026 21:30:00 EET", parsed) == datetime.fromtimestamp(1_795_383_000, UTC)
    assert read_date("77", parsed) is None


@given(st.text(max_size=60))
def test_any_text_is_a_date_in_utc_or_none(text: str) -> None:
    date = read_date(text)
    assert date is None or date.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_iso_date_is_read_back(moment: datetime) -> None:
    assert read_date(moment.isoformat()) == moment.replace(microsecond=0)
