"""What a text would have needed to match: tried on the classifier, not guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from watchtower import rules
from watchtower.classify.concepts import ConceptMatcher
from watchtower.classify.fitting import FloatArray
from watchtower.classify.when import Presence, Reading, Rules
from watchtower.types import Addition, Analysis, Explanation, Needed, Text

#: additions named where several would do
NAMED = 3

#: concepts to the terms that stand for them
Terms = Mapping[tuple[str, ...], tuple[str, ...]]


class Needs:
    """Says of rejects what they lacked. Whatever it says of a score, it has scored."""

    def __init__(self, analysis: Analysis, matcher: ConceptMatcher) -> None:
        self._matcher = matcher
        self._concepts = {concept.id: concept for concept in analysis.concepts}
        self._rules = {target.id: rules.parse(target.when) for target in analysis.targets if target.when}

    def added(
        self, reading: Reading, explained: Sequence[Explanation], scores: Callable[[Sequence[Text]], FloatArray]
    ) -> list[Explanation]:
        """Add to explanations of rejects, one a target, what was needed; ``scores`` scores texts, texts x targets.

        Every concept that the title lacks is tried by itself, and what a rule lacks all together: a term of each, in
        the text's language where there is one, is put before the title, and the text is scored again.
        """
        unmet = {one.target: self._unmet(one.target, reading) for one in explained if not one.matched}
        if not unmet:
            return list(explained)
        alone = [(id,) for id, bit in self._matcher.bits.items() if not reading.in_title & bit]
        tried = self._terms([*alone, *map(_concepts, unmet.values())], reading.text)
        table = scores([replace(reading.text, title=" ".join([*some, reading.text.title])) for some in tried.values()])
        return [
            one if one.matched else replace(one, needed=_needed(one, unmet[one.target], tried, table[:, column]))
            for column, one in enumerate(explained)
        ]

    def _unmet(self, target: str, reading: Reading) -> list[rules.Rule] | None:
        """List the fewest conditions after which a target's rule would hold; None where it has no rule."""
        rule = self._rules.get(target)
        return None if rule is None else list(dict.fromkeys(self._conditions(rule, True, reading, False)))

    def _conditions(self, rule: rules.Rule, wanted: bool, reading: Reading, title: bool) -> list[rules.Rule]:
        """List conditions after which a rule would be as wanted; of several ways the one with the fewest."""
        match rule:
            case rules.Not(inner):
                return self._conditions(inner, not wanted, reading, title)
            case rules.InTitle(inner):
                return self._conditions(inner, wanted, reading, True)
            case rules.And(parts) | rules.Or(parts):
                ways = [self._conditions(part, wanted, reading, title) for part in parts]
                return list(chain(*ways)) if isinstance(rule, rules.And) is wanted else min(ways, key=_effort)
            case rules.Concept() | rules.Near():
                placed = rules.InTitle(rule) if title else rule
                if self._holds(placed, reading) is wanted:
                    return []
                return [placed if wanted else rules.Not(placed)]

    def _holds(self, rule: rules.Rule, reading: Reading) -> bool:
        held = Rules(self._matcher, {"": rules.canonical(rule)})
        return bool(held.holding(Presence.of([reading], len(self._matcher.ids)))[0])

    def _terms(self, some: Iterable[tuple[str, ...]], text: Text) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Choose terms for sets of concepts; a set with a concept that no term of its own finds is left out."""
        terms = {concepts: tuple(self._term(id, text) for id in concepts) for concepts in some if concepts}
        return {concepts: chosen for concepts, chosen in terms.items() if all(chosen)}

    def _term(self, concept: str, text: Text) -> str:
        """Choose a term of a concept that is found as it stands: of the text's language or script, if there is one."""
        terms = self._concepts[concept].terms
        listed = [term for term in chain(terms.get(text.language or "", ()), *terms.values()) if term[0] != "!"]
        listed.sort(
            key=lambda term: (
                term not in terms.get(text.language or "", ()),
                _script(term) != _script(text.title),
                "*" in term,
            )
        )
        found = self._matcher.masks([term.strip("*") for term in listed])
        bit = self._matcher.bits[concept]
        return next((term.strip("*") for term, mask in zip(listed, found, strict=True) if mask & bit), "")


def _needed(one: Explanation, unmet: Sequence[rules.Rule] | None, tried: Terms, scores: FloatArray) -> Needed:
    made = [
        Addition(concepts=concepts, terms=terms, score=float(score))
        for (concepts, terms), score in zip(tried.items(), scores, strict=True)
    ]
    alone = sorted((addition for addition in made if len(addition.concepts) == 1), key=lambda one: -one.score)
    enough = [addition for addition in alone if addition.score >= one.threshold]
    together = [addition for addition in made if addition.concepts == _concepts(unmet)]
    return Needed(
        log_odds=_log_odds(one.threshold) - _log_odds(one.score),
        unmet=None if unmet is None else tuple(map(rules.canonical, unmet)),
        additions=tuple(enough[:NAMED] or dict.fromkeys([*alone[:1], *together])),
    )


def _concepts(conditions: Iterable[rules.Rule] | None) -> tuple[str, ...]:
    """Return the concepts whose addition fulfils these conditions; none where something must not stand there."""
    listed = list(conditions or ())
    if any(isinstance(condition, rules.Not) for condition in listed):
        return ()
    return tuple(dict.fromkeys(chain(*(sorted(rules.names(condition)) for condition in listed))))


def _effort(conditions: Sequence[rules.Rule]) -> tuple[int, int]:
    """Count what must not stand there, then what must: additions can be tried, so they go first."""
    return sum(isinstance(condition, rules.Not) for condition in conditions), len(conditions)


def _script(text: str) -> str:
    """Name the script of a text's first letter: LATIN, CYRILLIC, CJK, and so on."""
    return next((unicodedata.name(one, "").partition(" ")[0] for one in text if one.isalpha()), "")


def _log_odds(score: float) -> float:
    return float(np.log(score) - np.log1p(-min(score, 1 - 1e-16)))
