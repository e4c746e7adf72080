"""Concepts found in texts: one automaton for spaced scripts, one for running scripts, whatever the number of terms.

Scripts that set spaces between words match word by word, in any inflected form of the term's words. Hangul terms
match where a word begins, with whatever particle follows. Terms of scripts without spaces, such as Chinese and
Japanese, match anywhere; a single character only beside no other. A term in capitals matches capitals alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import ahocorasick

from watchtower.classify.forms import Vocabulary
from watchtower.classify.scripts import (
    HANGUL,
    RUN,
    UNSPACED,
    WORD,
    Placed,
    lowered,
    normalised,
    normalised_with_places,
    words_in,
)
from watchtower.types import Concept

#: between two texts that are walked as one; no word, and in no term
_BREAK = "\0"
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

    #: the concept as a bit; of all terms that exclude, one bit above those of concepts
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

    ``masks`` gives sets of concepts as the bits of an integer, in the order given: quick, for scoring.
    ``hits`` says where, for evidence and for ``near``.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.ids = tuple(concept.id for concept in concepts)
        self.bits: Mapping[str, int] = {id: 1 << place for place, id in enumerate(self.ids)}
        self._all = (1 << len(self.ids)) - 1
        spaced: dict[str, list[_Term]] = {}
        running: dict[str, list[_Term]] = {}
        written = [(concept.id, term) for concept in concepts for terms in concept.terms.values() for term in terms]
        self._vocabulary = Vocabulary(_inflected(term for _, term in written))
        for concept, term in written:
            for pattern, entry in self._patterns(concept, term):
                (running if RUN.search(pattern) else spaced).setdefault(pattern, []).append(entry)
        self._terms = spaced | running
        self._spaced = _automaton(spaced, lambda pattern, term: not term.capitals)
        self._running = _automaton(running, _stands_anywhere, lambda pattern: _encoded(pattern).decode("latin-1"))
        self._words = _Words(self._vocabulary.classes)

    def named(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """Return the ids of each text's concepts."""
        bits = self.bits.items()
        return [frozenset(id for id, bit in bits if mask & bit) if mask else frozenset() for mask in self.masks(texts)]

    def masks(self, texts: Sequence[str]) -> list[int]:
        """Return the concepts of each text as bits. All texts are walked as one line: quick where there are many."""
        normal = list(map(normalised, texts))
        found = self._spaced_masks([word for text in normal for word in (*words_in(text), _BREAK)])
        running = [at for at, text in enumerate(normal) if not text.isascii() and RUN.search(text)]
        more = self._running_masks(_joined([lowered(normal[at]) for at in running])) if running else []
        for at, mask in zip(running, more, strict=True):
            found[at] |= mask
        return [self._masked(texts[at]) if mask > self._all else mask for at, mask in enumerate(found)]

    def _spaced_masks(self, words: Sequence[str]) -> list[int]:
        lookup = self._words
        line = f" {' '.join(map(lookup.__getitem__, words))} "
        masks = []
        found = spaces = counted = 0
        for end, value in self._spaced.iter(line):
            if value is None:
                masks.append(found)
                found = 0
                continue
            length, sure, doubtful = value
            found |= sure
            if doubtful:
                spaces += line.count(" ", counted, end)
                counted = end
                first = spaces - 1 - line.count(" ", end - length + 2, end)
                found |= _in_capitals(doubtful, words[first:spaces])
        return masks

    def _running_masks(self, joined: str) -> list[int]:
        raw = _encoded(joined)
        masks = []
        found = place = counted = 0
        for end, value in self._running.iter(raw.decode("latin-1")):
            if value is None:
                masks.append(found)
                found = 0
                continue
            length, sure, doubtful = value
            found |= sure
            if doubtful:
                place += _characters(raw, counted, end + 1)
                counted = end + 1
                for term in doubtful:
                    found |= term.bit if _stands(joined, place - length, place, term) else 0
        return masks

    def hits(self, text: str) -> list[Hit]:
        """Return every place where a concept's term stands, in order of place; offsets count in ``text`` itself."""
        return self.hits_in(normalised_with_places(text))

    def hits_in(self, placed: Placed) -> list[Hit]:
        """Return the hits of a text that is normalised already."""
        normal, begins, ends = placed
        found: list[tuple[_Term, int, int]] = []
        spans = [word.span() for word in WORD.finditer(normal)]
        for term, first, last in self._scan_spaced(normal):
            found.append((term, begins[spans[first][0]], ends[spans[last][1] - 1]))
        for term, start, end in self._scan_running(lowered(normal)):
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
        words = words_in(normal)
        line = f" {' '.join(map(self._words.__getitem__, words))} "
        for end, (length, _, _) in self._spaced.iter(line):  # words have no break among them
            first, last = _word_numbers(line, end - length + 1, end)
            for term in self._terms[line[end - length + 1 : end + 1]]:
                if not term.capitals or _same_capitals(words[first : last + 1], term.capitals):
                    yield term, first, last

    def _scan_running(self, lower: str) -> Iterator[tuple[_Term, int, int]]:
        """Yield terms with their first character and the one behind their last."""
        raw = _encoded(lower.replace(_BREAK, " "))
        place = counted = 0
        for end, (length, _, _) in self._running.iter(raw.decode("latin-1")):
            place += _characters(raw, counted, end + 1)
            counted = end + 1
            for term in self._terms[lower[place - length : place]]:
                if _stands(lower, place - length, place, term):
                    yield term, place - length, place

    def _patterns(self, concept: str, term: str) -> Iterator[tuple[str, _Term]]:
        excludes, term = term.startswith("!"), term.removeprefix("!")
        open_start, open_end = term.startswith("*"), term.endswith("*")
        normal = normalised(term.strip("*"))
        words = words_in(normal)
        capital = normal.isascii() and normal.isupper() and not open_end
        entry = _Term(
            self._all + 1 if excludes else self.bits[concept],
            concept,
            tuple(words) if capital else (),
            open_start,
            open_end,
            excludes,
        )
        if RUN.search(normal):
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


def _automaton(
    patterns: Mapping[str, list[_Term]],
    is_sure: Callable[[str, _Term], bool],
    spelled: Callable[[str], str] = str,
) -> ahocorasick.Automaton:
    """Make an automaton that gives with each pattern its length, the bits of its sure terms, and the other terms.

    With the break between two texts it gives None. ``spelled`` writes a pattern as the automaton is to see it.
    """
    automaton = ahocorasick.Automaton()
    automaton.add_word(_BREAK, None)
    for pattern, terms in patterns.items():
        sure = 0
        for term in terms:
            sure |= term.bit if is_sure(pattern, term) else 0
        doubtful = tuple(term for term in terms if not is_sure(pattern, term))
        automaton.add_word(spelled(pattern), (len(pattern), sure, doubtful))
    automaton.make_automaton()
    return automaton


def _encoded(text: str) -> bytes:
    """Write characters as bytes: an automaton looks through a node's branches one by one, and bytes have few."""
    return text.encode("utf-8", "surrogatepass")


def _characters(raw: bytes, start: int, end: int) -> int:
    return len(raw[start:end].decode("utf-8", "surrogatepass"))


def _joined(texts: Sequence[str]) -> str:
    """Put texts one behind the other, each with the break behind it that none has inside."""
    joined = _BREAK.join([*texts, ""])
    if joined.count(_BREAK) == len(texts):
        return joined
    return _BREAK.join([*(text.replace(_BREAK, " ") for text in texts), ""])


def _word_numbers(line: str, start: int, end: int) -> tuple[int, int]:
    """Count which words of a line, joined by spaces, a match covers."""
    return line.count(" ", 0, start + 1) - 1, line.count(" ", 0, end) - 1


def _in_capitals(terms: Iterable[_Term], words: Sequence[str]) -> int:
    """Return the bits of those terms that these words are, capitals as the editor wrote them."""
    found = 0
    for term in terms:
        if not term.capitals or _same_capitals(words, term.capitals):
            found |= term.bit
    return found


def _same_capitals(words: Sequence[str], capitals: Sequence[str]) -> bool:
    return all(word in (wanted, wanted + "s") for word, wanted in zip(words, capitals, strict=True))


def _stands_anywhere(pattern: str, term: _Term) -> bool:
    """Tell whether a term of a running script stands for itself whatever its neighbours."""
    return term.open_start or not (HANGUL.match(pattern) or len(pattern) == 1)


def _stands(lower: str, start: int, end: int, term: _Term) -> bool:
    """Tell whether a term of a running script stands for itself in ``lower[start:end]``, by its neighbours."""
    pattern = lower[start:end]
    if _stands_anywhere(pattern, term):
        return True
    before, after = lower[start - 1 : start], "" if term.open_end else lower[end : end + 1]
    if HANGUL.match(pattern):
        begins = not HANGUL.match(before)
        return begins if len(pattern) > 1 else begins and not HANGUL.match(after)
    return not UNSPACED.match(before) and not UNSPACED.match(after)
