"""Messages to chat services through Apprise (the extra ``notify``), within the same guard as feeds.

Apprise makes its own connections, and most of its services do not say whether a message whose answer got lost arrived.
So its connections are watched (``crossing``): each address is checked as it is connected to, and the first connection
is the step that cannot be taken back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watchtower.deliver.crossing import watched
from watchtower.errors import AddressRefused, DeliveryError, DeliveryUncertain
from watchtower.text import clean, cut
from watchtower.types import Message

if TYPE_CHECKING:
    from apprise import NotifyBase

#: services that do something on this machine instead of sending: nothing here has a screen or should be written to
LOCAL = frozenset({"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "file"})
# What Apprise writes where the server answered, and said no; and where there was no connection to begin with.
_ANSWERED = re.compile(r"error=\d{3}")
_UNCONNECTED = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeoutError")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One chat service of one reader; the address is secret."""

    #: an Apprise address; empty where it is not set
    address: str = field(repr=False)
    #: the variable that holds the address
    variable: str


class ChatNotifier:
    """Sends each message to the chat service of its recipient. Implements ``seams.Notifier``."""

    channel = "chat"
    repeatable = False

    def __init__(self, services: Mapping[str, Service], check: Callable[[str, str], None]) -> None:
        self._services = services
        self._check = check

    def deliver(self, message: Message, committing: Callable[[], None]) -> None:
        """Send the message; see ``seams.Notifier``."""
        service = self._services.get(message.recipient)
        if service is None:
            raise DeliveryError(f"no chat service {message.recipient!r}: see digest.readers in settings.yml")
        plugin = _plugin(service)
        try:
            with _listening() as lines, watched(self._check, committing):
                taken = plugin.notify(body=message.body, title=message.subject)
        except AddressRefused as error:
            raise DeliveryError(f"{plugin.service_name} was not asked: {error}") from error
        if not taken:
            _refuse(f"{plugin.service_name}", lines)


def _plugin(service: Service) -> NotifyBase:
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError as error:
        raise DeliveryError("chat needs Apprise: pip install 'watchtower[notify]', then start again") from error
    if not service.address:
        raise DeliveryError(f"there is no chat address: set {service.variable}")
    asset = AppriseAsset(http_redirects=False, async_mode=False, app_id="watchtower", app_desc="watchtower")
    with _listening():  # what it writes about a bad address has that address in it
        plugin = Apprise.instantiate(service.address, asset=asset)
    if plugin is None:
        raise DeliveryError(
            f"{service.variable} holds an address that Apprise does not know or cannot read; correct it"
        )
    if LOCAL.intersection(_schemes(plugin)):
        raise DeliveryError(f"{plugin.service_name} sends nothing anywhere; name a chat service in {service.variable}")
    return plugin


def _schemes(plugin: NotifyBase) -> Iterator[str]:
    for schemes in (plugin.protocol, plugin.secure_protocol):
        yield from (schemes,) if isinstance(schemes, str) else schemes or ()


class _Collector(logging.Handler):
    """Keeps level and text of what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.levelno, record.getMessage()))


@contextmanager
def _listening() -> Iterator[list[tuple[int, str]]]:
    """Collect what Apprise logs, and keep it out of our log: it may hold addresses with tokens in them."""
    logger, handler = logging.getLogger("apprise"), _Collector()
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _refuse(name: str, lines: list[tuple[int, str]]) -> None:
    told = [clean(text) for level, text in lines if level >= logging.WARNING]
    said = cut("; ".join(told), 300) or "it does not say why"
    everything = " ".join(text for _, text in lines)
    if _ANSWERED.search(everything) or _UNCONNECTED.search(everything):
        raise DeliveryError(f"{name} did not take the message: {said}")
    raise DeliveryUncertain(f"{name} did not say whether it took the message: {said}; it may have arrived")
