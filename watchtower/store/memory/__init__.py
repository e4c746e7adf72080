"""The store without a database: for tests and dry runs, with the promises of ``seams.Store``."""

from __future__ import annotations

from watchtower.store.memory.assessing import Assessing
from watchtower.store.memory.learning import Learning
from watchtower.store.memory.reading import Reading
from watchtower.store.memory.telling import Telling

__all__ = ["MemoryStore"]


class MemoryStore(Assessing, Telling, Learning, Reading):
    """Keep everything in this process until ``close``; one lock makes every method one transaction."""
