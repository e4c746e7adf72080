"""Documents to entries within bounds of time and memory: the rim around ``watchtower.parse``."""

from __future__ import annotations

from watchtower.errors import ParseError
from watchtower.types import ParsedFeed

#: what came of a document: a feed, or why it is none
Answer = ParsedFeed | ParseError
