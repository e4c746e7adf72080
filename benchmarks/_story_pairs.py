"""Pairs of real news items, judged: do they report the same development?

``story_pairs.jsonl`` names the items by id and nothing of their text, which is their publishers': they are in
``../shared/replay`` and ``../shared/eval``. Pairs of items that are near in words but no copies, from different feeds
and within 36 hours; of the set *tuned on* those that two readers judged alike (317 of 323), of *fresh* and *two
languages* as one reader judged them. ``sure`` says whether the readers were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from watchtower.classify.concepts import ConceptMatcher
from watchtower.config import load
from watchtower.parse import visit
from watchtower.parse.feed import parse
from watchtower.parse.identity import assign, identify
from watchtower.stories import named
from watchtower.text import plain
from watchtower.types import Feed, StoryItem

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
REPLAY, EVAL = SHARED / "replay", SHARED / "eval"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def judged() -> dict[str, list[tuple[StoryItem, StoryItem, bool, bool]]]:
    """Read the pairs of each set: two items, whether they are the same story, and whether the readers were sure."""
    items = {item.item_id: item for item in [*_replayed(), *_evaluated()]}
    concepts = ConceptMatcher(load(ROOT, {}).analysis.concepts)
    items = {item.item_id: item for item in named(list(items.values()), concepts.named)}
    found: dict[str, list[tuple[StoryItem, StoryItem, bool, bool]]] = {}
    with (ROOT / "benchmarks" / "story_pairs.jsonl").open(encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            same = pair["kind"] == "same-story"
            found.setdefault(pair["set"], []).append((items[pair["a"]], items[pair["b"]], same, pair["sure"]))
    return found


def _replayed() -> Iterator[StoryItem]:
    for path in sorted(REPLAY.glob("*.xml")):
        feed = Feed(
            id=path.stem, url=f"http://127.0.0.1:8765/{path.name}", title=path.stem, owner=path.stem, language=None
        )
        found = identify(visit.saying(parse(path.read_bytes(), {}, feed.url).entries))
        for identified, key in assign(found, {}):
            item = visit.item_of(feed, identified, key, None, NOW)
            if item:
                yield _story_item(item.id, feed.id, item.title, item.summary, item.body, item.dated)


def _evaluated() -> Iterator[StoryItem]:
    for name in ("stream", "dev-items", "background"):
        with (EVAL / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if line.get("published"):
                    dated = datetime.fromisoformat(line["published"])
                    title, summary = plain(line["title"]), plain(line.get("summary") or "")
                    source = line.get("source") or line["id"]
                    yield _story_item(line["id"], source, title, summary, "", dated)


def _story_item(id: str, feed_id: str, title: str, summary: str, body: str, dated: datetime) -> StoryItem:
    return StoryItem(
        item_id=id,
        feed_id=feed_id,
        title=title,
        summary=summary[: StoryItem.BODY],
        body=body[: StoryItem.BODY],
        language=None,
        dated=dated if dated.tzinfo else dated.replace(tzinfo=UTC),
    )
