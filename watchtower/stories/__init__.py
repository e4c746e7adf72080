"""Pure: items that report the same development, grouped into stories."""

from __future__ import annotations

from watchtower.stories.group import group
from watchtower.stories.same import WINDOW

__all__ = ["WINDOW", "group"]
