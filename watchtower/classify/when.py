"""Rules held against readings: compiled once, and remembered for texts with the same concepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from watchtower import rules
from watchtower.classify.concepts import RUNS, WORD, ConceptMatcher, Hit
from watchtower.types import Text

#: characters of a text that are read: a headline with its summary and the beginning of the body
MOST_READ = 4000
#: how many sets of concepts are remembered; emptied when full, so that memory stays flat
REMEMBERED = 50_000


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


Predicate = Callable[[Reading], bool]


class Rules:
    """Named rules over the concepts of a matcher.

    What a rule says depends on the concepts alone unless both concepts of a ``near`` occur; so for each set of concepts
    the rules that hold are remembered, with those that have to be held against the text.
    """

    def __init__(self, matcher: ConceptMatcher, whens: Mapping[str, str]) -> None:
        self._matcher = matcher
        parsed = {name: rules.parse(when) for name, when in whens.items()}
        self._rules = [(name, self._compiled(rule, False), tuple(self._nears(rule))) for name, rule in parsed.items()]
        self._remembered: dict[tuple[int, int], tuple[list[str], list[tuple[str, Predicate]]]] = {}

    def holding(self, reading: Reading) -> list[str]:
        """Return the names of the rules that hold."""
        certain, open_ = self._sorted(reading)
        return [*certain, *(name for name, holds in open_ if holds(reading))] if open_ else certain

    def _sorted(self, reading: Reading) -> tuple[list[str], list[tuple[str, Predicate]]]:
        key = (reading.in_title, reading.anywhere)
        if key not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            present = reading.anywhere
            open_ = [(name, holds) for name, holds, nears in self._rules if any(present & n == n for n in nears)]
            names = {name for name, _ in open_}
            certain = [name for name, holds, _ in self._rules if name not in names and holds(reading)]
            self._remembered[key] = (certain, open_)
        return self._remembered[key]

    def _nears(self, rule: rules.Rule) -> Iterator[int]:
        match rule:
            case rules.Not(inner) | rules.InTitle(inner):
                yield from self._nears(inner)
            case rules.And(parts) | rules.Or(parts):
                for part in parts:
                    yield from self._nears(part)
            case rules.Near(a, b, _):
                yield self._matcher.bits[a] | self._matcher.bits[b]

    def _compiled(self, rule: rules.Rule, title: bool) -> Predicate:
        match rule:
            case rules.Concept(name):
                bit = self._matcher.bits[name]
                return (lambda r: bool(r.in_title & bit)) if title else (lambda r: bool(r.anywhere & bit))
            case rules.Not(inner):
                denied = self._compiled(inner, title)
                return lambda r: not denied(r)
            case rules.And(parts):
                needed, others = self._bits_and_others(parts, title)
                every = [self._compiled(part, title) for part in others]
                return lambda r: (r.in_title if title else r.anywhere) & needed == needed and _all(every, r)
            case rules.Or(parts):
                enough, others = self._bits_and_others(parts, title)
                some = [self._compiled(part, title) for part in others]
                return lambda r: bool((r.in_title if title else r.anywhere) & enough) or _any(some, r)
            case rules.InTitle(inner):
                return self._compiled(inner, True)
            case rules.Near():
                return self._near(rule, title)

    def _bits_and_others(self, parts: Iterable[rules.Rule], title: bool) -> tuple[int, list[rules.Rule]]:
        """Put the plain concepts of a conjunction or disjunction into one mask: most of a rule is that."""
        bits = 0
        others: list[rules.Rule] = []
        for part in parts:
            if isinstance(part, rules.Concept):
                bits |= self._matcher.bits[part.name]
            else:
                others.append(part)
        return bits, others

    def _near(self, rule: rules.Near, title: bool) -> Predicate:
        bits = self._matcher.bits[rule.a] | self._matcher.bits[rule.b]

        def holds(reading: Reading) -> bool:
            if (reading.in_title if title else reading.anywhere) & bits != bits:
                return False
            text = reading.text.title[:MOST_READ] if title else whole(reading.text)
            hits = [hit for hit in reading.hits(self._matcher, title) if hit.concept in (rule.a, rule.b)]
            return any(distance(text, one, other) <= rule.words for one, other in _neighbours(hits))

        return holds


def _all(predicates: Iterable[Predicate], reading: Reading) -> bool:
    for holds in predicates:  # a plain loop: all() over a generator takes twice the time here
        if not holds(reading):
            return False
    return True


def _any(predicates: Iterable[Predicate], reading: Reading) -> bool:
    for holds in predicates:
        if holds(reading):
            return True
    return False


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
    return len(WORD.findall(gap)) + sum(len(run) for run in RUNS.findall(gap)) // 2


def rest(text: Text) -> str:
    """Return what is read of a text besides its title."""
    return f"{text.summary}\n{text.body}"[:MOST_READ]


def whole(text: Text) -> str:
    """Return all that is read of a text."""
    return f"{text.title[:MOST_READ]}\n{rest(text)}"
