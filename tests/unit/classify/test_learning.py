"""What verdicts change, and that nothing is judged by what was fitted on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.unit.classify import rivers
from watchtower.classify import evaluate, fit_learned, taught
from watchtower.classify.folds import folds
from watchtower.classify.learning import TRUST, Bend, Lessons, bend
from watchtower.classify.saved import to_bytes
from watchtower.types import FEW, Target, Verdict

TARGETS = tuple(target.id for target in rivers.analysis().targets)
ABOUT = ("Engineers raise the {} weir", "Turbines start at {}", "Spillway of {} is mended", "Reservoir at {} fills")
ELSEWHERE = (
    "Baker from {} wins prize",
    "Train to {} late",
    "Choir of {} sings",
    "Lake at {} freezes",
    "Pier at {} shut",
)
PLACES = ("Aldern", "Brook", "Carse", "Dunmere", "Elstow", "Farrow", "Gorse", "Holm")


def verdicts(**given: object) -> list[Verdict]:
    """Judge headlines about dams that name no dam, and others."""
    lines = [(line, True) for line in ABOUT] + [(line, False) for line in ELSEWHERE]
    return [
        make.verdict(
            item_id=f"{number}-{place}", title=line.format(place), summary="", judged=TARGETS,
            labels={"dams": ""} if belongs else {}, **given,
        )
        for number, (line, belongs) in enumerate(lines)
        for place in PLACES
    ]  # fmt: skip


def lessons(judged: list[Verdict]) -> Lessons:
    return Lessons.of(rivers.analysis(), judged, [verdict.item_id for verdict in judged])


@cache
def learned() -> Lessons:
    return lessons(verdicts())


def every(of: Lessons) -> np.ndarray:
    return np.ones(len(of.fold), dtype=bool)


def scores(count: int, belong: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make calibrated log-odds and what came of them."""
    random = np.random.default_rng(seed)
    said = random.normal(np.log(belong / (1 - belong)), 2.0, count)
    return said, random.random(count) < 1 / (1 + np.exp(-said))


def test_a_verdict_teaches_its_labels_and_nothing_of_a_target_that_came_later() -> None:
    old = make.verdict(labels={"dams": "", "gone": ""}, judged=("dams", "gone"))
    pointed = make.verdict(labels={"water-sharing": "-"}, judged=TARGETS)
    first, second = taught(rivers.analysis(), [old, pointed])
    assert first.belongs == {"dams": True}
    assert second.belongs == {"dams": False, "floods": False, "water-sharing": True}
    assert second.answers == {"water-sharing": "disputed"}


def test_scores_of_a_fold_do_not_depend_on_its_own_labels() -> None:
    told, at = verdicts(), 3
    flipped = [replace(one, labels={}) if number == at else one for number, one in enumerate(told)]
    before, after = learned(), lessons(flipped)
    after.fold = before.fold
    here = before.fold == before.fold[at]
    old, new = before.unseen(every(before)), after.unseen(every(after))
    assert np.array_equal(old[here], new[here])
    assert not np.array_equal(old[~here], new[~here])


def test_verdicts_that_are_not_used_change_nothing() -> None:
    used = np.arange(len(learned().fold)) % 2 == 0
    told = verdicts()
    other = lessons(
        [one if keep else replace(one, labels={"floods": ""}) for one, keep in zip(told, used, strict=True)]
    )
    other.fold = learned().fold
    assert np.array_equal(learned().unseen(used), other.unseen(used))


def test_learning_finds_what_the_examples_alone_miss() -> None:
    before = evaluate(learned().judged_by(rivers.classifier(), {})).targets[0].figures
    after = evaluate(learned().judged(every(learned()), 1.0, {})).targets[0].figures
    assert before["recall"] is not None and after["recall"] is not None
    assert before["recall"] < 0.5 < 0.9 < after["recall"]


def test_the_same_verdicts_give_the_same_model() -> None:
    told = verdicts()
    first, kept = fit_learned(lessons(told), told, 1.0, make.NOW)
    again = to_bytes(lessons(told).fit(every(learned()), 1.0))
    assert kept.data == again
    assert (kept.beta, kept.analysis, len(kept.verdicts)) == (1.0, "rivers", len(told))
    assert first.model == kept.id


def test_the_editors_own_threshold_goes_before() -> None:
    def fixed(target: Target) -> Target:
        return replace(target, threshold=0.97) if target.id == "dams" else target

    analysis = replace(rivers.analysis(), targets=tuple(map(fixed, rivers.analysis().targets)))
    told = verdicts()
    given = Lessons.of(analysis, told, [verdict.item_id for verdict in told])
    assert given.fit(every(given), 1.0).thresholds[0] == 0.97
    judged = given.judged(every(given), 1.0, {})
    assert np.array_equal(judged.matched[:, 0], judged.scores[:, 0] >= 0.97)


def test_where_verdicts_are_few_nothing_is_changed() -> None:
    said, truth = scores(100, 0.3)
    few = truth & (np.cumsum(truth) < FEW)
    assert bend(said, few, 1.0) == Bend()
    assert bend(said, ~few, 1.0) == Bend()
    assert bend(said[:0], few[:0], 1.0) == Bend()


def test_what_was_well_calibrated_stays_and_what_was_not_is_mended() -> None:
    said, truth = scores(4000, 0.3)
    stays = bend(said, truth, 1.0)
    mended = bend(2 * said - 1.5, truth, 1.0)
    assert (stays.slope, stays.start) == (pytest.approx(1.0, abs=0.1), pytest.approx(0.0, abs=0.15))
    assert (mended.slope, mended.start) == (pytest.approx(0.5, abs=0.05), pytest.approx(0.75, abs=0.15))


def test_the_threshold_is_near_the_best_there_is() -> None:
    said, truth = scores(4000, 0.3)
    found = bend(said, truth, 1.0)

    def f1(least: float) -> float:
        matched = found.slope * said + found.start >= least
        return float(2 * (matched & truth).sum() / (matched.sum() + truth.sum()))

    assert f1(found.least) > max(f1(least) for least in np.linspace(-5, 5, 101)) - 0.005


@settings(max_examples=40)
@given(st.integers(60, 400), st.floats(0.15, 0.7), st.integers(0, 99))
def test_caring_more_for_misses_lowers_the_threshold(count: int, belong: float, seed: int) -> None:
    said, truth = scores(count, belong, seed)
    if bend(said, truth, 1.0) != Bend():
        assert bend(said, truth, 0.5).least > bend(said, truth, 1.0).least > bend(said, truth, 2.0).least


def test_the_threshold_is_drawn_to_the_default_where_verdicts_are_few() -> None:
    said, truth = scores(60, 0.3)
    found = bend(said, truth, 1.0)
    count = truth.sum()
    suggested = (found.least * (count + TRUST) - TRUST * found.start) / count
    assert min(suggested, found.start) < found.least < max(suggested, found.start)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), max_size=60), st.integers(2, 10))
def test_every_item_has_a_fold_and_no_group_is_split(items: list[tuple[int, bool, bool]], count: int) -> None:
    groups = [str(group) for group, _, _ in items]
    belongs = np.array([[a, b] for _, a, b in items], dtype=bool).reshape(len(items), 2)
    fold = folds(groups, belongs, count)
    assert all(0 <= one < count for one in fold)
    assert len({(group, one) for group, one in zip(groups, fold.tolist(), strict=True)}) == len(set(groups))
