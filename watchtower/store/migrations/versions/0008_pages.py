"""Full text: the pages of items, and what sites ask of robots.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    moment = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
    op.create_table(
        "pages",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", moment, nullable=True),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_pages")),
    )
    to_try = sa.text("next_try IS NOT NULL")
    op.create_index(
        "ix_pages_next_try", "pages", ["next_try", "item_id"], unique=False, sqlite_where=to_try, postgresql_where=to_try
    )
    op.create_table(
        "robots",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_robots")),
    )
