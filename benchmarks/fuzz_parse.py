"""Broken and mixed-up feeds, for as long as you like: each gives entries or a ``ParseError``, and both readers agree.

    python benchmarks/fuzz_parse.py [FOLDER] [--seconds 60] [--seed 1]

Documents of the folder are cut, doubled, spliced with elements of each other and sown with what broke parsers before.
What breaks a promise is written to the working directory as ``fuzz-<number>.bin``, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchtower.errors import ParseError
from watchtower.parse.lenient import parse_leniently
from watchtower.parse.strict import parse_strictly
from watchtower.types import Entry, ParsedFeed

BASE = "https://feeds.example/a/b.xml"
SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data" / "feeds"
#: larger documents are left out: one of them takes the time of a hundred others
LARGEST = 60_000
#: processor seconds after which a document of this size counts as a trap
TRAP_SECONDS = 5.0
ELEMENT = re.compile(rb"<([A-Za-z][\w:.-]*)[^<>]*?(?:/>|>[^<]*</\1>)")
TOKENS = [
    b"<", b">", b"&", b"'", b'"', b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&#x110000;", b"&#xD800;", b"&#0;", b"&#150;", b"&nbsp;", b"&amp;amp;", b"&a;", b"\x00", b"\x0b", b"\x85", b"\xff",
    b"\xe2\x80\xae", b"\xc3\x83\xc2\xa9", b"\x1b[31m", b"<item>", b"</item>", b"<entry/>", b"<title>", b"</title>",
    b"<link/>", b"<guid>77</guid>", b"<pubDate>31/02/2026</pubDate>", b"<image>", b"</channel>", b"<svg>", b"<math>",
    b' xml:base="../x/"', b' xml:base="http://[x"', b' xml:lang="ko"', b' type="xhtml"', b' mode="base64"',
    b' type="text/xml"',
    b' xmlns="urn:x"', b' xmlns:dc="urn:x"', b"<x:y xmlns:x='urn:x'/>", b"<gml:pos>1", b"<psc:chapter/>",
    b"{", b"[" * 50,
]  # fmt: skip


def mutated(draw: random.Random, bodies: Sequence[bytes]) -> bytes:
    """One document of the folder, changed in one to six places."""
    body = draw.choice(bodies)
    for _ in range(draw.randint(1, 6)):
        body = draw.choice(CHANGES)(draw, body, bodies)
    return body


def _sown(draw: random.Random, body: bytes, bodies: Sequence[bytes]) -> bytes:
    at = draw.randint(0, len(body))
    return body[:at] + draw.choice(TOKENS) + body[at + draw.choice((0, 0, 1, 10)) :]


def _flipped(draw: random.Random, body: bytes, bodies: Sequence[bytes]) -> bytes:
    at = draw.randint(0, len(body))
    return body[:at] + bytes([draw.randrange(256)]) + body[at + 1 :]


def _cut(draw: random.Random, body: bytes, bodies: Sequence[bytes]) -> bytes:
    start = draw.randint(0, len(body))
    return body[:start] + body[start + draw.randint(1, 200) :]


def _broken_off(draw: random.Random, body: bytes, bodies: Sequence[bytes]) -> bytes:
    return body[: draw.randint(0, len(body))] if draw.random() < 0.3 else body


def _spliced(draw: random.Random, body: bytes, bodies: Sequence[bytes]) -> bytes:
    """Put an element, its own or another document's, behind or in the place of another: mostly still well-formed."""
    found = list(ELEMENT.finditer(draw.choice((body, draw.choice(bodies)))))
    places = list(ELEMENT.finditer(body))
    if not found or not places:
        return body
    place = draw.choice(places)
    start = draw.choice((place.start(), place.end()))
    return body[:start] + draw.choice(found)[0] + body[place.end() :]


CHANGES: list[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = [
    _sown, _flipped, _cut, _broken_off, *[_spliced] * 6,
]  # fmt: skip


def check(body: bytes) -> str:
    """Parse a document; what came of it in a word, or an ``AssertionError``."""
    quick = _outcome(parse_strictly, body)
    careful = _outcome(parse_leniently, body)
    for parsed in (quick, careful):
        if isinstance(parsed, ParsedFeed):
            for entry in parsed.entries:
                _check_clean(entry)
    if quick is None:
        return "refused" if isinstance(careful, str) else "read with care"
    if isinstance(careful, str) and "too damaged" in careful:
        return "feedparser broke down"
    if isinstance(careful, ParsedFeed) and any("the XML is malformed" in warning for warning in careful.warnings):
        return "well-formed for libxml2 alone"
    assert quick == careful, f"the readers differ:\n  {quick}\n  {careful}"
    return "refused" if isinstance(quick, str) else "read by both"


def _outcome(reader: Callable[[bytes, str, str], ParsedFeed | None], body: bytes) -> ParsedFeed | str | None:
    try:
        return reader(body, "", BASE)
    except ParseError as error:
        assert str(error)
        return str(error)


def _check_clean(entry: Entry) -> None:
    for text in (entry.title, entry.summary, entry.body, *entry.authors, *entry.categories, entry.guid or ""):
        assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in text), repr(text)
        text.encode()
    assert len(entry.title) <= 500 and len(entry.summary) <= 2000 and len(entry.body) <= 100_000
    assert entry.url is None or entry.url.startswith(("http://", "https://"))


def run(bodies: Sequence[bytes], seconds: float, seed: int) -> Iterator[tuple[bytes, str, float]]:
    """Each document with what came of it and the processor seconds it took."""
    draw, end = random.Random(seed), time.process_time() + seconds
    while (started := time.process_time()) < end:
        body = mutated(draw, bodies)
        try:
            said = check(body)
        except Exception as error:
            said = f"BROKEN {type(error).__name__}: {str(error)[:2000]}"
        took = time.process_time() - started
        yield body, "BROKEN trap" if took > TRAP_SECONDS else said, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES, help="default: our own samples")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    bodies = [path.read_bytes() for path in sorted(given.folder.rglob("*")) if path.is_file()]
    bodies = [body for body in bodies if len(body) <= LARGEST]
    counts: Counter[str] = Counter()
    slowest = 0.0
    for number, (body, said, took) in enumerate(run(bodies, given.seconds, given.seed)):
        counts[said.partition(" ")[0] if said.startswith("BROKEN") else said] += 1
        slowest = max(slowest, took)
        if said.startswith("BROKEN"):
            Path(f"fuzz-{given.seed}-{number}.bin").write_bytes(body)
            sys.stdout.write(f"fuzz-{given.seed}-{number}.bin: {said}\n")
    told = ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
    sys.stdout.write(f"{counts.total():,} documents, seed {given.seed}: {told}; slowest {slowest:.2f} s\n")
    sys.exit(bool(counts["BROKEN"]))


if __name__ == "__main__":
    main()
