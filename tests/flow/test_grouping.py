"""Grouping through a real store: whatever comes when, the stories end the same, and matches go with their items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tests import factories as make
from tests.factories import NOW
from tests.unit.stories.arrivals import partition
from watchtower.pipeline.taking_in import group_new
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.types import IN_VIEW, Archived, Item

HOUR = timedelta(hours=1)
OPENS = "The gates of the Velin dam were opened at dawn, and 412 people had to leave their houses."


@pytest.fixture(params=["memory://", "sqlite:///w.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


def item(key: str, title: str, summary: str = "", *, hours: float = 0, feed: str | None = None) -> Item:
    at = NOW + hours * HOUR
    return make.item(feed_id=feed or f"feed-{key}", key=key, title=title, summary=summary, published=at, first_seen=at)


def concepts(texts: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(("dam", "opening", "velin")) if "412" in text else frozenset() for text in texts]


def read(store: Store, *items: Item, score: float = IN_VIEW) -> None:
    """Let a model find that items are in view of a target, or by their score that they are not."""
    found = [make.classified(one, scores={"dams": score}) for one in items]
    store.save_classified(found, "model-1", "configuration-1")


def take_in(store: Store, *items: Item, score: float = IN_VIEW) -> dict[str, str]:
    store.save_archived(Archived(mark=None, new=items))
    read(store, *items, score=score)
    group_new(store, concepts)
    found = store.story_items(NOW - 999 * HOUR, NOW + 999 * HOUR)
    return {one.item_id: one.story or "" for one in found}


TWO = item("two", "North fires two missiles towards the sea", hours=1)
NONE = item("none", "North fires missiles towards the sea")
THREE = item("three", "North fires three missiles towards the sea", hours=2)
ENGLISH = item("en", "Velin dam opens", OPENS)
KOREAN = item("ko", "벨린 댐 방류", "새벽에 수문이 열려 주민 412명이 대피했다.", hours=5)
LATE = item("late", "Velin dam opens", OPENS, hours=-4)
EVERY = (TWO, NONE, THREE, ENGLISH, KOREAN, LATE, item("other", "Ministers sign treaty on salt"))


def test_any_order_and_any_batching_ends_in_the_same_stories(tmp_path: Path) -> None:
    ends = []
    for seed in range(12):
        random = Random(seed)
        coming = random.sample(EVERY, len(EVERY))
        opened = open_store("memory://" if seed % 3 else f"sqlite:///{seed}.db", tmp_path)
        stories: dict[str, str] = {}
        while coming:
            size = random.randint(1, 4)
            batch, coming = coming[:size], coming[size:]
            stories = take_in(opened, *batch)
        opened.close()
        ends.append(frozenset(partition(stories)))
    assert len(set(ends)) == 1
    assert frozenset((ENGLISH.id, KOREAN.id, LATE.id)) in ends[0]


FAR = tuple(item(f"far-{n}", "Velin dam opens", OPENS, hours=n) for n in range(3))


def test_what_is_not_in_view_is_in_no_story_and_means_nothing_for_the_others(tmp_path: Path) -> None:
    with closing(open_store("memory://", tmp_path)) as alone:
        expected = partition(take_in(alone, *EVERY))
    for seed in range(6):
        random = Random(seed)
        coming = random.sample((*EVERY, *FAR), len(EVERY) + len(FAR))
        with closing(open_store("memory://" if seed % 2 else f"sqlite:///{seed}.db", tmp_path)) as opened:
            for one in coming:
                stories = take_in(opened, one, score=IN_VIEW / 2 if one in FAR else IN_VIEW)
            assert partition(stories) == expected


def test_what_comes_into_view_later_joins_its_story_and_what_leaves_it_stays(store: Store) -> None:
    take_in(store, ENGLISH)
    [unseen, *_] = FAR
    before = take_in(store, unseen, score=0.0)
    assert set(before) == {ENGLISH.id}
    seen, gone = (make.revised(one, body=f"{OPENS} More is not known.") for one in (unseen, ENGLISH))
    store.save_visits([make.visit(revised=(seen,)), make.visit(revised=(gone,))])
    read(store, seen)
    read(store, gone, score=0.0)
    assert group_new(store, concepts) == (1, 0)
    assert take_in(store) == {seen.id: before[ENGLISH.id], gone.id: before[ENGLISH.id]}


def test_a_late_item_joins_its_story_which_keeps_its_id(store: Store) -> None:
    before = take_in(store, ENGLISH)[ENGLISH.id]
    after = take_in(store, LATE)
    assert after[LATE.id] == after[ENGLISH.id] == before


def test_a_bridge_merges_two_stories_and_their_matches_follow(store: Store) -> None:
    apart = take_in(store, item("a", "Velin dam opens at dawn", feed="one"), KOREAN)
    assert len(set(apart.values())) == 2
    matched = store.item(KOREAN.id)
    assert matched is not None
    store.save_classified([make.classified(matched.item, make.match(matched.item))], "model-1", "configuration-1")
    together = take_in(store, item("bridge", "Velin dam opens at dawn", OPENS, hours=1))
    assert len(set(together.values())) == 1
    [story] = set(together.values())
    assert [len(one.matches) for one in store.items_of_stories([story])] == [0, 0, 1]


def test_stories_that_a_later_item_shows_to_be_two_part_again(tmp_path: Path) -> None:
    ends = set()
    for order in permutations((TWO, NONE, THREE)):
        opened = open_store("memory://", tmp_path)
        for one in order:
            stories = take_in(opened, one)
        ends.add(frozenset(partition(stories)))
        opened.close()
    assert len(ends) == 1


def test_a_story_keeps_every_copy_and_every_revision(store: Store) -> None:
    copies = [item(f"copy-{n}", "Velin dam opens at dawn", OPENS, hours=n) for n in range(4)]
    stories = take_in(store, *copies)
    store.save_visits([make.visit(revised=(make.revised(copies[0]),))])
    group_new(store, concepts)
    [story] = set(stories.values())
    assert {one.item.id for one in store.items_of_stories([story])} == {one.id for one in copies}
    assert len(store.revisions(copies[0].id)) == 1


def test_grouping_again_changes_nothing(store: Store) -> None:
    stories = take_in(store, *EVERY)
    assert group_new(store, concepts) == (0, 0)
    assert take_in(store) == stories
