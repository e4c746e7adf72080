"""Items, their stories and their matches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watchtower.errors import StoreError
from watchtower.store.memory.base import Base, Kept, in_utc
from watchtower.store.texts import storable, storable_item, storable_visits
from watchtower.types import (
    Archived,
    Classified,
    Copy,
    FeedDay,
    FeedState,
    Grouping,
    Item,
    KnownItem,
    Mark,
    StoredItem,
    StoryItem,
    Text,
    Visit,
    VisitKind,
)


class Collecting(Base):
    """Keep feeds, items, stories and matches."""

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[str, FeedState] = {}
        self._marks: dict[str, Mark] = {}
        self._days: dict[tuple[date, str], FeedDay] = {}
        self._strands: dict[str, str] = {}

    # --- collecting
    def feed_states(self) -> Mapping[str, FeedState]:
        """See ``seams.Store``."""
        with self._turn():
            return dict(self._states)

    def known_items(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, KnownItem]]:
        """See ``seams.Store``."""
        asked = {(feed_id, storable(key)): key for feed_id, keys in wanted.items() for key in keys}
        found: dict[str, dict[str, KnownItem]] = {}
        with self._turn():
            for item in self._present():
                key = asked.get((item.feed_id, item.key))
                if key is not None:
                    found.setdefault(item.feed_id, {})[key] = _known(item)
        return found

    def save_visits(self, visits: Sequence[Visit]) -> None:
        """See ``seams.Store``."""
        done = storable_visits(visits)
        at_utc = [in_utc(visit) for visit in done]
        states = [in_utc(visit.state) for visit in at_utc]
        items = [in_utc(item) for visit in done for item in (*visit.new, *visit.revised)]
        with self._turn():
            self._states |= {state.feed_id: state for state in states}
            for visit in at_utc:
                if visit.kind is not VisitKind.FAILED:
                    self._note_answer(visit.feed_id, visit.at)
            for item in items:
                self._save_item(item)

    # --- archives
    def marks(self) -> Mapping[str, Mark]:
        """See ``seams.Store``."""
        with self._turn():
            return dict(self._marks)

    def known_at(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, Sequence[KnownItem]]]:
        """See ``seams.Store``."""
        asked = {(feed_id, storable(url)): url for feed_id, urls in wanted.items() for url in urls}
        found: dict[str, dict[str, list[KnownItem]]] = {}
        with self._turn():
            for item in sorted(self._present(), key=lambda item: item.id):
                url = asked.get((item.feed_id, item.url or ""))
                if url is not None:
                    found.setdefault(item.feed_id, {}).setdefault(url, []).append(_known(item))
        return found

    def save_archived(self, archived: Archived) -> None:
        """See ``seams.Store``."""
        items = [in_utc(storable_item(item)) for item in archived.new]
        with self._turn():
            for item in items:
                self._save_item(item)
            if mark := archived.mark:
                file = storable(mark.file)
                self._marks[file] = replace(mark, file=file)

    def _note_answer(self, feed: str, at: datetime) -> None:
        known = self._days.get((at.date(), feed))
        first, last = (min(known.first, at), max(known.last, at)) if known else (at, at)
        self._days[at.date(), feed] = FeedDay(feed=feed, day=at.date(), first=first, last=last)

    def _save_item(self, item: Item) -> None:
        kept = self._items.get(item.id)
        if kept is None:
            self._items[item.id] = Kept(StoredItem(item=item, story=None))
        elif item.revision > kept.stored.item.revision:
            kept.earlier.append(kept.stored.item)
            kept.stored = replace(kept.stored, item=item, classified_by=None)

    # --- grouping
    def ungrouped(self, limit: int) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._turn():
            return [self._story_item(stored) for stored in self._where(grouped=False) if stored.in_view][:limit]

    def story_items(self, since: datetime, until: datetime) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._turn():
            grouped = self._where(grouped=True)
            return [self._story_item(stored) for stored in grouped if since <= stored.item.dated < until]

    def strand_items(self, strands: Collection[str]) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._turn():
            every = [self._story_item(stored) for stored in self._where(grouped=True)]
            return [item for item in every if item.strand in strands]

    def save_grouping(self, grouping: Grouping) -> None:
        """See ``seams.Store``."""
        with self._turn():
            for id, story in grouping.stories.items():
                if id in self._items:
                    self._items[id].stored = replace(self._items[id].stored, story=story)
            there = {kept.stored.story for kept in self._items.values()}
            self._strands = {
                id: strand for id, strand in ({**self._strands, **grouping.strands}).items() if id in there
            }

    def _story_item(self, stored: StoredItem) -> StoryItem:
        item = stored.item
        return StoryItem(
            item_id=item.id,
            feed_id=item.feed_id,
            title=item.title,
            summary=item.summary,
            language=item.language,
            dated=item.dated,
            body=item.body[: StoryItem.BODY],
            story=stored.story,
            strand=self._strands.get(stored.story, stored.story) if stored.story else None,
        )

    # --- classifying
    def unclassified(self, limit: int) -> list[Text]:
        """See ``seams.Store``."""
        with self._turn():
            unread = [kept.stored.item for kept in self._items.values() if kept.stored.classified_by is None]
        return [Text.of(item) for item in sorted(unread, key=lambda item: (item.first_seen, item.id))[:limit]]

    def save_classified(self, classified: Sequence[Classified], model: str, configuration: str) -> None:
        """See ``seams.Store``."""
        _refuse_scores(classified)
        with self._turn():
            for one in classified:
                kept = self._items.get(one.item_id)
                if kept is not None and kept.stored.item.revision == one.revision:
                    by_target = tuple(sorted(one.matches, key=lambda match: match.target))
                    kept.stored = replace(kept.stored, matches=by_target, classified_by=model, in_view=one.is_in_view)

    # --- looking up
    def item(self, id: str) -> StoredItem | None:
        """See ``seams.Store``."""
        with self._turn():
            return self._items[id].stored if id in self._items else None

    def items_at(self, url: str) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._turn():
            here = [stored for stored in self._where() if stored.item.url == storable(url)]
        return sorted(here, key=lambda stored: stored.item.dated, reverse=True)

    def revisions(self, id: str) -> list[Item]:
        """See ``seams.Store``."""
        with self._turn():
            return list(self._items[id].earlier) if id in self._items else []

    def items_of_stories(self, stories: Sequence[str]) -> list[StoredItem]:
        """See ``seams.Store``."""
        wanted = set(stories)
        with self._turn():
            return [stored for stored in self._where() if stored.story in wanted]

    def story_copies(self, stories: Sequence[str]) -> list[Copy]:
        """See ``seams.Store``."""
        return [*map(Copy.of, self.items_of_stories(stories))]


def _refuse_scores(classified: Iterable[Classified]) -> None:
    for match in (match for one in classified for match in one.matches):
        if not 0 <= match.score <= 1:
            raise StoreError(f"memory://: {match.item_id}, {match.target}: the score {match.score} is not 0 to 1")


def _known(item: Item) -> KnownItem:
    return KnownItem(
        id=item.id,
        key=item.key,
        url=item.url,
        title=item.title,
        content_hash=item.content_hash,
        revision=item.revision,
        first_seen=item.first_seen,
        dated=item.dated,
    )
