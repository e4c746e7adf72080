"""What every Classifier promises (``seams.Classifier``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes import WordClassifier
from tests.unit.classify import rivers
from watchtower.seams import Classifier
from watchtower.types import Text

TEXTS = [
    replace(rivers.text(title), id=f"t{n}", revision=n + 1)
    for n, title in enumerate(
        ("Velin dam opens", "Flood in Velin submerges homes", "Velin museum shows lace", "", "\0\ud800")
    )
]
MAKERS: dict[str, Callable[[], Classifier]] = {
    "TextClassifier": rivers.classifier,
    "WordClassifier": lambda: WordClassifier({"dams": ["dam"], "floods": ["flood"], "water-sharing": ["treaty"]}),
}


@pytest.fixture(params=MAKERS)
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return MAKERS[request.param]()


def test_the_order_is_kept(classifier: Classifier) -> None:
    assert [(one.item_id, one.revision) for one in classifier.classify(TEXTS)] == [(t.id, t.revision) for t in TEXTS]


def test_nothing_in_is_nothing_out(classifier: Classifier) -> None:
    assert classifier.classify([]) == []


def test_the_same_text_has_the_same_scores_whatever_the_batch(classifier: Classifier) -> None:
    together = classifier.classify([*TEXTS, *reversed(TEXTS)])
    for text, one in zip([*TEXTS, *reversed(TEXTS)], together, strict=True):
        assert classifier.classify([text]) == [one]


def test_every_target_has_a_score_between_0_and_1(classifier: Classifier) -> None:
    for one in classifier.classify(TEXTS):
        assert set(one.scores) == {"dams", "floods", "water-sharing"}
        assert all(0 <= score <= 1 for score in one.scores.values())


def test_matches_are_the_scores_that_reach_the_threshold(classifier: Classifier) -> None:
    matched = 0
    for text, one in zip(TEXTS, classifier.classify(TEXTS), strict=True):
        explained = {each.target: each for each in classifier.explain(text)}
        assert {m.target for m in one.matches} == {id for id, each in explained.items() if each.matched}
        for match in one.matches:
            matched += 1
            assert (match.item_id, match.revision) == (text.id, text.revision)
            assert (match.model, match.configuration) == (classifier.model, classifier.configuration)
            assert match.score == one.scores[match.target] >= match.threshold
            assert match.evidence
    assert matched == 2


def test_explaining_names_every_target_and_agrees_with_the_scores(classifier: Classifier) -> None:
    for text, one in zip(TEXTS, classifier.classify(TEXTS), strict=True):
        explained = classifier.explain(text)
        assert {each.target: each.score for each in explained} == one.scores
        assert not [each for each in explained if each.matched and each.needed]


def test_spans_are_places_in_the_text(classifier: Classifier) -> None:
    for text in TEXTS:
        for each in classifier.explain(text):
            for reason in each.evidence:
                if reason.field:
                    assert getattr(text, reason.field)[reason.start : reason.end] == reason.text


def test_a_text_is_only_read(classifier: Classifier) -> None:
    read = Text(id="x", title="Dam", summary="Flood", body="Treaty")
    classifier.classify([read])
    assert read == Text(id="x", title="Dam", summary="Flood", body="Treaty")
