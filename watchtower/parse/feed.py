"""A feed document to entries: by the quick reader where it can be, else by the careful one."""

from __future__ import annotations

from collections.abc import Mapping

from watchtower.parse.lenient import parse_leniently
from watchtower.parse.strict import parse_strictly
from watchtower.types import ParsedFeed


def parse(body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
    """Read a feed document; raises ``ParseError`` with a sentence for people where it is none.

    ``headers`` are lower-cased; ``base_url`` is the address the document came from, for relative links. Malformed
    documents give what can be read of them, with a warning.
    """
    content_type = headers.get("content-type", "")
    return parse_strictly(body, content_type, base_url) or parse_leniently(body, content_type, base_url)
