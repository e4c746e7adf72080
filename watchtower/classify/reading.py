"""What the classifier sees in a text: its concepts, the rules that hold, its words. Pure, and quick in batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, combinations, pairwise
from typing import TypeAlias

from watchtower.classify.concepts import ConceptMatcher
from watchtower.classify.scripts import RUN, normalised, words_in
from watchtower.classify.when import MOST_READ, Presence, Reading, Rules, rest
from watchtower.types import Analysis, Text

#: letters of a word that count: cuts off most English and Russian endings ("deploy|ment", "ракетн|ого")
STEM = 6
#: letters of a word's root
ROOT = 4

#: kind of feature to the features of that kind that a text has, each once
Features: TypeAlias = Mapping[str, Collection[str]]


class Reader:
    """Reads texts for one analysis: finds concepts, holds rules against them, lists features.

    A feature is of a kind: ``t`` and ``c`` a concept in the title or anywhere, ``p`` two concepts together in the
    title, ``r`` a target's rule that holds, ``w`` a word of the title, ``v`` of the text or ``a`` anywhere, with
    ``_`` between two, ``k`` its first four letters.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.matcher = ConceptMatcher(analysis.concepts)
        self._rules = Rules(self.matcher, {target.id: target.when for target in analysis.targets if target.when})
        indicators = [indicator for target in analysis.targets for indicator in target.indicators]
        self._indicators = Rules(self.matcher, {one.id: one.when for one in indicators if one.when})

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Find the concepts of each text."""
        titles = [text.title[:MOST_READ] for text in texts]
        masks = self.matcher.masks([*titles, *map(rest, texts)])
        places = zip(texts, masks, masks[len(texts) :], strict=False)
        return [Reading(text, in_title, in_title | in_rest) for text, in_title, in_rest in places]

    def features(self, readings: Sequence[Reading]) -> list[Features]:
        """List the features of each text, always in the same order."""
        flags = self.flags(readings)
        return [{**some, **self.words(reading)} for some, reading in zip(flags, readings, strict=True)]

    def flags(self, readings: Sequence[Reading]) -> list[Features]:
        """List the concepts of each text and the rules that hold."""
        titles = {mask: self._named(mask) for mask in {one.in_title for one in readings}}
        pairs = {mask: ["+".join(pair) for pair in combinations(names, 2)] for mask, names in titles.items()}
        anywhere = {mask: self._named(mask) for mask in {one.anywhere for one in readings}}
        held = self._rules.holding(self._presence(readings))
        return [
            {"t": titles[one.in_title], "c": anywhere[one.anywhere], "p": pairs[one.in_title], "r": names}
            for one, names in zip(readings, held, strict=True)
        ]

    @staticmethod
    def words(reading: Reading) -> Features:
        """List the words of title and text, and of both together."""
        in_title = grams(normalised(reading.text.title[:MOST_READ]).lower())
        in_text = grams(normalised(rest(reading.text)).lower())
        anywhere = in_title | in_text
        return {"w": in_title, "v": in_text, "a": anywhere, "k": roots(anywhere)}

    def indicated(self, readings: Sequence[Reading]) -> list[frozenset[str]]:
        """Return for each text the indicators whose own rule holds."""
        return [frozenset(names) for names in self._indicators.holding(self._presence(readings))]

    def _presence(self, readings: Sequence[Reading]) -> Presence:
        return Presence.of(readings, len(self.matcher.ids))

    def _named(self, mask: int) -> list[str]:
        named = []
        while mask:
            others = mask & (mask - 1)
            named.append(self.matcher.ids[(mask ^ others).bit_length() - 1])
            mask = others
        return named


def roots(grams: Collection[str]) -> dict[str, None]:
    """List the first four letters of single words, which many endings and compounds share; not of shorter ones.

    >>> list(roots(["missil", "missio", "test", "two", "fires_missil"]))
    ['miss', 'test']
    """
    return dict.fromkeys([gram[:ROOT] for gram in grams if "_" not in gram and len(gram) >= ROOT])


def grams(lower: str) -> dict[str, None]:
    """List words cut to six letters and pairs of them; of running scripts, two and three characters; each once."""
    stems = [word[:STEM] for word in words_in(lower)]
    found = dict.fromkeys(chain(stems, map("_".join, pairwise(stems))))
    if not lower.isascii():
        for run in RUN.findall(lower):
            found.update(dict.fromkeys(chain(twos(run), threes(run))))
    return found


def twos(run: str) -> list[str]:
    """List each two characters that stand together in a run of Hangul, Han or Kana; of a lone one, itself."""
    return list(map("".join, pairwise(run))) if len(run) > 1 else [run]


def threes(run: str) -> list[str]:
    """List each three characters that stand together in a run."""
    return list(map("".join, zip(run, run[1:], run[2:], strict=False)))
