"""Which items are in view of a target, and so belong into a story.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take what is in a story as in view, by the column's default: no row is written. What is in none waits to be read.

    A match is in view in any case.
    """
    op.add_column("items", sa.Column("in_view", sa.Boolean(), nullable=False, server_default=sa.true()))
    items = sa.table("items", sa.column("story"), sa.column("matched"), sa.column("in_view"))
    in_none = items.c.story.is_(None)
    op.execute(items.update().where(in_none, items.c.matched.is_(False)).values(in_view=sa.false()))
    op.drop_index("ix_items_ungrouped", "items")
    waiting, grouped = items.c.in_view.is_(True) & in_none, items.c.story.is_not(None)
    op.create_index("ix_items_ungrouped", "items", ["dated", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_items_grouped", "items", ["dated", "id"], sqlite_where=grouped, postgresql_where=grouped)
