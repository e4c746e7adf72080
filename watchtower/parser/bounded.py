"""Parses what may be anything in a process of its own, which can be ended; what is strictly well-formed here."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from threading import Lock
from typing import cast

from watchtower.parse.strict import parse_strictly
from watchtower.parser.process import Process
from watchtower.types import ParsedFeed

#: bytes of documents that one thread reads: what libxml2 remembers of names in a thread is only freed with it
_MOST_BYTES_A_THREAD = 64 * 2**20
#: seconds that a document may take, and bytes for which it gets another one: others wait meanwhile. The careful reader
#: takes 6.8 MB of real documents a second on a busy machine (benchmarks/README.md).
_SECONDS, _BYTES_A_SECOND = 5, 100_000


class BoundedParser:
    """A ``seams.Parser`` that no document can keep busy or fill: the quick reader here, the careful one in a child.

    A document may take the longer the larger it is, at most ``seconds``. The child is started for the first document
    that needs it, and again when it has ended. It ends with this process, however that ends.
    """

    def __init__(self, *, seconds: float = 20.0, most_bytes: int = 2**30) -> None:
        self._seconds = seconds
        self._careful = Process("feeds", most_bytes=most_bytes)
        self._thread_lock = Lock()
        self._thread, self._read_in_thread = _thread(), 0

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
        """Read a feed document; raises ``ParseError`` also where it takes too long or too much memory."""
        content_type = headers.get("content-type", "")
        quick = self._here(body, content_type, base_url)
        if quick is not None:
            return quick
        seconds = min(self._seconds, ceil(_SECONDS + len(body) / _BYTES_A_SECOND))
        return cast(ParsedFeed, self._careful.ask(body, content_type, base_url, seconds=seconds))

    def close(self) -> None:
        """End thread and process."""
        self._thread.shutdown()
        self._careful.close()

    def _here(self, body: bytes, content_type: str, base_url: str) -> ParsedFeed | None:
        with self._thread_lock:
            if self._read_in_thread > _MOST_BYTES_A_THREAD:
                self._thread.shutdown()
                self._thread, self._read_in_thread = _thread(), 0
            self._read_in_thread += len(body)
            return self._thread.submit(parse_strictly, body, content_type, base_url).result()


def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="parser")
