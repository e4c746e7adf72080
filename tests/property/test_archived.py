"""Archives: what must hold whatever stands in them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW, feed
from tests.fakes import InProcessParser
from watchtower.parse.archived import FIELDS, decide, read
from watchtower.parse.belonging import Belonging
from watchtower.types import Archived, KnownItem, Mark, Piece

FEEDS = (feed("harbour-news"), feed("upland-post"))
NAMES = (
    st.sampled_from(["harbour-news", "Upland Post", "https://upland-post.example/feed.xml", "nobody", ""]) | st.text()
)
values = st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=3), max_size=2)
rows = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(FIELDS, values) | {"source": NAMES, "title": st.text(max_size=9)}
)
lines = rows.map(lambda row: json.dumps(row).encode()) | st.binary(max_size=60)


def taken(found: list[bytes], known: dict[str, KnownItem]) -> Archived:
    mark = Mark(file="/a.jsonl", fingerprint="f", position=1, line=len(found))
    numbered = tuple(enumerate(found, 1))
    piece = Piece(name="a.jsonl", names=("a",), written=NOW, read=1, lines=numbered, mark=mark)
    collected = read(piece, Belonging(FEEDS), InProcessParser())
    stored = {id: {key: known[key] for key in keys if key in known} for id, keys in collected.keys.items()}
    return decide(collected, stored, {}, piece, NOW)


def known_of(done: Archived) -> dict[str, KnownItem]:
    fields: tuple[Any, ...] = tuple(KnownItem.__slots__)
    return {item.key: KnownItem(**{name: getattr(item, name) for name in fields}) for item in done.new}


@given(st.lists(lines, max_size=12))
def test_any_lines_are_items_of_the_past_or_are_counted(found: list[bytes]) -> None:
    done = taken(found, {})
    assert len(done.new) + done.known <= len(found) - len(done.problems) - sum(done.unknown.values())
    assert all(item.backfill and item.dated <= NOW and item.title for item in done.new)
    assert len({item.id for item in done.new}) == len(done.new)
    assert done.mark is not None and done.mark.left_out == len(done.problems) + sum(done.unknown.values())


@given(st.lists(rows.map(lambda row: json.dumps(row | {"source": "harbour-news"}).encode()), max_size=12))
def test_taking_the_same_lines_in_again_brings_nothing_new(found: list[bytes]) -> None:
    first = taken(found, {})
    assert taken(found, known_of(first)).new == ()
