from __future__ import annotations

from pathlib import Path

import pytest

from watchtower.config import load
from watchtower.config.lint import advice, too_broad

ROOT = Path(__file__).parents[3]


def tips(folder: Path, *changes: tuple[str, str], name: str = "watchpoints.yml") -> list[str]:
    path = folder / name
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return [str(tip).replace(f"{folder}/", "") for tip in advice(load(folder, {}))]


def more(folder: Path, *changes: tuple[str, str], name: str = "watchpoints.yml") -> list[str]:
    """What is advised after the changes, and was not before."""
    before = {(tip.path, tip.message) for tip in advice(load(folder, {}))}
    return [tip for tip in tips(folder, *changes, name=name) if tuple(tip.split(": ", 2)[1:]) not in before]


def test_the_small_analysis_is_told_what_it_lacks(folder: Path) -> None:
    assert tips(folder) == [
        "watchpoints.yml:7:19: analysis.languages[1]: no enabled feed is in 'ko'",
        "watchpoints.yml:15:5: watch_points[0]: only 2 examples; give at least 5, in several languages",
        "watchpoints.yml:25:9: watch_points[0].indicators[0]: no examples and no rule (when): nothing can find it",
        "watchpoints.yml:31:5: critical_questions[0]: only 1 example; give at least 5, in several languages",
        "watchpoints.yml:34:9: critical_questions[0].answers[0]: no indicator supports this answer",
        "watchpoints.yml:37:9: critical_questions[0].indicators[0]: "
        "no examples and no rule (when): nothing can find it",
    ]


def test_all_advice_is_harmless(folder: Path) -> None:
    assert all(tip.harmless for tip in advice(load(folder, {})))


@pytest.mark.parametrize(
    ("term", "why"),
    [
        ("un", "only two letters"),
        ("x", "a single character"),
        ("朝", "a single character, and a rule holds by this concept alone"),
        ("북", "a single character, and a rule holds by this concept alone"),
        ("Xi", None),
        ("Xi*", "fewer than 4 letters before the *"),
        ("de*", "fewer than 4 letters before the *"),
        ("...", "no letter in it"),
        ("car", "a common English word, and a rule holds by this concept alone"),
        ("CAR", None),
        ("UN", None),
        ("朝鲜", None),
        ("denuclear*", None),
        ("9·19*", None),
        ("frigate", None),
    ],
)
def test_terms_that_match_too_much(term: str, why: str | None) -> None:
    assert too_broad(term) == why


def test_a_broad_term_is_shown_where_it_stands(folder: Path) -> None:
    assert more(folder, ("ko: [해군]", "ko: [해군, a, b]")) == [
        "watchpoints.yml:12:14: concepts.navy.ko[1]: 'a', 'b' match too much: a single character"
    ]


def test_a_syllable_counts_only_where_its_concept_is_enough_for_a_target(folder: Path) -> None:
    assert more(folder, ("ko: [해군]", "ko: [해군, 배, 군]")) == [
        "watchpoints.yml:12:14: concepts.navy.ko[1]: '배', '군' match too much: "
        "a single character, and a rule holds by this concept alone"
    ]
    assert more(folder, ("navy and not in_title(ferry) or near", "navy and in_title(ferry) or near")) == []


def test_a_common_word_counts_only_where_its_concept_is_enough_for_a_target(folder: Path) -> None:
    word = ("en: [navy, warship*]", "en: [navy, force]")
    assert more(folder, word) == [
        "watchpoints.yml:11:16: concepts.navy.en[1]: 'force' matches too much: "
        "a common English word, and a rule holds by this concept alone"
    ]
    assert more(folder, ("navy and not in_title(ferry) or near", "navy and in_title(ferry) or near")) == []


def test_one_word_that_does_for_two_concepts_of_a_rule(folder: Path) -> None:
    assert more(folder, ("en: [ferry]", "en: [ferry, Navy]")) == [
        "watchpoints.yml:13:23: concepts.ferry.en[1]: 'Navy': in the concept navy too, "
        "and the rule of patrols wants both: one word does"
    ]


def test_a_term_that_names_two_things_at_once_may_be_in_both(folder: Path) -> None:
    boats, ships = (", ".join(f"{what} number {n}" for n in range(4)) for what in ("boat", "ship"))
    changes = ("en: [ferry]", f"en: [ferry, Navy, {boats}]"), ("en: [navy, ", f"en: [navy, {ships}, ")
    assert more(folder, *changes) == []


def test_concepts_that_no_rule_joins_may_share_terms(folder: Path) -> None:
    assert more(folder, ("en: [ferry]", "en: [ferry, Navy]"), ("or near(navy, ferry, 5)", "or ferry")) == []


def test_a_term_given_twice(folder: Path) -> None:
    assert more(folder, ("en: [ferry]", "en: [ferry, Ferry]")) == [
        "watchpoints.yml:13:23: concepts.ferry.en[1]: 'Ferry' is in this list twice"
    ]


def test_a_concept_that_no_rule_names(folder: Path) -> None:
    assert more(folder, ("concepts:\n", "concepts:\n  tolls: {en: [toll]}\n")) == [
        "watchpoints.yml:10:3: concepts.tolls: no rule (when) names this concept"
    ]


def test_an_indicator_that_points_everywhere(folder: Path) -> None:
    found = more(folder, ("supports: [openness.closing]", "supports: [openness.closing, openness.open]"))
    assert found == [
        "watchpoints.yml:27:9: watch_points[0].indicators[0].supports: "
        "it supports every answer to openness, and so tells nothing about it"
    ]


def test_a_scenario_that_nothing_could_disprove_or_speak_for(folder: Path) -> None:
    found = more(folder, ("expects: [talks], rules_out: [nightly-patrols, tolls]", "expects: []"))
    assert [tip.partition("scenarios[0]: ")[2] for tip in found] == [
        "expects is empty: nothing could speak for this scenario",
        "rules_out is empty: nothing could disprove this scenario",
    ]


def test_two_scenarios_that_expect_the_same(folder: Path) -> None:
    found = more(
        folder,
        ("scenarios:\n", "scenarios:\n  - {id: storm, title: S, says: S, expects: [talks], rules_out: [tolls]}\n"),
    )
    assert found == [
        "watchpoints.yml:40:5: scenarios[1]: it expects the same as storm: nothing expected tells the two apart"
    ]


def test_a_feed_in_a_language_that_is_not_watched(folder: Path) -> None:
    found = more(folder, ("language: en", "language: ja"), name="feeds.yml")
    assert found == [
        "feeds.yml:6:15: feeds[0].language: the analysis does not watch 'ja': nothing will match here",
        "watchpoints.yml:7:15: analysis.languages[0]: no enabled feed is in 'en'",
    ]


def test_a_disabled_feed_covers_no_language(folder: Path) -> None:
    assert more(folder, ("every: 2h", "enabled: false"), name="feeds.yml") == [
        "watchpoints.yml:7:23: analysis.languages[2]: no enabled feed is in 'no'"
    ]


def test_a_text_labelled_twice(folder: Path) -> None:
    lines = '{"title": "Ferry fares fall", "labels": {}}\n'
    found = more(
        folder, (lines, lines + lines.replace("{}}", '{"patrols": ""}}')), name="config/examples/straits.jsonl"
    )
    assert found == [
        "config/examples/straits.jsonl:3:1: the same text twice, with different labels",
        "watchpoints.yml:15:5: watch_points[0]: only 3 examples; give at least 5, in several languages",
    ]


def test_the_shipped_analyses_are_as_their_own_advice_would_have_them() -> None:
    shared = "in the concept north_korea too, and the rule of russia-nk-cooperation wants both: one word does"
    assert [tip.message.partition(": ")[2] for tip in advice(load(ROOT, {}))] == [shared], "on purpose: see kim_short"
    assert advice(load(ROOT / "config" / "examples" / "south-china-sea", {})) == []
