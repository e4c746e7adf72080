"""Readers with a digest of their own, how tries to deliver end, and alerts.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give digests a reader and messages what mail needs; what is there is everybody's, and waits as before."""
    with op.batch_alter_table("digests") as digests:
        digests.add_column(sa.Column("reader", sa.Text(), nullable=False, server_default=""))
        digests.drop_constraint(op.f("uq_digests_analysis_local_date"), type_="unique")
        digests.create_unique_constraint(
            op.f("uq_digests_analysis_reader_local_date"), ["analysis", "reader", "local_date"]
        )
    with op.batch_alter_table("digests") as digests:
        digests.alter_column("reader", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    _extend_outbox()
    _create_alerts()


def _extend_outbox() -> None:
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("digest_id", existing_type=sa.Text(), nullable=True)
        outbox.add_column(sa.Column("made", _moment(), nullable=True))
        outbox.add_column(sa.Column("sending_since", _moment(), nullable=True))
        outbox.add_column(sa.Column("given_up_at", _moment(), nullable=True))
        outbox.add_column(sa.Column("uncertain", sa.Integer(), nullable=False, server_default="0"))
        outbox.add_column(sa.Column("subject", sa.Text(), nullable=False, server_default=""))
        outbox.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("uncertain", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        outbox.alter_column("subject", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        outbox.alter_column("text", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["number"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("held_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("analysis", "key", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_analysis_at", "alerts", ["analysis", "at"], unique=False)


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
