"""Where a web page has its feeds, and what a feed says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from watchtower.errors import ParseError
from watchtower.parse.encoding import decode
from watchtower.parse.urls import absolute
from watchtower.parse.visit import Reading
from watchtower.seams import Parser
from watchtower.text import without_credentials
from watchtower.types import Failed, Fetched, FoundFeed, ParsedFeed, Trial, TrialResult

#: types under which pages link their feeds
_TYPES = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
        "application/json", "application/xml", "text/xml",
    }
)  # fmt: skip
_LOOKS_LIKE_A_FEED = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom|rdf)(?:[/._?-]|$)", re.I)
#: where publishing software puts feeds: below the page, and below the site
_BELOW_PAGE = ("feed", "rss", "rss.xml")
_BELOW_SITE = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/feeds/posts/default",
)
#: characters of a page, and of a feed document, that are looked at
_PAGE, _HEAD = 2_000_000, 20_000
_STATED_LANGUAGE = re.compile(
    r"<(?:dc:)?language>\s*([A-Za-z-]{2,10})\s*<|\bxml:lang\s*=\s*[\"']([A-Za-z-]{2,10})[\"']"
    r"|\"language\"\s*:\s*\"([A-Za-z-]{2,10})\""
)


def linked(page: bytes, headers: Mapping[str, str], url: str) -> tuple[list[str], list[str]]:
    """Return the addresses that a page names as its feeds, and those of its links that look like feeds."""
    text = decode(page, headers.get("content-type", "")).text[:_PAGE]
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:  # nothing that could be an element
        return [], []
    if root is None:
        return [], []
    bases = [base.get("href") for base in root.iter("base") if base.get("href")]
    base = urljoin(url, bases[0]) if bases else url
    named = [link.get("href") for link in root.iter("link") if _is_feed_link(link.get("rel"), link.get("type"))]
    alike = [href for link in root.iter("a") if _LOOKS_LIKE_A_FEED.search(href := link.get("href") or "")]
    return _addresses(base, named), _addresses(base, alike)


def _is_feed_link(rel: str | None, type_: str | None) -> bool:
    kinds = (rel or "").lower().split()
    return "feed" in kinds or ("alternate" in kinds and (type_ or "").partition(";")[0].strip().lower() in _TYPES)


def _addresses(base: str, links: list[str | None]) -> list[str]:
    return list(dict.fromkeys(found for link in links if (found := absolute(base, link))))


def usual(url: str) -> list[str]:
    """Return the addresses at which sites have feeds without naming them."""
    parts = urlsplit(url)
    page = parts._replace(query="", fragment="", path=parts.path.rstrip("/") + "/").geturl()
    below_page = [urljoin(page, path) for path in _BELOW_PAGE]
    return list(dict.fromkeys([*below_page, *(urljoin(url, path) for path in _BELOW_SITE)]))


def found_feed(fetched: Fetched, parser: Parser) -> FoundFeed | None:
    """Read what came as a feed, or return None where it is none."""
    try:
        parsed = parser.parse(fetched.body, fetched.headers, fetched.url)
    except ParseError:
        return None
    stated = _STATED_LANGUAGE.search(decode(fetched.body[:_HEAD], fetched.headers.get("content-type", "")).text)
    return FoundFeed(
        url=fetched.moved_to or fetched.url,
        title=parsed.title,
        language=next(filter(None, stated.groups()), "") if stated else "",
        entries=len(parsed.entries),
        newest=_newest(parsed),
    )


def trial_of(reading: Reading) -> Trial:
    """Say what came of trying a feed, from what was read of it."""
    outcome, parsed = reading.outcome, reading.parsed
    if parsed is not None and isinstance(outcome, Fetched):
        return Trial(
            feed=reading.feed_id,
            result=TrialResult.MOVED if outcome.moved_to else TrialResult.WORKS,
            moved_to=without_credentials(outcome.moved_to) if outcome.moved_to else None,
            entries=len(parsed.entries),
            newest=_newest(parsed),
            warnings=parsed.warnings,
        )
    is_gone = isinstance(outcome, Failed) and outcome.status == 410
    kind = TrialResult.NOT_A_FEED if isinstance(outcome, Fetched) else TrialResult.FAILING
    problem = without_credentials(reading.problem or "the server answered 304 Not Modified though nothing was asked")
    return Trial(feed=reading.feed_id, result=TrialResult.GONE if is_gone else kind, problem=problem)


def _newest(parsed: ParsedFeed) -> datetime | None:
    return max((entry.published for entry in parsed.entries if entry.published), default=None)
