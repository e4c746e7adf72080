"""What a reject would have needed: every score named was scored, and a rule's conditions make it hold."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests import factories
from tests.property.test_classify import READ
from tests.unit.classify import rivers
from watchtower.classify import fit_classifier
from watchtower.types import Explanation, Needed, Text


def explained(read: Text) -> dict[str, Explanation]:
    return {one.target: one for one in rivers.classifier().explain(read)}


def needed(read: Text, target: str) -> Needed:
    found = explained(read)[target].needed
    assert found is not None
    return found


@settings(deadline=None, max_examples=60)
@given(READ)
def test_a_reject_says_how_much_was_missing_and_a_match_says_nothing(read: Text) -> None:
    for one in rivers.classifier().explain(read):
        assert (one.needed is None) is one.matched
        if one.needed:
            missing = sum(reason.weight for reason in one.evidence) + one.needed.log_odds
            assert math.isclose(1 / (1 + math.exp(-missing)), one.threshold, abs_tol=1e-9)
            assert one.needed.log_odds > 0


@settings(deadline=None, max_examples=60)
@given(READ)
def test_every_score_it_names_is_the_score_of_the_text_with_those_terms(read: Text) -> None:
    for one in rivers.classifier().explain(read):
        for addition in one.needed.additions if one.needed else ():
            tried = replace(read, title=" ".join([*addition.terms, read.title]))
            assert rivers.classifier().classify([tried])[0].scores[one.target] == addition.score


@settings(deadline=None, max_examples=60)
@given(READ)
def test_a_rule_lacks_nothing_just_where_it_holds(read: Text) -> None:
    for one in rivers.classifier().explain(read):
        holds = one.target in {reason.name for reason in one.evidence if reason.kind == "rule"}
        if one.needed and one.needed.unmet is not None and len(one.evidence) <= 10:
            assert holds == (not one.needed.unmet)


@pytest.mark.parametrize(
    ("title", "target", "unmet"),
    [
        ("Velin museum shows lace", "dams", ("dam",)),
        ("Velin museum shows lace", "floods", ("flood",)),
        ("Flood treaty", "floods", ("not in_title(treaty)",)),
        ("Velin river shows lace", "water-sharing", ("treaty",)),
        ("", "water-sharing", ("treaty",)),
    ],
)
def test_the_fewest_conditions_are_named_as_rules_write_them(title: str, target: str, unmet: tuple[str, ...]) -> None:
    assert needed(rivers.text(title), target).unmet == unmet


def test_concepts_that_would_have_been_enough_are_named_best_first() -> None:
    additions = needed(rivers.text("Engineers open gates at Velin after nine years"), "dams").additions
    assert additions[0].concepts == ("dam",) and additions[0].score >= 0.5
    assert [one.score for one in additions] == sorted((one.score for one in additions), reverse=True)


@pytest.mark.parametrize(
    ("title", "language", "term"),
    [
        ("Velin museum", None, "dam"),
        ("벨린 박물관", None, "댐"),
        ("Музей в Велине", None, "плотина"),
        ("Velin museum", "ko", "댐"),
        ("Velin museum", "xx", "dam"),
    ],
)
def test_the_term_is_in_the_texts_language_or_script(title: str, language: str | None, term: str) -> None:
    read = replace(rivers.text(title), language=language)
    assert needed(read, "dams").additions[0].terms == (term,)


def test_two_concepts_that_stand_too_far_apart_are_named_with_their_distance() -> None:
    analysis = rivers.analysis()
    bridged = replace(analysis.targets[2], when="near(river, dam, 3) and flood")
    classifier, _ = fit_classifier(replace(analysis, targets=(*analysis.targets[:2], bridged)), factories.NOW)
    far = rivers.text("Dam shows lace by the long museum of the old river")
    found = classifier.explain(far)[2].needed
    assert found is not None
    assert found.unmet == ("near(river, dam, 3)", "flood")
    nearer = classifier.explain(replace(far, title=f"dam river flood {far.title}"))[2]
    assert nearer.needed is None or nearer.needed.unmet == ()


def test_without_concepts_there_is_nothing_to_add() -> None:
    bare = replace(
        rivers.analysis(),
        concepts=(),
        targets=tuple(replace(t, when=None, indicators=()) for t in rivers.analysis().targets),
    )
    classifier, _ = fit_classifier(bare, factories.NOW)
    for one in classifier.explain(rivers.text("Lace in the museum")):
        assert one.needed is not None
        assert (one.needed.unmet, one.needed.additions) == (None, ())
