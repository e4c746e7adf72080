"""What has to hold between the parts of ``watchpoints.yml``: ids are unique, and names name something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watchtower import rules
from watchtower.config.formats import shown
from watchtower.config.tree import Scalar
from watchtower.config.validate import Found, Log
from watchtower.text import did_you_mean
from watchtower.types import TargetKind

TARGETS = ("watch_points", "critical_questions")


def check(found: Found, log: Log) -> None:
    """Report every id used twice and every name that names nothing."""
    _concepts(found, log)
    _unique(targets(found), "target", log)
    _unique(indicators(found), "indicator", log)
    _unique(found.each("scenarios"), "scenario", log)
    for question in found.each("critical_questions"):
        _unique(question.each("answers"), "answer of this question", log)
    _rules(found, log)
    _answers(found, log)
    _scenarios(found, log)


def targets(found: Found) -> Iterator[Found]:
    """Yield watch points, then critical questions."""
    for name in TARGETS:
        yield from found.each(name)


def kinds(found: Found) -> dict[str, TargetKind]:
    """Return what every target is."""
    watch_points = dict.fromkeys(ids(found.each("watch_points")), TargetKind.WATCH_POINT)
    return {**dict.fromkeys(ids(found.each("critical_questions")), TargetKind.CRITICAL_QUESTION), **watch_points}


def indicators(found: Found) -> Iterator[Found]:
    """Yield the indicators of all targets."""
    for target in targets(found):
        yield from target.each("indicators")


def ids(entries: Iterable[Found]) -> list[str]:
    """Return the ids of those that have one."""
    return [id_.value for entry in entries if (id_ := entry.at("id"))]


def _unique(entries: Iterable[Found], kind: str, log: Log) -> None:
    first: dict[str, int] = {}
    for entry in entries:
        id_ = entry.at("id")
        if id_ and id_.value in first:
            log.add(
                id_.tree,
                id_.path,
                f"the id '{id_.value}' is used twice (first on line {first[id_.value]}): "
                f"every {kind} needs an id of its own",
            )
        elif id_:
            first[id_.value] = id_.tree.line


def _concepts(found: Found, log: Log) -> None:
    analysis, concepts = found.at("analysis"), found.at("concepts")
    declared = analysis.at("languages") if analysis else None
    languages = {entry.value for entry in declared.value if entry} if declared else None
    for name, key in concepts.keys.items() if concepts else ():
        if name in rules.KEYWORDS:
            log.add(key, f"concepts.{name}", f"'{name}' is a word of the rule language; choose another name")
    for concept in found.table("concepts").values():
        for language, key in concept.keys.items():
            if languages is not None and language not in ("any", "title") and language not in languages:
                hint = did_you_mean(language, {*languages, "any"}) or "; add it there or delete these terms"
                message = f"'{language}' is not among the analysis's languages{hint}"
                log.add(key, f"{concept.path}.{language}", message)


def _rules(found: Found, log: Log) -> None:
    concepts = found.at("concepts")
    known = set(concepts.keys) if concepts else set()
    for entry in (*targets(found), *indicators(found)):
        when = entry.at("when")
        if when is None or not isinstance(when.tree, Scalar):
            continue
        for name, position in rules.mentions(when.tree.text):
            if name not in known:
                hint = did_you_mean(name, known) or "; name one under concepts"
                log.add(when.tree, when.path, f"no such concept: '{name}'{hint}", offset=position)


def _answers(found: Found, log: Log) -> None:
    answers = {
        id_.value: set(ids(question.each("answers")))
        for question in found.each("critical_questions")
        if (id_ := question.at("id"))
    }
    for target in targets(found):
        id_ = target.at("id")
        own = id_.value if id_ and id_.value in answers else None
        for indicator in target.each("indicators"):
            supported = [_resolve(ref, own, answers, log) for ref in indicator.each("supports")]
            for ref in indicator.each("contradicts"):
                if (resolved := _resolve(ref, own, answers, log)) and resolved in supported:
                    log.add(ref.tree, ref.path, f"{shown(ref.value)} is under supports too: it cannot be both")


def _resolve(ref: Found, own: str | None, answers: dict[str, set[str]], log: Log) -> str | None:
    """Return a reference as question.answer; report it and return None where there is no such answer."""
    text: str = ref.value
    question, _, answer = text.rpartition(".")
    if "." in text and answer in answers.get(question, ()):
        return text
    if "." not in text and own and text in answers[own]:
        return f"{own}.{text}"
    full = {f"{name}.{answer}" for name, known in answers.items() for answer in known}
    elsewhere = sorted(name for name in full if name.endswith(f".{text}"))
    if elsewhere:
        hint = f"; did you mean '{elsewhere[0]}'?"
    else:
        hint = did_you_mean(text, full | (answers[own] if own else set())) or "; write question.answer"
    log.add(ref.tree, ref.path, f"no such answer: {shown(text)}{hint}")
    return None


def _scenarios(found: Found, log: Log) -> None:
    known = set(ids(indicators(found)))
    for scenario in found.each("scenarios"):
        expected = {entry.value for entry in scenario.each("expects")}
        for entry in (*scenario.each("expects"), *scenario.each("rules_out")):
            if entry.value not in known:
                hint = did_you_mean(entry.value, known) or "; name an indicator of this file"
                log.add(entry.tree, entry.path, f"no such indicator: {shown(entry.value)}{hint}")
        for entry in scenario.each("rules_out"):
            if entry.value in expected:
                log.add(entry.tree, entry.path, f"{shown(entry.value)} is under expects too: it cannot be both")
