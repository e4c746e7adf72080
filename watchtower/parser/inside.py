"""Parses in this process: for what is known to be harmless, such as documents of our own in tests."""

from __future__ import annotations

from collections.abc import Mapping

from watchtower.parse.feed import parse
from watchtower.types import ParsedFeed


class InProcessParser:
    """A ``seams.Parser`` without bounds."""

    def parse(self, body: bytes, headers: Mapping[str, str], base_url: str) -> ParsedFeed:
        """Read a feed document."""
        return parse(body, headers, base_url)

    def close(self) -> None:
        """Nothing is held."""
