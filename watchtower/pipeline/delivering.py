"""From the outbox out: each message once, as far as its channel allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from watchtower.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from watchtower.seams import Clock, Notifier, Store
from watchtower.text import without_credentials
from watchtower.types import Message

#: waits between tries to deliver a message: the last one repeats
DELIVERY_WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
#: failures of one channel after which the rest of its messages wait for the next look: a server that does not answer
#: would else be waited for once a message, and the daemon does nothing else meanwhile
MOST_FAILURES = 3
CUT_OFF = "the program ended while it was handed over; nobody knows whether it arrived"


class Ending(StrEnum):
    """How a try to hand a message over ended."""

    SENT = "sent"
    #: it is tried again
    FAILED = "failed"
    #: it is not tried again: the receiver refused it for good, or nobody knows whether it arrived
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One try to hand a message over."""

    message: Message
    ending: Ending
    problem: str | None = None


def deliver(store: Store, notifiers: Mapping[str, Notifier], clock: Clock, most_uncertain: int) -> Iterator[Delivery]:
    """Hand over every message that is due. The caller holds the lock of deliveries.

    Before the step that cannot be taken back the message is marked as being sent. One that is found so marked was cut
    off there: where a repeat could be seen, it is sent again at most ``most_uncertain`` times, then given up.
    """
    failures: Counter[str] = Counter()
    for message in store.due_messages(clock()):
        if failures[message.channel] >= MOST_FAILURES:
            continue
        notifier = notifiers.get(message.channel)
        if message.sending_since is not None and not (notifier and notifier.repeatable):
            if message.uncertain >= most_uncertain:
                store.mark_given_up(message.id, CUT_OFF, clock())
                yield Delivery(message=message, ending=Ending.GIVEN_UP, problem=CUT_OFF)
                continue
            # counted before the next try, so that a crash in that one finds this one
            store.mark_failed(message.id, CUT_OFF, clock(), uncertain=True)
            message = replace(message, attempts=message.attempts + 1, uncertain=message.uncertain + 1)
        delivery = _hand_over(store, notifier, message, clock, most_uncertain)
        failures[message.channel] += delivery.ending is Ending.FAILED
        yield delivery


def how_it_stands(store: Store, message: Message) -> Delivery:
    """Say what became of a message that was left for later, or that another process took."""
    now = {one.id: one for one in store.unsent_messages()}.get(message.id)
    if now is None:
        return Delivery(message=message, ending=Ending.SENT)
    ending = Ending.GIVEN_UP if now.given_up_at else Ending.FAILED
    return Delivery(message=now, ending=ending, problem=now.problem or "it waits for the next look at the outbox")


def _hand_over(
    store: Store, notifier: Notifier | None, message: Message, clock: Clock, most_uncertain: int
) -> Delivery:
    try:
        if notifier is None:
            raise DeliveryError(f"nothing is set up to deliver to {message.channel!r}")
        notifier.deliver(message, lambda: store.mark_sending(message.id, clock()))
    except DeliveryError as error:
        problem = without_credentials(str(error))
        uncertain = isinstance(error, DeliveryUncertain)
        if isinstance(error, DeliveryRefused) or (uncertain and message.uncertain >= most_uncertain):
            store.mark_given_up(message.id, problem, clock())
            return Delivery(message=message, ending=Ending.GIVEN_UP, problem=problem)
        wait = DELIVERY_WAITS[min(message.attempts, len(DELIVERY_WAITS) - 1)]
        store.mark_failed(message.id, problem, clock() + wait, uncertain=uncertain)
        return Delivery(message=message, ending=Ending.FAILED, problem=problem)
    store.mark_sent(message.id, clock())
    return Delivery(message=message, ending=Ending.SENT)
