"""Features to numbers: one sparse row a text, each kind of feature normalised by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from watchtower.classify.reading import Features

#: weight of each kind of feature, and whether its row is brought to unit length (words) or left as flags
KINDS: Mapping[str, tuple[float, bool]] = {
    "t": (0.3, False),
    "c": (0.3, False),
    "p": (0.3, False),
    "r": (0.5, False),
    "w": (1.5, True),
    "v": (1.5, True),
    "a": (4.0, True),
    "k": (2.0, True),
}
_ORDER = tuple(KINDS)


def names_of(features: Features) -> list[str]:
    """Name features of every kind in one list: ``kind:feature``."""
    return [f"{kind}:{one}" for kind, some in features.items() for one in some]


def is_flag(name: str) -> bool:
    """Tell whether a feature is a column however rare: concepts and rules, which the editor wrote."""
    return name[0] in "tcr"


@dataclass(frozen=True, slots=True)
class Vectors:
    """Turns lists of features into rows: term presence, weighted by rarity, unit length a kind.

    The weight of a feature that stands in ``n`` of ``N`` training texts is ``log((1 + N) / (1 + n)) + 1`` (the smoothed
    idf of Salton and Buckley 1988 as scikit-learn has it) for words, and 1 for flags.
    """

    #: the feature of each column as ``kind:feature``, in alphabetical order
    names: tuple[str, ...]
    #: kind to feature to column
    columns: Mapping[str, Mapping[str, int]]
    #: weight of each column
    weights: NDArray[np.float64]
    #: which kind each column is, as a place in KINDS
    kinds: NDArray[np.int8]

    @classmethod
    def learn(cls, texts: Sequence[Features], always: Iterable[str] = (), least: int = 2) -> Vectors:
        """Take as columns what stands in at least so many texts, and ``always`` these; in alphabetical order."""
        counts = Counter(name for features in texts for name in names_of(features))
        names = sorted({*always, *(name for name, count in counts.items() if count >= least or is_flag(name))})
        return cls.of_counts(names, np.array([counts[name] for name in names], dtype=np.int64), len(texts))

    @classmethod
    def of_counts(cls, names: Sequence[str], counts: NDArray[np.int64], texts: int) -> Vectors:
        """Take these features as columns; ``counts`` says in how many of so many texts each stands."""
        kinds = np.array([_ORDER.index(name[0]) for name in names], dtype=np.int8)
        rarity = np.log((1 + texts) / (1 + counts)) + 1
        words = np.array([KINDS[name[0]][1] for name in names], dtype=bool)
        return cls(tuple(names), columns_of(names), np.where(words, rarity, 1.0), kinds)

    @property
    def is_word(self) -> NDArray[np.bool_]:
        """Tell which columns are words, not flags."""
        return np.array([unit for _, unit in KINDS.values()])[self.kinds]

    def rows(self, texts: Iterable[Features]) -> csr_array:
        """Make one row a text; features that are no column are passed over."""
        indices: list[int] = []
        ends = [0]
        for features in texts:
            for kind, some in features.items():
                at = self.columns[kind]
                indices += map(at.__getitem__, filter(at.__contains__, some))
            ends.append(len(indices))
        return self.rows_of(np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int32))

    def rows_of(self, columns: NDArray[np.int32], ends: NDArray[np.int32]) -> csr_array:
        """Make rows of the columns that stand in each text, one text after the other; ``ends`` as in CSR."""
        values = self.weights[columns]
        return csr_array(
            (values * self._scale(columns, values, ends), columns, ends), shape=(len(ends) - 1, len(self.names))
        )

    def _scale(
        self, columns: NDArray[np.int32], values: NDArray[np.float64], ends: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        row = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        group = row * len(KINDS) + self.kinds[columns]
        squares = np.bincount(group, weights=values * values, minlength=(len(ends) - 1) * len(KINDS))
        factors = np.array([weight for weight, _ in KINDS.values()])[self.kinds[columns]]
        unit = np.array([unit for _, unit in KINDS.values()])[self.kinds[columns]]
        return factors * np.where(unit, 1 / np.sqrt(squares[group]), 1.0)


def columns_of(names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Sort the features of columns by kind: kind to feature to column."""
    columns: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    for at, name in enumerate(names):
        columns[name[0]][name[2:]] = at
    return columns
