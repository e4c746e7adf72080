"""A notifier that keeps what it is given: the double of ``FileNotifier`` in tests and rehearsals."""

from __future__ import annotations

from collections.abc import Callable

from watchtower.deliver.files import file_name
from watchtower.errors import DeliveryError
from watchtower.types import Message


class RecordingNotifier:
    """Keeps messages in memory; refuses them all while ``problem`` is set.

    ``files`` is what the folder of a ``FileNotifier`` would hold (recipient to body), ``delivered`` every message
    that was handed over, repeats included, oldest first.
    """

    def __init__(self, channel: str = "file", *, repeatable: bool = True) -> None:
        self.channel = channel
        self.repeatable = repeatable
        self.problem: str | None = None
        self.files: dict[str, str] = {}
        self.delivered: list[Message] = []

    def deliver(self, message: Message, committing: Callable[[], None] = lambda: None) -> None:
        """Keep the message; ``DeliveryError`` where the recipient is no file name or ``problem`` is set."""
        name = file_name(message.recipient)
        if self.problem is not None:
            raise DeliveryError(self.problem)
        self.files[str(name)] = message.body
        self.delivered.append(message)
