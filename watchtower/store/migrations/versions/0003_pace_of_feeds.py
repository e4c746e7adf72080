"""What a feed's pace and health are told from.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what they hold is learned at the next visits."""
    op.add_column("feeds", sa.Column("moved_times", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("feeds", sa.Column("not_feed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("feeds", sa.Column("ttl", sa.BigInteger(), nullable=True))
    op.add_column("feeds", sa.Column("skip_hours", sa.JSON(), nullable=True))
    op.add_column("feeds", sa.Column("skip_days", sa.JSON(), nullable=True))
    op.add_column("feeds", sa.Column("rhythm", sa.BigInteger(), nullable=True))
    op.add_column("feeds", sa.Column("pause", sa.BigInteger(), nullable=True))
