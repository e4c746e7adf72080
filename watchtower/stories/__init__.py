"""Pure: items that report the same development, grouped into stories; and where each story comes from."""

from __future__ import annotations

from watchtower.stories.group import group, touched
from watchtower.stories.lineage import lineages
from watchtower.stories.reading import named
from watchtower.stories.same import WINDOW

__all__ = ["WINDOW", "group", "lineages", "named", "touched"]
