"""Who a story comes from: ten copies of one wire are one origin, and what only quotes is no second voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from watchtower.stories import lineages
from watchtower.stories.agencies import outlets
from watchtower.types import Copy, Feed, Item, Lineage, StoredItem

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LONG = "The channel is to be two metres deeper by autumn so that larger ships can call at the northern harbour again."


def feed(id: str, owner: str, **given: object) -> Feed:
    known = {"url": f"https://{id}.example", "title": id, "language": "en", "reliability": "C"}
    return Feed(**{"id": id, "owner": owner, **known, **given})  # type: ignore[arg-type]  # any field, by name


POST, POST_SEA = feed("post", "Post Group"), feed("post-sea", "Post Group")
SEVER = feed("sever", "Sever Press", title="Северный вестник", reliability="B")
COAST = feed("coast", "Coast Wire", title="Coast Wire", kind="wire", reliability="B")
RADIO = feed("radio", "State Radio", kind="state-media", state="NL", reliability="D")
HALL = feed("hall", "Government of Westland", kind="government", state="WL", reliability="A")
FEEDS = (POST, POST_SEA, SEVER, COAST, RADIO, HALL)


def copy(feed: Feed, title: str, summary: str = "", hours: float = 0) -> Copy:
    dated = NOON + timedelta(hours=hours)
    return Copy(f"{feed.id}-{title}-{hours}", feed.id, "story", dated, title, summary)


def lineage(copies: Sequence[Copy], feeds: Sequence[Feed]) -> Lineage:
    [found] = lineages(copies, feeds).values()
    return found


def traced(*copies: Copy) -> Lineage:
    return lineage(copies, FEEDS)


def names(*copies: Copy) -> list[str]:
    return [origin.name for origin in traced(*copies).origins]


# --- origins


def test_nine_feeds_of_one_publisher_are_one_origin() -> None:
    publisher = [feed(f"post-{n}", "Post Group") for n in range(9)]
    found = lineage([copy(one, f"Headline {n}", hours=n) for n, one in enumerate(publisher)], publisher)
    assert (found.feeds, found.owners, len(found.origins)) == (9, 1, 1)
    assert found.credibility == 6


def test_different_owners_with_texts_of_their_own_are_as_many_origins() -> None:
    assert names(copy(COAST, "Dredger arrives"), copy(POST, "Harbour gets its dredger", hours=1)) == [
        "Coast Wire",
        "Post Group",
    ]


def test_nearly_the_same_text_comes_from_the_earliest() -> None:
    assert names(copy(POST, "Channel", LONG, hours=2), copy(SEVER, "Channel", LONG)) == ["Sever Press"]


def test_the_same_text_under_ones_own_headline_is_no_second_voice() -> None:
    first, other = (
        copy(COAST, "Channel deeper by autumn", LONG),
        copy(SEVER, "Big ships wait for the north", LONG, hours=1),
    )
    assert names(other, first) == ["Coast Wire"]


@pytest.mark.parametrize(
    "credit", ["(Reuters) - Text", "LONDON (Reuters) - Text", "【ロイター】本文", "(도쿄=로이터) 본문"]
)
def test_everyone_who_credits_an_agency_has_it_from_there(credit: str) -> None:
    assert names(copy(POST, "One", credit), copy(SEVER, "Two", "(Reuters) Other", hours=1)) == ["Reuters"]


def test_an_agency_and_who_credits_it_are_one_origin() -> None:
    assert names(copy(feed("reuters", "Reuters"), "One"), copy(POST, "Two - Reuters")) == ["Reuters"]


def test_an_owner_of_feeds_is_credited_by_its_name_and_by_its_feeds() -> None:
    wire = feed("wire-ko", "Haedong Media Group", title="해동통신", language="ko")
    copies = [
        copy(POST, "하나", "(서울=해동통신) 본문"),
        copy(SEVER, "Two", "PORT (Haedong Media Group) -- Text", hours=1),
    ]
    assert [origin.name for origin in lineage(copies, (*FEEDS, wire)).origins] == ["Haedong Media Group"]


@pytest.mark.parametrize(
    "opening",
    [
        "The North fired a rocket, according to the state news agency KCNA.",
        "The launch went well, KCNA said on Friday.",
        "KCNA reported that the launch went well.",
        "Citing KCNA, officials told of a launch.",
        "북한이 발사했다고 조선중앙통신이 5일 보도했다.",
        "조선중앙통신에 따르면 발사가 있었다.",
        "Пуск прошел успешно, сообщает ЦТАК.",
        "Пуск прошел успешно, со ссылкой на агентство ЦТАК.",
        "据朝中社报道，发射成功。",
        "朝中社5日报道说，发射成功。",
        "朝鮮中央通信によると、発射に成功した。",
        "朝鮮中央通信は5日、発射に成功したと報じた。",
        # a dateline says who wrote it, not whose news it is
        "SEOUL, Nov. 5 (Yonhap) -- The launch went well, KCNA said on Friday.",
    ],
)
def test_what_only_quotes_another_outlet_has_it_from_there(opening: str) -> None:
    found = traced(copy(POST, "Launch", opening))
    assert [(origin.name, origin.state) for origin in found.origins] == [("KCNA", "KP")]
    assert found.words.endswith("first reported by state media (KP); no independent source yet")


@pytest.mark.parametrize(
    "opening",
    [
        "МОСКВА, 5 ноября. /ТАСС/. Текст",
        "МОСКВА, 5 ноя - ТАСС. Текст",
        "塔斯社莫斯科11月5日电 正文",
        "【モスクワ・タス通信】本文",
    ],
)
def test_datelines_name_an_agency_in_every_language(opening: str) -> None:
    assert names(copy(POST, "One", opening)) == ["TASS"]


@pytest.mark.parametrize(
    "mention",
    [
        "Officials told Reuters that nothing is decided.",
        "Reuters said otherwise.",
        "The zap of a tassel is no agency.",
        "Reporters of Yonhap were let in.",
    ],
)
def test_an_outlet_that_is_only_mentioned_is_no_origin(mention: str) -> None:
    assert names(copy(POST, "One", mention)) == ["Post Group"]


def test_an_owner_that_credits_itself_stays_its_own_origin() -> None:
    assert names(copy(COAST, "One", "PORT (Coast Wire) -- Text")) == ["Coast Wire"]


def test_an_agency_is_known_by_its_owners_name() -> None:
    known = outlets(())
    assert known.of_owner(feed("yna", "Yonhap News Agency")).name == "Yonhap News Agency"
    assert known.of_owner(feed("kcna", "Korean Central News Agency (KCNA)")).name == "KCNA"
    assert known.of_owner(feed("harbour", "Apricot Press")).name == "Apricot Press"


def test_the_order_of_copies_means_nothing() -> None:
    copies = [
        copy(COAST, "Dredger arrives", LONG),
        copy(POST, "Dredger is here", f"(Coast Wire) {LONG}", hours=1),
        copy(RADIO, "Our dredger arrives in triumph", hours=1),
        copy(SEVER, "Землечерпалка пришла", hours=2),
    ]
    assert len({traced(*order) for order in permutations(copies)}) == 1


# --- who was first, and how far it is to be believed


def test_four_feeds_of_two_owners_that_quote_state_media_are_one_origin() -> None:
    second = feed("radio-2", "State Radio", state="NL", kind="state-media")
    copies = [
        copy(RADIO, "Dredger arrives in triumph", LONG),
        copy(POST, "Dredger arrives", "The dredger is there, according to State Radio.", hours=1),
        copy(POST_SEA, "Dredger arrives (video)", "The dredger is there, according to State Radio.", hours=2),
        copy(second, "Dredger", hours=3),
    ]
    found = lineage(copies, (*FEEDS, second))
    assert found.words == (
        "4 feeds → 2 owners → 1 origin; first reported by state media (NL); no independent source yet"
    )
    assert (found.independent, found.credibility) == (0, 6)


def test_a_government_is_not_called_media() -> None:
    assert "first reported by a government (WL)" in traced(copy(HALL, "Dredger ordered")).words


@pytest.mark.parametrize(
    ("tellers", "credibility", "said"),
    [
        ((COAST,), 6, "not confirmed by a second origin yet"),
        ((RADIO,), 6, "no independent source yet"),
        ((RADIO, HALL), 3, "no independent source yet"),
        ((RADIO, COAST), 2, "1 independent source"),
        ((COAST, SEVER), 1, "2 independent sources"),
        ((RADIO, COAST, SEVER), 1, "2 independent sources"),
    ],
)
def test_credibility_comes_from_independent_origins(tellers: tuple[Feed, ...], credibility: int, said: str) -> None:
    found = traced(*(copy(one, f"Told in words {n}", hours=n) for n, one in enumerate(tellers)))
    assert found.credibility == credibility
    assert found.words.endswith(said)


def test_reliability_of_sources_and_credibility_of_information_are_kept_apart() -> None:
    poor = [replace(COAST, reliability="E"), replace(SEVER, reliability="E")]
    good = [replace(COAST, reliability="A"), replace(SEVER, reliability="A")]
    graded = [lineage([copy(one, one.title, hours=n) for n, one in enumerate(feeds)], feeds) for feeds in (poor, good)]
    assert [one.reliability for one in graded] == ["E", "A"]
    assert len({one.credibility for one in graded}) == 1


@pytest.mark.parametrize(
    "denial",
    [
        "Port denies dredger has arrived",
        "항만, 준설선 도착 부인",
        "Порт опроверг приход судна",
        "港口否认船只抵达",
        "港、船の到着を否定",
    ],
)
def test_a_headline_that_denies_makes_it_doubtful(denial: str) -> None:
    found = traced(copy(COAST, "Dredger arrives"), copy(POST, "It is here", hours=1), copy(SEVER, denial, hours=2))
    assert (found.credibility, found.denied_by) == (4, ("Sever Press",))
    assert found.words.endswith("denied in a headline of Sever Press")


def test_a_denial_that_all_report_is_the_news_itself() -> None:
    found = traced(copy(COAST, "Port denies plan"), copy(SEVER, "Port denies that it has a plan", hours=1))
    assert (found.credibility, found.denied_by) == (1, ())


def test_a_visa_that_is_denied_is_no_denial() -> None:
    found = traced(copy(COAST, "Envoy goes home"), copy(SEVER, "Westland denies envoy a visa", hours=1))
    assert found.denied_by == ()


# --- many stories


def test_every_story_is_traced() -> None:
    first, second = copy(COAST, "One"), copy(SEVER, "Two", hours=1)
    gone = copy(POST, "Three")._replace(feed="no-longer-there", story="another")
    found = lineages([first, second, gone], FEEDS)
    assert found.keys() == {"story", "another"}
    assert len(found["story"].origins) == 2
    assert (found["another"].first.name, found["another"].reliability) == ("no-longer-there", "F")


def test_an_item_in_no_story_yet_stands_for_itself() -> None:
    item = Item(id="a", feed_id="coast", key="a", url=None, title="One", first_seen=NOON, dated=NOON)
    assert Copy.of(StoredItem(item=item, story=None)).story == "a"
    assert Copy.of(StoredItem(item=item, story="s")).story == "s"
