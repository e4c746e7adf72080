"""The tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two.

``items``, ``stories`` and ``matches`` are read by operators' scripts and keep their names. Times are UTC.
Every index serves one query of ``seams.Store``, named beside it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    true,
)

from watchtower.store.columns import Seconds, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("next_check", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_attempt", UtcDateTime),
    Column("last_success", UtcDateTime),
    Column("last_new", UtcDateTime),
    Column("problem", Text),
    Column("moved_to", Text),
    Column("gone", Boolean, nullable=False),
    Column("moved_times", Integer, nullable=False),
    Column("not_feed", Boolean, nullable=False),
    Column("ttl", Seconds),
    Column("skip_hours", JSON(none_as_null=True)),
    Column("skip_days", JSON(none_as_null=True)),
    Column("rhythm", Seconds),
    Column("pause", Seconds),
)

visits = Table(
    "visits",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("new", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("problem", Text),
    Column("warnings", JSON, nullable=False),
)

archives = Table(
    "archives",
    metadata,
    Column("file", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("left_out", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)

# No foreign key on items: what was read is remembered longer than the item.
pages = Table(
    "pages",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("feed_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try", UtcDateTime),
    Column("read_at", UtcDateTime),
    Column("problem", Text),
)
is_to_try = pages.c.next_try.is_not(None)
# due_pages
Index("ix_pages_next_try", pages.c.next_try, pages.c.item_id, sqlite_where=is_to_try, postgresql_where=is_to_try)

robots = Table(
    "robots",
    metadata,
    Column("site", Text, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("rules", Text),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("strand", Text, nullable=False, server_default=""),
)

# The long texts come last: SQLite reads a row from its start, so what is asked for most is found soonest.
items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("feed_id", Text, nullable=False),
    Column("story", Text, ForeignKey("stories.id")),
    Column("dated", UtcDateTime, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("published", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Column("backfill", Boolean, nullable=False),
    Column("language", Text),
    Column("classified_by", Text),
    Column("classified_with", Text),
    Column("matched", Boolean, nullable=False),
    # what was stored before there was this column had been put into a story, whatever it was about
    Column("in_view", Boolean, nullable=False, server_default=true()),
    Column("content_hash", Text, nullable=False),
    Column("key_hash", BigInteger, nullable=False),
    Column("url_hash", BigInteger),
    Column("key", Text, nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
)

is_ungrouped = items.c.in_view.is_(True) & items.c.story.is_(None)
is_grouped = items.c.story.is_not(None)
is_unclassified = items.c.classified_by.is_(None)
is_matched = items.c.matched.is_(True)

# known_items
Index("ix_items_key_hash", items.c.key_hash)
# items_at
Index(
    "ix_items_url_hash",
    items.c.url_hash,
    sqlite_where=items.c.url_hash.is_not(None),
    postgresql_where=items.c.url_hash.is_not(None),
)
# items_of_stories; also what keeps deleting a story from reading every item
Index("ix_items_story", items.c.story, sqlite_where=is_grouped, postgresql_where=is_grouped)
# strand_items
Index("ix_stories_strand", stories.c.strand)
# delivered
Index("ix_items_feed_id_dated", items.c.feed_id, items.c.dated)
# story_items
Index("ix_items_grouped", items.c.dated, items.c.id, sqlite_where=is_grouped, postgresql_where=is_grouped)
# ungrouped
Index("ix_items_ungrouped", items.c.dated, items.c.id, sqlite_where=is_ungrouped, postgresql_where=is_ungrouped)
# unclassified
Index(
    "ix_items_unclassified",
    items.c.first_seen,
    items.c.id,
    sqlite_where=is_unclassified,
    postgresql_where=is_unclassified,
)
# sightings, which it gives without a look at the table; matched_items, earlier_matches, late_items
Index(
    "ix_items_matched_dated",
    *(items.c[name] for name in ("dated", "id", "feed_id", "story", "first_seen", "backfill")),
    sqlite_where=is_matched,
    postgresql_where=is_matched,
)
Index("ix_items_matched_first_seen", items.c.first_seen, sqlite_where=is_matched, postgresql_where=is_matched)

# Earlier revisions only; the present one is in items. feed_id and key never change and stay there.
revisions = Table(
    "revisions",
    metadata,
    Column("item_id", Text, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("dated", UtcDateTime, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("published", UtcDateTime),
    Column("backfill", Boolean, nullable=False),
    Column("language", Text),
    Column("content_hash", Text, nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("item_id", Text, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("score", Float(53), nullable=False),
    Column("threshold", Float(53), nullable=False),
    Column("indicator", Text),
    Column("answer", Text),
    Column("indicator_confidence", Float(53)),
    Column("answer_confidence", Float(53)),
    Column("model", Text, nullable=False),
    Column("configuration", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    CheckConstraint("score >= 0 AND score <= 1", name="score"),
)

# sightings, without a look at the evidence, which is large
Index(
    "ix_matches_seen",
    *(matches.c[name] for name in ("item_id", "target", "indicator", "answer", "score", "configuration")),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("analysis", Text, nullable=False),
    # since 0007: as in digest.readers; empty for everybody's
    Column("reader", Text, nullable=False),
    Column("local_date", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("body", JSON, nullable=False),
    UniqueConstraint("analysis", "reader", "local_date"),
)
# last_digest
Index("ix_digests_analysis_until", digests.c.analysis, digests.c.until)

digest_items = Table(
    "digest_items",
    metadata,
    Column("digest_id", Text, ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    # since 0006, as it was told: empty in digests of before
    Column("revision", Integer),
    Column("title", Text),
    Column("matches", JSON),
)

# since 0007: no digest where an alert is carried; made, sending_since, uncertain, given_up_at, subject, text
outbox = Table(
    "outbox",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", Text, nullable=False),
    Column("digest_id", Text, ForeignKey("digests.id")),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("made", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("next_try", UtcDateTime),
    Column("sending_since", UtcDateTime),
    Column("uncertain", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("given_up_at", UtcDateTime),
    Column("problem", Text),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
)
is_unsent = outbox.c.sent_at.is_(None)
is_waiting = and_(is_unsent, outbox.c.given_up_at.is_(None))
# due_messages, unsent_messages
Index("ix_outbox_unsent", outbox.c.number, sqlite_where=is_unsent, postgresql_where=is_unsent)

# since 0007. The key is what makes an alert one: it is told at most once.
alerts = Table(
    "alerts",
    metadata,
    Column("analysis", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("says", Text, nullable=False),
    Column("url", Text),
    # kept back because too many had gone out in the hour before
    Column("held_back", Boolean, nullable=False),
)
# alerts_since
Index("ix_alerts_analysis_at", alerts.c.analysis, alerts.c.at)

models = Table(
    "models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("configuration", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("made", UtcDateTime, nullable=False),
    Column("data", LargeBinary, nullable=False),
    # since 0002; empty in models of before
    Column("analysis", Text),
    Column("beta", Float(53)),
    Column("verdicts", JSON),
)
# model
Index("ix_models_configuration", models.c.configuration, models.c.format, models.c.made)

# No foreign key on models: what was measured stays true of a model that is no longer kept.
measurements = Table(
    "measurements",
    metadata,
    Column("model", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("items", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("intervals", JSON, nullable=False),
)

# No foreign key on items: a verdict holds the text as judged, and outlives the item or never had one here.
verdicts = Table(
    "verdicts",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("language", Text),
    Column("url", Text),
    Column("publisher", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("judged", JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
)

# The first and the last visit at which a feed answered on a UTC date: a small part of the log, by day.
feed_days = Table(
    "feed_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("feed_id", Text, primary_key=True),
    Column("first", UtcDateTime, nullable=False),
    Column("last", UtcDateTime, nullable=False),
)

definitions = Table(
    "definitions",
    metadata,
    Column("analysis", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("configuration", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

resets = Table(
    "resets",
    metadata,
    Column("analysis", Text, primary_key=True),
    Column("question", Text, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("analysis", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("likelihood", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("criteria", Text, nullable=False),
    Column("outcome", Boolean),
    Column("resolved_at", UtcDateTime),
    Column("brier", Float(53)),
)
