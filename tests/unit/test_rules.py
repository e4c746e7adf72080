from __future__ import annotations

import pytest

from watchtower.rules import (
    And,
    Concept,
    InTitle,
    Near,
    Not,
    Or,
    RuleSyntaxError,
    canonical,
    mentions,
    names,
    parse,
)

A, B, C = Concept("a"), Concept("b"), Concept("c")


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("a", A),
        ("a and b", And((A, B))),
        ("a and b and c", And((A, B, C))),
        ("a or b and c", Or((A, And((B, C))))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("not a and b", And((Not(A), B))),
        ("not (a and b)", Not(And((A, B)))),
        ("not not a", Not(Not(A))),
        ("in_title(a or b)", InTitle(Or((A, B)))),
        ("near(a, b, 20)", Near("a", "b", 20)),
        (" \n a\tand\nb ", And((A, B))),
        ("(((a)))", A),
    ],
)
def test_an_expression_has_one_meaning(expression: str, rule: object) -> None:
    assert parse(expression) == rule


@pytest.mark.parametrize(
    ("expression", "position", "message"),
    [
        ("", 0, "the rule is empty"),
        ("a b", 2, "expected 'and', 'or' or the end of the rule, got 'b'"),
        ("a and", 5, "expected a concept, got the end of the rule"),
        ("a and or b", 6, "expected a concept, got 'or'"),
        ("a OR b", 2, "(write 'or')"),
        ("a && b", 2, "(write 'and')"),
        ("! a", 0, "(write 'not')"),
        ("NOT a", 0, "(write 'not')"),
        ("b or (a", 5, "never closed"),
        ("(a b)", 3, "expected 'and', 'or' or ')'"),
        ("a)", 1, "got ')'"),
        ("A", 0, "cannot be a concept"),
        ("a-b", 0, "cannot be a concept"),
        ("near(a)", 6, "expected ','"),
        ("near a", 5, "expected '('"),
        ("near(a, not, 5)", 8, "expected a concept"),
        ("near(a, b, x)", 11, "expected a number of words from 1 to 200, got 'x'"),
        ("near(a, b, 0)", 11, "got 0"),
        ("near(a, b, 201)", 11, "got 201"),
        ("near(a, a, 5)", 8, "two different concepts"),
        ("near(a, b, 5", 12, "expected ')'"),
        ("not " * 100 + "a", 160, "nested more than 40 deep"),
        ("(" * 100_000, 40, "nested more than 40 deep"),
    ],
)
def test_what_is_wrong_is_said_with_its_position(expression: str, position: int, message: str) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(expression)
    assert caught.value.position == position
    assert message in caught.value.message


def test_names_and_mentions_leave_the_words_of_the_language_out() -> None:
    expression = "a and not in_title(b or near(a, c, 5))"
    assert names(parse(expression)) == {"a", "b", "c"}
    assert list(mentions(expression)) == [("a", 0), ("b", 19), ("a", 29), ("c", 32)]


@pytest.mark.parametrize(
    "expression",
    ["a and (b or c)", "not (a or b)", "in_title(a) or near(a, b, 5) and c", "a or (b or c)", "a and (b and c)"],
)
def test_the_canonical_writing_means_the_same(expression: str) -> None:
    assert parse(canonical(parse(expression))) == parse(expression)
