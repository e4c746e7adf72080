"""Which pairs of items are worth comparing, found in about linear time by headlines, leads and rare words."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from watchtower.stories.reading import Reading
from watchtower.stories.same import SAME_TITLE, WINDOW
from watchtower.stories.sketches import bands, resemblance, sketches
from watchtower.stories.words import PAIRED

# Of items that agree in a key each is paired with this many next in time: copies chain up, and a headline that
# thousands share (a daily column) stays linear. Where more than a crowd agree, the digits must agree too.
_NEXT, _CROWD, _NEXT_IN_CROWD = 24, 48, 4
# Pairs whose sketches agree less cannot share enough shingles: the threshold less three standard errors.
_RESEMBLE = SAME_TITLE - 0.18
# Characters of a lead that agency copies have in common, and of a summary that are searched for rare words.
_OPENING, _SEARCHED = 60, 240
# A word in more items than this says little about one event; rare words that a pair must share, and their share of the
# fewer of the two.
_RARE, _SHARED, _SHARE = 16, 3, 0.3
# Letters of a word that count: what is behind is mostly an ending.
_STEM = 7
_WORD = re.compile(rf"[^\W{PAIRED}]{{4,}}|[{PAIRED}]{{2,}}")
_ASCII_WORD = re.compile(rf"[a-z0-9]{{4,{_STEM}}}")
_DIGITS = re.compile(r"\d+")

Pairs = NDArray[np.int64]
Hours = NDArray[np.float64]


def candidates(readings: Sequence[Reading], is_new: Sequence[bool]) -> list[tuple[int, int]]:
    """Give the pairs of positions to compare, each once with the smaller first, sorted; one of them is new.

    ``readings`` are in order of time. The pairs depend on the set of readings alone.
    """
    size = len(readings)
    if size < 2:
        return []
    hours = np.array([reading.dated.timestamp() for reading in readings]) / 3600
    headlines, whose = _distinct([reading.headline for reading in readings])
    codes = np.concatenate(
        [
            _by_headline(headlines, whose, hours),
            _agreeing(_numbered(_opening(reading.item.summary) for reading in readings), hours, size, _NEXT),
            _by_rare_words(readings, hours),
        ]
    )
    new = np.array(is_new)
    left, right = np.divmod(np.unique(codes), size)
    kept = new[left] | new[right]
    return list(zip(left[kept].tolist(), right[kept].tolist(), strict=True))


def _distinct(headlines: Sequence[str]) -> tuple[list[str], Pairs]:
    """The different headlines, and for each item the position of its own among them; -1 for an empty one."""
    numbers = _numbered(headlines)
    different = dict.fromkeys(headline for headline in headlines if headline)
    return list(different), numbers


def _numbered(keys: Iterable[str]) -> Pairs:
    """A number for each different text, in order of appearance; -1 for an empty one."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) if key else -1 for key in keys], dtype=np.int64)


def _opening(summary: str) -> str:
    return summary[:_OPENING].lower() if len(summary) >= _OPENING else ""


def _by_headline(headlines: Sequence[str], whose: Pairs, hours: Hours) -> Pairs:
    """Pairs whose headlines share most of their shingles, or are the same."""
    size = len(whose)
    same = _agreeing(whose, hours, size, _NEXT)
    if not headlines:
        return same
    made = sketches(headlines)
    digits = _numbered(" ".join(_DIGITS.findall(headline)) or "-" for headline in headlines)[whose]
    some = whose >= 0
    found = []
    for band in bands(made):
        keys = np.where(some, np.unique(band, return_inverse=True)[1].astype(np.int64)[whose], -1)
        crowded = np.where(some, np.bincount(keys[some], minlength=1)[keys] > _CROWD, False)
        found.append(_agreeing(np.where(crowded, -1, keys), hours, size, _NEXT))
        finer = np.where(crowded, keys * (digits.max() + 1) + digits, -1)
        found.append(_agreeing(finer, hours, size, _NEXT_IN_CROWD))
    codes = np.unique(np.concatenate(found))
    left, right = np.divmod(codes, size)
    alike = resemblance(made, whose[left], whose[right]) >= _RESEMBLE
    return np.concatenate([same, codes[alike]])


def _agreeing(keys: Pairs, hours: Hours, size: int, following: int) -> Pairs:
    """Pair each position with the next ones in time that have the same key, as ``smaller * size + larger``.

    Keys below 0 agree with nothing.
    """
    order = np.argsort(keys, kind="stable")
    order = order[keys[order] >= 0]
    found = [np.empty(0, dtype=np.int64)]
    if len(order) > 1:  # those that agree with nothing are most
        equal = keys[order[1:]] == keys[order[:-1]]
        order = order[np.append(equal, False) | np.append(False, equal)]
    for step in range(1, min(following, len(order) - 1) + 1):
        left, right = order[:-step], order[step:]
        together = keys[left] == keys[right]
        if not together.any():
            break
        near = together & (hours[right] - hours[left] <= WINDOW / timedelta(hours=1))
        found.append(left[near] * size + right[near])
    return np.concatenate(found)


def _by_rare_words(readings: Sequence[Reading], hours: Hours) -> Pairs:
    """Pairs within a day that share enough words that few items have."""
    size = len(readings)
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    flat, counts = array("q"), []
    for reading in readings:
        found = set(map(numbers.__getitem__, _words(reading)))
        flat.extend(found)
        counts.append(len(found))
    words = np.frombuffer(flat, dtype=np.int64) if flat else np.empty(0, dtype=np.int64)
    items = np.repeat(np.arange(size, dtype=np.int64), counts)
    spread = np.bincount(words, minlength=1)[words]
    rare = (spread > 1) & (spread <= _RARE)
    words, items = words[rare], items[rare]
    order = np.argsort(words, kind="stable")
    words, items = words[order], items[order]
    codes = [np.empty(0, dtype=np.int64)]
    for step in range(1, min(_RARE, len(items))):
        left, right = items[:-step], items[step:]
        near = (words[:-step] == words[step:]) & (hours[right] - hours[left] <= 24)
        codes.append(left[near] * size + right[near])
    pairs, shared = np.unique(np.concatenate(codes), return_counts=True)
    each = np.bincount(items, minlength=size)
    fewer = np.minimum(each[pairs // size], each[pairs % size])
    telling: Pairs = pairs[(shared >= _SHARED) & (shared >= _SHARE * fewer)]
    return telling


def _words(reading: Reading) -> Iterable[str]:
    """Roughly the words of headline and summary; pairs of characters where words are not set apart."""
    text = f"{reading.headline} {reading.item.summary[:_SEARCHED].lower()}"
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return (part for word in _WORD.findall(text) for part in _parts(word))


def _parts(word: str) -> Iterable[str]:
    if word[0] < "\u3041":
        return (word[:_STEM],)
    return map("".join, pairwise(word))
