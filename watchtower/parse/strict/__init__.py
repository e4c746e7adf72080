"""The quick reader: strictly well-formed RSS, RDF and Atom by lxml, with the same result as feedparser; and JSON Feed.

It takes a document only where it knows for each element what feedparser makes of it; everything else it leaves alone
(``Unusual``), and the careful reader takes the whole document. tests/unit/parse/test_strict.py holds the two together.
"""

from __future__ import annotations

from watchtower.parse.document import read_document
from watchtower.parse.encoding import decode
from watchtower.parse.jsonfeed import parse_json_feed
from watchtower.parse.raw import made
from watchtower.parse.strict.reader import read_strictly
from watchtower.types import ParsedFeed


def parse_strictly(body: bytes, content_type: str, base_url: str) -> ParsedFeed | None:
    """Read a document that is what it should be, quickly; None for every other.

    The result is that of ``parse_leniently``. Raises ``ParseError`` for JSON that is no feed.
    """
    decoded = decode(body, content_type)
    # only what XML calls white space: characters that it forbids are no less wrong at an end
    text = decoded.text.strip(" \t\r\n")
    if text[:1] in ("{", "["):
        return parse_json_feed(read_document(body, content_type), base_url)
    if decoded.warnings:
        return None
    raw = read_strictly(text)
    return made(raw, base_url) if raw is not None else None
