"""What a watchtower is made of; the jobs are given it and take from it what they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from watchtower.assess import Method
from watchtower.seams import Classifier, Clock, Fetcher, Notifier, Store
from watchtower.types import Analysis, Feed, Pacing


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """How and when digests are made, as the settings say."""

    at: time
    zone: str
    formats: tuple[str, ...]
    when_empty: bool
    stories_per_section: int
    days_before: int
    grace: timedelta
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Every part of a wired watchtower."""

    feeds: tuple[Feed, ...]
    analysis: Analysis
    store: Store
    fetcher: Fetcher
    classifier: Callable[[], Classifier]
    notifiers: tuple[Notifier, ...]
    plan: DigestPlan
    pacing: Pacing
    clock: Clock
    version: str
