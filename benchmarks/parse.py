"""How fast feeds are parsed, cleaning included: the quick reader against feedparser and against a bare lxml parse.

    python benchmarks/parse.py [FOLDER] [--feeds 20]

Takes the real documents of FOLDER (over 20 kB, strictly well-formed, the quick reader takes them) and generated ones:
news with short texts, and with whole articles in HTML. Prints MB a CPU second, the best of the rounds, all in one run.
feedparser runs as it comes, with its sanitizer; "with care" is our careful reader, which has that switched off.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import feedparser
from lxml import etree

from watchtower.errors import ParseError
from watchtower.parse.lenient import parse_leniently
from watchtower.parse.strict import parse_strictly

BASE = "https://feeds.example/a/b.xml"
SMALLEST = 20_000
ROUNDS = {"bare lxml": 7, "quick": 7, "with care": 2, "feedparser": 2}
WORDS = (
    "harbour minister talks crew vessel statement border officials regions council report said exercise trade".split()
)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title>
<link>https://news.example/</link><atom:link rel="self" href="https://news.example/rss"/><language>en</language>"""


def generated(seed: int, *, articles: bool, items: int = 50) -> bytes:
    """A news feed as sites publish them; with ``articles`` the whole text of each is in it."""
    draw = random.Random(seed)
    made = [HEAD]
    for number in range(items):
        title, lead = " ".join(draw.choices(WORDS, k=9)), " ".join(draw.choices(WORDS, k=35))
        text = f'<p class="text">{lead} <a href="https://news.example/{number}">{title}</a>, {lead}.</p>\n' * 9
        content = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if articles else ""
        made.append(
            f"<item><title>{title} &amp; more</title><link>https://news.example/2026/11/{number}/a-story</link>"
            f'<description><![CDATA[<img src="https://cdn.example/{number}.jpg"/> {lead}]]></description>{content}'
            f"<pubDate>Mon, 23 Nov 2026 {number % 24:02}:15:00 +0900</pubDate>"
            f'<guid isPermaLink="false">id-{number}</guid><dc:creator>A. Writer</dc:creator>'
            f'<category>World</category><media:content url="https://cdn.example/{number}.jpg" medium="image"/></item>'
        )
    return "\n".join([*made, "</channel></rss>"]).encode()


def real(folder: Path) -> list[bytes]:
    """The large documents of a folder that the quick reader takes and that lxml reads unaided."""
    bodies = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".json"]
    return [body for body in bodies if len(body) >= SMALLEST and _is_taken(body)]


def _is_taken(body: bytes) -> bool:
    try:
        etree.fromstring(body)
        return parse_strictly(body, "", BASE) is not None
    except (etree.XMLSyntaxError, ParseError):
        return False


READERS: dict[str, Callable[[bytes], object]] = {
    "bare lxml": etree.fromstring,
    "quick": lambda body: parse_strictly(body, "", BASE),
    "with care": lambda body: parse_leniently(body, "", BASE),
    "feedparser": lambda body: feedparser.parse(
        io.BytesIO(body), response_headers={"content-type": "application/xml; charset=utf-8"}
    ),
}


def measure(name: str, bodies: Sequence[bytes]) -> None:
    """Print one line a reader: MB a CPU second, and how many times feedparser's."""
    size = sum(map(len, bodies)) / 1e6
    took = {}
    for reader, read in READERS.items():
        rounds = []
        for _ in range(ROUNDS[reader]):
            started = time.process_time()
            for body in bodies:
                read(body)
            rounds.append(time.process_time() - started)
        took[reader] = min(rounds)
    sys.stdout.write(f"{name}: {len(bodies)} documents, {size:.1f} MB\n")
    for reader, seconds in took.items():
        sys.stdout.write(f"  {reader:<11}{size / seconds:8.1f} MB/s {took['feedparser'] / seconds:6.1f}x\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--feeds", type=int, default=20, help="how many feeds to generate of each kind")
    given = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    if given.folder is not None:
        measure("real documents", real(given.folder))
    for name, articles in (("news, generated", False), ("whole articles, generated", True)):
        measure(name, [generated(seed, articles=articles) for seed in range(given.feeds)])


if __name__ == "__main__":
    main()
