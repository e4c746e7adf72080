from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score

from watchtower.classify.folds import folds
from watchtower.classify.measure import Scored, evaluate
from watchtower.classify.picture import reliability_picture


def scored(items: int = 200, targets: int = 2, seed: int = 3, share: float = 0.3) -> Scored:
    random = np.random.default_rng(seed)
    belongs = random.random((items, targets)) < share
    scores = np.clip(random.normal(0.3 + 0.3 * belongs, 0.2), 0, 1)
    return Scored(
        targets=tuple(f"target-{n}" for n in range(targets)),
        scores=scores,
        order=scores,
        matched=scores >= 0.5,
        belongs=belongs,
        known=np.ones((items, targets), dtype=bool),
        slices={"language": ["en" if n % 3 else "ko" for n in range(items)]},
    )


def test_the_figures_are_scikit_learns() -> None:
    of = scored()
    for at, measure in enumerate(evaluate(of).targets):
        truth, said = of.belongs[:, at], of.matched[:, at]
        assert measure.figures["f1"] == pytest.approx(f1_score(truth, said))
        assert measure.figures["average_precision"] == pytest.approx(average_precision_score(truth, of.scores[:, at]))
        assert measure.figures["brier"] == pytest.approx(brier_score_loss(truth, of.scores[:, at]))


def test_the_mean_is_over_targets_with_labels_enough() -> None:
    found = evaluate(scored())
    f1 = [measure.figures["f1"] for measure in found.targets]
    assert found.macro.figures["f1"] == pytest.approx(np.mean([value for value in f1 if value is not None]))


def test_slices_are_measured_apart_and_largest_first() -> None:
    english, korean = evaluate(scored()).slices["language"]
    assert (english.name, korean.name) == ("en", "ko")
    assert english.n > korean.n


def test_too_few_labels_is_said() -> None:
    assert all(measure.is_few for measure in evaluate(scored(items=12)).targets)


def test_reliability_counts_every_judgement_once() -> None:
    [first, _] = evaluate(scored()).targets
    assert sum(step.count for step in first.reliability) == first.judged == 200
    assert all(step.said is None or step.low <= step.said <= step.high for step in first.reliability)


def test_the_calibration_error_is_how_far_scores_and_shares_lie_apart_bin_by_bin() -> None:
    of = scored()
    for at, measure in enumerate(evaluate(of).targets):
        scores, truth = of.scores[:, at], of.belongs[:, at]
        bins = [[n for n in range(200) if min(int(scores[n] * 10), 9) == bin] for bin in range(10)]
        gaps = [abs(sum(scores[n] - truth[n] for n in members)) for members in bins]
        assert measure.figures["calibration_error"] == pytest.approx(sum(gaps) / 200)
        assert measure.figures["said"] == pytest.approx(scores.mean())
        assert measure.figures["found"] == pytest.approx(truth.mean())


def test_scores_that_are_the_truth_have_no_error() -> None:
    of = scored()
    sure = replace(of, scores=of.belongs.astype(float), order=of.belongs.astype(float))
    for measure in evaluate(sure).targets:
        assert (measure.figures["calibration_error"], measure.figures["brier"]) == (0, 0)


def test_a_share_of_few_items_has_a_wide_interval_and_never_one_of_no_width() -> None:
    few, many = (evaluate(scored(items=items)).targets[0].reliability for items in (20, 2000))
    widths = [[one.interval[1] - one.interval[0] for one in bins if one.interval] for bins in (few, many)]
    assert min(widths[0]) > max(min(widths[1]), 0.2)
    assert all(0 <= one.interval[0] <= one.found <= one.interval[1] <= 1 for one in few if one.interval)
    assert all((one.interval is None) == (one.count == 0) for one in (*few, *many))


def test_the_picture_draws_no_curve_of_too_few_labels() -> None:
    picture = reliability_picture(evaluate(scored(items=12)))
    assert "too few labels" in picture and "<circle" not in picture


def test_the_picture_is_svg_that_names_every_target() -> None:
    picture = etree.fromstring(reliability_picture(evaluate(scored())).encode())
    text = " ".join(picture.itertext())
    assert picture.tag.endswith("svg") and "target-0" in text and "target-1" in text


@settings(deadline=None, max_examples=20)
@given(st.integers(5, 60), st.integers(1, 3), st.integers(0, 1000), st.floats(0.0, 1.0))
def test_intervals_hold_the_figure_and_figures_are_shares(items: int, targets: int, seed: int, share: float) -> None:
    for measure in evaluate(scored(items, targets, seed, share)).targets:
        for name, value in measure.figures.items():
            if value is not None:
                low, high = measure.intervals[name]
                assert 0 <= low <= value + 1e-12 and value <= high + 1e-12 <= 1 + 1e-9


def test_copies_stay_in_one_fold_and_every_fold_has_its_share() -> None:
    random = np.random.default_rng(0)
    groups = [f"story-{n // 2}" for n in range(200)]
    belongs = np.repeat(random.random((100, 3)) < 0.2, 2, axis=0)
    fold = folds(groups, belongs, 5)
    assert all(len({fold[at] for at in range(200) if groups[at] == group}) == 1 for group in set(groups))
    shares = [belongs[fold == one].sum() for one in range(5)]
    assert max(shares) - min(shares) <= 0.3 * max(shares)
