"""Why a text scored what it scored: everything named stands there, and all of it adds up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.classify import rivers
from watchtower.classify.evidence import NAMED, Place, Reasons, Weighed
from watchtower.classify.when import MOST_READ
from watchtower.types import Evidence

TITLES = [title for titles in rivers.BELONG.values() for title in titles]
MIXED = [rivers.text(title, "Ein Fluss. 강 댐 홍수, плотины и река; 大坝 ﾀﾞﾑ", title) for title in TITLES]
TEXTS = [*MIXED, *(rivers.text(title) for title in rivers.ELSEWHERE)]


def listed(shares: dict[str, float], start: float) -> tuple[Evidence, ...]:
    """List the reasons of a text that has just these features."""
    column = np.array([list(shares.values())]).T
    [weighed] = Reasons.of_columns(list(shares)).strongest(np.arange(len(shares)), column, [None])
    return weighed.evidence(rivers.text(""), {}, start)


@pytest.mark.parametrize("read", TEXTS, ids=lambda read: read.title[:20] or "empty")
def test_weights_sum_to_the_log_odds_of_the_score(read) -> None:  # type: ignore[no-untyped-def]  # a Text
    for one in rivers.classifier().explain(read):
        total = sum(reason.weight for reason in one.evidence)
        assert total == pytest.approx(math.log(one.score / (1 - one.score)), abs=1e-9)
        assert one.evidence[-1].kind == "prior"


@pytest.mark.parametrize("read", TEXTS, ids=lambda read: read.title[:20] or "empty")
def test_spans_hold_the_words_that_are_named(read) -> None:  # type: ignore[no-untyped-def]  # a Text
    for one in rivers.classifier().explain(read):
        for reason in one.evidence:
            if reason.field:
                assert getattr(read, reason.field)[reason.start : reason.end] == reason.text != ""
            else:
                assert (reason.start, reason.end) == (0, 0)


@pytest.mark.parametrize(
    ("title", "concept", "word"),
    [
        ("벨린 댐이 열려", "dam", "댐"),
        ("韦林大坝开闸", "dam", "大坝"),
        ("巨大ﾀﾞﾑが完成", "dam", "ﾀﾞﾑ"),
        ("У Велина открыли плотину", "dam", "плотину"),
        ("Ｖｅｌｉｎ ｄａｍｓ open", "dam", "ｄａｍｓ"),
    ],
)
def test_a_concept_is_named_with_the_words_it_was_found_by(title: str, concept: str, word: str) -> None:
    [dams, *_] = rivers.classifier().explain(rivers.text(title))
    [reason] = [reason for reason in dams.evidence if reason.name == concept and reason.kind == "concept"]
    assert (reason.field, reason.text) == ("title", word)
    assert reason.weight > 0


def test_reasons_are_strongest_first_and_the_rest_is_summed() -> None:
    shares = {f"w:word{n}": (-1.0) ** n * n for n in range(NAMED + 5)}
    *named, left, prior = listed(shares, -2.0)
    assert [abs(reason.weight) for reason in named] == [float(n) for n in range(NAMED + 4, 4, -1)]
    assert (left.text, left.weight, prior.text) == ("5 more reasons", 0 - 1 + 2 - 3 + 4, "before reading")


def test_a_concept_or_word_is_one_reason_wherever_it_stands() -> None:
    shares = {"t:dam": 1.0, "c:dam": 0.5, "w:opens": -0.25, "v:opens": -0.5, "a:opens": 0.25, "k:open": 2.0}
    assert [(reason.kind, reason.text, reason.weight) for reason in listed(shares, 0.0)] == [
        ("words", "open", 2.0), ("concept", "dam", 1.5), ("words", "opens", -0.5), ("prior", "before reading", 0.0),
    ]  # fmt: skip


def test_a_word_and_its_root_at_one_place_are_one_reason() -> None:
    read = rivers.text("Velin opens Nampo docks, opens gates")
    where = {"a:nampo": Place("title", 12, 17), "k:namp": Place("title", 12, 17), "a:opens": Place("title", 6, 11)}
    weighed = Weighed(named={"a:opens": 1.5, "a:nampo": 1.0, "k:namp": 0.75}, near=None, shared=0.0, others=0, left=0.0)
    *words, prior = weighed.evidence(read, where, -2.0)
    assert [(one.text, one.weight) for one in words] == [("Nampo", 1.75), ("opens", 1.5)]
    assert prior.kind == "prior"


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("İİ Velin floods", "floods"),
        ("Ｖｅｌｉｎ ｆｌｏｏｄｓ", "ｆｌｏｏｄｓ"),
        ("🌊🌊 Velin ﬂoods", "ﬂoods"),
        ("e\u0301 Velin 洪水が洪水", "洪水"),
    ],
)
def test_words_are_shown_as_they_stand_whatever_normalising_made_of_them(title: str, word: str) -> None:
    floods = rivers.classifier().explain(rivers.text(title))[1]
    assert word in {reason.text for reason in floods.evidence if reason.field and reason.kind == "words"}


def test_explaining_agrees_with_classifying_to_the_bit() -> None:
    for read, one in zip(TEXTS, rivers.classifier().classify(TEXTS), strict=True):
        explained = {each.target: each for each in rivers.classifier().explain(read)}
        assert {id: each.score for id, each in explained.items()} == one.scores
        assert {id for id, each in explained.items() if each.matched} == {match.target for match in one.matches}
        for match in one.matches:
            same = explained[match.target]
            assert (match.evidence, match.indicator, match.answer, match.threshold) == (
                same.evidence,
                same.indicator,
                same.answer,
                same.threshold,
            )


def test_every_target_is_explained_and_a_rule_is_named_by_its_target() -> None:
    explained = rivers.classifier().explain(rivers.text("Velin dam opens"))
    assert [one.target for one in explained] == ["dams", "floods", "water-sharing"]
    assert [(r.name, r.weight > 0) for r in explained[0].evidence if r.kind == "rule"] == [("dams", True)]


def test_two_concepts_together_and_a_word_without_a_place_are_named_without_one() -> None:
    pair, word, prior = listed({"p:dam+flood": 2.0, "w:opens": 1.0}, -1.0)
    assert (pair.kind, pair.text, pair.name, pair.field) == ("concepts", "dam with flood", "dam+flood", "")
    assert (word.kind, word.text, word.field) == ("words", "opens", "")
    assert (prior.weight, prior.text) == (-1.0, "before reading")


def test_a_place_is_never_beyond_what_is_read() -> None:
    read = rivers.text("Velin", "dam", "x " * MOST_READ + "flood")
    floods = rivers.classifier().explain(read)[1]
    assert "flood" not in {reason.name for reason in floods.evidence}


def test_what_a_text_shares_with_the_nearest_example_is_put_to_it() -> None:
    example = "Ministers initial a treaty on river water"
    sharing = rivers.classifier().explain(rivers.text(f"{example} after long talks in the old town of Velin"))[2]
    [near] = [reason for reason in sharing.evidence if reason.kind == "example"]
    assert (near.text, near.name, near.field) == (example, "pact", "")
    assert near.weight != 0
    assert not [r for r in rivers.classifier().explain(rivers.text("lace"))[2].evidence if r.kind == "example"]
