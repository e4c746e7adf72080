"""Indexes that give what a day's digest counts, without a look at the tables.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Order the items of each feed by date, and put into the indexes of matches what is counted of them."""
    is_matched = sa.column("matched", sa.Boolean()).is_(True)
    op.create_index("ix_items_feed_id_dated", "items", ["feed_id", "dated"])
    op.drop_index("ix_items_dated", table_name="items")
    op.drop_index("ix_items_matched_dated", table_name="items")
    op.create_index(
        "ix_items_matched_dated",
        "items",
        ["dated", "id", "feed_id", "story", "first_seen", "backfill"],
        sqlite_where=is_matched,
        postgresql_where=is_matched,
    )
    op.create_index(
        "ix_matches_seen", "matches", ["item_id", "target", "indicator", "answer", "score", "configuration"]
    )
