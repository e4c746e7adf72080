"""The process that classifies beside ours, as ours sees it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from watchtower.parser.process import start
from watchtower.types import Analysis, Classified, StoredModel, Text

log = logging.getLogger(__name__)

#: texts that may wait there: enough that it never runs dry between two transactions of a pull, and no more, for what is
#: still waiting when the pull comes to its end cannot be shared
MOST_WAITING = 4_000
#: seconds without an answer after which it counts as stuck: fitting a model takes a few, and more where others work too
PATIENCE = 180.0

_Ready = tuple[str, str, StoredModel | None]


class AsideProcess:
    """The ``Aside`` of a pipeline: classifies with a model that is kept, or fits one and gives it to ``keep``.

    The process ends with ours, however that ends, and at ``close``. Where it breaks down, what was under way is let go
    and the log says so. Raises ``OSError`` where no process can be started. One thread at a time.
    """

    def __init__(
        self,
        analysis: Analysis,
        kept: StoredModel | None,
        made: datetime,
        keep: Callable[[StoredModel], None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self.model = self.configuration = ""
        self.is_fitting = kept is None
        self._keep, self._patience = keep, patience
        self._under_way: deque[list[str]] = deque()
        self._outbox: SimpleQueue[object] = SimpleQueue()
        self._inbox: SimpleQueue[_Ready | list[Classified] | None] = SimpleQueue()
        self._ended = False
        self._heard = monotonic()
        self._connection, theirs = Pipe()
        with theirs:
            self._process = start("watchtower.aside.child", theirs)
        self._outbox.put((analysis, kept, made))
        # either may have to wait for the other process, which this thread must not
        self._threads = [
            Thread(target=_send, args=(self._connection, self._outbox), daemon=True),
            Thread(target=_receive, args=(self._connection, self._inbox), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def under_way(self) -> frozenset[str]:
        """See ``Aside``."""
        return frozenset(id for ids in self._under_way for id in ids)

    def take(self, texts: Sequence[Text]) -> bool:
        """See ``Aside``."""
        # until it has loaded its model nobody should wait for it who has one; while it makes one, everybody has to
        is_of_use = not self._ended and (self.is_fitting or self.model)
        if not is_of_use or sum(map(len, self._under_way)) + len(texts) > MOST_WAITING:
            return False
        if not self._under_way:
            self._heard = monotonic()
        self._under_way.append([text.id for text in texts])
        self._outbox.put(list(texts))
        return True

    def done(self, wait_seconds: float = 0) -> list[list[Classified]]:
        """See ``Aside``."""
        found: list[list[Classified]] = []
        until = monotonic() + wait_seconds
        while not self._ended:
            left = 0.0 if found else until - monotonic()
            try:
                answer = self._inbox.get(timeout=left) if left > 0 else self._inbox.get_nowait()
            except Empty:
                if self._under_way and monotonic() - self._heard > self._patience:
                    self._break_down(f"no answer in {self._patience:g} seconds")
                break
            self._heard = monotonic()
            if answer is None:
                self._break_down(f"it ended by itself, with status {self._process.wait()}")
            elif isinstance(answer, tuple):
                self._ready(*answer)
            else:
                self._under_way.popleft()
                found.append(answer)
        return found

    def close(self) -> None:
        """See ``Aside``."""
        self._ended = True
        self._under_way.clear()
        self._outbox.put(None)
        self._process.kill()
        self._process.wait()
        for thread in self._threads:  # the other end is gone, so neither waits for it any more
            thread.join()
        self._connection.close()

    def _ready(self, model: str, configuration: str, fitted: StoredModel | None) -> None:
        if fitted:
            self._keep(fitted)
        self.model, self.configuration, self.is_fitting = model, configuration, False

    def _break_down(self, reason: str) -> None:
        log.warning("the process that classifies beside this one broke down (%s); going on without it", reason)
        self.is_fitting = False
        self.close()


def _send(connection: Connection, outbox: SimpleQueue[object]) -> None:
    try:
        while (message := outbox.get()) is not None:
            connection.send(message)
    except (OSError, ValueError):  # the other end is gone: what is under way is let go where that is noticed
        return


def _receive(connection: Connection, inbox: SimpleQueue[_Ready | list[Classified] | None]) -> None:
    try:
        while True:
            inbox.put(connection.recv())
    except (EOFError, OSError, ValueError):
        inbox.put(None)
