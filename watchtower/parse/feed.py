"""A feed document to entries: by the quick reader where it can be, else by the careful one."""

from __future__ import annotations

from collections.abc import Mapping

from watchtower.parse.document import read_document
from watchtower.parse.encoding import decode
from watchtower.parse.jsonfeed import parse_json_feed
from watchtower.parse.lenient import parse_leniently
from watchtower.parse.raw import made
from watchtower.parse.strict import read_strictly
from watchtower.types import ParsedFeed


def parse(body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
    """Read a feed document; raises ``ParseError`` with a sentence for people where it is none.

    ``headers`` are lower-cased; ``base_url`` is the address the document came from, for relative links. Malformed
    documents give what can be read of them, with a warning.
    """
    content_type = headers.get("content-type", "")
    return parse_strictly(body, content_type, base_url) or parse_leniently(body, content_type, base_url)


def parse_strictly(body: bytes, content_type: str, base_url: str) -> ParsedFeed | None:
    """Read a document that is what it should be, quickly; None for every other.

    The result is that of ``parse_leniently``. Raises ``ParseError`` for JSON that is no feed.
    """
    decoded = decode(body, content_type)
    text = decoded.text.strip()
    if text[:1] in ("{", "["):
        return parse_json_feed(read_document(body, content_type), base_url)
    if decoded.warnings:
        return None
    raw = read_strictly(text)
    return made(raw, base_url) if raw is not None else None
