"""Serves made-up feeds on loopback that change each time they are asked: ``_changing_feeds.py``.

Prints its port and serves until its standard input ends. What a feed does is told by its number: most bring a new item
each time, one in ten each is not well-formed, answers 304 two times of three, fails every other time, or changes the
text of an item that it brought before. Each time counts as an hour, from ``START`` on.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

from _feeds_server import START, Press

#: items in a document
SHOWN = 10
NOT_WELL_FORMED, UNCHANGED, FAILING, REVISING = 6, 7, 8, 9


class Papers:
    """Knows how often each feed was asked, and what it says next."""

    def __init__(self) -> None:
        self._press = Press(0)
        self._asked: Counter[int] = Counter()

    def answer(self, number: int) -> bytes:
        """The whole answer of a feed that is asked once more."""
        self._asked[number] += 1
        edition, kind = self._asked[number], number % 10
        if kind == FAILING and edition % 2:
            return _answer("500 Internal Server Error", b"")
        if kind == UNCHANGED and edition > 1 and edition % 3:
            return _answer("304 Not Modified", b"")
        items = "".join(self._item(number, one, edition) for one in range(edition, max(0, edition - SHOWN), -1))
        broken = "<description>Salt & pepper</description>" if kind == NOT_WELL_FORMED else ""
        document = f'<?xml version="1.0"?>\n<rss version="2.0"><channel>{broken}{items}</channel></rss>'
        return _answer("200 OK", document.encode())

    def _item(self, number: int, one: int, edition: int) -> str:
        draw = random.Random(f"{number} {one}")
        more = f"Correction {edition}. " if number % 10 == REVISING and one == edition - 1 else ""
        link = f"http://127.0.0.1/{number}/{one}"
        return (
            f"<item><title>{self._press.title(draw, number + one)}</title><link>{link}</link>"
            f"<pubDate>{format_datetime(START + timedelta(hours=one, minutes=number % 50))}</pubDate>"
            f"<description>{more}{self._press.text(draw)}</description></item>"
        )


def _answer(status: str, body: bytes) -> bytes:
    head = f'HTTP/1.1 {status}\r\nETag: "a"\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n'
    length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
    return f"{head}{length}\r\n".encode() + body


class Answering(asyncio.Protocol):
    """Answers one request and closes."""

    def __init__(self, papers: Papers) -> None:
        self._papers = papers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if b"\r\n\r\n" in self._heard:
            asked = re.match(rb"GET /(\d+) ", self._heard)
            self._transport.write(self._papers.answer(int(asked[1])))
            self._transport.close()


async def _serve() -> None:
    papers = Papers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(papers), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
