"""What to watch and where to look: the analysis and its feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class TargetKind(StrEnum):
    """What a target is: a watch point or a critical question."""

    WATCH_POINT = "watch-point"
    CRITICAL_QUESTION = "critical-question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A named list of terms in several languages."""

    id: str
    #: language code (or "any") to terms, as written by the editor
    terms: Mapping[str, tuple[str, ...]]
    #: what readers are told it is, or empty
    title: str = ""

    def named(self, languages: Iterable[str]) -> str:
        """Name it for readers: its title, else its first whole term in the first of some languages that has one.

        >>> Concept(id="river_dam", terms={"en": ("dam*", "river dam")}).named(["ko", "en"])
        'river dam'
        >>> Concept(id="river_dam", terms={"ko": ("댐*",)}).named(["en"])
        'river dam'
        """
        terms = (term for language in languages for term in self.terms.get(language, ()))
        return (
            self.title
            or next((term for term in terms if not term.startswith(("*", "!")) and term[-1] != "*"), "")
            or concept_words(self.id)
        )


def concept_words(id: str) -> str:
    """Make words of a concept's id.

    >>> concept_words("missile_test")
    'missile test'
    """
    return id.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often, or by when, an indicator is expected to show."""

    every: timedelta | None = None
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An observable development under a target."""

    id: str
    says: str
    when: str | None = None
    examples: tuple[str, ...] = ()
    #: answers this indicator speaks for, as "question.answer"
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    expect: Rhythm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of the competing answers to a critical question."""

    id: str
    says: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What items are classified against: a watch point or a critical question."""

    id: str
    kind: TargetKind
    #: the watch point's title or the question's wording
    title: str
    about: str = ""
    #: boolean expression over concepts, or None
    when: str | None = None
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    #: the editor's own threshold on the score, or None where the model sets it
    threshold: float | None = None
    indicators: tuple[Indicator, ...] = ()
    answers: tuple[Answer, ...] = ()

    def bearing(self, indicator: Indicator) -> Mapping[str, float]:
        """Say how an indicator bears on the answers to this question: 1 for, -1 against; those not named are 0."""
        return {
            **dict.fromkeys(self._own(indicator.supports), 1.0),
            **dict.fromkeys(self._own(indicator.contradicts), -1.0),
        }

    def _own(self, references: Iterable[str]) -> Iterator[str]:
        """The answers of this question among references such as ``question.answer``."""
        for reference in references:
            question, _, answer = reference.rpartition(".")
            if question == self.id:
                yield answer


def fitting(bears: Mapping[str, float], answers: Iterable[str]) -> frozenset[str]:
    """List the answers that something bears on best: all of them where it tells none apart; those not named are 0.

    >>> sorted(fitting({"held": -1.0}, ["held", "broken", "rebuilt"]))
    ['broken', 'rebuilt']
    """
    toward = {answer: bears.get(answer, 0.0) for answer in answers}
    best = max(toward.values(), default=0.0)
    return frozenset(answer for answer, value in toward.items() if value == best)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A trajectory that expects some indicators and rules out others."""

    id: str
    title: str
    says: str
    expects: tuple[str, ...] = ()
    rules_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledItem:
    """A text with a complete judgement: the targets it belongs to, each with a sign ("", "+", "-" or "0")."""

    title: str
    summary: str = ""
    language: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One ``watchpoints.yml``, read and checked."""

    id: str
    title: str
    source: str
    published: str
    languages: tuple[str, ...]
    scope: str = ""
    concepts: tuple[Concept, ...] = ()
    targets: tuple[Target, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    #: items of the files named by ``examples_from``
    examples: tuple[LabelledItem, ...] = ()
    #: hash over everything above, so that a score can name the configuration it was made with
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source with an owner and a grade."""

    id: str
    url: str
    title: str
    language: str
    owner: str
    country: str | None = None
    #: wire, newspaper, broadcaster, magazine, government, think-tank, state-media or other
    kind: str = "other"
    #: the state that controls it (ISO 3166 alpha-2), or None
    state: str | None = None
    #: Admiralty source reliability, A to F
    reliability: str = "F"
    #: least time between two visits, or None where the editor leaves it to watchtower
    every: timedelta | None = None
    enabled: bool = True
    #: read the pages of items that are near a target
    full_text: bool = False

    @classmethod
    def unknown(cls, id: str, language: str | None) -> Feed:
        """Stand in for a feed that is no longer in feeds.yml: its own owner, of unknown reliability."""
        return cls(id=id, url="", title=id, language=language or "", owner=id)
