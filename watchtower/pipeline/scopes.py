"""What one reader asks for, out of all that is watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from watchtower.pipeline.parts import Reader
from watchtower.text import primary_language
from watchtower.types import Analysis, Assessment, Feed, StoredItem

Choose = Callable[[Sequence[StoredItem]], list[StoredItem]]


def scope(reader: Reader, analysis: Analysis, feeds: Sequence[Feed]) -> tuple[Analysis, Choose]:
    """Narrow an analysis to a reader's targets and languages, and give what chooses the matched items that count.

    An item counts where it matches one of the targets and is in one of the languages; a story is told where one of its
    items counts, and then with all its copies.
    """
    targets = tuple(one for one in analysis.targets if not reader.targets or one.id in reader.targets)
    wanted = {target.id for target in targets}
    spoken = {feed.id: feed.language for feed in feeds}

    def counts(stored: StoredItem) -> bool:
        language = primary_language(stored.item.language or spoken.get(stored.item.feed_id, ""))
        in_words = not reader.languages or language in {primary_language(one) for one in reader.languages}
        return in_words and any(match.target in wanted for match in stored.matches)

    narrowed = replace(analysis, targets=targets, languages=reader.languages or analysis.languages)
    return narrowed, lambda items: [stored for stored in items if counts(stored)]


def of_targets(assessment: Assessment, analysis: Analysis) -> Assessment:
    """Leave out of an assessment what is about no target of a narrowed analysis. Scenarios stay: they are about all."""
    kept = {target.id for target in analysis.targets}
    coverage = assessment.coverage
    return replace(
        assessment,
        trends=tuple(one for one in assessment.trends if one.target in kept),
        silences=tuple(one for one in assessment.silences if one.target in kept),
        coverage=replace(coverage, cells=tuple(cell for cell in coverage.cells if cell.target in kept)),
        ledgers=tuple(one for one in assessment.ledgers if one.question in kept),
    )
