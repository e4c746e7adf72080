"""Folds for cross-validation: copies stay together, and every fold has its share of every label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def folds(groups: Sequence[str], belongs: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
    """Give each item (row of ``belongs``, items x targets) its fold, 0 to ``count - 1``; a group is never split.

    Groups with rare labels are placed first, each into the fold that lacks most of its rarest label (iterative
    stratification, Sechidis, Tsoumakas and Vlahavas 2011), then into the smallest. Deterministic, and the order of the
    items does not matter within a group.
    """
    members: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    rarity = belongs.sum(axis=0)
    totals = {group: belongs[rows].sum(axis=0) for group, rows in members.items()}
    lacking = np.tile(rarity / count, (count, 1))
    sizes = np.zeros(count)
    fold = np.zeros(len(groups), dtype=np.intp)
    for group in sorted(members, key=lambda group: (_rarest(totals[group], rarity)[0], -len(members[group]), group)):
        column = _rarest(totals[group], rarity)[1]
        wanted = lacking[:, column] if column >= 0 else np.zeros(count)
        chosen = min(range(count), key=lambda at: (-round(float(wanted[at]), 9), sizes[at], at))
        fold[members[group]] = chosen
        lacking[chosen] -= totals[group]
        sizes[chosen] += len(members[group])
    return fold


def _rarest(total: NDArray[np.intp], rarity: NDArray[np.intp]) -> tuple[float, int]:
    """How often the rarest of a group's labels is there, and its column; of no label, the last of all."""
    present = np.flatnonzero(total)
    if not present.size:
        return float("inf"), -1
    column = int(present[np.argmin(rarity[present])])
    return float(rarity[column]), column
