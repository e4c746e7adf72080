"""Whose turn it is where many pages wait and only so many are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from heapq import nsmallest

from watchtower.text import site_of


def by_turns(waiting: Iterable[tuple[datetime, str, str]], limit: int) -> list[str]:
    """Order items that wait, given as moment, id and address: the oldest of each site, then the second of each; ids.

    So a site with thousands of them, however old, takes no place from another.
    """
    taken: Counter[str] = Counter()
    ranked = []
    for moment, id, url in sorted(waiting):
        site = site_of(url)
        ranked.append((taken[site], moment, id))
        taken[site] += 1
    return [id for _, _, id in nsmallest(limit, ranked)]
