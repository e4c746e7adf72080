"""Assessing: what is unusual, what is silent, what was covered, and what the evidence says."""

from __future__ import annotations

from watchtower.assess.agreement import settled
from watchtower.assess.assessing import assess
from watchtower.assess.boards import SCENARIOS, boards
from watchtower.assess.data import AssessData, Method, Window
from watchtower.assess.definitions import define
from watchtower.assess.headlines import headed, shown
from watchtower.assess.since_told import since_told

__all__ = [
    "SCENARIOS",
    "AssessData",
    "Method",
    "Window",
    "assess",
    "boards",
    "define",
    "headed",
    "settled",
    "shown",
    "since_told",
]
