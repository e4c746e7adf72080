"""What the classifier sees in a text: its concepts, the rules that hold, its words. Pure, and quick in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from watchtower.classify.concepts import RUNS, WORD, ConceptMatcher, normalised
from watchtower.classify.when import MOST_READ, REMEMBERED, Reading, Rules, rest
from watchtower.types import Analysis, Text

#: letters of a word that count: cuts off most English and Russian endings ("deploy|ment", "ракетн|ого")
STEM = 6
#: letters of a word's root
ROOT = 4


class Reader:
    """Reads texts for one analysis: finds concepts, holds rules against them, lists features.

    A feature is a string: ``t:`` and ``c:`` a concept in the title or anywhere, ``p:`` two concepts together in the
    title, ``r:`` a target's rule that holds, ``w:`` a word of the title, ``v:`` of the text or ``a:`` anywhere, with
    ``_`` between two, ``k:`` its first four letters.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.matcher = ConceptMatcher(analysis.concepts)
        self._rules = Rules(self.matcher, {f"r:{target.id}": target.when for target in analysis.targets if target.when})
        indicators = [indicator for target in analysis.targets for indicator in target.indicators]
        self._indicators = Rules(self.matcher, {one.id: one.when for one in indicators if one.when})
        self._names: dict[tuple[int, int], tuple[str, ...]] = {}

    def read(self, text: Text) -> Reading:
        """Find a text's concepts."""
        in_title = self.matcher.mask(text.title[:MOST_READ])
        return Reading(text, in_title, in_title | self.matcher.mask(rest(text)))

    def features(self, reading: Reading) -> list[str]:
        """List a text's features, each once, always in the same order."""
        return [*self.flags(reading), *self.words(reading)]

    def flags(self, reading: Reading) -> list[str]:
        """List the concepts and the rules that hold."""
        return [*self._concept_features(reading), *self._rules.holding(reading)]

    def words(self, reading: Reading) -> list[str]:
        """List the words of title and text, and of both together."""
        in_title = dict.fromkeys(grams(normalised(reading.text.title[:MOST_READ]).lower()))
        in_text = dict.fromkeys(grams(normalised(rest(reading.text)).lower()))
        anywhere = in_title | in_text
        return [
            *("w:" + gram for gram in in_title),
            *("v:" + gram for gram in in_text),
            *("a:" + gram for gram in anywhere),
            *("k:" + root for root in dict.fromkeys(map(root_of, anywhere)) if root),
        ]

    def indicated(self, reading: Reading) -> frozenset[str]:
        """Return the indicators whose own rule holds."""
        return frozenset(self._indicators.holding(reading))

    def _concept_features(self, reading: Reading) -> tuple[str, ...]:
        key = (reading.in_title, reading.anywhere)
        if key not in self._names:
            if len(self._names) >= REMEMBERED:
                self._names.clear()
            self._names[key] = tuple(concept_features(self.matcher.bits, *key))
        return self._names[key]


def concept_features(bits: Mapping[str, int], in_title: int, anywhere: int) -> Iterator[str]:
    """Yield the concepts of title and text, and those that stand together in the title."""
    title = [id for id, bit in bits.items() if in_title & bit]
    yield from (f"t:{id}" for id in title)
    yield from (f"c:{id}" for id, bit in bits.items() if anywhere & bit)
    yield from (f"p:{a}+{b}" for a, b in combinations(title, 2))


def root_of(gram: str) -> str:
    """Return the first four letters of a single word, which many endings and compounds share; of what is shorter, "".

    >>> root_of("missil"), root_of("test"), root_of("two"), root_of("fires_missil")
    ('miss', 'test', '', '')
    """
    return "" if "_" in gram else gram[:ROOT] * (len(gram) >= ROOT)


def grams(lower: str) -> Iterator[str]:
    """Yield words cut to six letters and pairs of them; of running scripts, two and three characters."""
    stems: Sequence[str] = [word[:STEM] for word in WORD.findall(lower)]
    yield from stems
    yield from (f"{a}_{b}" for a, b in pairwise(stems))
    if not lower.isascii():
        for run in RUNS.findall(lower):
            yield from (gram for gram, _ in grams_of_run(run))


def grams_of_run(run: str) -> Iterator[tuple[str, int]]:
    """Yield the two and three characters of a run of Hangul, Han or Kana, each with its place."""
    yield from ((run[at : at + 2], at) for at in range(max(1, len(run) - 1)))
    yield from ((run[at : at + 3], at) for at in range(len(run) - 2))
