"""Makes the analysis of a ``watchpoints.yml`` without problems, and its version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from watchtower import rules
from watchtower.config.validate import Found
from watchtower.types import (
    Analysis,
    Answer,
    Concept,
    Indicator,
    LabelledItem,
    Rhythm,
    Scenario,
    Target,
    TargetKind,
    stable_id,
)


def analysis_of(found: Found, examples: tuple[LabelledItem, ...]) -> Analysis:
    """Make the analysis, examples included."""
    plain = found.plain()
    about = {key: value for key, value in plain["analysis"].items() if key != "examples_from"}
    analysis = Analysis(
        **about,
        concepts=tuple(_concept(id_, entry) for id_, entry in plain.get("concepts", {}).items()),
        targets=(
            *(_watch_point(entry) for entry in plain.get("watch_points", ())),
            *(_question(entry) for entry in plain.get("critical_questions", ())),
        ),
        scenarios=tuple(Scenario(**entry) for entry in plain.get("scenarios", ())),
        examples=examples,
    )
    return replace(analysis, version=version_of(analysis))


def _concept(id_: str, entry: Mapping[str, Any]) -> Concept:
    terms = {language: words for language, words in entry.items() if language != "title"}
    return Concept(id=id_, terms=terms, title=entry.get("title", ""))


def _watch_point(entry: Mapping[str, Any]) -> Target:
    indicators = tuple(_indicator(indicator, None) for indicator in entry.get("indicators", ()))
    return Target(**{**entry, "kind": TargetKind.WATCH_POINT, "indicators": indicators})


def _question(entry: Mapping[str, Any]) -> Target:
    rest = {key: value for key, value in entry.items() if key != "question"}
    return Target(
        **{
            **rest,
            "kind": TargetKind.CRITICAL_QUESTION,
            "title": entry["question"],
            "answers": tuple(Answer(**answer) for answer in entry["answers"]),
            "indicators": tuple(_indicator(indicator, entry["id"]) for indicator in entry.get("indicators", ())),
        }
    )


def _indicator(entry: Mapping[str, Any], question: str | None) -> Indicator:
    made = dict(entry)
    for name in ("supports", "contradicts"):
        made[name] = tuple(ref if "." in ref else f"{question}.{ref}" for ref in entry.get(name, ()))
    if "expect" in entry:
        made["expect"] = Rhythm(**entry["expect"])
    return Indicator(**made)


def version_of(analysis: Analysis) -> str:
    """Hash what influences matching: concepts, targets, languages and labelled items.

    Comments, white space, the order of mappings and of terms, and what is only shown (source, scope, scenarios,
    rhythms, titles of concepts) leave it as it is.
    """
    facts = {
        "languages": sorted(analysis.languages),
        "concepts": {
            concept.id: {language: sorted(set(terms)) for language, terms in concept.terms.items()}
            for concept in analysis.concepts
        },
        "targets": [_target_facts(target) for target in analysis.targets],
        "examples": [[item.title, item.summary, item.language, dict(item.labels)] for item in analysis.examples],
    }
    return stable_id(json.dumps(facts, sort_keys=True, ensure_ascii=False))


def _target_facts(target: Target) -> dict[str, Any]:
    return {
        "id": target.id,
        "kind": target.kind.value,
        "title": target.title,
        "about": target.about,
        "when": _rule_facts(target.when),
        "examples": target.examples,
        "counterexamples": target.counterexamples,
        "threshold": target.threshold,
        "indicators": [_indicator_facts(indicator) for indicator in target.indicators],
        "answers": [[answer.id, answer.says, answer.examples] for answer in target.answers],
    }


def _indicator_facts(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "says": indicator.says,
        "when": _rule_facts(indicator.when),
        "examples": indicator.examples,
        "supports": sorted(indicator.supports),
        "contradicts": sorted(indicator.contradicts),
    }


def _rule_facts(when: str | None) -> str | None:
    return rules.canonical(rules.parse(when)) if when else None
