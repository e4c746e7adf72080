"""Configuration in, a wired watchtower out: the only place that names concrete parts and reads the clock.

The heavy libraries are imported inside the functions, so that ``watchtower --help`` and ``check`` stay quick.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watchtower import __version__
from watchtower.assess import Method
from watchtower.config.extras import missing_for_full_text, wants_full_text
from watchtower.config.readers import variable
from watchtower.config.values import AssessSettings, Config, FetchSettings, ReaderSecrets, ReaderSettings
from watchtower.errors import StoreError, UserError
from watchtower.pipeline import DigestPlan, Reader, Route, Watchtower
from watchtower.pipeline.parts import Aside
from watchtower.seams import Articles, Classifier, Clock, Fetcher, Naming, Notifier, Parser, Store, Web
from watchtower.types import AlertKind, Analysis, Evaluation, Pacing, stable_id

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
        parser=parser(),
        classifier=_Following(config, opened, clock),
        naming=naming(config),
        notifiers=_notifiers(config, clock),
        plan=_plan(config),
        pacing=Pacing(
            at_least_every=config.settings.fetch.at_least_every, longest_wait=config.settings.fetch.longest_wait
        ),
        clock=clock,
        version=__version__,
        articles=_articles if wants_full_text(config.feeds) else None,
        aside=lambda: _aside(config.analysis, opened, clock),
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


def naming(config: Config) -> Naming:
    """Make what names the concepts of texts; their terms are made ready when it is first asked."""
    return _Naming(config.analysis)


def group_lines(config: Config, lines: Iterable[tuple[int, bytes]], longest: int) -> list[dict[str, object]]:
    """Group items given as numbered lines of JSON of so many bytes at most, without a database."""
    from watchtower.pipeline.grouping import group_lines as grouped

    return grouped(lines, naming(config), longest)


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


def parser() -> Parser:
    """Make what parses feeds, within bounds of time and memory. It must be closed."""
    from watchtower.parser.bounded import BoundedParser

    return BoundedParser()


def reliability_picture(evaluation: Evaluation) -> str:
    """Draw the reliability curves of an evaluation as SVG."""
    from watchtower import classify

    return classify.reliability_picture(evaluation)


class _Naming:
    """Names concepts; loaded when first asked."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._named: Naming | None = None

    def __call__(self, texts: Sequence[str]) -> Sequence[frozenset[str]]:
        if self._named is None:
            from watchtower import classify

            self._named = classify.naming(self._analysis)
        return self._named(texts)


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


def _aside(analysis: Analysis, store: Store, clock: Clock) -> Aside | None:
    """Start what classifies beside us, where there is a second processor for it.

    A model that has to be fitted again on verdicts is fitted here, where they are.
    """
    from watchtower import teaching
    from watchtower.aside.process import AsideProcess

    kept = teaching.stored(analysis, store)
    if processors() < 2 or (kept is None and store.learned_model(analysis.id)):
        return None
    try:
        return AsideProcess(analysis, kept, clock(), store.save_model)
    except OSError as error:
        log.warning("no process to classify beside this one can be started (%s); going on without it", error.strerror)
        return None


def processors() -> int:
    """Count the processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _articles() -> Articles:
    """Make what reads web pages. Raises ``UserError`` where the extra for it is not installed."""
    from watchtower.parser.pages import BoundedArticles

    if missing := missing_for_full_text():
        raise UserError(missing)
    return BoundedArticles()


def _guard(settings: FetchSettings) -> Guard:
    from watchtower.fetch.guard import Guard

    return Guard(allow_private_networks=settings.allow_private_networks, allow=settings.allow)


def _user_agent(settings: FetchSettings) -> str:
    return f"watchtower/{__version__} (+{settings.contact or REPOSITORY})"


def _classifier(config: Config, store: Store | None, clock: Clock) -> Classifier:
    from watchtower import teaching

    return teaching.current(config.analysis, store, clock)[0]


def _notifiers(config: Config, clock: Clock) -> tuple[Notifier, ...]:
    from watchtower.deliver.files import FileNotifier

    settings, readers = config.settings, config.settings.digest.readers
    found: list[Notifier] = [FileNotifier(config.folder / settings.digest.folder)]
    if settings.mail.host and settings.mail.sender:
        found.append(_mail(config))
    if any(reader.webhook for reader in readers):
        found.append(_webhooks(config, clock))
    if any(reader.chat for reader in readers):
        found.append(_chat(config))
    return tuple(found)


def _mail(config: Config) -> Notifier:
    from watchtower.deliver.mime import Sender
    from watchtower.deliver.smtp import MailServer, SmtpNotifier

    settings = config.settings.mail
    server = MailServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password,
        timeout_seconds=settings.timeout_seconds,
        ca_file=config.folder / settings.ca_file if settings.ca_file else None,
    )
    return SmtpNotifier(server, Sender(address=settings.sender, unsubscribe=settings.unsubscribe))


def _webhooks(config: Config, clock: Clock) -> Notifier:
    from watchtower.deliver.webhook import Hook, WebhookNotifier

    hooks = {}
    for reader in config.settings.digest.readers:
        secrets = config.secrets.get(reader.id, ReaderSecrets())
        address = secrets.webhook if reader.webhook == "secret" else reader.webhook
        hooks[reader.id] = Hook(
            address=address, signing_key=secrets.signing_key, variable=variable(reader.id, "webhook")
        )
    return WebhookNotifier(hooks, web(config, clock=clock), clock)


def _chat(config: Config) -> Notifier:
    from watchtower.deliver.chat import ChatNotifier, Service

    services = {
        name: Service(address=address, variable=variable(reader.id, "chat"))
        for reader in config.settings.digest.readers
        for name, address in _chats(config, reader)
    }
    return ChatNotifier(services, _guard(config.settings.fetch).check)


def _chats(config: Config, reader: ReaderSettings) -> list[tuple[str, str]]:
    """Name a reader's chat services by number, so that no message in the outbox holds an address with its token."""
    addresses = config.secrets.get(reader.id, ReaderSecrets()).chat.split() or [""]
    return [(f"{reader.id}/{number}", address) for number, address in enumerate(addresses, 1)]


def _plan(config: Config) -> DigestPlan:
    settings, delivery = config.settings.digest, config.settings.delivery
    everybody = Reader(
        id="",
        at=settings.at,
        zone=settings.zone,
        formats=settings.formats,
        when_empty=settings.when_empty,
        routes=(Route(channel="file", recipient=""),),
    )
    return DigestPlan(
        readers=(everybody, *(_reader(config, reader) for reader in settings.readers)),
        stories_per_section=settings.stories_per_section,
        days_before=settings.days_before,
        grace=config.settings.schedule.grace,
        most_uncertain=1 if delivery.uncertain == "retry" else 0,
        alerts_per_hour=delivery.alerts_per_hour,
        method=_method(config.settings.assess),
    )


def _method(settings: AssessSettings) -> Method:
    return Method(
        days=settings.days,
        half_life=settings.half_life,
        half_life_set=settings.half_life != AssessSettings().half_life,
        false_surges=settings.false_surges,
    )


def _reader(config: Config, reader: ReaderSettings) -> Reader:
    settings = config.settings.digest
    return Reader(
        id=reader.id,
        at=reader.at or settings.at,
        zone=reader.zone or settings.zone,
        targets=reader.targets,
        languages=reader.languages,
        formats=reader.formats or settings.formats,
        when_empty=settings.when_empty if reader.when_empty is None else reader.when_empty,
        routes=tuple(_routes(config, reader)),
        alerts=frozenset(AlertKind(kind) for kind in reader.alerts),
    )


def _routes(config: Config, reader: ReaderSettings) -> Iterator[Route]:
    if reader.files:
        yield Route(channel="file", recipient=reader.id)
    for address in reader.mail:
        yield Route(channel="mail", recipient=address)
    if reader.webhook:
        yield Route(channel="webhook", recipient=reader.id)
    if reader.chat:
        for name, _ in _chats(config, reader):
            yield Route(channel="chat", recipient=name)
