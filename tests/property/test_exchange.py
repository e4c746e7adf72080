"""Lists of feeds: what must hold whatever stands in them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import feed
from watchtower.config import appending
from watchtower.config.exchange import outline_of, sort_out
from watchtower.config.feeds import KINDS
from watchtower.errors import UserError
from watchtower.opml import read_opml, write_opml
from watchtower.text import clean
from watchtower.types import Feed

FIRST = "feeds:\n  # kept\n  - {id: first, url: https://first.example/f, title: First, language: en, owner: O}\n"
#: every duration that feeds.yml takes is a number of these
UNITS = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1))
texts = st.text(min_size=1, max_size=40).map(clean).filter(bool)


@st.composite
def feeds(draw: st.DrawFn) -> list[Feed]:
    ids = draw(st.lists(st.from_regex("[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True), unique=True, max_size=5))
    return [
        feed(
            id,
            url=f"https://{id}.example/feed?{draw(st.from_regex('[a-z&=%0-9]{0,9}', fullmatch=True))}",
            title=draw(texts),
            owner=draw(texts),
            kind=draw(st.sampled_from(KINDS)),
            state=draw(st.sampled_from([None, "KP", "NO"])),
            every=draw(st.integers(1, 9999)) * draw(st.sampled_from(UNITS)),
            enabled=draw(st.booleans()),
            full_text=draw(st.booleans()),
        )
        for id in ids
        if id != "first"
    ]


@given(feeds())
def test_feeds_that_are_exported_imported_and_read_again_are_the_same(exported: list[Feed]) -> None:
    outlines = [outline_of(one, with_password=False) for one in exported]
    found = sort_out(read_opml(write_opml("x", outlines).encode(), "x"), [], None)
    grown = appending.grow(FIRST, found.new, "feeds.yml")
    assert appending.feeds_in(grown)[1:] == tuple(exported)
    assert grown.startswith(FIRST)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda body: f"<opml><body>{body}</body></opml>".encode()))
def test_any_bytes_are_a_list_or_the_users_mistake(data: bytes) -> None:
    with suppress(UserError):
        read_opml(data, "list.opml")
