"""Alembic's environment: runs the migrations inside the transaction of the connection that is handed in.

``watchtower.store.migrate`` is the way in. To write a new revision, see ``docs/reference/database.md``.
"""

from __future__ import annotations

from alembic import context

from watchtower.store.migrate import VERSION_TABLE
from watchtower.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
