"""How sure the indicator and the answer of a match are.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of matches made before, it is not known."""
    op.add_column("matches", sa.Column("indicator_confidence", sa.Float(53), nullable=True))
    op.add_column("matches", sa.Column("answer_confidence", sa.Float(53), nullable=True))
