"""Ten copies of one wire are one origin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.digest.samples import FEEDS, item
from watchtower.digest.origins import count_origins, origin_of
from watchtower.types import Feed

LONG = "The channel is to be two metres deeper by autumn so that larger ships can call at the northern harbour again."


def copy(id: str, feed: str, title: str, summary: str = ""):  # type: ignore[no-untyped-def]  # a pair of sample values
    return item(id, feed, 1, title, summary), next(one for one in FEEDS if one.id == feed)


def test_feeds_of_one_owner_are_one_origin() -> None:
    assert count_origins([copy("a", "harbour-post", "One"), copy("b", "harbour-post-sea", "Two")]) == 1


def test_different_owners_with_texts_of_their_own_are_as_many_origins() -> None:
    copies = [copy("a", "coast-wire", "Dredger arrives"), copy("b", "harbour-post", "Harbour gets its dredger")]
    assert count_origins(copies) == 2


def test_nearly_the_same_text_is_one_origin() -> None:
    assert count_origins([copy("a", "harbour-post", "Channel", LONG), copy("b", "sever", "Channel", LONG)]) == 1


@pytest.mark.parametrize(
    "credit", ["(Reuters) - Text", "LONDON (Reuters) - Text", "【ロイター】本文", "(도쿄=로이터) 본문"]
)
def test_everyone_who_credits_a_wire_has_it_from_there(credit: str) -> None:
    assert count_origins([copy("a", "harbour-post", "One", credit), copy("b", "sever", "Two", "(Reuters) Other")]) == 1


def test_a_wire_and_who_credits_it_are_one_origin() -> None:
    wire = replace(FEEDS[0], owner="Reuters")
    assert count_origins([(item("a", "coast-wire", 1, "One"), wire), copy("b", "sever", "Two - Reuters")]) == 1


def test_a_wire_that_is_only_mentioned_is_no_credit() -> None:
    copies = [
        copy("a", "harbour-post", "One", "Officials told Reuters that nothing is decided."),
        copy("b", "sever", "Two", "Reuters said otherwise."),
    ]
    assert count_origins(copies) == 2


def test_an_agency_is_known_by_its_owners_name() -> None:
    feed = Feed(id="yna", url="", title="", language="ko", owner="Yonhap News Agency")
    assert origin_of(feed) == "yonhap"
