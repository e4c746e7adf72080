"""Serves many made-up feeds on loopback, each under a host name of its own, every answer after a pause.

``python benchmarks/_feeds_server.py FEEDS ENTRIES PAUSE`` prints its port and serves until its standard input ends.
A feed is told by the number in its host name; its document never changes, so that its ETag gives 304.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "config" / "examples" / "nk-russia.jsonl"
START = datetime(2026, 11, 1, tzinfo=UTC)
#: one item in so many is near the analysis
NEAR = 10
SYLLABLES = ("ka", "lor", "min", "ta", "ves", "ro", "den", "shi", "pol", "ar", "gen", "tu", "mas", "ile", "fo", "ster")


class Press:
    """Prints the documents: the same number gives the same document, in every run."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        words = random.Random(1)
        self._words = ["".join(words.choices(SYLLABLES, k=words.randint(1, 4))) for _ in range(6000)]
        lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
        self._near = [json.loads(line)["title"] for line in lines]

    def document(self, number: int) -> bytes:
        """One feed's document: about 800 bytes an entry, with markup and entities in the descriptions."""
        draw = random.Random(number)
        items = "".join(self._item(number, entry, draw) for entry in range(self._entries))
        head = (
            f"<title>Paper {number}</title><link>http://paper-{number}.bench.test/</link><description>x</description>"
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel>{head}<language>en</language>{items}</channel></rss>"
        ).encode()

    def title(self, draw: random.Random, serial: int) -> str:
        """A title of nine words, each tenth of them near the analysis."""
        title = " ".join(draw.choices(self._words, k=9))
        # words of its own too: no title is there twice
        return title if serial % NEAR else f"{_escaped(draw.choice(self._near))} {title[:30]}"

    def text(self, draw: random.Random) -> str:
        """A text of 55 words."""
        return " ".join(draw.choices(self._words, k=55))

    def _item(self, number: int, entry: int, draw: random.Random) -> str:
        serial = number * self._entries + entry
        title, text = self.title(draw, serial), self.text(draw)
        dated = format_datetime(START + timedelta(minutes=serial % 30_000))
        link = f"http://paper-{number}.bench.test/2026/{serial}"
        return (
            f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='true'>{link}</guid>"
            f"<pubDate>{dated}</pubDate><dc:creator>Ann Writer</dc:creator><category>Country</category>"
            f"<description>&lt;p&gt;{text} &amp;amp; more&lt;/p&gt; &lt;a href=&quot;{link}&quot;&gt;Read on&lt;/a&gt;"
            "</description></item>\n"
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


class Answering(asyncio.Protocol):
    """Answers requests of one connection, each after the pause; as little work as will do."""

    def __init__(self, bodies: dict[int, bytes], pause: float) -> None:
        self._bodies = bodies
        self._pause = pause
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head, self._heard = self._heard[:end].lower(), self._heard[end + 4 :]
            asyncio.get_running_loop().call_later(self._pause, self._answer, head)

    def _answer(self, head: bytes) -> None:
        if self._transport.is_closing():
            return
        number = int(re.search(rb"\r\nhost: paper-(\d+)\.", head)[1])
        etag = b'"v%d"' % number
        close = b"\r\nconnection: close" in head
        shared = b"ETag: %s\r\nLast-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n" % etag
        if b"if-none-match: " + etag in head:
            self._transport.write(b"HTTP/1.1 304 Not Modified\r\n" + shared + b"\r\n")
        else:
            body = self._bodies[number]
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\n"
                + shared
                + b"Content-Length: %d\r\n\r\n" % len(body)
                + body
            )
        if close:
            self._transport.close()


async def _serve(feeds: int, entries: int, pause: float) -> None:
    press = Press(entries)
    bodies = {number: gzip.compress(press.document(number), 1) for number in range(feeds)}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(bodies, pause), "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
