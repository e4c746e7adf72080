"""What counts as a word: letters by script, and texts made alike before they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeAlias

#: scripts that set no spaces between words, as ranges of code points: Thai with Lao, Burmese, Hangul letters, Khmer,
#: Han with Kana, Hangul syllables, Han for compatibility and beyond the first plane. Hangul sets spaces between phrases
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x3005, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
)
_HANGUL = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
#: where letters end: behind it are the last extension of Han, tags and private use
_LAST = 0xFFFF


def _letters(ranges: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield letters, marks that go with letters, and digits; no punctuation, whatever block it stands in."""
    for first, last in ranges:
        yield from (code for code in range(first, last + 1) if unicodedata.category(chr(code))[0] in "LMN")


def _class(codes: Iterator[int]) -> str:
    """Write characters, in order, as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)


def _others() -> list[tuple[int, int]]:
    ends = [0, *(end for first, last in _UNSPACED for end in (first - 1, last + 1)), _LAST]
    return list(zip(ends[::2], ends[1::2], strict=True))


_RUNNING_CLASS = _class(_letters(_UNSPACED))
_HANGUL_CLASS = _class(_letters(_HANGUL))
#: a word of a script that sets spaces between words
WORD = re.compile(f"[{_class(_letters(_others()))}]+")
#: a run of a script that sets none, or of Hangul
RUN = re.compile(f"[{_RUNNING_CLASS}]+")
HANGUL = re.compile(f"[{_HANGUL_CLASS}]")
#: a character of such a script but Hangul
UNSPACED = re.compile(f"(?![{_HANGUL_CLASS}])[{_RUNNING_CLASS}]")
#: the dots that Korean and Japanese write between names, and the dashes; each made one
_DOTS, _DASHES = re.compile("[ㆍ・‧•∙⋅･]"), re.compile("[‐‑‒–—―−]")

#: a normalised text, and for each of its characters where what it came from begins and ends in the text as given
Placed: TypeAlias = tuple[str, Sequence[int], Sequence[int]]

# What parts words of ASCII text: splitting there takes a third of what finding them takes.
_ASCII_PARTED = {code: " " for code in range(128) if not chr(code).isalnum()}


def words_in(normal: str) -> list[str]:
    """List the words of a text, as ``WORD`` finds them."""
    return normal.translate(_ASCII_PARTED).split() if normal.isascii() else WORD.findall(normal)


def lowered(normal: str) -> str:
    """Put a text in small letters, every place the same: what would grow, "İ" alone, stays."""
    lower = normal.lower()
    if len(lower) == len(normal):
        return lower
    return "".join(small if len(small := one.lower()) == 1 else one for one in normal)


def normalised(text: str) -> str:
    """Normalise as terms are: NFKC, one kind of dash and dot; capitals stay."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _DASHES.sub("-", _DOTS.sub("·", text))


def normalised_with_places(text: str) -> Placed:
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
