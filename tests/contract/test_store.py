"""What every ``seams.Store`` promises: in memory, in SQLite (a file, or in memory) and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import factories as make
from tests.factories import NOW
from watchtower.errors import StoreError
from watchtower.seams import Store
from watchtower.types import (
    IN_VIEW,
    Archived,
    Copy,
    Earlier,
    Grouping,
    Item,
    LastTold,
    Mark,
    Page,
    Robots,
    StoredItem,
    Text,
    VisitKind,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def saved(store: Store, *items: Item) -> None:
    """Store these items, each feed by one visit."""
    for feed_id in {item.feed_id for item in items}:
        store.save_visits([make.visit(*(item for item in items if item.feed_id == feed_id))])


def stored(store: Store, id: str) -> StoredItem:
    """Read an item that must be there."""
    found = store.item(id)
    assert found is not None
    return found


def matched(store: Store, *items: Item) -> None:
    """Store these items and give each one match."""
    saved(store, *items)
    store.save_classified([make.classified(item, make.match(item)) for item in items], "model-1", "configuration-1")


def ids(found: list[StoredItem]) -> list[str]:
    """Give the ids of stored items, in their order."""
    return [one.item.id for one in found]


# --- collecting


def test_a_new_store_remembers_nothing(store: Store) -> None:
    assert store.feed_states() == {}
    assert store.known_items({"harbour-news": ["dam-opens"]}) == {}
    assert store.item("nothing") is None
    assert store.items_at("https://nothing.example/") == []
    assert store.revisions("nothing") == []
    assert store.ungrouped(10) == []
    assert store.unclassified(10) == []
    assert store.told() == {}
    assert store.last_digest("rivers") is None
    assert store.digest("nothing") is None
    assert store.due_messages(NOW) == []
    assert store.model("configuration-1", 1) is None
    assert store.learned_model("rivers") is None
    assert store.newest_model() is None
    assert store.verdicts() == []
    assert store.delivered([(NOW - DAY, NOW)]) == [{}]


def test_saving_nothing_is_fine(store: Store) -> None:
    store.save_visits([])
    store.save_grouping(Grouping(stories={}))
    store.save_classified([], "model-1", "configuration-1")
    assert store.items_of_stories([]) == []
    assert store.known_items({}) == {}
    assert store.known_items({"harbour-news": []}) == {}


def test_a_feeds_state_is_remembered_to_the_byte(store: Store) -> None:
    state = make.state(
        etag='W/"a-\u00fc"',
        last_modified="Sun, 22 Nov 2026 10:00:00 GMT",
        failures=3,
        last_new=NOW - DAY,
        problem="timed out after 20 s",
        moved_to="https://harbour-news.example/new.xml",
        gone=True,
    )
    store.save_visits([make.visit(state=state)])
    assert store.feed_states() == {"harbour-news": state}


def test_the_later_of_two_visits_gives_the_state(store: Store) -> None:
    failed = make.visit(at=NOW + HOUR, kind=VisitKind.FAILED, state=make.state(failures=1, problem="no answer"))
    store.save_visits([make.visit(make.item()), failed])
    assert store.feed_states()["harbour-news"].problem == "no answer"


def test_an_item_comes_back_as_it_went_in(store: Store) -> None:
    item = make.item(
        title="댐이 열렸다 🌊",
        summary="Плотина открыта. 大坝开闸。ダムが開いた。",
        body="x" * 100_000,
        authors=("김하나", "O'Neill; DROP TABLE items"),
        language=None,
        url=None,
        backfill=True,
    )
    saved(store, item)
    assert stored(store, item.id) == StoredItem(item=item, story=None, matches=(), classified_by=None)


def test_times_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    seoul = datetime(2026, 11, 23, 8, 30, 15, 123456, tzinfo=ZoneInfo("Asia/Seoul"))
    west = datetime(2026, 11, 22, 18, 30, 15, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    item = make.item(published=seoul, dated=seoul, first_seen=west)
    saved(store, item)
    found = stored(store, item.id).item
    assert (found.published, found.dated, found.first_seen) == (seoul, seoul, west)
    assert found.dated.tzinfo is UTC
    assert found.first_seen.tzinfo is UTC
    assert store.delivered([(seoul, seoul + timedelta(microseconds=1))]) == [{"harbour-news": 1}]


def test_a_time_without_a_zone_is_refused_and_nothing_is_kept(store: Store) -> None:
    good = make.visit(make.item(feed_id="good"))
    naive = make.visit(make.item(dated=datetime(2026, 11, 23)))
    with pytest.raises(StoreError, match="no time zone"):
        store.save_visits([good, naive])
    assert store.feed_states() == {}
    assert store.ungrouped(10) == []


def test_known_items_are_found_by_feed_and_key(store: Store) -> None:
    here, there = make.item(key="1"), make.item(key="1", feed_id="river-post")
    saved(store, here, there, make.item(key="2"))
    known = store.known_items({"harbour-news": ["1", "3"], "unheard": ["1"]})
    assert list(known) == ["harbour-news"]
    assert list(known["harbour-news"]) == ["1"]
    found = known["harbour-news"]["1"]
    assert (found.id, found.key, found.url, found.title) == (here.id, "1", here.url, here.title)
    assert (found.content_hash, found.revision) == (here.content_hash, 1)
    assert (found.first_seen, found.dated) == (here.first_seen, here.dated)


def test_keys_and_urls_may_be_as_long_as_a_feed_likes(store: Store) -> None:
    long = make.item(key="k" * 50_000, url="https://harbour-news.example/" + "u" * 50_000)
    saved(store, long)
    assert store.known_items({"harbour-news": [long.key]})["harbour-news"][long.key].id == long.id
    assert ids(store.items_at(str(long.url))) == [long.id]


def test_saving_a_visit_again_changes_nothing(store: Store) -> None:
    first = make.item()
    second = make.revised(first, title="Dam opens wide")
    visits = [make.visit(first, make.item(key="other")), make.visit(at=NOW + HOUR, revised=(second,))]
    for visit in visits:
        store.save_visits([visit])
    store.save_grouping(make.story("story-1", first))
    before = (stored(store, first.id), store.revisions(first.id), store.feed_states(), store.unclassified(10))
    for visit in (*visits, visits[-1]):
        store.save_visits([visit])
    assert (stored(store, first.id), store.revisions(first.id), store.feed_states(), store.unclassified(10)) == before
    assert store.delivered([(NOW - DAY, NOW + DAY)]) == [{"harbour-news": 2}]


def test_a_revision_replaces_the_text_and_keeps_the_earlier(store: Store) -> None:
    first = make.item(authors=("Ann",))
    second = make.revised(first, title="Dam opens wide", dated=NOW, published=NOW, url="https://other.example/")
    third = make.revised(second, body="All of it.")
    saved(store, first)
    store.save_visits([make.visit(revised=(second,))])
    store.save_visits([make.visit(revised=(third,))])
    assert stored(store, first.id).item == third
    assert store.revisions(first.id) == [first, second]
    assert ids(store.items_at("https://other.example/")) == [first.id]
    assert store.items_at(str(first.url)) == []


def test_two_revisions_in_one_save_keep_both_earlier_texts(store: Store) -> None:
    first = make.item()
    second = make.revised(first, title="Dam opens wide")
    third = make.revised(second, title="Dam closes")
    store.save_visits([make.visit(first), make.visit(at=NOW + HOUR, revised=(second,)), make.visit(revised=(third,))])
    assert stored(store, first.id).item == third
    assert store.revisions(first.id) == [first, second]


def test_a_revision_never_goes_backwards(store: Store) -> None:
    first = make.item()
    second = make.revised(first, title="Dam opens wide")
    saved(store, first)
    store.save_visits([make.visit(revised=(second,))])
    store.save_visits([make.visit(first, revised=(replace(second, title="Another second revision"),))])
    assert stored(store, first.id).item == second
    assert store.revisions(first.id) == [first]


def test_what_no_database_can_hold_is_replaced(store: Store) -> None:
    item = make.item(key="k\0", title="a\0b\ud800c", authors=("\udcff",), body="\N{GRINNING FACE}")
    state = make.state(etag='"\udcff"', last_modified="\0", problem="no\0")
    store.save_visits([make.visit(item, state=state, problem="\0", warnings=("\ud800",))])
    found = stored(store, item.id).item
    assert (found.title, found.authors, found.body) == ("a\ufffdb\ufffdc", ("\ufffd",), "\N{GRINNING FACE}")
    assert store.feed_states()["harbour-news"] == replace(state, etag=None, last_modified=None, problem="no\ufffd")
    assert list(store.known_items({"harbour-news": ["k\0"]})["harbour-news"]) == ["k\0"]


def test_a_batch_of_five_thousand_items_is_stored_whole(store: Store) -> None:
    items = make.items(5_001)
    visit = make.visit(*items)
    store.save_visits([visit])
    store.save_visits([visit])
    assert store.delivered([(NOW - DAY, NOW)]) == [{"harbour-news": 5_001}]
    wanted = make.keys(list(items))
    assert len(store.known_items({"harbour-news": wanted})["harbour-news"]) == 5_001
    store.save_classified([make.classified(item, make.match(item)) for item in items], "model-1", "configuration-1")
    store.save_grouping(Grouping(stories={item.id: f"story-{n % 100}" for n, item in enumerate(items)}))
    assert len(store.matched_items(NOW - DAY, NOW, NOW)) == 5_001
    assert len(store.items_of_stories([f"story-{n}" for n in range(100)])) == 5_001
    assert store.ungrouped(1) == []
    assert store.unclassified(1) == []


# --- archives


def test_what_an_archive_brings_is_stored_with_its_mark(store: Store) -> None:
    assert store.marks() == {}
    mark = Mark(file="/old \ud800.jsonl", fingerprint="f", position=2**40, line=2**33, left_out=7)
    brought = make.item(backfill=True)
    store.save_archived(Archived(mark=mark, new=(brought,)))
    kept = replace(mark, file="/old \ufffd.jsonl")
    assert store.marks() == {kept.file: kept}
    assert stored(store, brought.id).item == brought
    assert store.feed_states() == {}
    store.save_archived(Archived(mark=replace(kept, position=2**41, done=True)))
    assert store.marks() == {kept.file: replace(kept, position=2**41, done=True)}


def test_a_piece_without_a_mark_leaves_marks_as_they_are(store: Store) -> None:
    store.save_archived(Archived(mark=None, new=(make.item(),)))
    assert store.marks() == {} and len(store.unclassified(10)) == 1


def test_an_archive_never_changes_an_item_that_is_there(store: Store) -> None:
    there = make.item()
    saved(store, there)
    store.save_archived(Archived(mark=None, new=(replace(there, title="Older title", backfill=True),)))
    assert stored(store, there.id).item == there


def test_items_are_found_by_feed_and_address(store: Store) -> None:
    one, two = make.item(key="a", url="https://h.example/1"), make.item(key="b", url="https://h.example/1")
    other = make.item(feed_id="upland-post", url="https://h.example/1")
    saved(store, one, two, other, make.item(key="c", url=None))
    found = store.known_at(
        {"harbour-news": ["https://h.example/1", "https://h.example/2"], "nobody": ["https://h.example/1"]}
    )
    assert {url: sorted(item.key for item in there) for url, there in found["harbour-news"].items()} == {
        "https://h.example/1": ["a", "b"]
    }
    assert set(found) == {"harbour-news"}
    assert store.known_at({}) == {} == store.known_at({"harbour-news": []})


# --- full text

#: the feeds whose pages are read
FULL_TEXT = ("harbour-news",)


def page(item_id: str = "item-1", **given: Any) -> Page:
    """Make a page that is due at ``NOW``."""
    return Page(
        **{"item_id": item_id, "feed_id": "harbour-news", "url": "https://h.example/1", "next_try": NOW, **given}
    )


def test_a_page_is_wanted_once(store: Store) -> None:
    assert store.due_pages(NOW, FULL_TEXT, 10) == []
    store.want_pages([page("b"), page("a"), page("b", url="https://h.example/2")])
    store.want_pages([page("a", next_try=NOW - DAY)])
    store.want_pages([])
    assert store.due_pages(NOW, FULL_TEXT, 10) == [page("a"), page("b")]
    assert store.due_pages(NOW, FULL_TEXT, 1) == [page("a")]
    assert store.due_pages(NOW - HOUR, FULL_TEXT, 10) == []


def test_pages_of_other_feeds_take_no_place_among_those_that_are_due(store: Store) -> None:
    other = page("other", feed_id="upland-post", next_try=NOW - DAY)
    store.want_pages([page("a"), page("b", next_try=NOW - HOUR), other])
    assert store.due_pages(NOW, FULL_TEXT, 2) == [page("b", next_try=NOW - HOUR), page("a")]
    assert store.due_pages(NOW, ["harbour-news", "upland-post"], 1) == [other]
    assert store.due_pages(NOW, [], 10) == []


def test_sites_take_turns_so_that_one_with_many_pages_keeps_none_waiting(store: Store) -> None:
    many = [page(f"many-{n}", url=f"https://many.example/{n}", next_try=NOW - DAY) for n in range(5)]
    few = [page(f"few-{n}", url=f"https://few.example/{n}", next_try=NOW - n * HOUR) for n in range(2)]
    store.want_pages([*many, *few])
    assert store.due_pages(NOW, FULL_TEXT, 4) == [many[0], few[1], many[1], few[0]]
    assert store.due_pages(NOW, FULL_TEXT, 10)[4:] == many[2:]


def test_a_page_that_is_done_with_is_not_due_again(store: Store) -> None:
    store.want_pages([page("a"), page("b")])
    store.save_page(page("a", next_try=None, attempts=1, problem="no \x00 article"), None)
    store.save_page(page("b", next_try=NOW + HOUR, attempts=1, problem="x"), None)
    assert store.due_pages(NOW + DAY, FULL_TEXT, 10) == [page("b", next_try=NOW + HOUR, attempts=1, problem="x")]
    store.want_pages([page("a")])
    assert [one.item_id for one in store.due_pages(NOW + DAY, FULL_TEXT, 10)] == ["b"]


def test_a_pages_text_becomes_the_items_body_in_the_same_revision_and_is_to_be_classified(store: Store) -> None:
    one, other = make.item(), make.item(key="other")
    matched(store, one, other)
    store.save_page(page(one.id, next_try=None, read_at=NOW, attempts=1), "The whole \ud800 story.")
    kept = stored(store, one.id)
    assert kept.item == replace(one, body="The whole \ufffd story.")
    assert (kept.classified_by, len(kept.matches)) == (None, 1)
    assert [text.body for text in store.unclassified(10)] == ["The whole \ufffd story."]
    assert store.revisions(one.id) == []
    store.save_page(page("gone", next_try=None, read_at=NOW), "Nobody's.")


def test_what_sites_ask_of_robots_is_remembered(store: Store) -> None:
    one = Robots(site="https://h.example", asked_at=NOW, rules="Disallow: /\x00")
    store.save_robots([one, Robots(site="https://u.example", asked_at=NOW, rules=None)])
    store.save_robots([])
    assert store.robots(["https://h.example", "https://x.example"]) == {
        one.site: replace(one, rules="Disallow: /\ufffd")
    }
    later = replace(one, asked_at=NOW + DAY, rules="")
    store.save_robots([later])
    assert store.robots([one.site]) == {one.site: later} and store.robots([]) == {}


# --- grouping


def in_view(store: Store, *items: Item, score: float = IN_VIEW) -> None:
    """Save items that a model has found to be in view of a target, or not, by their score."""
    saved(store, *items)
    read = [make.classified(item, scores={"dams": score, "floods": 0.0}) for item in items]
    store.save_classified(read, "model-1", "configuration-1")


def test_items_in_no_story_come_oldest_first(store: Store) -> None:
    old = make.item(key="old", published=NOW - DAY)
    new = make.item(key="new", published=NOW)
    twins = sorted((make.item(key="twin-1"), make.item(key="twin-2")), key=lambda item: item.id)
    in_view(store, new, *twins, old)
    expected = [make.story_item(item) for item in (old, *twins, new)]
    assert store.ungrouped(10) == expected
    assert store.ungrouped(2) == expected[:2]


def test_only_what_was_found_in_view_of_a_target_belongs_into_a_story(store: Store) -> None:
    close, far, unread, lowly = (make.item(key=key) for key in ("close", "far", "unread", "lowly"))
    in_view(store, close)
    in_view(store, far, score=IN_VIEW - 0.001)
    saved(store, lowly, unread)
    read = make.classified(lowly, make.match(lowly, score=0.01, threshold=0.01))
    store.save_classified([read], "model-1", "configuration-1")
    assert {item.item_id for item in store.ungrouped(10)} == {close.id, lowly.id}
    assert [stored(store, item.id).in_view for item in (close, far, unread, lowly)] == [True, False, False, True]


def test_an_item_read_again_comes_into_view_or_leaves_it_and_stays_in_its_story(store: Store) -> None:
    coming, going = make.item(key="coming"), make.item(key="going")
    in_view(store, coming, score=0.0)
    in_view(store, going)
    store.save_grouping(make.story("a", going))
    revised = [make.revised(item, title="Dam stays shut") for item in (coming, going)]
    store.save_visits([make.visit(revised=tuple(revised))])
    assert [stored(store, item.id).in_view for item in (coming, going)] == [False, True]
    read = [make.classified(item, scores={"dams": score}) for item, score in zip(revised, (0.3, 0.0), strict=True)]
    store.save_classified(read, "model-1", "configuration-1")
    assert [stored(store, item.id).in_view for item in (coming, going)] == [True, False]
    assert [item.item_id for item in store.ungrouped(10)] == [coming.id]
    assert [item.item_id for item in store.story_items(NOW - DAY, NOW)] == [going.id]


def test_grouped_items_are_found_in_their_period(store: Store) -> None:
    first, last = make.item(key="first", published=NOW - DAY), make.item(key="last", published=NOW)
    middle, lone = make.item(key="middle", published=NOW - HOUR), make.item(key="lone")
    in_view(store, last, lone, middle, first)
    store.save_grouping(Grouping(stories={first.id: "a", middle.id: "b", last.id: "a"}))
    assert store.story_items(NOW - DAY, NOW) == [make.story_item(first, "a"), make.story_item(middle, "b")]
    assert store.ungrouped(10) == [make.story_item(lone)]
    assert stored(store, middle.id).story == "b"


def test_items_of_stories_come_by_time_then_id(store: Store) -> None:
    items = [make.item(key=str(n), published=NOW - n * HOUR) for n in range(4)]
    saved(store, *items)
    store.save_grouping(Grouping(stories={item.id: f"story-{n % 2}" for n, item in enumerate(items)}))
    assert ids(store.items_of_stories(["story-0", "story-1", "unheard"])) == [item.id for item in reversed(items)]
    assert ids(store.items_of_stories(["story-1"])) == [items[3].id, items[1].id]


def test_copies_of_stories_have_what_lineage_reads(store: Store) -> None:
    items = [make.item(key=str(n), published=NOW - n * HOUR, title=f"댐 {n}", summary="Opened.") for n in range(3)]
    saved(store, *items)
    store.save_grouping(Grouping(stories={item.id: f"story-{n % 2}" for n, item in enumerate(items)}))
    assert store.story_copies(["story-1", "story-0", "unheard"]) == [
        Copy(item.id, "harbour-news", f"story-{n % 2}", item.dated, f"댐 {n}", "Opened.")
        for n, item in reversed([*enumerate(items)])
    ]
    assert store.story_copies(["story-0"]) == [Copy.of(one) for one in store.items_of_stories(["story-0"])]
    assert store.story_copies([]) == []


def test_an_item_can_move_and_an_empty_story_disappears(store: Store) -> None:
    one, two = make.item(key="one"), make.item(key="two")
    saved(store, one, two)
    store.save_grouping(Grouping(stories={one.id: "a", two.id: "b"}))
    store.save_grouping(Grouping(stories={two.id: "a", "unheard": "c"}))
    assert store.items_of_stories(["b", "c"]) == []
    assert len(store.items_of_stories(["a"])) == 2
    store.save_grouping(Grouping(stories={two.id: "b"}))
    assert ids(store.items_of_stories(["b"])) == [two.id]


def test_grouping_again_changes_nothing(store: Store) -> None:
    item = make.item()
    saved(store, item)
    for _ in range(2):
        store.save_grouping(make.story("a", item))
        assert ids(store.items_of_stories(["a"])) == [item.id]


def test_a_storys_strand_is_itself_until_it_is_put_into_another(store: Store) -> None:
    one, two, three = make.items(3)
    saved(store, one, two, three)
    store.save_grouping(Grouping(stories={one.id: "a", two.id: "b", three.id: "c"}, strands={"b": "a"}))
    assert {item.story: item.strand for item in store.story_items(NOW - 9 * DAY, NOW + DAY)} == {
        "a": "a",
        "b": "a",
        "c": "c",
    }
    store.save_grouping(Grouping(stories={}, strands={"a": "c", "b": "c", "unheard": "c"}))
    assert {item.strand for item in store.story_items(NOW - 9 * DAY, NOW + DAY)} == {"c"}


def test_a_strands_items_are_found_whenever_dated(store: Store) -> None:
    long_ago = make.item(key="long-ago", published=NOW - 99 * DAY, body="b" * 5000)
    now, other, ungrouped = make.item(key="now"), make.item(key="other"), make.item(key="ungrouped")
    saved(store, now, long_ago, other, ungrouped)
    store.save_grouping(Grouping(stories={long_ago.id: "a", now.id: "b", other.id: "c"}, strands={"b": "a"}))
    assert store.strand_items({"a", "unheard"}) == [
        make.story_item(long_ago, "a"),
        make.story_item(now, "b", strand="a"),
    ]
    assert store.strand_items(()) == []


# --- classifying


def test_unread_items_come_in_the_order_they_were_seen(store: Store) -> None:
    late, early = make.item(key="late", first_seen=NOW), make.item(key="early", first_seen=NOW - DAY, body="All.")
    saved(store, late, early)
    assert store.unclassified(10) == [Text.of(early), Text.of(late)]
    assert store.unclassified(1) == [Text.of(early)]


def test_matches_are_kept_with_their_evidence(store: Store) -> None:
    item = make.item()
    reasons = (make.evidence(text="댐", weight=-0.1), make.evidence(kind="prior", field="", start=0, end=0, name=""))
    second = make.match(item, target="floods", indicator="dam-opens", answer="rising", score=1.0, threshold=0.1 + 0.2)
    first = make.match(item, score=0.0, evidence=reasons)
    saved(store, item)
    store.save_classified([make.classified(item, second, first)], "model-1", "configuration-1")
    assert stored(store, item.id) == make.stored(item, first, second, story=None)
    assert store.unclassified(10) == []


def test_reading_again_replaces_the_matches(store: Store) -> None:
    item = make.item()
    matched(store, item)
    for _ in range(2):
        again = make.match(item, target="floods", model="model-2")
        store.save_classified([make.classified(item, again)], "model-2", "configuration-1")
        assert stored(store, item.id).matches == (again,)
        assert stored(store, item.id).classified_by == "model-2"
    store.save_classified([make.classified(item)], "model-3", "configuration-1")
    assert stored(store, item.id).matches == ()
    assert store.matched_items(NOW - DAY, NOW, NOW) == []


def test_a_revised_item_is_read_again_and_keeps_its_matches_until_then(store: Store) -> None:
    first = make.item()
    matched(store, first)
    second = make.revised(first, title="Dam stays shut")
    store.save_visits([make.visit(revised=(second,))])
    assert store.unclassified(10) == [Text.of(second)]
    kept = stored(store, first.id)
    assert (kept.matches, kept.classified_by) == ((make.match(first),), None)
    store.save_classified([make.classified(second)], "model-1", "configuration-1")
    assert stored(store, first.id).matches == ()


def test_what_was_read_of_an_earlier_revision_is_left_out(store: Store) -> None:
    first = make.item()
    second = make.revised(first, title="Dam stays shut")
    saved(store, first)
    store.save_visits([make.visit(revised=(second,))])
    late, unheard = make.classified(first, make.match(first)), make.item(key="unheard")
    store.save_classified([late, make.classified(unheard, make.match(unheard))], "model-1", "configuration-1")
    assert stored(store, first.id).matches == ()
    assert store.unclassified(10) == [Text.of(second)]


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan")])
def test_a_score_that_is_no_probability_is_refused_and_nothing_is_kept(store: Store, score: float) -> None:
    good, bad = make.item(key="good"), make.item(key="bad")
    saved(store, good, bad)
    classified = [make.classified(good, make.match(good)), make.classified(bad, make.match(bad, score=score))]
    with pytest.raises(StoreError):
        store.save_classified(classified, "model-1", "configuration-1")
    assert len(store.unclassified(10)) == 2
    assert stored(store, good.id).matches == ()


# --- looking up


def test_items_at_an_address_come_newest_first(store: Store) -> None:
    shared = "https://agency.example/dam"
    old = make.item(feed_id="a", url=shared, published=NOW - DAY)
    new = make.item(feed_id="b", url=shared, published=NOW)
    saved(store, old, new, make.item(feed_id="c"))
    assert ids(store.items_at(shared)) == [new.id, old.id]


# --- digest


def test_matched_items_are_those_of_the_period_seen_in_time(store: Store) -> None:
    first = make.item(key="first", published=NOW - DAY, first_seen=NOW - DAY)
    last_moment = make.item(key="last", published=NOW - timedelta(microseconds=1))
    too_late = make.item(key="too-late", published=NOW)
    too_early = make.item(key="too-early", published=NOW - DAY - timedelta(microseconds=1))
    unseen = make.item(key="unseen", first_seen=NOW + timedelta(microseconds=1))
    matched(store, last_moment, first, too_late, too_early, unseen)
    saved(store, make.item(key="unmatched"))
    store.save_grouping(make.story("a", first))
    found = store.matched_items(NOW - DAY, NOW, NOW)
    assert ids(found) == [first.id, last_moment.id]
    assert found[0] == make.stored(first, make.match(first), story="a")


def test_earlier_matches_have_what_a_digest_compares_its_own_with(store: Store) -> None:
    item, ungrouped = make.item(language="ko", published=NOW - HOUR), make.item(key="2", published=NOW - 2 * HOUR)
    unseen, before = make.item(key="3", first_seen=NOW + HOUR), make.item(key="4", published=NOW - 2 * DAY)
    saved(store, item, ungrouped, unseen, before)
    for_it = make.evidence(kind="concept", field="title", weight=0.5, name="dam")
    reasons = [for_it, replace(for_it, weight=-0.5, name="against"), replace(for_it, field="summary", name="below")]
    reasons += [replace(for_it, name="river"), for_it, replace(for_it, kind="words", name="words")]
    both = [make.match(item, target=target, evidence=tuple(reasons), answer="held") for target in ("floods", "dams")]
    rest = [make.classified(one, make.match(one, evidence=())) for one in (ungrouped, unseen, before)]
    store.save_classified([make.classified(item, *both), *rest], "model-1", "configuration-1")
    store.save_grouping(make.story("story-1", item))
    [first, *others] = store.earlier_matches(NOW - DAY, NOW, NOW)
    assert (first.item, first.story, first.concepts) == (ungrouped.id, ungrouped.id, ())
    assert others == [
        Earlier(
            item=item.id, feed="harbour-news", language="ko", story="story-1", dated=item.dated, title=item.title,
            target=target, indicator=None, answer="held", concepts=("dam", "river"),
        )
        for target in ("dams", "floods")
    ]  # fmt: skip


def test_late_items_came_in_the_period_and_belong_before_it(store: Store) -> None:
    since, seen = NOW - DAY, NOW - HOUR
    late = make.item(key="late", published=since - timedelta(microseconds=1), first_seen=since)
    oldest = make.item(key="oldest", published=NOW - 3 * DAY, first_seen=seen)
    too_old = make.item(key="too-old", published=NOW - 3 * DAY - timedelta(microseconds=1), first_seen=seen)
    on_time = make.item(key="on-time", published=since, first_seen=seen)
    seen_after = make.item(key="after", published=NOW - 2 * DAY, first_seen=NOW)
    archive = make.item(key="archive", published=NOW - 2 * DAY, first_seen=seen, backfill=True)
    matched(store, late, oldest, too_old, on_time, seen_after, archive)
    saved(store, make.item(key="unmatched", published=NOW - 2 * DAY, first_seen=seen))
    assert ids(store.late_items(since, NOW, NOW - 3 * DAY)) == [oldest.id, late.id]


def test_a_digest_comes_back_as_it_went_in(store: Store) -> None:
    story = make.digest_story(evidence=(make.evidence(weight=0.1 + 0.2),), late=True, indicators=("dam-opens",))
    digest = make.digest(make.section(story), summary=("댐 🌊", ""), zone="Asia/Seoul", late=True)
    assert store.save_digest(digest, ["item-1", "item-2", "item-1"], "2026-11-23", [])
    assert store.digest(digest.id) == digest
    assert store.last_digest("rivers") == digest
    assert store.told(digest.id) == {digest.id: frozenset({"item-1", "item-2"})}


def test_a_day_has_one_digest_of_each_analysis(store: Store) -> None:
    first = make.digest()
    second = make.digest(until=NOW + HOUR)
    other = make.digest(analysis="mountains")
    assert store.save_digest(first, ["a"], "2026-11-23", [make.message(first)])
    assert not store.save_digest(first, ["a"], "2026-11-23", [make.message(first)])
    assert not store.save_digest(second, ["b"], "2026-11-23", [make.message(second)])
    assert not store.save_digest(first, ["b"], "2026-11-24", [])
    assert store.save_digest(other, ["c"], "2026-11-23", [])
    assert store.digest(second.id) is None
    assert store.told() == {first.id: frozenset({"a"}), other.id: frozenset({"c"})}
    assert store.due_messages(NOW) == [make.message(first)]


def test_every_reader_has_a_digest_of_each_day(store: Store) -> None:
    everybodys = make.digest()
    kims = make.digest(id="kims", reader="kim", languages=("ko",), other_targets=2, notes=("One mail was refused.",))
    assert store.save_digest(everybodys, ["a"], "2026-11-23", [])
    assert store.save_digest(kims, ["b"], "2026-11-23", [])
    assert not store.save_digest(replace(kims, id="again"), [], "2026-11-23", [])
    assert store.last_digest("rivers") == everybodys
    assert store.last_digest("rivers", "kim") == kims
    assert store.last_told("rivers", "kim") == LastTold(kims.until, date(2026, 11, 23))
    assert store.last_digest("rivers", "lee") is None
    assert store.digest_of("rivers", "2026-11-23") == everybodys
    assert store.digest_of("rivers", "2026-11-23", "kim") == kims
    assert store.digest_of("rivers", "2026-11-22") is None
    assert store.told(reader="kim") == {"kims": frozenset({"b"})}
    assert store.told(reader="") == {everybodys.id: frozenset({"a"})}


def test_the_last_digest_is_that_with_the_latest_end(store: Store) -> None:
    late = make.digest(until=NOW)
    early = make.digest(until=NOW - DAY, since=NOW - 2 * DAY)
    assert store.save_digest(late, [], "2026-11-23", [])
    assert store.save_digest(early, [], "2026-11-22", [])
    assert store.last_digest("rivers") == late
    assert store.last_told("rivers") == LastTold(NOW, date(2026, 11, 23))
    assert store.last_digest("mountains") is store.last_told("mountains") is None


def test_what_was_told_is_remembered_for_thirty_days_before_the_newest(store: Store) -> None:
    newest = make.digest()
    edge = make.digest(since=NOW - 31 * DAY, until=NOW - 30 * DAY)
    gone = make.digest(since=NOW - 32 * DAY, until=NOW - 31 * DAY)
    for number, digest in enumerate((newest, edge, gone)):
        assert store.save_digest(digest, [f"item-{number}"] if number else [], f"day-{number}", [])
    assert store.told() == {newest.id: frozenset(), edge.id: frozenset({"item-1"})}
    assert store.told(gone.id) == {gone.id: frozenset({"item-2"})}
    assert store.told("unheard") == {}


def test_a_digest_whose_message_is_refused_is_not_recorded(store: Store) -> None:
    first, second = make.digest(), make.digest(until=NOW + HOUR)
    assert store.save_digest(first, [], "2026-11-23", [make.message(first)])
    taken = replace(make.message(first), digest_id=second.id)
    with pytest.raises(StoreError):
        store.save_digest(second, ["a"], "2026-11-24", [make.message(second), taken])
    with pytest.raises(StoreError):
        store.save_digest(second, ["a"], "2026-11-24", [make.message(second, digest_id="unheard")])
    assert store.digest(second.id) is None
    assert store.told(second.id) == {}
    assert store.due_messages(NOW) == [make.message(first)]


# --- outbox


def test_messages_are_due_in_their_order_once_their_time_has_come(store: Store) -> None:
    digest = make.digest()
    names = ("z.md", "a.html", "m.json")
    now, later, html = (
        make.message(digest, recipient=name, next_try=time)
        for name, time in zip(names, (NOW, NOW + HOUR, None), strict=True)
    )
    assert store.save_digest(digest, [], "2026-11-23", [now, later, html])
    assert store.due_messages(NOW) == [now, html]
    assert store.due_messages(NOW + HOUR) == [now, later, html]


def test_a_message_handed_over_is_never_due_again(store: Store) -> None:
    digest = make.digest()
    message = make.message(digest, body="댐 🌊\n" * 10_000)
    assert store.save_digest(digest, [], "2026-11-23", [message])
    for _ in range(2):
        store.mark_sent(message.id, NOW)
    store.mark_failed(message.id, "late answer", NOW)
    assert store.due_messages(NOW + 99 * DAY) == []


def test_a_message_that_failed_is_due_at_its_next_try(store: Store) -> None:
    digest = make.digest()
    message = make.message(digest)
    assert store.save_digest(digest, [], "2026-11-23", [message])
    store.mark_failed(message.id, "the folder is\0 full", NOW + HOUR)
    assert store.due_messages(NOW) == []
    failed = replace(message, attempts=1, next_try=NOW + HOUR, problem="the folder is\ufffd full")
    assert store.due_messages(NOW + HOUR) == [failed]


def test_a_message_comes_back_as_it_went_in(store: Store) -> None:
    digest = make.digest()
    given = {"channel": "mail", "recipient": "kim@example.org", "subject": "댐 🌊", "text": "plain\n", "made": NOW}
    message = make.message(digest, **given)
    assert store.save_digest(digest, [], "2026-11-23", [message])
    assert store.due_messages(NOW) == [message]


def test_a_try_that_was_cut_off_is_found_with_its_beginning(store: Store) -> None:
    digest = make.digest()
    message = make.message(digest)
    assert store.save_digest(digest, [], "2026-11-23", [message])
    store.mark_sending(message.id, NOW)
    assert store.due_messages(NOW) == [replace(message, sending_since=NOW)]
    store.mark_failed(message.id, "cut off", NOW, uncertain=True)
    [again] = store.due_messages(NOW)
    assert (again.sending_since, again.attempts, again.uncertain) == (None, 1, 1)
    store.mark_failed(message.id, "no such host", NOW)
    assert [(one.attempts, one.uncertain) for one in store.due_messages(NOW)] == [(2, 1)]


def test_a_message_that_was_given_up_is_due_only_after_it_is_asked_for_again(store: Store) -> None:
    digest = make.digest()
    message = make.message(digest)
    assert store.save_digest(digest, [], "2026-11-23", [message])
    store.mark_sending(message.id, NOW)
    for _ in range(2):
        store.mark_given_up(message.id, "no such user", NOW)
    store.mark_failed(message.id, "late answer", NOW)
    given_up = replace(message, attempts=1, problem="no such user", given_up_at=NOW)
    assert store.due_messages(NOW + 99 * DAY) == []
    assert store.unsent_messages() == [given_up]
    store.retry(message.id)
    assert store.due_messages(NOW) == [replace(message, problem="no such user")]
    store.mark_sent(message.id, NOW)
    store.retry(message.id)
    assert store.unsent_messages() == []


def test_marking_a_message_that_is_not_there_says_so(store: Store) -> None:
    marks = (
        lambda: store.mark_sending("unheard", NOW),
        lambda: store.mark_sent("unheard", NOW),
        lambda: store.mark_failed("unheard", "why", NOW),
        lambda: store.mark_given_up("unheard", "why", NOW),
        lambda: store.retry("unheard"),
    )
    for mark in marks:
        with pytest.raises(StoreError, match="unheard"):
            mark()


# --- alerts


def test_an_alert_is_recorded_once_with_its_messages(store: Store) -> None:
    alert, other = make.alert(), make.alert(key="surge/floods/2026-11-23", url=None, held_back=True)
    message = make.message(digest_id=None, channel="mail", recipient="kim@example.org")
    assert store.save_alerts([alert], [message])
    assert not store.save_alerts([other, alert], [make.message(digest_id=None, recipient="second")])
    assert store.save_alerts([other], [])
    assert store.known_alerts("rivers", [alert.key, "unheard"]) == {alert.key}
    assert store.known_alerts("mountains", [alert.key]) == frozenset()
    assert store.due_messages(NOW) == [message]


def test_alerts_are_read_from_a_moment_on(store: Store) -> None:
    early, late = make.alert(key="b", at=NOW - HOUR), make.alert(key="a", at=NOW)
    assert store.save_alerts([late, early, make.alert(analysis="mountains")], [])
    assert store.alerts_since("rivers", NOW - HOUR) == [early, late]
    assert store.alerts_since("rivers", NOW) == [late]


# --- verdicts


def test_a_verdict_comes_back_as_it_went_in(store: Store) -> None:
    verdict = make.verdict(
        title="댐이 열렸다 🌊", summary="", language=None,
        url="https://harbour-news.example/1", publisher="Harbour News",
        labels={"dams": "", "will-it-rain": "-"}, judged=("dams", "floods", "will-it-rain"), source="command",
    )  # fmt: skip
    bare = make.verdict(item_id="elsewhere", labels={}, at=NOW - DAY)
    store.save_verdicts([])
    store.save_verdicts([verdict, bare])
    assert store.verdicts() == [bare, verdict]


def test_the_newest_verdict_on_an_item_replaces_the_older(store: Store) -> None:
    old, new = make.verdict(labels={"floods": ""}), make.verdict(at=NOW + HOUR, by="bob")
    store.save_verdicts([new, old])
    assert store.verdicts() == [new]
    store.save_verdicts([old])
    assert store.verdicts() == [new]
    same_time = replace(new, labels={})
    store.save_verdicts([new, same_time])
    assert store.verdicts() == [same_time]


def test_verdicts_come_oldest_first_and_need_no_stored_item(store: Store) -> None:
    verdicts = [make.verdict(item_id=str(n), at=NOW - (n // 2) * HOUR) for n in range(5)]
    store.save_verdicts(verdicts)
    assert [verdict.item_id for verdict in store.verdicts()] == ["4", "2", "3", "0", "1"]


def test_a_verdicts_time_needs_a_zone_and_its_text_is_made_storable(store: Store) -> None:
    with pytest.raises(StoreError, match="no time zone"):
        store.save_verdicts([make.verdict(at=datetime(2026, 11, 23))])
    assert store.verdicts() == []
    store.save_verdicts([make.verdict(title="a\0b\ud800c", at=NOW.astimezone(ZoneInfo("Asia/Seoul")))])
    [found] = store.verdicts()
    assert (found.title, found.at, found.at.tzinfo) == ("a\ufffdb\ufffdc", NOW, UTC)


def test_ten_thousand_verdicts_are_kept_whole(store: Store) -> None:
    store.save_verdicts([make.verdict(item_id=f"item-{n:05}") for n in range(10_001)])
    assert [verdict.item_id for verdict in store.verdicts()][-1] == "item-10000"


# --- models


def test_the_newest_model_of_a_configuration_and_format_is_given(store: Store) -> None:
    old, new = make.stored_model(id="old", made=NOW - DAY), make.stored_model(id="new", data=bytes(range(256)) * 4_000)
    for model in (new, old, make.stored_model(id="format-2", format=2), make.stored_model(id="x", configuration="y")):
        store.save_model(model)
    assert store.model("configuration-1", 1) == new
    assert store.model("configuration-1", 3) is None


def test_the_newest_model_that_learned_from_verdicts_is_found_by_its_analysis(store: Store) -> None:
    learned = make.stored_model(id="learned", analysis="rivers", beta=0.5, verdicts=("a", "b"), configuration="older")
    before = make.stored_model(id="before", analysis="rivers", beta=1.0, made=NOW - DAY)
    taught_nothing = make.stored_model(id="examples", analysis="rivers", made=NOW + DAY)
    for model in (learned, before, taught_nothing, make.stored_model(id="y", analysis="mountains", beta=1.0)):
        store.save_model(model)
    assert store.learned_model("rivers") == learned
    assert store.learned_model("lakes") is None
    assert store.newest_model() == "examples"


def test_saving_a_model_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.save_model(make.stored_model())
    assert store.model("configuration-1", 1) == make.stored_model()


# --- life


def test_a_closed_store_says_that_it_is_closed(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.feed_states()
    with pytest.raises(StoreError, match="closed"):
        store.save_visits([make.visit()])
    with pytest.raises(StoreError, match="closed"):
        store.exclusive("pull")
