"""Reads the three YAML files: every problem at once, with file, line, column and a suggestion."""

from __future__ import annotations

from watchtower.config.loading import load
from watchtower.config.values import (
    Config,
    DatabaseSettings,
    DigestSettings,
    FetchSettings,
    LogSettings,
    MatchSettings,
    Place,
    ScheduleSettings,
    Settings,
    WebSettings,
)

__all__ = [
    "Config",
    "DatabaseSettings",
    "DigestSettings",
    "FetchSettings",
    "LogSettings",
    "MatchSettings",
    "Place",
    "ScheduleSettings",
    "Settings",
    "WebSettings",
    "load",
]
