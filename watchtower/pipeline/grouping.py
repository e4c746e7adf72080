"""Which lines of a file report the same development: grouping without a database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from watchtower import stories
from watchtower.errors import ParseError
from watchtower.parse.archived import read_line
from watchtower.seams import Naming
from watchtower.types import Entry, StoryItem

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Line:
    """An item as a line gives it."""

    number: int
    #: as written, for the answer
    id: str
    entry: Entry
    source: str


def group_lines(lines: Iterable[tuple[int, bytes]], naming: Naming, longest: int) -> list[Answer]:
    """Answer numbered lines of JSON, in order: the item's id and its story, or the line and what is wrong with it.

    A line may have ``longest`` bytes. All are held in memory. Items without a date count as of the latest that there
    is, those without a source as of a feed of their own. Which items are together depends on which there are, not on
    their order.
    """
    read = [_read(number, line, longest) for number, line in lines]
    items = _items([one for one in read if isinstance(one, _Line)])
    grouped = stories.group(stories.named(list(items.values()), naming)).stories
    return [
        {"id": one.id, "story": grouped[items[one.number].item_id]} if isinstance(one, _Line) else one for one in read
    ]


def _read(number: int, line: bytes, longest: int) -> _Line | Answer:
    if len(line) > longest:
        return {"line": number, "error": f"the line is longer than {longest // 1024**2} MiB"}
    try:
        entry, source = read_line(line)
    except ParseError as error:
        return {"line": number, "error": str(error)}
    if entry.guid is None:
        return {"line": number, "error": "id is missing"}
    return _Line(number, json.loads(line)["id"], entry, source)


def _items(lines: Iterable[_Line]) -> dict[int, StoryItem]:
    """Make the items by the numbers of their lines; a second one of the same id is another item."""
    lines = list(lines)
    dates = [line.entry.published for line in lines if line.entry.published]
    latest = max(dates, default=datetime(1970, 1, 1, tzinfo=UTC))
    items: dict[int, StoryItem] = {}
    seen: set[str] = set()
    for line in lines:
        key = line.id if line.id not in seen else f"{line.id} in line {line.number}"
        seen.add(line.id)
        items[line.number] = StoryItem(
            item_id=key,
            feed_id=line.source or key,
            title=line.entry.title,
            summary=line.entry.summary[: StoryItem.BODY],
            body=line.entry.body[: StoryItem.BODY],
            language=line.entry.language,
            dated=line.entry.published or latest,
        )
    return items
