"""However tries to deliver end, and wherever the program is killed: nothing is lost, and little arrives twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.factories import NOW
from watchtower.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from watchtower.pipeline.delivering import deliver
from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.types import Message


class Fate(Enum):
    """What becomes of one try."""

    ARRIVES = auto()
    FAILS = auto()
    IS_REFUSED = auto()
    KILLED_BEFORE = auto()
    #: after the mark was made, before the receiver has it
    KILLED_UNSENT = auto()
    #: the receiver has it, but that is noted nowhere
    KILLED_SENT = auto()
    ANSWER_LOST_UNSENT = auto()
    ANSWER_LOST_SENT = auto()


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the program's own runs after it."""


class Receiver:
    """A mail server, and the line to it, at the mercy of fate; when fate runs out, all goes well."""

    channel = "mail"

    def __init__(self, fates: list[Fate], *, repeatable: bool) -> None:
        self.fates = fates
        self.repeatable = repeatable
        self.arrived: Counter[str] = Counter()

    def deliver(self, message: Message, committing: Callable[[], None]) -> None:
        fate = self.fates.pop(0) if self.fates else Fate.ARRIVES
        if fate is Fate.KILLED_BEFORE:
            raise Killed
        if fate is Fate.FAILS:
            raise DeliveryError("451 later")
        if fate is Fate.IS_REFUSED:
            raise DeliveryRefused("550 never")
        committing()
        if fate in (Fate.ARRIVES, Fate.KILLED_SENT, Fate.ANSWER_LOST_SENT):
            self.arrived[message.id] += 1
        if fate in (Fate.KILLED_UNSENT, Fate.KILLED_SENT):
            raise Killed
        if fate in (Fate.ANSWER_LOST_UNSENT, Fate.ANSWER_LOST_SENT):
            raise DeliveryUncertain("the answer was lost")


def played(store: Store, receiver: Receiver, most_uncertain: int) -> list[str]:
    """Put three messages out, deliver until nothing waits, starting again after every kill; their ids."""
    digest = make.digest()
    messages = [make.message(digest, channel="mail", recipient=f"{name}@river.example") for name in "abc"]
    assert store.save_digest(digest, [], "2026-11-23", messages)
    now = NOW
    while any(message.given_up_at is None for message in store.unsent_messages()):
        now += timedelta(hours=6)
        try:
            list(deliver(store, {"mail": receiver}, lambda moment=now: moment, most_uncertain))
        except Killed:
            continue
    return [message.id for message in messages]


@settings(deadline=None)
@given(st.lists(st.sampled_from(Fate), max_size=30), st.integers(0, 2))
def test_nothing_is_lost_and_nothing_arrives_more_often_than_is_said(fates: list[Fate], most_uncertain: int) -> None:
    receiver, store = Receiver(list(fates), repeatable=False), open_store("memory://", Path())
    ids = played(store, receiver, most_uncertain)
    given_up = {message.id for message in store.unsent_messages()}
    for id in ids:
        assert receiver.arrived[id] >= 1 or id in given_up
        assert receiver.arrived[id] <= 1 + most_uncertain
    if Fate.IS_REFUSED not in fates and not any("KILLED_" in f.name or "LOST" in f.name for f in fates):
        assert receiver.arrived == dict.fromkeys(ids, 1) and not given_up


@settings(deadline=None)
@given(st.lists(st.sampled_from([fate for fate in Fate if fate is not Fate.IS_REFUSED]), max_size=30))
def test_where_a_repeat_does_no_harm_everything_arrives(fates: list[Fate]) -> None:
    fates = [fate for fate in fates if "LOST" not in fate.name]  # such a receiver's answer is a failure like others
    receiver, store = Receiver(fates, repeatable=True), open_store("memory://", Path())
    ids = played(store, receiver, 0)
    assert all(receiver.arrived[id] for id in ids)
    assert store.unsent_messages() == []
