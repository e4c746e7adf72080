"""What settings need beyond what is always installed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from watchtower.types import Feed

#: the libraries of the extra ``fulltext``
FULL_TEXT = ("trafilatura", "protego", "lxml_html_clean")


def wants_full_text(feeds: Iterable[Feed]) -> bool:
    """Tell whether any feed that is asked has ``full_text``."""
    return any(feed.full_text and feed.enabled for feed in feeds)


def missing_for_full_text() -> str:
    """Say what has to be installed before full texts can be read; empty where nothing has to."""
    missing = [name for name in FULL_TEXT if find_spec(name) is None]
    if not missing:
        return ""
    return (
        f"full_text needs the extra fulltext ({', '.join(missing)} is not installed): "
        "pip install 'watchtower[fulltext]', or take full_text out of feeds.yml"
    )
