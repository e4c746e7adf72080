"""What was read and what matched, by target, language and kind of source, the empty cells with it."""

from __future__ import annotations

from collections import Counter, defaultdict

from watchtower.assess.data import AssessData
from watchtower.assess.exposure import Exposure
from watchtower.types import Coverage, CoverageCell


def coverage(data: AssessData, exposure: Exposure) -> Coverage:
    """Count the period's items by language and kind of their feeds, and for each target those that matched it.

    Languages are those of the analysis, then others that feeds have; kinds are those that feeds have.
    """
    cell_of = {feed.id: (feed.language, feed.kind) for feed in exposure.feeds}
    languages = tuple(dict.fromkeys((*data.analysis.languages, *sorted({feed.language for feed in exposure.feeds}))))
    kinds = tuple(sorted({feed.kind for feed in exposure.feeds}))
    feeds = Counter(cell_of.values())
    read = Counter(cell_of[feed.id] for feed, was in zip(exposure.feeds, exposure.read[-1], strict=True) if was)
    items: Counter[tuple[str, str]] = Counter()
    for id, number in data.delivered_now.items():
        if id in cell_of:
            items[cell_of[id]] += number
    matched: defaultdict[tuple[str, tuple[str, str]], set[str]] = defaultdict(set)
    for one in exposure.sightings:
        if data.now.since <= one.dated < data.now.until:
            matched[one.target, cell_of[one.feed]].add(one.item)
    cells = tuple(
        CoverageCell(
            target=target.id,
            language=language,
            kind=kind,
            feeds=feeds[language, kind],
            read=read[language, kind],
            items=items[language, kind],
            matched=len(matched[target.id, (language, kind)]),
        )
        for target in data.analysis.targets
        for language in languages
        for kind in kinds
    )
    return Coverage(languages=languages, kinds=kinds, cells=cells)
