"""Vectors, lines and models."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from tests import factories
from tests.factories import NOW
from tests.unit.classify import rivers
from watchtower.classify import FORMAT, fit_classifier, load_classifier
from watchtower.classify.classifier import TextClassifier
from watchtower.classify.fitting import STREAM_SHARE, Line, by_rule, fit_choice, fit_line, settled, stream_weights
from watchtower.classify.model import Choice
from watchtower.classify.saved import LIBRARIES, from_bytes, to_bytes
from watchtower.classify.vectors import KINDS, Vectors
from watchtower.errors import ModelError
from watchtower.types import Analysis, Answer, Concept, TargetKind

SAMPLE = [rivers.text(title) for titles in rivers.BELONG.values() for title in titles]
SAMPLE += [rivers.text(title, "Dam and river, 홍수 洪水") for title in rivers.ELSEWHERE]


def scores(texts=SAMPLE, by=None) -> list[dict[str, float]]:  # type: ignore[no-untyped-def]  # a test's shorthand
    return [dict(one.scores) for one in (by or rivers.classifier()).classify(texts)]


def test_words_of_a_row_have_unit_length_by_kind_and_flags_are_left() -> None:
    texts = [
        {"w": ["dam", "opens"], "v": ["gate"], "t": ["dam"], "c": ["dam"]},
        {"w": ["dam"], "v": ["gate", "river"], "c": ["dam"]},
    ] * 2
    rows = Vectors.learn(texts)
    matrix = rows.rows(texts).toarray()
    for kind in "wv":
        columns = [at for at, name in enumerate(rows.names) if name[0] == kind]
        np.testing.assert_allclose(np.linalg.norm(matrix[:, columns], axis=1), KINDS[kind][0], rtol=1e-12)
    assert set(matrix[:, rows.columns["c"]["dam"]]) == {KINDS["c"][0]}
    assert [rows.names[at] for at in np.flatnonzero(rows.is_word)] == [n for n in rows.names if n[0] in "wv"]


def test_a_rarer_word_weighs_more_and_what_stands_once_has_no_column() -> None:
    texts = [{"w": ["dam", "rare"], "c": ["once"]}, {"w": ["dam", "rare"]}, {"w": ["dam", "hapax"]}]
    learnt = Vectors.learn(texts)
    assert learnt.names == ("c:once", "w:dam", "w:rare")
    assert learnt.weights[learnt.columns["w"]["rare"]] == pytest.approx(np.log(4 / 3) + 1)
    assert learnt.weights[learnt.columns["w"]["dam"]] == pytest.approx(1.0)
    assert learnt.rows([{"w": ["unknown"]}, {}]).nnz == 0


def test_a_texts_scores_do_not_depend_on_the_batch_nor_its_order() -> None:
    together, backwards = scores(), scores(SAMPLE[::-1])[::-1]
    alone = [scores([one])[0] for one in SAMPLE]
    assert together == backwards == alone


def test_fitting_twice_gives_the_same_bytes() -> None:
    again, kept = fit_classifier(rivers.analysis(), factories.NOW)
    assert kept == rivers.fitted()[1]
    assert again.model == kept.id and again.configuration == rivers.analysis().version


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("target", ["dams", "floods"])
def test_new_headlines_are_told_apart_in_every_language(target: str, at: int) -> None:
    [one] = rivers.classifier().classify([rivers.text(rivers.BELONG[target][at])])
    assert [match.target for match in one.matches] == [target]


@pytest.mark.parametrize("title", rivers.ELSEWHERE)
def test_what_is_about_neither_matches_nothing(title: str) -> None:
    assert rivers.classifier().classify([rivers.text(title)])[0].matches == ()


@pytest.mark.parametrize(
    ("title", "answer"), [("Velin signs the treaty on river water", "agreed"), ("Velin quits treaty talks", "disputed")]
)
def test_a_match_names_the_answer_that_it_speaks_for(title: str, answer: str) -> None:
    [match] = rivers.classifier().classify([rivers.text(title)])[0].matches
    assert (match.target, match.answer) == ("water-sharing", answer)


def test_a_match_names_the_indicator_whose_examples_are_near_or_whose_rule_holds() -> None:
    one, two = rivers.classifier().classify(
        [rivers.text("Hydropower dam opens at Velin after nine years of building"), rivers.text("Dam, dam; flood")]
    )
    assert {match.target: match.indicator for match in one.matches}["dams"] == "dam-opens"
    assert {one.target: one.indicator for one in rivers.classifier().explain(rivers.text("Dam flood"))}[
        "dams"
    ] == "dam-breaks"
    assert two.scores["dams"] > 0


@pytest.mark.parametrize(("alike", "is_named"), [(2, True), (4, False)])
def test_an_indicator_is_not_named_where_it_is_a_mere_guess_among_several(alike: int, is_named: bool) -> None:
    dams, *others = rivers.analysis().targets
    places = ("Arun", "Belva", "Corin", "Desna")[:alike]
    some = tuple(factories.indicator(f"{name}-dam".lower(), examples=(f"{name} dam opens",)) for name in places)
    analysis = replace(rivers.analysis(), targets=(replace(dams, indicators=some), *others))
    told = fit_classifier(analysis, NOW)[0].explain(rivers.text("Velin dam opens"))[0]
    assert (told.indicator is not None) == is_named, "one as near as the other"
    assert (told.indicator_confidence is not None) == is_named


def test_a_match_carries_revision_model_and_configuration() -> None:
    read = replace(rivers.text(rivers.BELONG["dams"][0]), revision=3)
    [one] = rivers.classifier().classify([read])
    [match] = one.matches
    assert (one.item_id, one.revision) == (match.item_id, match.revision) == ("text", 3)
    assert (match.model, match.configuration) == (rivers.classifier().model, rivers.analysis().version)


def tiny(**given: object) -> Analysis:
    dams = factories.target("dams", **given)
    dam = Concept(id="dam", terms={"en": ("dam",)})
    return Analysis(id="r", title="R", source="", published="", languages=("en",), concepts=(dam,), targets=(dams,))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"examples": ("Dam opens", "Dam shuts", "Dam fails"), "counterexamples": ("Museum", "Cup")},
        {"examples": ("Dam opens",) * 9},
        {"counterexamples": ("Museum opens",) * 9},
    ],
)
def test_without_a_rule_too_few_examples_leave_the_share_of_a_stream_and_no_match(given: dict[str, object]) -> None:
    fitted, _ = fit_classifier(tiny(**given), factories.NOW)
    [one] = fitted.classify([rivers.text("Dam opens")])
    assert one.scores == {"dams": pytest.approx(STREAM_SHARE)}
    assert one.matches == ()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"examples": ("Dam opens",)},
        {"examples": ("Dam opens", "Barrage dam shuts", "Old dam fails")},
        {"examples": ("Dam opens",) * 5, "counterexamples": ("Museum opens", "Cup final", "Bakers raise prices")},
    ],
)
def test_with_few_examples_a_targets_rule_decides(given: dict[str, object]) -> None:
    fitted, _ = fit_classifier(tiny(when="dam", **given), factories.NOW)
    one, other = fitted.classify([rivers.text("Workers inspect the dam wall"), rivers.text("Museum shows lace")])
    assert [match.target for match in one.matches] == ["dams"]
    assert other.matches == () and other.scores["dams"] < STREAM_SHARE
    assert one.matches[0].evidence[0].kind == "rule"


def test_examples_outweigh_the_rule_as_they_grow_in_number() -> None:
    rows, rule = csr_array(np.eye(2)), by_rule(2, 0, 0.5)
    raw = Line(np.array([-1.0, 1.0]), 0.0)
    few, many = (settled(raw, (1.0, 0.0), rule, np.array([True, False] * count)) for count in (4, 4000))
    assert np.argmax(rows @ few.weights) == 0 and np.argmax(rows @ many.weights) == 1


def test_other_targets_examples_are_near_misses_where_a_target_has_too_few_of_its_own() -> None:
    lace = ("Lace fair opens", "Museum shows lace", "Lace makers meet", "Old lace sold", "Lace school shuts")
    dams = ("Dam opens", "Barrage dam shuts", "Old dam fails", "Dam wall cracks", "Dam gates stuck")
    targets = (factories.target("dams", examples=dams), factories.target("crafts", examples=lace))
    fitted, _ = fit_classifier(replace(tiny(), targets=targets), factories.NOW)
    first, second = fitted.classify([rivers.text("Dam at Velin opens"), rivers.text("Velin lace fair opens")])
    assert first.scores["dams"] > second.scores["dams"] and second.scores["crafts"] > first.scores["crafts"]


def test_what_bears_on_no_target_scores_lower_on_every_one() -> None:
    fitted, _ = rivers.fitted()
    wide = replace(fitted._fitted, scope_share=np.zeros(3))
    without = TextClassifier(rivers.analysis(), fitted._reader, wide, model="wide")
    museum, dam = [rivers.text("Velin museum shows lace")], [rivers.text("Velin dam opens its gates")]
    assert all(scores(museum, fitted)[0][id] < high for id, high in scores(museum, without)[0].items())
    assert scores(dam, fitted) == scores(dam, without)


@pytest.mark.parametrize(("threshold", "matched"), [(0.0, True), (0.7, True), (0.99, False), (1.0, False)])
def test_the_editors_threshold_is_kept(threshold: float, matched: bool) -> None:
    analysis = rivers.analysis()
    targets = tuple(replace(t, threshold=threshold) if t.id == "dams" else t for t in analysis.targets)
    strict, _ = fit_classifier(replace(analysis, targets=targets), factories.NOW)
    explained = {one.target: one for one in strict.explain(rivers.text("Velin dam opens"))}
    assert explained["dams"].threshold == threshold
    assert 0.7 < explained["dams"].score < 0.99
    assert explained["dams"].matched is matched
    matches = {match.target for match in strict.classify([rivers.text("Velin dam opens")])[0].matches}
    assert ("dams" in matches) is matched


def test_calibration_keeps_the_order_and_lowers_what_is_rare() -> None:
    rng = np.random.default_rng(0)
    strength = rng.random(300)
    truth = strength + rng.normal(0, 0.2, 300) > 0.6
    line = fit_line(csr_array(strength[:, None]), truth, by_rule(1, None, 1.0))
    calibrated = np.linspace(0, 1, 50) * line.weights[0] + line.start
    assert all(low < high for low, high in pairwise(calibrated))
    middle = 1 / (1 + np.exp(-(0.6 * line.weights[0] + line.start)))
    assert middle < 0.5, "half of the training set is not half of a stream"


def test_what_does_not_belong_counts_as_in_a_stream() -> None:
    weights = stream_weights(np.array([True] * 10 + [False] * 20))
    assert weights[:10].sum() / weights.sum() == pytest.approx(STREAM_SHARE)
    assert list(stream_weights(np.array([True] + [False] * 99))) == [1.0] * 100


def test_an_answer_without_examples_is_never_chosen_and_a_lone_one_always() -> None:
    rows = csr_array(np.eye(2))
    some, none = fit_choice(rows, ["yes", "yes"], ["yes", "no"])
    assert some.start > none.start and not some.weights.any() and not none.weights.any()


def test_a_question_nothing_speaks_for_names_no_answer() -> None:
    question = replace(
        tiny(examples=("Dam opens",)).targets[0],
        kind=TargetKind.CRITICAL_QUESTION,
        answers=(Answer(id="yes", says=""), Answer(id="no", says="")),
    )
    fitted, _ = fit_classifier(replace(tiny(), targets=(question,)), factories.NOW)
    assert fitted.explain(rivers.text("Dam opens"))[0].answer is None


def test_a_model_comes_back_from_its_bytes_whole() -> None:
    read = load_classifier(rivers.analysis(), rivers.fitted()[1])
    assert scores(by=read) == scores()
    assert [read.explain(one) for one in SAMPLE] == [rivers.classifier().explain(one) for one in SAMPLE]
    assert read.model == rivers.classifier().model
    assert to_bytes(from_bytes(rivers.fitted()[1].data)) == rivers.fitted()[1].data


def _with(data: bytes, name: str, change) -> bytes:  # type: ignore[no-untyped-def]  # bytes to bytes
    source, changed = ZipFile(BytesIO(data)), BytesIO()
    with ZipFile(changed, "w") as archive:
        for member in source.namelist():
            content = source.read(member)
            if member == name:
                content = change(content)
            if content is not None:
                archive.writestr(member, content)
    return changed.getvalue()


def test_another_format_is_refused_by_name() -> None:
    def older(content: bytes) -> bytes:
        return content.replace(f'"format": {FORMAT}'.encode(), b'"format": 0')

    with pytest.raises(ModelError, match=rf"format 0, this watchtower reads {FORMAT}"):
        from_bytes(_with(rivers.fitted()[1].data, "head.npy", older))


def _made_with(name: str, version: str) -> bytes:
    """Return a stored model that says it was made with another version of a library."""

    def other(content: bytes) -> bytes:
        head = json.loads(np.load(BytesIO(content)).tobytes())
        head["libraries"][name] = version
        changed = BytesIO()
        np.save(changed, np.frombuffer(json.dumps(head).encode(), dtype=np.uint8))
        return changed.getvalue()

    return _with(rivers.fitted()[1].data, "head.npy", other)


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_model_made_with_other_libraries_is_refused_by_name(name: str) -> None:
    with pytest.raises(ModelError, match=f"made with {name} 0.1.2, here is {re.escape(LIBRARIES[name])}"):
        from_bytes(_made_with(name, "0.1.2"))


def test_a_patch_of_a_library_changes_nothing() -> None:
    read = from_bytes(_made_with("numpy", LIBRARIES["numpy"] + "9"))
    assert np.array_equal(read.weights, from_bytes(rivers.fitted()[1].data).weights)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"no archive",
        lambda data: data[: len(data) // 2],
        lambda data: data[:200] + bytes(200) + data[400:],
        lambda data: data[:-3000] + bytes(100) + data[-2900:],
        lambda data: _with(data, "weights.npy", lambda content: None),
        lambda data: _with(data, "weights.npy", lambda content: content[:-5]),
        lambda data: _with(data, "head.npy", lambda content: content[:-9] + b"not json}"),
        lambda data: _with(data, "head.npy", lambda content: content.replace(b'"targets"', b'"tarrets"')),
    ],
    ids=["empty", "text", "cut", "zeros", "zeros at the end", "no weights", "short weights", "no JSON", "no targets"],
)
def test_damaged_bytes_are_a_model_error(damage) -> None:  # type: ignore[no-untyped-def]  # bytes to bytes
    with pytest.raises(ModelError, match="damaged"):
        from_bytes(damage(rivers.fitted()[1].data))


def test_damage_in_any_part_of_a_model_is_noticed() -> None:
    whole = rivers.fitted()[1].data
    for member in ZipFile(BytesIO(whole)).infolist():
        damaged = bytearray(whole)
        damaged[member.header_offset + 30 + len(member.filename) + member.compress_size // 2] ^= 16
        with pytest.raises(ModelError, match="damaged"):
            from_bytes(bytes(damaged))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_one_flipped_bit_is_a_model_error_or_changes_nothing(data: st.DataObject) -> None:
    whole = rivers.fitted()[1].data
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(len(whole) - 1500, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = from_bytes(bytes(flipped))
    except ModelError:
        return
    assert to_bytes(read) == whole


def test_an_answer_and_an_indicator_are_named_with_confidences_of_their_own() -> None:
    explained = {
        one.target: one for one in rivers.classifier().explain(rivers.text("Velin signs the treaty on river water"))
    }
    told = explained["water-sharing"]
    assert (told.indicator, told.answer) == ("pact", "agreed")
    assert told.indicator_confidence is not None and 0.5 < told.indicator_confidence <= 1
    assert told.answer_confidence is not None and 0.5 < told.answer_confidence <= 1
    assert (explained["floods"].indicator_confidence, explained["floods"].answer_confidence) == (None, None)


def test_no_answer_is_named_where_it_is_likelier_that_a_text_speaks_for_none() -> None:
    choice = Choice(("yes", "no", ""), np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]]), np.zeros(3))
    pointed, vague = choice.chances(csr_array(np.eye(2)))
    assert np.argmax(pointed) == 0 and np.argmax(vague) == 2
    np.testing.assert_allclose([pointed.sum(), vague.sum()], 1.0)
    rows = csr_array(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]] * 4))
    lines = fit_choice(rows, ["yes", "no", ""] * 4, ["yes", "no", ""])
    fitted = Choice(
        ("yes", "no", ""), np.column_stack([line.weights for line in lines]), np.array([line.start for line in lines])
    )
    assert list(np.argmax(fitted.chances(rows), axis=1)[:3]) == [0, 1, 2]
