"""Why a text scored what it scored: spans and reasons whose weights sum to its log-odds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from watchtower.classify.concepts import ConceptMatcher
from watchtower.classify.fitting import FloatArray
from watchtower.classify.reading import ROOT, STEM, threes, twos
from watchtower.classify.scripts import RUN, WORD, lowered, normalised_with_places
from watchtower.classify.when import MOST_READ
from watchtower.types import Evidence, Text

#: reasons named one by one; the others are summed in one line, so that all still add up
NAMED = 12
#: kind of feature to the kind that it is one reason with
_ANYWHERE = {"t": "c", "w": "a", "v": "a"}
#: kinds of reasons that are words, or parts of them
_WORDS = ("a", "k")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: characters of "title", "summary" or "body"."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons that columns are: a concept or word has one, whether for standing where it stands or anywhere."""

    #: reason as ``kind:feature``, in alphabetical order
    names: tuple[str, ...]
    #: the reason of each column, as a place in ``names``
    of: NDArray[np.intp]

    @classmethod
    def of_columns(cls, columns: Sequence[str]) -> Reasons:
        """Put columns, named as ``Vectors`` names them, to their reasons."""
        merged = [_ANYWHERE.get(name[0], name[0]) + name[1:] for name in columns]
        names = sorted(set(merged))
        at = {name: place for place, name in enumerate(names)}
        return cls(tuple(names), np.array([at[name] for name in merged], dtype=np.intp))

    def strongest(
        self, columns: NDArray[np.int32], shares: FloatArray, near: Sequence[Example | None]
    ) -> list[Weighed]:
        """Sum shares of the log-odds by reason, and name those that weigh most: of each target, columns x targets.

        Of the others, those that the text shares with an example near to it are put to that example.
        """
        reasons, place = np.unique(self.of[columns], return_inverse=True)
        return [self._weighed(reasons, place, some, one) for some, one in zip(shares.T, near, strict=True)]

    def _weighed(
        self, reasons: NDArray[np.intp], place: NDArray[np.intp], shares: FloatArray, near: Example | None
    ) -> Weighed:
        weights = np.bincount(place, weights=shares, minlength=len(reasons))
        first = np.argsort(-np.abs(weights), kind="stable")
        named, others = first[:NAMED], first[NAMED:]
        theirs = set(self.of[near.columns].tolist()) if near else set()
        shared = np.array([reason in theirs for reason in reasons[others].tolist()], dtype=bool)
        return Weighed(
            named={
                self.names[reason]: weight
                for reason, weight in zip(reasons[named].tolist(), weights[named].tolist(), strict=True)
            },
            near=near,
            shared=float(weights[others[shared]].sum()),
            others=int((~shared).sum()),
            left=float(weights[others[~shared]].sum()),
        )


@dataclass(frozen=True, slots=True)
class Example:
    """An example of an indicator, as the analysis has it, and the columns that stand in it."""

    text: str
    indicator: str
    columns: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Reasons with their weights."""

    #: those that weigh most, strongest first
    named: Mapping[str, float]
    #: the example that is near, if any, and what the reasons shared with it weigh that are not named
    near: Example | None
    shared: float
    #: how many others there are, and what they weigh together
    others: int
    left: float

    def evidence(self, text: Text, where: Mapping[str, Place], start: float) -> tuple[Evidence, ...]:
        """List the reasons, then what is left, then the starting point; all weights together are the log-odds."""
        listed = [_reason(name, weight, where.get(name), text) for name, weight in _folded(self.named, where)]
        if self.near:
            listed.append(Evidence(kind="example", text=self.near.text, weight=self.shared, name=self.near.indicator))
        if self.others:
            listed.append(Evidence(kind="words", text=f"{self.others} more reasons", weight=self.left))
        return (*listed, Evidence(kind="prior", text="before reading", weight=start))


def _folded(named: Mapping[str, float], where: Mapping[str, Place]) -> list[tuple[str, float]]:
    """Take words that stand at one place for one reason, such as a word and its root; strongest first again."""
    at: dict[str | Place, str] = {}
    weights: defaultdict[str, float] = defaultdict(float)
    for name, weight in named.items():
        place = where.get(name) if name[0] in _WORDS else None
        weights[at.setdefault(place or name, name)] += weight
    return sorted(weights.items(), key=lambda one: -abs(one[1]))


def _reason(name: str, weight: float, place: Place | None, text: Text) -> Evidence:
    kind, feature = name[0], name[2:]
    if kind == "r":
        return Evidence(kind="rule", text=feature, weight=weight, name=feature)
    if kind == "p":
        return Evidence(kind="concepts", text=feature.replace("+", " with "), weight=weight, name=feature)
    kind, concept = ("concept", feature) if kind == "c" else ("words", "")
    if place is None:
        return Evidence(kind=kind, text=feature, weight=weight, name=concept)
    return Evidence(
        kind=kind,
        text=getattr(text, place.field)[place.start : place.end],
        weight=weight,
        name=concept,
        field=place.field,
        start=place.start,
        end=place.end,
    )


def places(matcher: ConceptMatcher, text: Text, reasons: Collection[str]) -> dict[str, Place]:
    """Find where each of these concepts and words first stands, of all that is read; the title before the rest."""
    wanted: dict[str, set[str]] = {"c": set(), "a": set(), "k": set()}
    for name in reasons:
        wanted.get(name[0], set()).add(name[2:])
    found: dict[str, Place] = {}
    for field, content in (
        ("title", text.title[:MOST_READ]),
        ("summary", text.summary[:MOST_READ]),
        ("body", text.body[: max(0, MOST_READ - len(text.summary) - 1)]),
    ):
        for name, start, end in _standing(matcher, content, wanted) if content and any(wanted.values()) else ():
            found.setdefault(name, Place(field, start, end))
        for name in found:
            wanted[name[0]].discard(name[2:])
    return found


def _standing(
    matcher: ConceptMatcher, content: str, wanted: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, int, int]]:
    placed = normalised_with_places(content)
    if wanted["c"]:
        hits = matcher.hits_in(placed)
        yield from ((f"c:{hit.concept}", hit.start, hit.end) for hit in hits if hit.concept in wanted["c"])
    normal, begins, ends = placed
    lower, grams, roots = lowered(normal), wanted["a"], wanted["k"]
    words = [(match[0], *match.span()) for match in WORD.finditer(lower)] if grams or roots else []
    for word, start, end in words:
        if word[:STEM] in grams:
            yield f"a:{word[:STEM]}", begins[start], ends[end - 1]
        if word[:ROOT] in roots:
            yield f"k:{word[:ROOT]}", begins[start], ends[end - 1]
    pairs = _pairs(words) if any("_" in gram for gram in grams) else ()
    runs = _run_grams(lower) if grams and not lower.isascii() else ()
    for gram, start, end in chain(pairs, runs):
        if gram in grams:
            yield f"a:{gram}", begins[start], ends[end - 1]


def _pairs(words: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    return ((f"{a[:STEM]}_{b[:STEM]}", start, end) for (a, start, _), (b, _, end) in pairwise(words))


def _run_grams(lower: str) -> Iterator[tuple[str, int, int]]:
    for run in RUN.finditer(lower):
        for at, gram in chain(enumerate(twos(run[0]), run.start()), enumerate(threes(run[0]), run.start())):
            yield gram, at, at + len(gram)
