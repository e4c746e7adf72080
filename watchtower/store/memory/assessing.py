"""What an assessment counts, and what analysts say beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from watchtower.store.memory.base import in_utc
from watchtower.store.memory.collecting import Collecting
from watchtower.store.texts import storable_judgement, storable_reset
from watchtower.types import Definition, FeedDay, Headline, Judgement, Reset, Sighting


class Assessing(Collecting):
    """Keep definitions, resets and judgements, and count."""

    def __init__(self) -> None:
        super().__init__()
        self._definitions: dict[tuple[str, str, str], Definition] = {}
        self._resets: dict[tuple[str, str, datetime], Reset] = {}
        self._judgements: dict[str, Judgement] = {}

    def sightings(
        self, since: datetime, until: datetime, seen_by: datetime, indicators: Sequence[str] | None = None
    ) -> list[Sighting]:
        """See ``seams.Store``."""
        with self._turn():
            inside = [
                one for one in self._where() if since <= one.item.dated < until and one.item.first_seen <= seen_by
            ]
        return [
            Sighting(
                item=stored.item.id,
                feed=stored.item.feed_id,
                story=stored.story or stored.item.id,
                dated=stored.item.dated,
                target=match.target,
                indicator=match.indicator,
                answer=match.answer,
                score=match.score,
                configuration=match.configuration,
                backfill=stored.item.backfill,
            )
            for stored in inside
            for match in stored.matches
            if indicators is None or match.indicator in indicators
        ]

    def headlines(self, ids: Sequence[str]) -> Mapping[str, Headline]:
        """See ``seams.Store``."""
        with self._turn():
            there = [self._items[id].stored.item for id in ids if id in self._items]
        return {item.id: Headline(item.title, item.url) for item in there}

    def delivered(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        """See ``seams.Store``."""
        with self._turn():
            items = list(self._present())
        return [dict(Counter(one.feed_id for one in items if since <= one.dated < until)) for since, until in windows]

    def feed_days(self, since: date) -> list[FeedDay]:
        """See ``seams.Store``."""
        with self._turn():
            return sorted((one for one in self._days.values() if one.day >= since), key=lambda one: (one.day, one.feed))

    def definitions(self, analysis: str) -> list[Definition]:
        """See ``seams.Store``."""
        with self._turn():
            own = [one for one in self._definitions.values() if one.analysis == analysis]
        return sorted(own, key=lambda one: (one.at, one.target, one.configuration))

    def save_definitions(self, definitions: Sequence[Definition]) -> None:
        """See ``seams.Store``."""
        with self._turn():
            for one in map(in_utc, definitions):
                self._definitions.setdefault((one.analysis, one.target, one.configuration), one)

    def resets(self, analysis: str) -> list[Reset]:
        """See ``seams.Store``."""
        with self._turn():
            own = [one for one in self._resets.values() if one.analysis == analysis]
        return sorted(own, key=lambda one: (one.at, one.question))

    def save_reset(self, reset: Reset) -> None:
        """See ``seams.Store``."""
        kept = in_utc(storable_reset(reset))
        with self._turn():
            self._resets[kept.analysis, kept.question, kept.at] = kept

    def judgements(self, analysis: str) -> list[Judgement]:
        """See ``seams.Store``."""
        with self._turn():
            own = [one for one in self._judgements.values() if one.analysis == analysis]
        return sorted(own, key=lambda one: (one.at, one.id))

    def save_judgement(self, judgement: Judgement) -> None:
        """See ``seams.Store``."""
        kept = in_utc(storable_judgement(judgement))
        with self._turn():
            self._judgements[kept.id] = kept
