"""What one reader asks for, out of all that is watched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from watchtower.pipeline.parts import Reader
from watchtower.text import primary_language
from watchtower.types import Analysis, Assessment, Earlier, Feed, StoredItem


class Scope:
    """A reader's targets and languages.

    An item counts where it matches one of the targets and is in one of the languages; a story is told where one of its
    items counts, and then with all its copies.
    """

    def __init__(self, reader: Reader, analysis: Analysis, feeds: Sequence[Feed]) -> None:
        targets = tuple(one for one in analysis.targets if not reader.targets or one.id in reader.targets)
        #: narrowed to what the reader asks for
        self.analysis = replace(analysis, targets=targets, languages=reader.languages or analysis.languages)
        self._targets = {target.id for target in targets}
        self._languages = {primary_language(one) for one in reader.languages}
        self._spoken = {feed.id: feed.language for feed in feeds}

    def items(self, found: Iterable[StoredItem]) -> list[StoredItem]:
        """Choose the matched items that count."""
        return [
            one
            for one in found
            if self._in_words(one.item.language, one.item.feed_id)
            and any(match.target in self._targets for match in one.matches)
        ]

    def earlier(self, found: Iterable[Earlier]) -> tuple[Earlier, ...]:
        """Choose the matches of earlier items that count."""
        return tuple(one for one in found if one.target in self._targets and self._in_words(one.language, one.feed))

    def _in_words(self, language: str | None, feed: str) -> bool:
        """Tell whether the reader asked for the language of an item of a feed."""
        return not self._languages or primary_language(language or self._spoken.get(feed, "")) in self._languages


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
