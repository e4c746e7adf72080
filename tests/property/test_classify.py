"""What must always hold of concepts, rules, scores and reasons, whatever the text."""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.classify import rivers
from watchtower import rules
from watchtower.classify.concepts import ConceptMatcher, normalised
from watchtower.classify.evidence import places
from watchtower.classify.forms import forms
from watchtower.classify.reading import Reader, grams, roots
from watchtower.classify.when import Presence, Reading, Rules, distance, rest, whole
from watchtower.types import Concept, Text, fitting

TERMS = {
    "dam": ("dam", "dams", "Плотина", "댐*", "大坝", "ダム"),
    "flood": ("flood", "inundat*", "Северная река", "홍수", "洪水"),
    "who": ("WHO", "CAR"),
    "north": ("北", "북", "*ham*", "north river"),
    "except": ("river", "!river bank"),
}
MATCHER = ConceptMatcher([Concept(id=id, terms={"any": terms}) for id, terms in TERMS.items()])
PIECES = st.sampled_from(
    "dam dams Dam's floods inundated ｄａｍ Плотиной Северной рекой 댐이 대홍수 홍수로 "
    "大坝 大ﾀﾞﾑ 洪水 北 北京 북·러 북한 WHO who "
    "CARs Rotterham north-river river bank , . \u2014 ﬁ é é й ① ㍿ 🌊 İ \0 \ud800 \u202e".split(" ")
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts))
)


def is_form(found: str, term: str) -> bool:
    """Say slowly whether some words are a form of a term."""
    term = term.lstrip("!")
    wanted, read = normalised(term.strip("*")), normalised(found)
    pairs = [re.findall(r"\w+", words) for words in (wanted, read)]
    if term.startswith("*") or term.endswith("*"):
        return wanted.lower() in read.lower()
    if wanted.isascii() and wanted.isupper():
        return read in (wanted, wanted + "s")
    return len(pairs[0]) == len(pairs[1]) and all(
        word.lower() in forms(term_word.lower()) for term_word, word in zip(*pairs, strict=True)
    )


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_what_stands_at_a_hit_is_a_form_of_a_term_of_its_concept(text: str) -> None:
    for hit in MATCHER.hits(text):
        assert 0 <= hit.start < hit.end <= len(text)
        found = text[hit.start : hit.end]
        assert any(is_form(found, term) for term in TERMS[hit.concept]), found


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_the_mask_is_the_union_of_the_hits(text: str) -> None:
    found = 0
    for hit in MATCHER.hits(text):
        found |= MATCHER.bits[hit.concept]
    assert MATCHER.masks([text])[0] == found


@settings(deadline=None, max_examples=100)
@given(st.lists(TEXTS, max_size=6))
def test_many_texts_at_once_mention_what_each_mentions_alone(texts: list[str]) -> None:
    assert MATCHER.masks(texts) == [MATCHER.masks([text])[0] for text in texts]


@given(TEXTS)
def test_a_decomposed_text_mentions_the_same_concepts(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert MATCHER.masks([unicodedata.normalize("NFD", composed)])[0] == MATCHER.masks([composed])[0]


@given(st.permutations([(id, term) for id, terms in TERMS.items() for term in terms]), TEXTS)
@settings(deadline=None, max_examples=40)
def test_the_order_of_terms_means_nothing(order: list[tuple[str, str]], text: str) -> None:
    shuffled = ConceptMatcher(
        [Concept(id=id, terms={"any": tuple(term for of, term in order if of == id)}) for id in dict(order)]
    )
    assert shuffled.hits(text) == MATCHER.hits(text)


NAMES = st.sampled_from(sorted(TERMS))
RULES = st.recursive(
    NAMES.map(rules.Concept)
    | st.tuples(NAMES, NAMES, st.integers(1, 6)).filter(lambda t: t[0] != t[1]).map(lambda t: rules.Near(*t)),
    lambda inner: (
        inner.map(rules.Not)
        | inner.map(rules.InTitle)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: rules.And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: rules.Or(tuple(parts)))
    ),
    max_leaves=6,
)


def naive(rule: rules.Rule, read: Text, title: bool) -> bool:
    """Evaluate a rule as its docstring says it, with nothing remembered and all pairs tried."""
    match rule:
        case rules.Concept(name):
            fields = [read.title] if title else [read.title, rest(read)]
            return any(hit.concept == name for field in fields for hit in MATCHER.hits(field))
        case rules.Not(inner):
            return not naive(inner, read, title)
        case rules.InTitle(inner):
            return naive(inner, read, True)
        case rules.And(parts):
            return all(naive(part, read, title) for part in parts)
        case rules.Or(parts):
            return any(naive(part, read, title) for part in parts)
        case rules.Near(a, b, words):
            both = naive(rules.And((rules.Concept(a), rules.Concept(b))), read, title)
            text = read.title if title else whole(read)
            hits = MATCHER.hits(text)
            pairs = product(*([hit for hit in hits if hit.concept == name] for name in (a, b)))
            return both and any(distance(text, one, other) <= words for one, other in pairs)


@settings(deadline=None, max_examples=200)
@given(st.lists(RULES, min_size=1, max_size=4), st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_evaluating_many_at_once_agrees_with_a_naive_one(whens: list[rules.Rule], texts: list[tuple[str, str]]) -> None:
    compiled = Rules(MATCHER, {str(n): rules.canonical(rule) for n, rule in enumerate(whens)})
    read = [rivers.text(title, summary) for title, summary in texts]
    masks = MATCHER.masks([*(one.title for one in read), *map(rest, read)])
    titles, rests = masks[: len(read)], masks[len(read) :]
    readings = [Reading(one, a, a | b) for one, a, b in zip(read, titles, rests, strict=True)]
    holding = compiled.holding(Presence.of(readings, len(MATCHER.ids)))
    for one, names in zip(read, holding, strict=True):
        assert set(names) == {str(n) for n, rule in enumerate(whens) if naive(rule, one, False)}


@given(RULES)
def test_a_rule_written_out_means_the_same(rule: rules.Rule) -> None:
    assert rules.parse(rules.canonical(rule)) == rule


NEWS = st.sampled_from(
    [title for titles in rivers.BELONG.values() for title in titles] + [*rivers.ELSEWHERE, "Velin signs the treaty"]
)
READ = st.builds(rivers.text, NEWS | TEXTS, NEWS | TEXTS, TEXTS)


@settings(deadline=None, max_examples=150)
@given(READ)
def test_reasons_add_up_and_stand_where_they_say(read: Text) -> None:
    for one in rivers.classifier().explain(read):
        total = sum(reason.weight for reason in one.evidence)
        assert math.isclose(total, math.log(one.score / (1 - one.score)), abs_tol=1e-9)
        for reason in one.evidence:
            if reason.field:
                assert getattr(read, reason.field)[reason.start : reason.end] == reason.text


READER = Reader(rivers.analysis())


@settings(deadline=None, max_examples=200)
@given(READ)
def test_what_stands_at_the_place_of_a_word_is_that_word(read: Text) -> None:
    words = READER.words(READER.read([read])[0])
    wanted = {f"a:{gram}" for gram in words["a"]} | {f"k:{root}" for root in words["k"]}
    where = places(MATCHER, read, wanted)
    for name, place in where.items():
        spoken = normalised(getattr(read, place.field)[place.start : place.end]).lower()
        assert name[2:] in (grams(spoken) if name[0] == "a" else roots(grams(spoken)))
    fields = (read.title, read.summary, read.body)
    if all(len(field.lower()) == len(field) for field in map(normalised, fields)):
        assert {name for name in wanted - set(where) if "_" not in name} == set(), "only pairs may span two fields"


@settings(deadline=None, max_examples=100)
@given(st.lists(READ, max_size=6), st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_batch(batch: list[Text], random: object) -> None:
    by_place = list(enumerate(batch))
    random.shuffle(by_place)  # type: ignore[attr-defined]  # a random.Random
    shuffled = rivers.classifier().classify([read for _, read in by_place])
    for (place, _), one in zip(by_place, shuffled, strict=True):
        assert rivers.classifier().classify([batch[place]]) == [one]


@settings(deadline=None, max_examples=60)
@given(READ)
def test_explaining_agrees_with_classifying(read: Text) -> None:
    [one] = rivers.classifier().classify([read])
    assert {each.target: each.score for each in rivers.classifier().explain(read)} == one.scores


@settings(deadline=None, max_examples=150)
@given(READ)
def test_an_indicator_never_contradicts_the_answer_it_is_named_with(read: Text) -> None:
    targets = {target.id: target for target in rivers.analysis().targets}
    for one in rivers.classifier().explain(read):
        if one.answer and one.indicator:
            target = targets[one.target]
            [named] = [each for each in target.indicators if each.id == one.indicator]
            assert one.answer in fitting(target.bearing(named), [answer.id for answer in target.answers])
