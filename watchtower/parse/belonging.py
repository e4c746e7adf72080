"""Which feed an archived item belongs to, by what the archive calls its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from watchtower.parse.urls import canonical_url
from watchtower.text import fold
from watchtower.types import Feed

#: where what collectors put behind a feed's name in the names of files may begin: a date, a time, a number
_TAIL = re.compile(r"[-_.@ ](?=\d[\dTZtz:+_.@ -]*$)")
#: characters of a source that are looked at: no title or address of a feed is longer
_LONGEST = 500


class Belonging:
    """Finds feeds by id, address, title, or owner; a title or an owner that several feeds share says nothing.

    With ``only``, everything belongs to that feed.
    """

    def __init__(self, feeds: Sequence[Feed], only: Feed | None = None) -> None:
        self.only = only
        owners = _once((fold(feed.owner), feed) for feed in feeds)
        titles = _once((fold(feed.title), feed) for feed in feeds)
        addresses = {_address(feed.url): feed for feed in feeds}
        self._feeds = owners | titles | addresses | {feed.id: feed for feed in feeds}

    def of(self, names: Iterable[str]) -> Feed | None:
        """Return the feed that the first of these names that is known stands for."""
        return self.only or next((feed for name in names if (feed := self._named(name))), None)

    def _named(self, name: str) -> Feed | None:
        name = name.strip()[:_LONGEST]
        heads = [name[: tail.start()] for tail in _TAIL.finditer(name)]
        written = (name, _address(name), fold(name), *reversed(heads))
        return next((self._feeds[one] for one in written if one in self._feeds), None)


def _once(named: Iterable[tuple[str, Feed]]) -> dict[str, Feed]:
    pairs = list(named)
    counts = Counter(name for name, _ in pairs)
    return {name: feed for name, feed in pairs if counts[name] == 1}


def _address(text: str) -> str:
    """An address without its scheme, in its one spelling; a text that is none stays as it is."""
    return (canonical_url(text) or text).removeprefix("https:").removeprefix("http:")
