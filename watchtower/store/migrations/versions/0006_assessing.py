"""When which feeds answered, what digests told of each item, definitions, judgements and resets.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def moment() -> sa.DateTime:
    """Make the type that times are kept in."""
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Create the tables, with the days on which feeds answered from the log; digests of before keep what they had."""
    op.create_table(
        "feed_days",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("first", moment(), nullable=False),
        sa.Column("last", moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", "feed_id", name=op.f("pk_feed_days")),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    day = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')" if postgresql else "substr(at, 1, 10)"
    op.execute(
        "INSERT INTO feed_days (day, feed_id, first, last) "
        f"SELECT {day}, feed_id, min(at), max(at) FROM visits WHERE kind <> 'failed' GROUP BY {day}, feed_id"
    )
    op.create_table(
        "definitions",
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("analysis", "target", "configuration", name=op.f("pk_definitions")),
    )
    op.create_table(
        "resets",
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("analysis", "question", "at", name=op.f("pk_resets")),
    )
    op.create_table(
        "judgements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Boolean(), nullable=True),
        sa.Column("resolved_at", moment(), nullable=True),
        sa.Column("brier", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    op.add_column("digest_items", sa.Column("revision", sa.Integer(), nullable=True))
    op.add_column("digest_items", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("digest_items", sa.Column("matches", sa.JSON(), nullable=True))
