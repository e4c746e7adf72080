"""What is saved and loaded again is the same value, whatever it is."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.conftest import POSTGRESQL, emptied, postgresql_url
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.types import Classified, Digest, FeedState, Item, Match, Message, StoredModel, Visit, VisitKind

__all__ = ["postgresql_url"]  # pytest finds the fixture here

# NUL and lone surrogates are left out: the seam promises that they are replaced
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
# A local time that a clock change skips or repeats is equal to no time in another zone (PEP 495).
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones() | st.just(UTC)).filter(
    lambda time: time == time.astimezone(UTC)
)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(0, 2**31 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bytes: st.binary(max_size=200),
    datetime: TIMES,
    date: st.dates(),
    # the seam promises whole seconds
    timedelta: st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Make a strategy for values of a type, dataclasses with every field given."""
    if kind in SCALARS:
        return SCALARS[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of(*(st.none() if part is type(None) else values(part) for part in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) is Mapping:
        return st.dictionaries(TEXTS, values(get_args(kind)[1]), max_size=2)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})
    assert issubclass(kind, Enum)
    return st.sampled_from(kind)


@pytest.fixture(scope="module", params=["memory://", "sqlite://", POSTGRESQL])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples of a test, so that they meet what the ones before left."""
    on_server = request.param == "postgresql"
    url = emptied(request.getfixturevalue("postgresql_url")) if on_server else request.param
    opened = open_store(url, tmp_path_factory.mktemp("property"))
    yield opened
    opened.close()


few = settings(max_examples=60, deadline=None)


def visit_of(state: FeedState, *items: Item) -> Visit:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Visit(feed_id=state.feed_id, at=at, kind=VisitKind.FETCHED, state=state, new=items)


@few
@given(item=values(Item), state=values(FeedState), later=values(Item))
def test_an_item_and_its_feed_come_back(store: Store, item: Item, state: FeedState, later: Item) -> None:
    present = store.item(item.id)
    revision = present.item.revision + 1 if present else 1
    first = replace(item, revision=revision, feed_id=present.item.feed_id if present else item.feed_id)
    first = replace(first, key=present.item.key if present else item.key)
    second = replace(later, id=first.id, feed_id=first.feed_id, key=first.key, revision=revision + 1)
    store.save_visits([visit_of(state, first)])
    store.save_visits([visit_of(state, second)])
    found = store.item(item.id)
    assert found is not None
    assert found.item == second
    assert store.revisions(item.id)[-1] == first
    assert store.feed_states()[state.feed_id] == state
    assert store.known_items({first.feed_id: [first.key]})[first.feed_id][first.key].revision >= 1
    assert second.url is None or second in [one.item for one in store.items_at(second.url)]


@few
@given(item=values(Item), state=values(FeedState), matches=st.lists(values(Match), max_size=3), score=st.floats(0, 1))
def test_matches_come_back(store: Store, item: Item, state: FeedState, matches: list[Match], score: float) -> None:
    store.save_visits([visit_of(state, item)])
    present = store.item(item.id)
    assert present is not None
    revision = present.item.revision
    of_item = {one.target: replace(one, item_id=item.id, revision=revision, score=score) for one in matches}
    classified = Classified(item_id=item.id, revision=revision, scores={}, matches=tuple(of_item.values()))
    store.save_classified([classified], "model-1", "configuration-1")
    found = store.item(item.id)
    assert found is not None
    assert {one.target: one for one in found.matches} == of_item
    assert [one.target for one in found.matches] == sorted(of_item)


@few
@given(digest=values(Digest), told=st.lists(TEXTS), day=TEXTS, message=values(Message))
def test_a_digest_comes_back(store: Store, digest: Digest, told: list[str], day: str, message: Message) -> None:
    # as messages begin: not tried yet, so none is under way or given up
    outgoing = replace(message, digest_id=digest.id, next_try=None, sending_since=None, given_up_at=None)
    waiting = {one.id for one in store.due_messages(digest.until)}
    if store.save_digest(digest, told, day, [] if message.id in waiting else [outgoing]):
        assert store.digest(digest.id) == digest
        assert store.told(digest.id) == {digest.id: frozenset(told)}
        assert message.id in waiting or outgoing in store.due_messages(digest.until)
        assert "/" in day or store.last_digest(digest.analysis, digest.reader) is not None
    else:
        assert store.digest(digest.id) is not None or store.last_digest(digest.analysis, digest.reader) is not None


@few
@given(model=values(StoredModel))
def test_a_model_comes_back(store: Store, model: StoredModel) -> None:
    own = replace(model, id=sha256(repr(model).encode(errors="replace")).hexdigest())
    own = replace(own, configuration=own.id)
    store.save_model(own)
    assert store.model(own.configuration, own.format) == own
