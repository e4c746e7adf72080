"""Alembic's scripts: one file a revision in ``versions/``, never changed once released."""

from __future__ import annotations
