"""The sample feeds, and what they show at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watchtower.demo.play import BEGIN, END
from watchtower.demo.samples import CORRECTED_AFTER, WINDOW, Quirk, SampleEntry, SampleFeed, read_samples, shown

NOON = datetime(2024, 10, 30, 12, tzinfo=UTC)


def entry(number: int = 0, **given: object) -> SampleEntry:
    at = NOON + timedelta(hours=number)
    words = {
        "guid": f"e{number}",
        "url": f"https://x.example/{number}",
        "title": f"Title {number}",
        "summary": "Words.",
    }
    return SampleEntry(**{**words, "published": at, "appears": at, "written": at, **given})


def feed(*entries: SampleEntry) -> SampleFeed:
    description = {"id": "harbour", "title": "Harbour News", "language": "en"}
    return SampleFeed(description=description, format="rss2", entries=entries)


def test_every_kind_of_misbehaviour_is_among_the_samples():
    assert {sample.quirk for sample in read_samples()} == set(Quirk)


def test_every_format_and_a_dozen_owners_are_among_the_samples():
    samples = read_samples()
    assert {sample.format for sample in samples} == {"rss2", "rss1", "atom", "jsonfeed"}
    assert {sample.encoding for sample in samples} == {"utf-8", "euc-kr", "windows-1251", "shift_jis"}
    assert {sample.language for sample in samples} == {"en", "ko", "ru", "zh", "ja"}
    assert len({sample.description["owner"] for sample in samples}) > 12


def test_all_entries_appear_while_the_demo_plays():
    for sample in read_samples():
        assert all(BEGIN - timedelta(days=1) < each.appears <= END for each in sample.entries)


def test_entries_of_the_undated_feed_appear_one_by_one_without_a_date():
    (undated,) = (sample for sample in read_samples() if sample.quirk is Quirk.UNDATED)
    assert {each.published for each in undated.entries} == {None}
    assert len({each.appears for each in undated.entries}) == len(undated.entries)


def test_an_entry_is_not_shown_before_it_appears():
    assert [each.guid for each in shown(feed(entry(0), entry(1)), NOON)] == ["e0"]


def test_newest_entries_come_first():
    assert [each.guid for each in shown(feed(entry(0), entry(2), entry(1)), NOON + timedelta(days=1))] == [
        "e2",
        "e1",
        "e0",
    ]


def test_only_the_latest_are_shown():
    many = feed(*(entry(number) for number in range(WINDOW + 5)))
    guids = [each.guid for each in shown(many, NOON + timedelta(days=9))]
    assert guids == [f"e{number}" for number in reversed(range(5, WINDOW + 5))]


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=3)])
def test_a_correction_shows_from_its_hour_on(late):
    corrected = entry(0, revised_title="Corrected")
    before, after = (
        shown(feed(corrected), NOON + CORRECTED_AFTER + shift)[0] for shift in (timedelta(seconds=-1), late)
    )
    assert (before.title, before.written) == ("Title 0", NOON)
    assert (after.title, after.summary, after.written) == ("Corrected", "Words.", NOON + CORRECTED_AFTER)
