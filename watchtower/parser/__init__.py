"""Documents to entries within bounds of time and memory: the rim around ``watchtower.parse``."""

from __future__ import annotations
