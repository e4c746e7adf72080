"""Rules held against texts."""

from __future__ import annotations

import time

import pytest

from tests.unit.classify.rivers import text
from watchtower.classify import when as module
from watchtower.classify.concepts import ConceptMatcher
from watchtower.classify.when import Presence, Reading, Rules, rest
from watchtower.types import Concept, Text

MATCHER = ConceptMatcher(
    [
        Concept(id="a", terms={"en": ("dam",), "ko": ("댐*",), "zh": ("大坝",)}),
        Concept(id="b", terms={"en": ("flood", "flood wave"), "ko": ("홍수",), "zh": ("洪水",)}),
        Concept(id="c", terms={"en": ("treaty",)}),
    ]
)


def presence(*texts: Text) -> Presence:
    masks = MATCHER.masks([*(read.title for read in texts), *map(rest, texts)])
    titles, rests = masks[: len(texts)], masks[len(texts) :]
    return Presence.of([Reading(read, a, a | b) for read, a, b in zip(texts, titles, rests, strict=True)], 3)


def holds(rule: str, read: Text) -> bool:
    return Rules(MATCHER, {"r": rule}).holding(presence(read)) == [["r"]]


@pytest.mark.parametrize(
    ("rule", "title", "summary", "expected"),
    [
        ("a", "", "dam", True),
        ("in_title(a)", "", "dam", False),
        ("in_title(a)", "dam", "", True),
        ("in_title(a or c)", "treaty", "", True),
        ("in_title(not a)", "flood", "dam", True),
        ("not a", "flood", "", True),
        ("not (a and b)", "flood", "dam", False),
        ("not a and not b", "treaty", "", True),
        ("a and (b or c)", "dam", "treaty", True),
        ("a or b and c", "flood", "", False),
        ("near(a, b, 2)", "dam one two flood", "", True),
        ("near(a, b, 2)", "flood one two dam", "", True),
        ("near(a, b, 2)", "dam one two three flood", "", False),
        ("near(a, b, 2)", "dam 1 2 3 flood wave 1 2 dam", "", True),
        ("near(a, b, 1)", "dam", "flood", True),
        ("in_title(near(a, b, 1))", "dam", "flood", False),
        ("in_title(near(a, b, 1))", "dam flood", "", True),
        ("near(a, b, 2)", "大坝一二三四洪水", "", True),
        ("near(a, b, 2)", "大坝一二三四五六洪水", "", False),
        ("near(a, b, 1)", "댐과 홍수", "", True),
        ("not near(a, b, 1)", "dam one two flood", "", True),
        ("not near(a, b, 1)", "dam", "", True),
        ("c or near(a, b, 1)", "treaty dam far from any flood", "", True),
        ("in_title(c) and near(a, b, 1)", "treaty: dam flood", "", True),
    ],
)
def test_a_rule_means_what_it_says(rule: str, title: str, summary: str, expected: bool) -> None:
    assert holds(rule, text(title, summary)) is expected


def test_only_so_much_of_a_text_is_read() -> None:
    far = "x " * module.MOST_READ
    assert not holds("near(a, b, 200)", text("dam " + far + "flood"))
    assert not holds("in_title(near(a, b, 5))", text("dam " + far + "dam flood"))


def test_a_text_that_repeats_itself_costs_no_square() -> None:
    """All pairs of these would be a million, each with thousands of characters between."""
    hostile = text("dam " * 990 + "x " * 20, "y " * 20 + "flood " * 650)
    begun = time.perf_counter()
    assert not holds("near(a, b, 5)", hostile)
    assert time.perf_counter() - begun < 2


def test_many_texts_are_held_against_many_rules_at_once() -> None:
    rules = Rules(MATCHER, {"r": "a and not c", "s": "near(a, b, 1)"})
    expected = {"dam": ["r"], "flood": [], "dam treaty": [], "dam flood": ["r", "s"], "dam one two flood": ["r"]}
    assert rules.holding(presence(*map(text, expected))) == list(expected.values())
    assert rules.holding(presence()) == []
