"""MinHash sketches of headlines: which share many shingles, found without comparing all (Broder 1997).

64 permutations in 16 bands of 4: two headlines that share 60 % of their shingles meet in a band 9 times in 10, those
that share 80 % always, those that share 20 % once in 40.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from watchtower.stories.words import shingled

_PERMUTATIONS, _ROWS, _SEED = 64, 4, 1
# Headlines sketched in one call: bounds memory, since sketches arrive as Python numbers.
_AT_ONCE = 4096
# Odd 64-bit constants (from splitmix64) that mix a band's rows into one key.
_MIX = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], dtype=np.uint64)

Sketches = NDArray[np.uint32]
Keys = NDArray[np.uint64]


def sketches(headlines: Sequence[str]) -> Sketches:
    """Sketch every headline, one row each; the same headline has the same row."""
    made = np.empty((len(headlines), _PERMUTATIONS), dtype=np.uint32)
    for start in range(0, len(headlines), _AT_ONCE):
        part = headlines[start : start + _AT_ONCE]
        made[start : start + len(part)] = RMinHash.digest_matrix_from_flat_token_hashes(
            *_hashed(part), _PERMUTATIONS, _SEED
        ).to_rows()
    return made


def _hashed(headlines: Sequence[str]) -> tuple[Keys, Keys]:
    """Hash every shingle of headlines, one headline behind the other; and where each one's begin, and all end."""
    texts, sizes = zip(*map(shingled, headlines), strict=True)
    lengths, size = np.array(list(map(len, texts))), np.array(sizes)
    # so many characters stand behind each that a short one, too, fills a shingle
    behind = "\0" * 4
    characters = np.frombuffer(behind.join((*texts, "")).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = np.maximum(lengths - size + 1, 1)
    ends = np.append(0, np.cumsum(counts))
    begins = np.append(0, np.cumsum(lengths + len(behind)))[:-1]
    at = np.arange(ends[-1]) + np.repeat(begins - ends[:-1], counts)
    shingle = characters[at[:, None] + np.arange(4)].astype(np.uint64)
    shingle[np.repeat(size == 2, counts), 2:] = 0
    return _mixed(shingle), ends.astype(np.uint64)


def bands(made: Sketches) -> list[Keys]:
    """Give a key per headline for each band; headlines with equal keys are worth comparing."""
    wide = made.astype(np.uint64)
    parts = [wide[:, start : start + _ROWS] for start in range(0, _PERMUTATIONS, _ROWS)]
    return [_mixed(part) for part in parts]


def resemblance(made: Sketches, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Estimate the share of shingles in common of pairs of rows; standard error 0.06."""
    shares = np.empty(len(left), dtype=np.float64)
    for start in range(0, len(left), 1 << 16):
        here = slice(start, start + (1 << 16))
        shares[here] = (made[left[here]] == made[right[here]]).mean(axis=1)
    return shares


def _mixed(part: NDArray[np.uint64]) -> Keys:
    with np.errstate(over="ignore"):
        keys = part[:, 0] * _MIX[0]
        for row in range(1, _ROWS):
            keys = (keys ^ (keys >> np.uint64(29))) * _MIX[row] + part[:, row]
    mixed: Keys = keys
    return mixed
