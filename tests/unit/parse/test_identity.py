"""Which entry is which."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW, entry
from watchtower.parse.identity import alike, assign, identify
from watchtower.types import Entry, KnownItem, stable_id


def known(key: str, url: str | None, title: str) -> dict[str, KnownItem]:
    item = KnownItem(
        id=stable_id("a", key), key=key, url=url, title=title, content_hash="", revision=1, first_seen=NOW, dated=NOW
    )
    return {key: item}


def keys(*entries: Entry, given: dict[str, KnownItem] | None = None) -> dict[str, str]:
    """Title to key."""
    return {one.entry.title: key for one, key in assign(identify(entries), given or {})}


def remembered(*polls: list[Entry]) -> dict[str, KnownItem]:
    """What the store knows after these polls."""
    items: dict[str, KnownItem] = {}
    for entries in polls:
        found = identify(entries)
        asked = {key for one in found for key in one.keys}
        for one, key in assign(found, {key: item for key, item in items.items() if key in asked}):
            items |= known(key, one.url, one.entry.title)
    return items


def story(title: str, guid: str | None = None, url: str | None = None, **rest: Any) -> Entry:
    return entry(title=title, guid=guid, url=url, **rest)


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (story("A", "urn:a", "https://x.example/a"), "urn:a"),
        (story("A", None, "HTTPS://x.example/a?utm_source=rss"), "https://x.example/a"),
        (story("A"), stable_id("text", "A")),
        (story("", summary="Only text"), stable_id("text", "Only text")),
        (story("A", "g" * 300), stable_id("g" * 300)),
    ],
)
def test_the_key_is_the_guid_else_the_link_else_a_hash(one: Entry, key: str) -> None:
    assert list(keys(one).values()) == [key]


def test_the_same_entry_twice_is_one_and_the_latest_text_wins() -> None:
    old = story("Dam opens", "g", "https://x.example/a", summary="Old.", updated=NOW)
    new = story("Dam opens", "g", "https://x.example/a", summary="New.", updated=NOW.replace(year=2027))
    for order in ((old, new), (new, old), (old, new, old)):
        assert [one.entry.summary for one in identify(order)] == ["New."]


def test_different_entries_under_one_guid_stay_apart_whatever_their_order() -> None:
    one, two = story("Dam opens", "g", "https://x.example/a"), story("Ferry sinks", "g", "https://x.example/b")
    three = story("Bridge closes", "g", "https://x.example/b")
    first, second = keys(one, two, three), keys(three, two, one)
    assert first == second
    assert len(set(first.values())) == 3


def test_entries_that_all_link_to_the_front_page_stay_apart() -> None:
    found = keys(*(story(title, None, "https://x.example/") for title in ("Dam opens", "Ferry sinks", "Bridge closes")))
    assert len(set(found.values())) == 3


def test_notes_without_guid_and_link_stay_apart_by_their_text() -> None:
    found = identify([story("Note", summary="One."), story("Note", summary="Two."), story("Note", summary="Two.")])
    assert len({one.own for one in found}) == 2


def test_a_guid_used_again_for_another_story_gets_a_new_key_and_keeps_it() -> None:
    first = story("Dam opens in the north", "current", "https://x.example/dam")
    second = story("Minister resigns over budget", "current", "https://x.example/minister")
    after = remembered([first], [second])
    assert set(after) == {"current", keys(second, given=known("current", first.url, first.title))[second.title]}
    assert after["current"].title == "Dam opens in the north"
    assert keys(second, given=after)[second.title] != "current"
    assert len(remembered([first], [second], [second], [first, second])) == 2


@pytest.mark.parametrize(
    "now",
    [
        story("Wholly different words", "g", "https://x.example/dam"),
        story("Dam opens in the far north", "g", "https://x.example/dam-opens-2"),
        story("Wholly different words", "g"),
    ],
    ids=["same link", "like title", "no link"],
)
def test_a_changed_title_or_link_alone_is_a_revision(now: Entry) -> None:
    given = known("g", "https://x.example/dam", "Dam opens in the north")
    assert list(keys(now, given=given).values()) == ["g"]


def test_a_second_entry_under_a_known_guid_leaves_the_first_its_key() -> None:
    first = story("Dam opens in the north", "g", "https://x.example/a")
    second = story("Ferry sinks off the coast", "g", "https://x.example/b")
    given = remembered([first])
    assert keys(second, first, given=given)["Dam opens in the north"] == "g"
    assert len(remembered([first], [second, first], [second], [first])) == 2


def test_a_front_page_link_is_no_reason_to_take_a_new_note_for_an_old_one() -> None:
    notes = [story(title, None, "https://x.example/") for title in ("Dam opens", "Ferry sinks", "Minister resigns")]
    assert {item.title for item in remembered(notes[:1], notes[:2], notes[1:]).values()} == {
        "Dam opens", "Ferry sinks", "Minister resigns",
    }  # fmt: skip


def test_empty_titles_are_alike() -> None:
    assert alike("", "")
    assert not alike("", "Dam opens")


entries = st.lists(
    st.builds(
        story,
        st.sampled_from(["Dam opens", "Dam opens again", "Ferry sinks", ""]),
        st.sampled_from([None, "g", "h", "https://x.example/a"]),
        st.sampled_from([None, "https://x.example/a", "https://x.example/b"]),
        summary=st.sampled_from(["", "One.", "Two."]),
    ),
    max_size=8,
)


@given(entries, st.randoms(use_true_random=False))
def test_keys_do_not_depend_on_the_order_and_no_two_are_the_same(found: list[Entry], random: Any) -> None:
    one = {(i.entry, key) for i, key in assign(identify(found), {})}
    mixed = list(found)
    random.shuffle(mixed)
    assert {(i.entry, key) for i, key in assign(identify(mixed), {})} == one
    assert len({key for _, key in one}) == len(one)


@given(entries, entries, entries)
def test_a_poll_seen_before_brings_nothing_new(first: list[Entry], second: list[Entry], third: list[Entry]) -> None:
    for polls in ([first], [first, second], [first, second, third]):
        assert set(remembered(*polls, polls[-1])) == set(remembered(*polls))


@given(entries)
def test_every_title_in_a_document_is_kept(found: list[Entry]) -> None:
    assert {item.title for item in remembered(found).values()} == {one.title for one in found}
