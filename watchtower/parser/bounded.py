"""Parses what may be anything in a process of its own, which can be ended; what is strictly well-formed here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path
from threading import Lock, Timer
from typing import cast

import watchtower
from watchtower.errors import ParseError
from watchtower.parse.strict import parse_strictly
from watchtower.parser import Answer
from watchtower.types import ParsedFeed

#: seconds after which a process that did not end by itself is ended: it had to be started, and may have been stopped
_GRACE = 10.0
#: bytes of documents that one thread reads: what libxml2 remembers of names in a thread is only freed with it
_MOST_BYTES_A_THREAD = 64 * 2**20
#: how often a document is tried on which the process dies for no reason of ours
_TRIES = 2


class BoundedParser:
    """A ``seams.Parser`` that no document can keep busy or fill: the quick reader here, the careful one in a child.

    The child is started for the first document that needs it, and again when it has ended. It ends with this
    process, however that ends.
    """

    def __init__(self, *, seconds: float = 20.0, most_bytes: int = 2**30) -> None:
        self._seconds, self._most_bytes = seconds, most_bytes
        self._child: _Child | None = None
        self._child_lock, self._thread_lock = Lock(), Lock()
        self._thread, self._read_in_thread = _thread(), 0

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
        """Read a feed document; raises ``ParseError`` also where it takes too long or too much memory."""
        content_type = headers.get("content-type", "")
        quick = self._here(body, content_type, base_url)
        if quick is not None:
            return quick
        with self._child_lock:
            answer = self._in_child(body, content_type, base_url)
        if isinstance(answer, ParseError):
            raise answer
        return answer

    def close(self) -> None:
        """End thread and process."""
        self._thread.shutdown()
        if self._child is not None:
            self._child.end()
            self._child = None

    def _here(self, body: bytes, content_type: str, base_url: str) -> ParsedFeed | None:
        with self._thread_lock:
            if self._read_in_thread > _MOST_BYTES_A_THREAD:
                self._thread.shutdown()
                self._thread, self._read_in_thread = _thread(), 0
            self._read_in_thread += len(body)
            return self._thread.submit(parse_strictly, body, content_type, base_url).result()

    def _in_child(self, body: bytes, content_type: str, base_url: str) -> Answer:
        for _ in range(_TRIES):
            child = self._child or _Child(self._seconds, self._most_bytes)
            self._child = None
            try:
                answer, spent = child.ask(body, content_type, base_url)
            except _Died as death:
                if death.too_long:
                    return ParseError(f"the document takes more than {self._seconds:g} seconds to be read")
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

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self._given_up = False
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                # -P: no module from the working directory
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "watchtower.parser.child",
                    str(theirs.fileno()),
                    str(most_bytes),
                    str(seconds),
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=_environment(),
                # so that Ctrl-C reaches the parent alone
                start_new_session=True,
            )

    def ask(self, body: bytes, content_type: str, base_url: str) -> tuple[Answer, bool]:
        """Hand over a document and wait for the answer; raises ``_Died``."""
        timer = Timer(self._seconds + _GRACE, self._give_up)
        timer.start()
        answer = None
        try:
            self._connection.send((body, content_type, base_url))
            answer = cast(tuple[Answer, bool], self._connection.recv())
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


def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="parser")


def _environment() -> dict[str, str]:
    """Our own without settings, among which there are passwords; and where this package is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATCHTOWER_")}
    return kept | {"PYTHONPATH": str(Path(watchtower.__file__).parents[1])}
