"""Pure: what a digest says and how it is written."""

from __future__ import annotations

from watchtower.digest.as_json import as_json
from watchtower.digest.compose import compose
from watchtower.digest.data import DayData
from watchtower.digest.render import FORMATS, render

__all__ = ["FORMATS", "DayData", "as_json", "compose", "render"]
