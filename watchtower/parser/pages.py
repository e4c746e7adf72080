"""Reads web pages and robots.txt in a process of its own: either may be made to keep a reader busy."""

from __future__ import annotations

from typing import cast

from watchtower.errors import ParseError
from watchtower.parser.process import Process
from watchtower.types import Fetched


class BoundedArticles:
    """A ``seams.Articles`` that no page can keep busy or fill; what takes too long allows nothing and has no article.

    The child is started for the first page. ``close`` ends it.
    """

    def __init__(self, *, seconds: float = 20.0, most_bytes: int = 2**30) -> None:
        self._seconds = seconds
        self._process = Process("articles", most_bytes=most_bytes)

    def allows(self, rules: str, url: str) -> bool:
        """See ``seams.Articles``."""
        try:
            return cast(bool, self._process.ask("allows", rules, url, seconds=self._seconds))
        except ParseError:
            return False

    def wants_pauses(self, rules: str) -> bool:
        """See ``seams.Articles``."""
        try:
            return cast(bool, self._process.ask("wants_pauses", rules, seconds=self._seconds))
        except ParseError:
            return True

    def text(self, page: Fetched) -> str:
        """See ``seams.Articles``."""
        return cast(str, self._process.ask("text", page, seconds=self._seconds))

    def close(self) -> None:
        """See ``seams.Articles``."""
        self._process.close()
