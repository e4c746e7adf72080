"""How well and how fast items are grouped into stories.

``python benchmarks/stories.py [ITEMS]`` prints, on judged pairs of real news if they are beside the project
(``../shared/eval/pairs.jsonl``: ``copy``, ``same-story`` and ``different``), how many of each kind come into one story,
and precision, recall and F1 on copies against all else and on same-story pairs against different ones, all grouped in
one batch; then items a second on made-up news with one
copy in ten, at a few sizes, which shows how the time grows.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchtower.stories import group
from watchtower.text import plain
from watchtower.types import StoryItem

PAIRS = Path(__file__).parents[2] / "shared" / "eval" / "pairs.jsonl"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SYLLABLES = "ba de fi go lu mar nen pol rak sta tir ven zor kel dam hus lin ock per qua".split()


def pair_item(id: str, text: dict[str, str]) -> StoryItem:
    """Make an item of one side of a pair; a pair without times is of one hour."""
    written = text.get("published")
    dated = datetime.fromisoformat(written) if written else NOON
    return StoryItem(
        item_id=id,
        feed_id=text.get("source", id),
        title=plain(text["title"]),
        summary=plain(text["text"]),
        language=None,
        dated=dated if dated.tzinfo else dated.replace(tzinfo=UTC),
    )


def quality(pairs: Sequence[dict[str, object]]) -> dict[str, float]:
    """Group every pair's items in one batch: how many of each kind are joined, and how well that tells them apart.

    Two questions are asked of the same grouping: does it join copies and nothing else, ``same-story`` pairs counted as
    wrong, and does it join what was judged the same story, of the pairs that are no copies.
    """
    items = [pair_item(f"{side}{n}", pair[side]) for n, pair in enumerate(pairs) for side in "ab"]  # type: ignore[arg-type]  # a JSON object
    stories = group(items).stories
    of = Counter(str(pair["kind"]) for pair in pairs)
    joined = Counter(str(pair["kind"]) for n, pair in enumerate(pairs) if stories[f"a{n}"] == stories[f"b{n}"])
    shares = {f"{kind} joined": joined[kind] / of[kind] for kind in ("copy", "same-story", "different")}
    copies = _scores("copies", joined["copy"], sum(joined.values()), of["copy"])
    judged = joined["same-story"] + joined["different"]
    return {**shares, **copies, **_scores("same story", joined["same-story"], judged, of["same-story"])}


def _scores(what: str, right: int, joined: int, wanted: int) -> dict[str, float]:
    precision, recall = right / max(joined, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {f"precision, {what}": precision, f"recall, {what}": recall, f"F1, {what}": f1}


def made_up(size: int) -> list[StoryItem]:
    """Invent news of the usual length over three days, one item in ten a copy of another."""
    rng = random.Random(0)
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    stream = rng.choices(words, weights, k=40 * size)
    items: list[StoryItem] = []
    for number in range(size):
        part = stream[40 * number : 40 * number + 40]
        title, summary = " ".join(part[:10]), " ".join(part[10:])
        if items and rng.random() < 0.1:
            title, summary = (other := rng.choice(items)).title, other.summary
        dated = NOON + timedelta(seconds=rng.randrange(3 * 86_400))
        items.append(
            StoryItem(
                item_id=f"i{number}",
                feed_id=f"f{number % 500}",
                title=title,
                summary=summary,
                language="en",
                dated=dated,
            )
        )
    return items


def speed(size: int) -> str:
    """Group so much made-up news and say how long it took."""
    items = made_up(size)
    begun = time.process_time()
    stories = len(set(group(items).stories.values()))
    rate = size / (time.process_time() - begun)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{size:7,d} items {rate:8,.0f} items/s of CPU {stories:7,d} stories, at most {memory:,d} MiB"


def main() -> None:
    """Print both tables."""
    if PAIRS.exists():
        with PAIRS.open(encoding="utf-8") as lines:
            for name, value in quality([json.loads(line) for line in lines]).items():
                sys.stdout.write(f"{name:22s} {value:.3f}\n")
    else:
        sys.stdout.write(f"quality: skipped, there is no {PAIRS}\n")
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    for size in (most // 16, most // 4, most):
        sys.stdout.write(f"{speed(size)}\n")


if __name__ == "__main__":
    main()
