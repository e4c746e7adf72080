"""Parses what may be anything in a process of its own, which can be ended; what is strictly well-formed here."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import cast

from watchtower.parse.strict import parse_strictly
from watchtower.parser.process import Process
from watchtower.types import ParsedFeed

#: bytes of documents that one thread reads: what libxml2 remembers of names in a thread is only freed with it
_MOST_BYTES_A_THREAD = 64 * 2**20


class BoundedParser:
    """A ``seams.Parser`` that no document can keep busy or fill: the quick reader here, the careful one in a child.

    The child is started for the first document that needs it, and again when it has ended. It ends with this
    process, however that ends.
    """

    def __init__(self, *, seconds: float = 20.0, most_bytes: int = 2**30) -> None:
        self._careful = Process("feeds", seconds=seconds, most_bytes=most_bytes)
        self._thread_lock = Lock()
        self._thread, self._read_in_thread = _thread(), 0

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
        """Read a feed document; raises ``ParseError`` also where it takes too long or too much memory."""
        content_type = headers.get("content-type", "")
        quick = self._here(body, content_type, base_url)
        if quick is not None:
            return quick
        return cast(ParsedFeed, self._careful.ask(body, content_type, base_url))

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
