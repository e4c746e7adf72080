"""The first tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment() -> sa.types.TypeEngine[Any]:
    """A moment in UTC: text in SQLite, timestamp with time zone in PostgreSQL."""
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    _create_stories()
    _create_items()
    _create_revisions()
    _create_matches()
    _create_feeds()
    _create_visits()
    _create_digests()
    _create_digest_items()
    _create_outbox()
    _create_models()


def _create_stories() -> None:
    op.create_table(
        "stories", sa.Column("id", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_stories"))
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("dated", _moment(), nullable=False),
        sa.Column("first_seen", _moment(), nullable=False),
        sa.Column("published", _moment(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("classified_by", sa.Text(), nullable=True),
        sa.Column("classified_with", sa.Text(), nullable=True),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.BigInteger(), nullable=False),
        sa.Column("url_hash", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_items_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index("ix_items_dated", "items", ["dated", "feed_id"], unique=False)
    op.create_index("ix_items_key_hash", "items", ["key_hash"], unique=False)
    op.create_index(
        "ix_items_matched_dated",
        "items",
        ["dated"],
        unique=False,
        sqlite_where=sa.text("matched IS 1"),
        postgresql_where=sa.text("matched IS true"),
    )
    op.create_index(
        "ix_items_matched_first_seen",
        "items",
        ["first_seen"],
        unique=False,
        sqlite_where=sa.text("matched IS 1"),
        postgresql_where=sa.text("matched IS true"),
    )
    op.create_index(
        "ix_items_story",
        "items",
        ["story"],
        unique=False,
        sqlite_where=sa.text("story IS NOT NULL"),
        postgresql_where=sa.text("story IS NOT NULL"),
    )
    op.create_index(
        "ix_items_unclassified",
        "items",
        ["first_seen", "id"],
        unique=False,
        sqlite_where=sa.text("classified_by IS NULL"),
        postgresql_where=sa.text("classified_by IS NULL"),
    )
    op.create_index(
        "ix_items_ungrouped",
        "items",
        ["dated", "id"],
        unique=False,
        sqlite_where=sa.text("story IS NULL"),
        postgresql_where=sa.text("story IS NULL"),
    )
    op.create_index(
        "ix_items_url_hash",
        "items",
        ["url_hash"],
        unique=False,
        sqlite_where=sa.text("url_hash IS NOT NULL"),
        postgresql_where=sa.text("url_hash IS NOT NULL"),
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("dated", _moment(), nullable=False),
        sa.Column("first_seen", _moment(), nullable=False),
        sa.Column("published", _moment(), nullable=True),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_revisions_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "revision", name=op.f("pk_revisions")),
    )


def _create_matches() -> None:
    op.create_table(
        "matches",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(precision=53), nullable=False),
        sa.Column("threshold", sa.Float(precision=53), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_matches_score")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_matches_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", "target", name=op.f("pk_matches")),
    )


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("next_check", _moment(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_attempt", _moment(), nullable=True),
        sa.Column("last_success", _moment(), nullable=True),
        sa.Column("last_new", _moment(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feeds")),
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "at", name=op.f("pk_visits")),
    )


def _create_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("until", _moment(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("analysis", "local_date", name=op.f("uq_digests_analysis_local_date")),
    )
    op.create_index("ix_digests_analysis_until", "digests", ["analysis", "until"], unique=False)


def _create_digest_items() -> None:
    op.create_table(
        "digest_items",
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_digest_items_digest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest_id", "item_id", name=op.f("pk_digest_items")),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", _moment(), nullable=True),
        sa.Column("sent_at", _moment(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_outbox_digest_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["number"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def _create_models() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("made", _moment(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
    )
    op.create_index("ix_models_configuration", "models", ["configuration", "format", "made"], unique=False)
