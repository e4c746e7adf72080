"""From the outbox out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from watchtower.errors import DeliveryError
from watchtower.seams import Clock, Notifier, Store
from watchtower.text import without_credentials
from watchtower.types import Message

#: waits between tries to deliver a message: the last one repeats
DELIVERY_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def deliver(store: Store, notifiers: Mapping[str, Notifier], clock: Clock) -> Iterator[tuple[Message, str | None]]:
    """Hand over every message that is due; each with the problem that kept it back, or None."""
    for message in store.due_messages(clock()):
        try:
            if message.channel not in notifiers:
                raise DeliveryError(f"nothing is set up to deliver to {message.channel!r}")
            notifiers[message.channel].deliver(message)
        except DeliveryError as error:
            problem = without_credentials(str(error))
            wait = DELIVERY_WAITS[min(message.attempts, len(DELIVERY_WAITS) - 1)]
            store.mark_failed(message.id, problem, clock() + wait)
            yield message, problem
        else:
            store.mark_sent(message.id, clock())
            yield message, None
