"""Strands: the stories that are decided on together.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every story of before a strand of its own: which were alike is not known any more."""
    op.add_column("stories", sa.Column("strand", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE stories SET strand = id")
    op.create_index("ix_stories_strand", "stories", ["strand"])
