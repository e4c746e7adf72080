"""Which pairs of items are worth comparing, found in about linear time by headlines, openings, words and quantities.

Items that agree in a key are paired with the next ones in time that do, up to a number: copies chain up, and a headline
that thousands share (a daily column) or a topic that fills a day stays linear. Where more items than that agree within
the window, a pair can be missed that only this key would have found; ``test_candidates.py`` holds the bounds.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from watchtower.stories.reading import Reading
from watchtower.stories.same import RETOLD_WITHIN, SAME_TITLE, WINDOW
from watchtower.stories.sketches import bands, resemblance, sketches
from watchtower.stories.words import PAIRED

#: of items that agree in a headline's or opening's key each is paired with so many next in time
NEXT = 24
#: where more than a crowd agree in a headline's key, the digits must agree too, and fewer are paired
CROWD, NEXT_IN_CROWD = 48, 4
#: likewise of items with a word or a quantity in common
NEXT_BY_WORD, NEXT_BY_MEASURE = 64, 24
#: a word in more items than this, and in more than this share of them, says nothing: the commonest of a language
COMMON, COMMON_SHARE = 400, 0.02
# Words that two items must share, and their share of the fewer of the two.
_SHARED, _SHARE = 3, 0.2
# Items whose pairs by words are counted at once: bounds memory.
_AT_ONCE = 1_024
# Pairs whose sketches agree less cannot share enough shingles: the threshold less three standard errors.
_RESEMBLE = SAME_TITLE - 0.18
# Characters of an opening that agency copies have in common, and of one that are searched for words.
_OPENING, _SEARCHED = 60, 240
# Letters of a word that count: what is behind is mostly an ending.
_STEM = 7
_WORD = re.compile(rf"[^\W{PAIRED}]{{4,}}|[{PAIRED}]{{2,}}")
_ASCII_WORD = re.compile(rf"[a-z0-9]{{4,{_STEM}}}")
_DIGITS = re.compile(r"\d+")
_WINDOW, _SOON = WINDOW / timedelta(hours=1), RETOLD_WITHIN / timedelta(hours=1)

Pairs = NDArray[np.int64]
Hours = NDArray[np.float64]


def candidates(readings: Sequence[Reading], is_new: Sequence[bool] | None = None) -> list[tuple[int, int]]:
    """Give the pairs of positions to compare, each once with the smaller first, sorted.

    ``readings`` are in order of time. The pairs depend on the set of readings alone; with ``is_new``, those of a new
    one and another are given.
    """
    size = len(readings)
    if size < 2:
        return []
    hours = np.array([reading.dated.timestamp() for reading in readings]) / 3600
    headlines, whose = _distinct([reading.headline for reading in readings])
    openings = _numbered(_start(reading.opening) for reading in readings)
    codes = np.unique(
        np.concatenate(
            [
                _by_headline(headlines, whose, hours),
                _agreeing(openings, np.arange(size), hours, size, NEXT, _WINDOW),
                _by_words(readings, hours),
                _by_measures(readings, hours),
            ]
        )
    )
    left, right = np.divmod(codes, size)
    if is_new is not None:
        new = np.array(is_new)
        kept = new[left] != new[right]
        left, right = left[kept], right[kept]
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _distinct(headlines: Sequence[str]) -> tuple[list[str], Pairs]:
    """The different headlines, and for each item the position of its own among them; -1 for an empty one."""
    numbers = _numbered(headlines)
    different = dict.fromkeys(headline for headline in headlines if headline)
    return list(different), numbers


def _numbered(keys: Iterable[str]) -> Pairs:
    """A number for each different text, in order of appearance; -1 for an empty one."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) if key else -1 for key in keys], dtype=np.int64)


def _start(opening: str) -> str:
    return opening[:_OPENING].lower() if len(opening) >= _OPENING else ""


def _by_headline(headlines: Sequence[str], whose: Pairs, hours: Hours) -> Pairs:
    """Pairs whose headlines share most of their shingles, or are the same."""
    size = len(whose)
    everyone = np.arange(size)
    same = _agreeing(whose, everyone, hours, size, NEXT, _WINDOW)
    if not headlines:
        return same
    made = sketches(headlines)
    digits = _numbered(" ".join(_DIGITS.findall(headline)) or "-" for headline in headlines)[whose]
    some = whose >= 0
    found = []
    for band in bands(made):
        keys = np.where(some, np.unique(band, return_inverse=True)[1].astype(np.int64)[whose], -1)
        crowded = np.where(some, np.bincount(keys[some], minlength=1)[keys] > CROWD, False)
        found.append(_agreeing(np.where(crowded, -1, keys), everyone, hours, size, NEXT, _WINDOW))
        finer = np.where(crowded, keys * (digits.max() + 1) + digits, -1)
        found.append(_agreeing(finer, everyone, hours, size, NEXT_IN_CROWD, _WINDOW))
    codes = np.unique(np.concatenate(found))
    left, right = np.divmod(codes, size)
    alike = resemblance(made, whose[left], whose[right]) >= _RESEMBLE
    return np.concatenate([same, codes[alike]])


def _agreeing(keys: Pairs, items: Pairs, hours: Hours, size: int, following: int, within: float) -> Pairs:
    """Pair each item with the next ones in time that have the same key, as ``smaller * size + larger``.

    ``keys[n]`` is a key of ``items[n]``; items are in order of time. Keys below 0 agree with nothing.
    """
    steps = _steps(*_together(keys, items), hours, following, within, size)
    return np.concatenate([np.empty(0, dtype=np.int64), *(left * size + right for left, right in steps)])


def _together(keys: Pairs, items: Pairs) -> tuple[Pairs, Pairs]:
    """Put equal keys together, each with its items in order; what agrees with nothing is left out, which is most."""
    order = np.argsort(keys, kind="stable")
    order = order[keys[order] >= 0]
    equal = keys[order[1:]] == keys[order[:-1]]
    order = order[np.append(equal, False) | np.append(False, equal)] if len(order) else order
    return keys[order], items[order]


def _steps(
    keys: Pairs, items: Pairs, hours: Hours, following: int, within: float, before: int
) -> Iterator[tuple[Pairs, Pairs]]:
    """Pair items that come before this position with the next that has the same key, then the one behind that."""
    at = np.flatnonzero(items < before)
    for step in range(1, following + 1):
        at = at[: np.searchsorted(at, len(keys) - step)]
        at = at[keys[at] == keys[at + step]]
        # what is too far is followed by what is further
        at = at[hours[items[at + step]] - hours[items[at]] <= within]
        if not len(at):
            break
        yield items[at], items[at + step]


def _by_words(readings: Sequence[Reading], hours: Hours) -> Pairs:
    """Pairs that share enough words which are not the commonest."""
    size = len(readings)
    words, items = _keyed(map(_words, readings))
    spread = np.bincount(words, minlength=1)
    common = spread > max(COMMON, COMMON_SHARE * size)
    kept = (spread[words] > 1) & ~common[words]
    words, items = _together(words[kept], items[kept])
    each = np.bincount(items, minlength=size)
    found = [np.empty(0, dtype=np.int64)]
    for first in range(0, size, _AT_ONCE):
        last = min(first + _AT_ONCE, size)
        here = (items >= first) & (items < np.searchsorted(hours, hours[last - 1] + _SOON, side="right"))
        steps = _steps(words[here], items[here], hours, NEXT_BY_WORD, _SOON, last)
        codes = np.concatenate([found[0], *(left * size + right for left, right in steps)])
        pairs, shared = np.unique(codes, return_counts=True)
        fewer = np.minimum(each[pairs // size], each[pairs % size])
        found.append(pairs[(shared >= _SHARED) & (shared >= _SHARE * fewer)])
    return np.concatenate(found)


def _by_measures(readings: Sequence[Reading], hours: Hours) -> Pairs:
    """Pairs that name concepts and give the same quantity, in whatever language."""
    measured = (reading.measures if reading.item.concepts else () for reading in readings)
    keys, items = _keyed(measured)
    return _agreeing(keys, items, hours, len(readings), NEXT_BY_MEASURE, _SOON)


def _keyed(keys: Iterable[Iterable[Hashable]]) -> tuple[Pairs, Pairs]:
    """Number the keys of every item: the numbers, and beside each the position of its item."""
    numbers: defaultdict[Hashable, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    flat, counts = array("q"), []
    for of_one in keys:
        found = set(map(numbers.__getitem__, of_one))
        flat.extend(found)
        counts.append(len(found))
    named = np.frombuffer(flat, dtype=np.int64) if flat else np.empty(0, dtype=np.int64)
    return named, np.repeat(np.arange(len(counts), dtype=np.int64), counts)


def _words(reading: Reading) -> Iterable[str]:
    """Roughly the words of headline and opening; pairs of characters where words are not set apart."""
    text = f"{reading.headline} {reading.opening[:_SEARCHED].lower()}"
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return (part for word in _WORD.findall(text) for part in _parts(word))


def _parts(word: str) -> Iterable[str]:
    if word[0] < "\u3041":
        return (word[:_STEM],)
    return map("".join, pairwise(word))
