"""What an analysis teaches."""

from __future__ import annotations

import pytest

from tests import factories
from watchtower.classify.training import as_text, labelled
from watchtower.types import Analysis, Answer, LabelledItem, TargetKind

QUESTION = factories.target(
    "sharing",
    kind=TargetKind.CRITICAL_QUESTION,
    answers=(Answer(id="yes", says="", examples=("They sign",)), Answer(id="no", says="")),
    indicators=(
        factories.indicator("pact", supports=("sharing.yes",), examples=("Pact signed",)),
        factories.indicator("muddle", supports=("sharing.yes", "sharing.no"), examples=("They talk",)),
    ),
)
DAMS = factories.target(
    "dams",
    examples=("Dam opens",),
    counterexamples=("Beaver dam",),
    indicators=(factories.indicator("opens", supports=("sharing.no",), examples=("Gates open",)),),
)


def analysis(*examples: LabelledItem) -> Analysis:
    return Analysis(
        id="r", title="R", source="", published="", languages=("en",), targets=(DAMS, QUESTION), examples=examples
    )


@pytest.mark.parametrize(
    ("sign", "answers"), [("+", {"sharing": "yes"}), ("-", {"sharing": "no"}), ("0", {"sharing": ""}), ("", {})]
)
def test_a_sign_is_an_answer(sign: str, answers: dict[str, str]) -> None:
    [row, *_] = labelled(analysis(LabelledItem(title="T", summary="S", language="en", labels={"sharing": sign})))
    assert (row.belongs, row.answers, row.indicator) == ({"dams": False, "sharing": True}, answers, None)
    assert (row.text.title, row.text.summary, row.text.language) == ("T", "S", "en")


def test_a_sign_on_a_watch_point_is_no_answer() -> None:
    [row, *_] = labelled(analysis(LabelledItem(title="T", labels={"dams": ""})))
    assert (row.belongs, row.answers) == ({"dams": True, "sharing": False}, {})


def test_a_sign_for_an_answer_the_question_does_not_have_is_none() -> None:
    one = factories.target("one", kind=TargetKind.CRITICAL_QUESTION, answers=(Answer(id="only", says=""),))
    item = LabelledItem(title="T", labels={"one": "-"})
    [row] = labelled(
        Analysis(id="r", title="", source="", published="", languages=(), targets=(one,), examples=(item,))
    )
    assert row.answers == {}


def test_examples_in_the_yaml_say_what_they_are_under() -> None:
    rows = [(row.text.title, dict(row.belongs), dict(row.answers), row.indicator) for row in labelled(analysis())]
    assert rows == [
        ("Dam opens", {"dams": True}, {}, None),
        ("Beaver dam", {"dams": False}, {}, None),
        ("Gates open", {"dams": True}, {"sharing": "no"}, "opens"),
        ("They sign", {"sharing": True}, {"sharing": "yes"}, None),
        ("Pact signed", {"sharing": True}, {"sharing": "yes"}, "pact"),
        ("They talk", {"sharing": True}, {}, "muddle"),
    ]


@pytest.mark.parametrize(
    ("example", "title", "summary"),
    [
        ("Dam opens", "Dam opens", ""),
        (" Dam opens. Gates lift at dawn. All well. ", "Dam opens.", "Gates lift at dawn. All well."),
        ("大坝开闸。水位下降。", "大坝开闸。", "水位下降。"),
        ("Is it open? It is.", "Is it open?", "It is."),
        ("", "", ""),
    ],
)
def test_an_example_is_a_headline_and_perhaps_a_sentence(example: str, title: str, summary: str) -> None:
    read = as_text(example)
    assert (read.title, read.summary) == (title, summary)
