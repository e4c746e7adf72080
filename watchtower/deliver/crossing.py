"""Watches the connections that somebody else's library makes, as they are made.

Python tells audit hooks (PEP 578) of every address before it is connected to; what the hook raises stops it. So the
address that is checked is the one that is connected to, whatever a name server answers in between. A hook cannot be
taken out again, so there is one, and it does nothing outside of ``watched``.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from watchtower.errors import AddressRefused


@dataclass(slots=True)
class _Watch:
    """What is to happen in one thread before it connects."""

    check: Callable[[str, str], None]
    before_first: Callable[[], None]
    #: the host that was looked up last
    host: str = ""
    connected: bool = False
    #: what kept a connection from being made
    failure: BaseException | None = None

    def cross(self, address: object) -> None:
        if not isinstance(address, tuple):  # a path: something on this machine
            raise AddressRefused(f"{address!r} is no address on the internet")
        self.check(self.host or str(address[0]), str(address[0]))
        if not self.connected:
            self.before_first()
            self.connected = True


class _Here(threading.local):
    watch: _Watch | None = None


_here = _Here()


@contextmanager
def watched(check: Callable[[str, str], None], before_first: Callable[[], None]) -> Iterator[None]:
    """Let ``check(host, address)`` refuse addresses, and call ``before_first`` before the first connection.

    Holds for this thread and Python's own sockets. What the two raise keeps the connection from being made, and is
    raised when the block ends; within it, it looks like a connection that failed, so that the library cleans up.
    """
    _install()
    watch = _here.watch = _Watch(check, before_first)
    try:
        yield
    finally:
        _here.watch = None
    if watch.failure is not None:
        raise watch.failure


@cache
def _install() -> None:
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    watch = _here.watch
    if watch is None or event not in ("socket.getaddrinfo", "socket.connect"):
        return
    if event == "socket.getaddrinfo":
        watch.host = str(arguments[0])
        return
    _here.watch = None  # what is called here may make connections of its own
    try:
        watch.cross(arguments[1])
    except BaseException as error:
        watch.failure = error
        raise ConnectionAbortedError("this connection is not to be made") from error
    finally:
        _here.watch = watch
