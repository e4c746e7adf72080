"""Rules held against readings, many at once: a rule is a few operations on arrays, whatever the number of readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from watchtower import rules
from watchtower.classify.concepts import ConceptMatcher, Hit
from watchtower.classify.scripts import RUN, WORD
from watchtower.types import Text

#: Characters that are read of a title, and of summary and body together. The model has learnt from short items, and
#: whole articles mislead it: F1 0.84 without, 0.69 with one read to 4,000, 0.80 to 600 (benchmarks/long_texts.py)
MOST_READ = 600

BoolArray = NDArray[np.bool_]


@dataclass(slots=True)
class Reading:
    """A text as the classifier reads it; concepts as bits (see ConceptMatcher)."""

    text: Text
    in_title: int
    anywhere: int
    _hits: dict[bool, list[Hit]] = field(default_factory=dict)

    def hits(self, matcher: ConceptMatcher, title: bool) -> list[Hit]:
        """Find where the concepts stand, in the title or in all that is read; looked for once."""
        if title not in self._hits:
            self._hits[title] = matcher.hits(self.text.title[:MOST_READ] if title else whole(self.text))
        return self._hits[title]


@dataclass(frozen=True, slots=True)
class Presence:
    """Which concepts some readings mention: arrays concepts x readings."""

    readings: Sequence[Reading]
    in_title: BoolArray
    anywhere: BoolArray

    @classmethod
    def of(cls, readings: Sequence[Reading], concepts: int) -> Presence:
        """Spread the bits of readings out."""
        return cls(
            readings,
            _spread([reading.in_title for reading in readings], concepts),
            _spread([reading.anywhere for reading in readings], concepts),
        )

    def mentioned(self, title: bool, concept: int) -> BoolArray:
        """Return which readings mention a concept in the title, or anywhere."""
        present: BoolArray = (self.in_title if title else self.anywhere)[concept]
        return present


def _spread(masks: Sequence[int], concepts: int) -> BoolArray:
    width = concepts // 8 + 1
    packed = np.frombuffer(b"".join([mask.to_bytes(width, "little") for mask in masks]), dtype=np.uint8)
    bits = np.unpackbits(packed.reshape(len(masks), width), axis=1, count=concepts, bitorder="little")
    return np.ascontiguousarray(bits.T).view(np.bool_)


#: which readings a rule holds of, among those asked about; of the others what it says means nothing
Predicate = Callable[[Presence, BoolArray], BoolArray]


class Rules:
    """Named rules over the concepts of a matcher. Only ``near`` looks at a text again, and only where it may decide."""

    def __init__(self, matcher: ConceptMatcher, whens: Mapping[str, str]) -> None:
        self._matcher = matcher
        self._at = {id: at for at, id in enumerate(matcher.ids)}
        self._rules = [(name, self._compiled(rules.parse(when), False)) for name, when in whens.items()]

    def holding(self, presence: Presence) -> list[list[str]]:
        """Return for each reading the names of the rules that hold."""
        every = np.ones(len(presence.readings), dtype=np.bool_)
        holding: list[list[str]] = [[] for _ in presence.readings]
        for name, holds in self._rules:
            for at in np.flatnonzero(holds(presence, every)).tolist():
                holding[at].append(name)
        return holding

    def _compiled(self, rule: rules.Rule, title: bool) -> Predicate:
        match rule:
            case rules.Concept(name):
                at = self._at[name]
                return lambda presence, _: presence.mentioned(title, at)
            case rules.Not(inner):
                denied = self._compiled(inner, title)
                return lambda presence, among: ~denied(presence, among)
            case rules.And(parts):
                return _every([self._compiled(part, title) for part in _quick_first(parts)])
            case rules.Or(parts):
                return _some([self._compiled(part, title) for part in _quick_first(parts)])
            case rules.InTitle(inner):
                return self._compiled(inner, True)
            case rules.Near():
                return self._near(rule, title)

    def _near(self, rule: rules.Near, title: bool) -> Predicate:
        a, b = self._at[rule.a], self._at[rule.b]

        def holds(presence: Presence, among: BoolArray) -> BoolArray:
            found = among & presence.mentioned(title, a) & presence.mentioned(title, b)
            for at in np.flatnonzero(found).tolist():
                found[at] = self._is_near(rule, title, presence.readings[at])
            return found

        return holds

    def _is_near(self, rule: rules.Near, title: bool, reading: Reading) -> bool:
        text = reading.text.title[:MOST_READ] if title else whole(reading.text)
        hits = [hit for hit in reading.hits(self._matcher, title) if hit.concept in (rule.a, rule.b)]
        return any(distance(text, one, other) <= rule.words for one, other in _neighbours(hits))


def _quick_first(parts: Iterable[rules.Rule]) -> list[rules.Rule]:
    """Put last what may have to look at texts."""
    return sorted(parts, key=_looks)


def _looks(rule: rules.Rule) -> bool:
    match rule:
        case rules.Concept():
            return False
        case rules.Not(inner) | rules.InTitle(inner):
            return _looks(inner)
        case rules.And(parts) | rules.Or(parts):
            return any(map(_looks, parts))
        case rules.Near():
            return True


def _every(predicates: Sequence[Predicate]) -> Predicate:
    def holds(presence: Presence, among: BoolArray) -> BoolArray:
        found = among.copy()
        for predicate in predicates:
            found &= predicate(presence, found)
        return found

    return holds


def _some(predicates: Sequence[Predicate]) -> Predicate:
    def holds(presence: Presence, among: BoolArray) -> BoolArray:
        found = np.zeros_like(among)
        for predicate in predicates:
            found |= predicate(presence, among & ~found)
        return found

    return holds


def _neighbours(hits: Iterable[Hit]) -> Iterator[tuple[Hit, Hit]]:
    """Pair each hit, of two concepts in order of place, with the other concept's that ends last before or over it.

    No two hits of different concepts are nearer to each other than the nearest such pair: linear where all pairs of a
    text that repeats itself would be millions.
    """
    last: dict[str, Hit] = {}
    for hit in hits:
        yield from ((other, hit) for concept, other in last.items() if concept != hit.concept)
        if hit.concept not in last or hit.end > last[hit.concept].end:
            last[hit.concept] = hit


def distance(text: str, one: Hit, other: Hit) -> int:
    """Count the words between two places; in running scripts two characters count as a word."""
    first, second = sorted((one, other), key=lambda hit: hit.start)
    gap = text[first.end : second.start]
    return len(WORD.findall(gap)) + sum(len(run) for run in RUN.findall(gap)) // 2


def rest(text: Text) -> str:
    """Return what is read of a text besides its title."""
    return f"{text.summary}\n{text.body}"[:MOST_READ]


def whole(text: Text) -> str:
    """Return all that is read of a text."""
    return f"{text.title[:MOST_READ]}\n{rest(text)}"
