"""The store in a SQL database: SQLite in a file or in memory, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watchtower.store import alerts as told_at_once
from watchtower.store import (
    archives,
    digests,
    feeds,
    items,
    judgements,
    matches,
    measurements,
    models,
    outbox,
    pages,
    sightings,
    stories,
)
from watchtower.store import verdicts as given_verdicts
from watchtower.store.sql_base import SqlBase
from watchtower.store.texts import (
    storable,
    storable_alert,
    storable_item,
    storable_judgement,
    storable_message,
    storable_reset,
    storable_verdict,
    storable_visits,
)
from watchtower.types import (
    Alert,
    Archived,
    Classified,
    Copy,
    Definition,
    Digest,
    Earlier,
    FeedDay,
    FeedState,
    Grouping,
    Headline,
    Item,
    Judgement,
    KnownItem,
    LastTold,
    Mark,
    Measurement,
    Message,
    Page,
    Reset,
    Retold,
    Robots,
    Sighting,
    StoredItem,
    StoredModel,
    StoryItem,
    Text,
    Verdict,
    Visit,
)


class SqlStore(SqlBase):
    """Keep everything in the database at a checked URL (``connect.read_url``), made or upgraded on opening.

    The promises are those of ``seams.Store``. In SQLite one thread writes at a time and readers never wait;
    a database in memory has one connection, which all threads take in turn.
    """

    # --- collecting
    def feed_states(self) -> Mapping[str, FeedState]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return feeds.states(conn)

    def known_items(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, KnownItem]]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.known(conn, wanted)

    def save_visits(self, visits: Sequence[Visit]) -> None:
        """See ``seams.Store``."""
        done = storable_visits(visits)
        with self._writing() as conn:
            feeds.save(conn, done)
            items.save(conn, (item for visit in done for item in (*visit.new, *visit.revised)))

    # --- archives
    def marks(self) -> Mapping[str, Mark]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return archives.marks(conn)

    def known_at(self, wanted: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, Sequence[KnownItem]]]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.known_at(conn, wanted)

    def save_archived(self, archived: Archived) -> None:
        """See ``seams.Store``."""
        new = [storable_item(item) for item in archived.new]
        with self._writing() as conn:
            items.save(conn, new)
            if archived.mark:
                archives.save(conn, replace(archived.mark, file=storable(archived.mark.file)))

    # --- full text
    def want_pages(self, wanted: Sequence[Page]) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            pages.want(conn, wanted)

    def due_pages(self, now: datetime, feeds: Collection[str], limit: int) -> list[Page]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return pages.due(conn, now, feeds, limit)

    def save_page(self, page: Page, text: str | None) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            pages.save(conn, page, text)

    def robots(self, sites: Sequence[str]) -> Mapping[str, Robots]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return pages.robots_of(conn, sites)

    def save_robots(self, robots: Sequence[Robots]) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            pages.save_robots(conn, robots)

    # --- grouping
    def ungrouped(self, limit: int) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return stories.ungrouped(conn, limit)

    def story_items(self, since: datetime, until: datetime) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return stories.grouped(conn, since, until)

    def strand_items(self, strands: Collection[str]) -> list[StoryItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return stories.of_strands(conn, strands)

    def save_grouping(self, grouping: Grouping) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            stories.save(conn, grouping)

    # --- classifying
    def unclassified(self, limit: int) -> list[Text]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.unclassified(conn, limit)

    def save_classified(self, classified: Sequence[Classified], model: str, configuration: str) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            matches.save(conn, classified, model, configuration)

    # --- looking up
    def item(self, id: str) -> StoredItem | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.by_id(conn, id)

    def items_at(self, url: str) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.at_url(conn, url)

    def revisions(self, id: str) -> list[Item]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.earlier(conn, id)

    def items_of_stories(self, stories: Sequence[str]) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.of_stories(conn, stories)

    def story_copies(self, stories: Sequence[str]) -> list[Copy]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.copies(conn, stories)

    # --- digest
    def matched_items(self, since: datetime, until: datetime, seen_by: datetime) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.matched(conn, since, until, seen_by)

    def late_items(self, since: datetime, until: datetime, dated_after: datetime) -> list[StoredItem]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return items.late(conn, since, until, dated_after)

    def earlier_matches(self, since: datetime, until: datetime, seen_by: datetime) -> list[Earlier]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return sightings.earlier(conn, since, until, seen_by)

    def told(self, digest: str | None = None, *, reader: str | None = None) -> Mapping[str, frozenset[str]]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.told(conn, digest, reader)

    def save_digest(self, digest: Digest, told: Sequence[str], local_date: str, messages: Sequence[Message]) -> bool:
        """See ``seams.Store``."""
        with self._writing() as conn:
            return digests.save(conn, digest, told, local_date, [storable_message(message) for message in messages])

    def last_digest(self, analysis: str, reader: str = "") -> Digest | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.last(conn, analysis, reader)

    def last_told(self, analysis: str, reader: str = "") -> LastTold | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.last_told(conn, analysis, reader)

    def digest(self, id: str) -> Digest | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.by_id(conn, id)

    def digest_of(self, analysis: str, local_date: str, reader: str = "") -> Digest | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.of_date(conn, analysis, local_date, reader)

    # --- assessing
    def sightings(
        self, since: datetime, until: datetime, seen_by: datetime, indicators: Sequence[str] | None = None
    ) -> list[Sighting]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return sightings.between(conn, since, until, seen_by, indicators)

    def headlines(self, ids: Sequence[str]) -> Mapping[str, Headline]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return sightings.headlines(conn, ids)

    def delivered(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return [*sightings.delivered(conn, windows)]

    def feed_days(self, since: date) -> list[FeedDay]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return feeds.answered(conn, since)

    def retold(self, analysis: str, reader: str = "") -> list[Retold]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return digests.retold(conn, analysis, reader)

    def definitions(self, analysis: str) -> list[Definition]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return judgements.every_definition(conn, analysis)

    def save_definitions(self, definitions: Sequence[Definition]) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            judgements.save_definitions(conn, definitions)

    def resets(self, analysis: str) -> list[Reset]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return judgements.every_reset(conn, analysis)

    def save_reset(self, reset: Reset) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            judgements.save_reset(conn, storable_reset(reset))

    def judgements(self, analysis: str) -> list[Judgement]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return judgements.every(conn, analysis)

    def save_judgement(self, judgement: Judgement) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            judgements.save(conn, storable_judgement(judgement))

    # --- alerts
    def known_alerts(self, analysis: str, keys: Sequence[str]) -> frozenset[str]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return told_at_once.known(conn, analysis, keys)

    def alerts_since(self, analysis: str, since: datetime) -> list[Alert]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return told_at_once.since(conn, analysis, since)

    def save_alerts(self, alerts: Sequence[Alert], messages: Sequence[Message]) -> bool:
        """See ``seams.Store``."""
        with self._writing() as conn:
            return told_at_once.save(
                conn, [storable_alert(one) for one in alerts], [storable_message(message) for message in messages]
            )

    # --- outbox
    def due_messages(self, now: datetime) -> list[Message]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return outbox.due(conn, now)

    def unsent_messages(self) -> list[Message]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return outbox.unsent(conn)

    def mark_sending(self, message: str, at: datetime) -> None:
        """See ``seams.Store``."""
        with self._writing(durable=True) as conn:
            outbox.mark_sending(conn, message, at)

    def mark_sent(self, message: str, at: datetime) -> None:
        """See ``seams.Store``."""
        with self._writing(durable=True) as conn:
            outbox.mark_sent(conn, message, at)

    def mark_failed(self, message: str, problem: str, next_try: datetime, *, uncertain: bool = False) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            outbox.mark_failed(conn, message, storable(problem), next_try, uncertain)

    def mark_given_up(self, message: str, problem: str, at: datetime) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            outbox.mark_given_up(conn, message, storable(problem), at)

    def retry(self, message: str) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            outbox.retry(conn, message)

    # --- verdicts
    def save_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            given_verdicts.save(conn, [storable_verdict(verdict) for verdict in verdicts])

    def verdicts(self) -> list[Verdict]:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return given_verdicts.every(conn)

    # --- models
    def model(self, configuration: str, format: int) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return models.newest(conn, configuration, format)

    def learned_model(self, analysis: str) -> StoredModel | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return models.learned(conn, analysis)

    def newest_model(self) -> str | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return models.newest_of_all(conn)

    def save_model(self, model: StoredModel) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            models.save(conn, model)

    def save_measurement(self, measurement: Measurement) -> None:
        """See ``seams.Store``."""
        with self._writing() as conn:
            measurements.save(conn, measurement)

    def measurement(self, model: str) -> Measurement | None:
        """See ``seams.Store``."""
        with self._reading() as conn:
            return measurements.of(conn, model)
