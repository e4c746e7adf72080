"""Configuration in, a wired watchtower out: the only place that names concrete parts and reads the clock.

The heavy libraries are imported inside the functions, so that ``watchtower --help`` and ``check`` stay quick.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from watchtower import __version__
from watchtower.config.values import Config, DigestSettings
from watchtower.errors import ModelError, StoreError
from watchtower.pipeline import DigestPlan, Watchtower
from watchtower.seams import Classifier, Clock, Fetcher, Notifier, Store

log = logging.getLogger(__name__)

REPOSITORY = "https://github.com/watchtower-monitor/watchtower"


def utc_now() -> datetime:
    """Tell the time, aware, in UTC."""
    return datetime.now(UTC)


def watchtower(
    config: Config, *, fetcher: Fetcher | None = None, store: Store | None = None, clock: Clock = utc_now
) -> Watchtower:
    """Wire a watchtower from its configuration; parts can be replaced by keyword.

    Raises ``StoreError`` where the database cannot be opened.
    """
    opened = store or _store(config)
    return Watchtower(
        feeds=config.feeds,
        analysis=config.analysis,
        store=opened,
        fetcher=fetcher or _fetcher(config, clock),
        classifier=_once(lambda: _classifier(config, opened, clock)),
        notifiers=(_file_notifier(config),),
        plan=_plan(config.settings.digest, config),
        clock=clock,
        version=__version__,
    )


def classifier(config: Config, *, clock: Clock = utc_now) -> Classifier:
    """Load or fit the classifier of this configuration; where the database cannot be opened, fit it without."""
    try:
        store = _store(config)
    except StoreError as error:
        log.warning("%s; fitting the classifier without it", error)
        return _classifier(config, None, clock)
    try:
        return _classifier(config, store, clock)
    finally:
        store.close()


def _once(make: Callable[[], Classifier]) -> Callable[[], Classifier]:
    return cache(make)


def _store(config: Config) -> Store:
    from watchtower.store import open_store

    return open_store(config.settings.database.url, config.folder)


def _fetcher(config: Config, clock: Clock) -> Fetcher:
    from watchtower.fetch.guard import Guard
    from watchtower.fetch.http import HttpFetcher

    settings = config.settings.fetch
    contact = settings.contact or REPOSITORY
    return HttpFetcher(
        concurrency=settings.concurrency,
        per_host=settings.per_host,
        timeout_seconds=settings.timeout_seconds,
        max_bytes=settings.max_bytes,
        user_agent=f"watchtower/{__version__} (+{contact})",
        guard=Guard(allow_private_networks=settings.allow_private_networks, allow=settings.allow),
        clock=clock,
    )


def _classifier(config: Config, store: Store | None, clock: Clock) -> Classifier:
    """Load the stored model of this configuration; where there is none that can be read, fit it and keep it."""
    from watchtower import classify

    kept = store.model(config.analysis.version, classify.FORMAT) if store else None
    if kept:
        try:
            return classify.load_classifier(config.analysis, kept)
        except ModelError as error:
            log.warning("%s; fitting it again", error)
    fitted, made = classify.fit_classifier(config.analysis, clock())
    if store:
        store.save_model(made)
    return fitted


def _file_notifier(config: Config) -> Notifier:
    from watchtower.deliver.files import FileNotifier

    return FileNotifier(config.folder / config.settings.digest.folder)


def _plan(settings: DigestSettings, config: Config) -> DigestPlan:
    return DigestPlan(
        at=settings.at,
        zone=settings.zone,
        formats=settings.formats,
        when_empty=settings.when_empty,
        stories_per_section=settings.stories_per_section,
        days_before=settings.days_before,
        grace=config.settings.schedule.grace,
    )
