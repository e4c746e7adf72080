"""The article of a web page by trafilatura, and what robots.txt allows by Protego (RFC 9309)."""

from __future__ import annotations

from typing import Any

import trafilatura
from protego import Protego

from watchtower.errors import ParseError
from watchtower.text import clean, cut, plain
from watchtower.types import Fetched

#: the name under which robots.txt may speak to us
AGENT = "watchtower"
#: bytes of a page: trafilatura took 1.4 s for 400 KB of nothing but paragraphs, and a page that is larger is no article
LARGEST_PAGE = 2 * 1024 * 1024
#: characters of a text that is an article: less is a notice about cookies or a login
SHORTEST = 200
LONGEST = 100_000
_TYPES = ("text/html", "application/xhtml+xml", "")


class WebArticles:
    """A ``seams.Articles`` without bounds of time."""

    def allows(self, rules: str, url: str) -> bool:
        """See ``seams.Articles``."""
        allowed: bool = Protego.parse(rules).can_fetch(url, AGENT)
        return allowed

    def wants_pauses(self, rules: str) -> bool:
        """See ``seams.Articles``."""
        return Protego.parse(rules).crawl_delay(AGENT) is not None

    def text(self, page: Fetched) -> str:
        """See ``seams.Articles``."""
        kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise ParseError(f"not a web page but {cut(clean(kind), 60)}")
        if len(page.body) > LARGEST_PAGE:
            raise ParseError(f"the page is larger than {LARGEST_PAGE:,} bytes")
        found: str | None = trafilatura.extract(
            page.body, url=page.url, include_comments=False, include_tables=False, output_format="txt"
        )
        text = cut(plain((found or "").replace("<", "&lt;")), LONGEST)
        if len(text) < SHORTEST:
            raise ParseError("no article was found on the page")
        return text

    def close(self) -> None:
        """See ``seams.Articles``."""


def answer(name: str, *given: Any) -> object:
    """Call a method of ``WebArticles`` by its name, as another process asks for it."""
    return getattr(WebArticles(), name)(*given)
