"""Concepts found in texts: one automaton for spaced scripts, one for running scripts, whatever the number of terms.

Spaced scripts (Latin, Cyrillic and all before Hangul in Unicode) match word by word, in any inflected form of
the term's words. Hangul terms match where a word begins, with whatever particle follows. Chinese and Japanese
terms match anywhere; a single character only beside no other. A term in capitals matches capitals alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import ahocorasick

from watchtower.classify.forms import Vocabulary
from watchtower.types import Concept

#: words of spaced scripts: everything alphanumeric before Hangul Jamo (U+1100), and Georgian to Greek Extended
WORD = re.compile(r"[0-9A-Za-z\u00aa-\u00b5\u00c0-\u02af\u0370-\u052f\u0531-\u10ff\u1e00-\u1fff]+")
#: runs of Hangul, Han and Kana
RUNS = re.compile(r"[\u1100-\u11ff\u2e80-\u2fff\u3005-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_RUNNING = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")
_HAN_KANA = re.compile(r"[\u2e80-\u2fff\u3005-\u30fa\u30fc-\u9fff\uf900-\ufaff]")
#: the dots that Korean and Japanese write between names, and the dashes, made one
_DOTS = str.maketrans(dict.fromkeys("ㆍ・‧•∙⋅･", "·") | dict.fromkeys("‐‑‒–—―−", "-"))
_ODD = re.compile("[ㆍ・‧•∙⋅･‐‑‒–—―−]")
#: words remembered with their form; emptied when full, so that memory stays flat over any number of texts
_REMEMBERED_WORDS = 200_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept's term found at ``text[start:end]``."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Term:
    """One term as the automata know it."""

    bit: int
    concept: str
    #: the words as written where the term is in capitals, else empty
    capitals: tuple[str, ...] = ()
    #: the term may begin inside a word
    open_start: bool = False
    #: the term may go on in any way
    open_end: bool = False
    #: a match of this term takes the concept's other matches away where they overlap
    excludes: bool = False


class ConceptMatcher:
    """Finds which concepts a text mentions.

    ``mask`` is a set of concepts as the bits of an integer, in the order given: quick, for scoring.
    ``hits`` says where, for evidence and for ``near``.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.ids = tuple(concept.id for concept in concepts)
        self.bits: Mapping[str, int] = {id: 1 << place for place, id in enumerate(self.ids)}
        spaced: dict[str, list[_Term]] = {}
        running: dict[str, list[_Term]] = {}
        written = [(concept.id, term) for concept in concepts for terms in concept.terms.values() for term in terms]
        self._vocabulary = Vocabulary(_inflected(term for _, term in written))
        for concept, term in written:
            for pattern, entry in self._patterns(concept, term):
                (running if _RUNNING.search(pattern) else spaced).setdefault(pattern, []).append(entry)
        self._terms = spaced | running
        self._excluding = sum({term.bit for terms in self._terms.values() for term in terms if term.excludes})
        self._spaced = _automaton(spaced, lambda term: not term.capitals)
        self._running = _automaton(running, lambda term: False)
        self._words = _Words(self._vocabulary.classes)

    def mask(self, text: str) -> int:
        """Return the concepts of a text as bits."""
        normal = normalised(text)
        words = WORD.findall(normal)
        lookup = self._words
        line = f" {' '.join([lookup[word] for word in words])} "
        found = 0
        unsure = []
        for end, (length, sure, terms) in self._spaced.iter(line):
            found |= sure
            if terms:
                unsure.append((end, length, terms))
        if unsure:
            found |= self._doubtful(unsure, line, words)
        if not normal.isascii() and _RUNNING.search(normal):
            for term, _, _ in self._scan_running(_lower(normal)):
                found |= term.bit
        return self._masked(text) if found & self._excluding else found

    def _doubtful(self, unsure: Iterable[tuple[int, int, tuple[_Term, ...]]], line: str, words: Sequence[str]) -> int:
        found = 0
        for end, length, terms in unsure:
            first, last = _word_numbers(line, end - length + 1, end)
            for term in terms:
                if not term.capitals or _same_capitals(words[first : last + 1], term.capitals):
                    found |= term.bit
        return found

    def hits(self, text: str) -> list[Hit]:
        """Return every place where a concept's term stands, in order of place; offsets count in ``text`` itself."""
        normal, begins, ends = _normalised_with_places(text)
        found: list[tuple[_Term, int, int]] = []
        spans = [word.span() for word in WORD.finditer(normal)]
        for term, first, last in self._scan_spaced(normal):
            found.append((term, begins[spans[first][0]], ends[spans[last][1] - 1]))
        for term, start, end in self._scan_running(_lower(normal)):
            found.append((term, begins[start], ends[end - 1]))
        barred = [(term.concept, start, end) for term, start, end in found if term.excludes]
        return sorted(
            {
                Hit(term.concept, start, end)
                for term, start, end in found
                if not term.excludes and not any(term.concept == c and start < e and s < end for c, s, e in barred)
            },
            key=lambda hit: (hit.start, hit.end, hit.concept),
        )

    def _masked(self, text: str) -> int:
        found = 0
        for hit in self.hits(text):
            found |= self.bits[hit.concept]
        return found

    def _scan_spaced(self, normal: str) -> Iterator[tuple[_Term, int, int]]:
        """Yield terms with the numbers of their first and last word."""
        words = WORD.findall(normal)
        line = f" {' '.join([self._words[word] for word in words])} "
        for end, (length, _, _) in self._spaced.iter(line):
            first, last = _word_numbers(line, end - length + 1, end)
            for term in self._terms[line[end - length + 1 : end + 1]]:
                if not term.capitals or _same_capitals(words[first : last + 1], term.capitals):
                    yield term, first, last

    def _scan_running(self, lower: str) -> Iterator[tuple[_Term, int, int]]:
        """Yield terms with their first character and the one behind their last."""
        for end, (length, _, terms) in self._running.iter(lower):
            start = end - length + 1
            before, after = lower[start - 1 : start], lower[end + 1 : end + 2]
            for term in terms:
                if term.open_start or _stands(lower[start : end + 1], before, "" if term.open_end else after):
                    yield term, start, end + 1

    def _patterns(self, concept: str, term: str) -> Iterator[tuple[str, _Term]]:
        excludes, term = term.startswith("!"), term.removeprefix("!")
        open_start, open_end = term.startswith("*"), term.endswith("*")
        normal = normalised(term.strip("*"))
        words = WORD.findall(normal)
        capital = normal.isascii() and normal.isupper() and not open_end
        entry = _Term(
            self.bits[concept],
            concept,
            tuple(words) if capital else (),
            open_start,
            open_end,
            excludes,
        )
        if _RUNNING.search(normal):
            yield normal.lower(), entry
            for variant in {normal.lower().replace(" ", ""), normal.lower().replace("-", "")} - {normal.lower()}:
                yield variant, entry
        elif words:
            known = [self._vocabulary.classes_of(word.lower()) for word in words]
            if open_end:
                known[-1] = (words[-1].lower(), *self._vocabulary.begun_by(words[-1].lower()))
            for choice in product(*known):
                line = ("" if open_start else " ") + " ".join(choice)
                yield line + ("" if open_end else " "), entry
                if capital:
                    yield line + "s ", entry


class _Words(dict[str, str]):
    """A word as written to the class that terms are kept in."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        super().__init__()
        self._classes = classes

    def __missing__(self, word: str) -> str:
        lower = word.lower()
        found = self._classes.get(lower, lower)
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        self[word] = found
        return found


def _inflected(terms: Iterable[str]) -> Iterator[str]:
    """Yield the words of terms that are found in any form: all but those in capitals."""
    for term in terms:
        yield from (word.lower() for word in WORD.findall(normalised(term.strip("!*"))) if not word.isupper())


def _automaton(patterns: Mapping[str, list[_Term]], is_sure: Callable[[_Term], bool]) -> ahocorasick.Automaton:
    """Make an automaton that gives with each pattern its length, the bits of its sure terms, and the other terms."""
    automaton = ahocorasick.Automaton()
    automaton.add_word("\0", (1, 0, ()))  # an automaton without a word cannot be searched; clean text has no NUL
    for pattern, terms in patterns.items():
        sure = 0
        for term in filter(is_sure, terms):
            sure |= term.bit
        automaton.add_word(pattern, (len(pattern), sure, tuple(term for term in terms if not is_sure(term))))
    automaton.make_automaton()
    return automaton


def _word_numbers(line: str, start: int, end: int) -> tuple[int, int]:
    """Count which words of a line, joined by spaces, a match covers."""
    return line.count(" ", 0, start + 1) - 1, line.count(" ", 0, end) - 1


def _lower(normal: str) -> str:
    lower = normal.lower()
    return lower if len(lower) == len(normal) else normal  # "İ" alone grows; places must stay


def normalised(text: str) -> str:
    """Normalise as terms are: NFKC, one kind of dash and dot; capitals stay."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text.translate(_DOTS) if _ODD.search(text) else text


def _normalised_with_places(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Normalise, and say for each character of the result where what it came from begins and ends in ``text``."""
    normal = normalised(text)
    if unicodedata.is_normalized("NFKC", text):
        return normal, range(len(text)), range(1, len(text) + 1)
    # Normalised piece by piece, a base with all that combines with it, the result is that of the whole.
    begins: list[int] = []
    ends: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _combines(text[end]):
            end += 1
        count = len(normalised(text[start:end]))
        begins += [start] * count
        ends += [end] * count
        start = end
    if len(begins) == len(normal):
        return normal, begins, ends
    begins = [place * len(text) // len(normal) for place in range(len(normal))]  # rare Indic vowels: in proportion
    return normal, begins, [begin + 1 for begin in begins]


def _combines(character: str) -> bool:
    """Tell whether a character may become one with those before it: marks, half-width too, Hangul vowels and finals."""
    if character.isascii():
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.combining(first) > 0 or "\u1160" <= first <= "\u11ff"


def _same_capitals(words: Sequence[str], capitals: Sequence[str]) -> bool:
    return all(word in (wanted, wanted + "s") for word, wanted in zip(words, capitals, strict=True))


def _stands(term: str, before: str, after: str) -> bool:
    """Tell whether a term of a running script stands for itself here, by its neighbours."""
    if _HANGUL.match(term):
        begins = not _HANGUL.match(before)
        return begins if len(term) > 1 else begins and not _HANGUL.match(after)
    if len(term) == 1:
        return not _HAN_KANA.match(before) and not _HAN_KANA.match(after)
    return True
