"""A process that reads what may be anything, and can be ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Timer
from typing import cast

import watchtower
from watchtower.errors import ParseError

#: seconds after which a process that did not end by itself is ended: it had to be started, and may have been stopped
_GRACE = 10.0
#: how often a document is tried on which the process dies for no reason of ours
_TRIES = 2


class Process:
    """Answers one question after another in a child process, each within its own bound of time and all of memory.

    ``what`` names the reader, see ``child.reader``. The child is started for the first question, and again when it has
    ended. It ends with this process, however that ends.
    """

    def __init__(self, what: str, *, most_bytes: int) -> None:
        self._what, self._most_bytes = what, most_bytes
        self._child: _Child | None = None
        self._lock = Lock()

    def ask(self, *question: object, seconds: float) -> object:
        """Have something read in so many seconds; raises ``ParseError`` where the reader does, or it takes too much."""
        with self._lock:
            answer = self._answer(question, seconds)
        if isinstance(answer, ParseError):
            raise answer
        return answer

    def close(self) -> None:
        """End the process; closing twice is fine."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _answer(self, question: tuple[object, ...], seconds: float) -> object:
        for _ in range(_TRIES):
            child = self._child or _Child(self._what, self._most_bytes)
            self._child = None
            try:
                answer, spent = child.ask(question, seconds)
            except _Died as death:
                if death.too_long:
                    return ParseError(f"the document takes more than {seconds:g} seconds to be read")
                reason = death.reason
                continue
            if spent:
                child.end()
            else:
                self._child = child
            return answer
        return ParseError(f"the process that reads documents breaks down on this one ({reason}); see its messages")


class _Died(Exception):
    """The child ended without an answer."""

    def __init__(self, status: int, *, given_up: bool) -> None:
        self.too_long = given_up or status == -signal.SIGALRM
        self.reason = f"signal {-status}" if status < 0 else f"exit code {status}"
        super().__init__(self.reason)


class _Child:
    """One process and the connection to it."""

    def __init__(self, what: str, most_bytes: int) -> None:
        self._given_up = False
        self._connection, theirs = Pipe()
        with theirs:
            self._process = start("watchtower.parser.child", theirs, what, str(most_bytes))

    def ask(self, question: tuple[object, ...], seconds: float) -> tuple[object, bool]:
        """Hand over what is to be read and wait for the answer; raises ``_Died``."""
        timer = Timer(seconds + _GRACE, self._give_up)
        timer.start()
        answer = None
        try:
            self._connection.send((question, seconds))
            answer = cast(tuple[object, bool], self._connection.recv())
        except (EOFError, OSError) as error:
            self.end()
            raise _Died(self._process.returncode, given_up=self._given_up) from error
        finally:
            timer.cancel()
            if answer is None:  # also where something else interrupts: what comes later would be taken for another's
                self.end()
        return answer

    def _give_up(self) -> None:
        self._given_up = True
        self._process.kill()

    def end(self) -> None:
        """End the process, at once where it does not do so by itself."""
        self._connection.close()
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start(module: str, theirs: Connection, *arguments: str) -> subprocess.Popen[bytes]:
    """Run a module of ours with the descriptor of its end of a connection, and what else it is to know.

    A process of its own, not a fork: other threads may be anywhere. Raises ``OSError``.
    """
    return subprocess.Popen(
        # -P: no module from the working directory
        [sys.executable, "-P", "-m", module, str(theirs.fileno()), *arguments],
        pass_fds=(theirs.fileno(),),
        stdin=subprocess.DEVNULL,
        env=_environment(),
        # so that Ctrl-C reaches the parent alone
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Our own without settings, among which there are passwords; and where this package is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATCHTOWER_")}
    return kept | {"PYTHONPATH": str(Path(watchtower.__file__).parents[1])}
