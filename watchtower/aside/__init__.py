"""Classifies in a process of its own, while ours does something else: the rim around ``watchtower.classify``."""

from __future__ import annotations
