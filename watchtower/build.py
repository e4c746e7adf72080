"""Configuration in, a wired watchtower out: the only place that names concrete parts and reads the clock.

The heavy libraries are imported inside the functions, so that ``watchtower --help`` and ``check`` stay quick.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watchtower import __version__
from watchtower.assess import Method
from watchtower.config.values import AssessSettings, Config, DigestSettings, FetchSettings
from watchtower.errors import StoreError
from watchtower.pipeline import DigestPlan, Watchtower
from watchtower.seams import Classifier, Clock, Fetcher, Notifier, Store, Web
from watchtower.types import Evaluation, Pacing, stable_id

if TYPE_CHECKING:
    from watchtower.archive.files import FileArchive
    from watchtower.fetch.guard import Guard
    from watchtower.teaching import Teacher

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
        fetcher=fetcher or http_fetcher(config, clock=clock),
        classifier=_Following(config, opened, clock),
        notifiers=(_file_notifier(config),),
        plan=_plan(config.settings.digest, config),
        pacing=Pacing(
            at_least_every=config.settings.fetch.at_least_every, longest_wait=config.settings.fetch.longest_wait
        ),
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


def teacher(config: Config, *, store: Store | None = None, clock: Clock = utc_now) -> Teacher:
    """Wire what takes verdicts in and learns from them. Raises ``StoreError`` where the database cannot be opened."""
    from watchtower.teaching import Teacher

    return Teacher(analysis=config.analysis, feeds=config.feeds, store=store or _store(config), clock=clock)


def web(config: Config, *, clock: Clock = utc_now) -> Web:
    """Make what asks for anything that is no feed: pages, robots.txt, webhooks."""
    from watchtower.fetch.guarded import GuardedClient

    settings = config.settings.fetch
    return GuardedClient(
        timeout_seconds=settings.timeout_seconds,
        max_bytes=settings.max_bytes,
        user_agent=_user_agent(settings),
        guard=_guard(settings),
        clock=clock,
        proxy=settings.proxy,
    )


def archive(config: Config, path: Path, feed: str | None) -> FileArchive:
    """Find the files of an archive; ``feed`` is the one that all of them belong to, if given. Raises ``UserError``."""
    from watchtower.archive.files import FileArchive

    names = [name for one in config.feeds for name in (one.id, one.title, one.owner, one.url)]
    return FileArchive(path, max_bytes=config.settings.fetch.max_bytes, belonging=stable_id(feed or "", *names))


def http_fetcher(config: Config, *, clock: Clock = utc_now) -> Fetcher:
    """Make what asks servers for feeds, within the limits of this configuration."""
    from watchtower.fetch.http import HttpFetcher

    settings = config.settings.fetch
    return HttpFetcher(
        concurrency=settings.concurrency,
        per_host=settings.per_host,
        timeout_seconds=settings.timeout_seconds,
        max_bytes=settings.max_bytes,
        user_agent=_user_agent(settings),
        guard=_guard(settings),
        clock=clock,
        proxy=settings.proxy,
    )


def reliability_picture(evaluation: Evaluation) -> str:
    """Draw the reliability curves of an evaluation as SVG."""
    from watchtower import classify

    return classify.reliability_picture(evaluation)


class _Following:
    """Gives the classifier that runs: loaded once, and again when another process has installed a newer model."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._held: tuple[str, Classifier] | None = None

    def __call__(self) -> Classifier:
        newest = self._store.newest_model()
        if self._held is None or self._held[0] != newest:
            made = _classifier(self._config, self._store, self._clock)
            self._held = (self._store.newest_model() or "", made)
        return self._held[1]


def _store(config: Config) -> Store:
    from watchtower.store import open_store

    return open_store(config.settings.database.url, config.folder)


def _guard(settings: FetchSettings) -> Guard:
    from watchtower.fetch.guard import Guard

    return Guard(allow_private_networks=settings.allow_private_networks, allow=settings.allow)


def _user_agent(settings: FetchSettings) -> str:
    return f"watchtower/{__version__} (+{settings.contact or REPOSITORY})"


def _classifier(config: Config, store: Store | None, clock: Clock) -> Classifier:
    from watchtower import teaching

    return teaching.current(config.analysis, store, clock)[0]


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
        method=_method(config.settings.assess),
    )


def _method(settings: AssessSettings) -> Method:
    return Method(
        days=settings.days,
        half_life=settings.half_life,
        half_life_set=settings.half_life != AssessSettings().half_life,
        false_surges=settings.false_surges,
    )
