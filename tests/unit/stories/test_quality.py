"""How well grouping does on judged pairs of real news, where they are at hand, and that the benchmark runs."""

from __future__ import annotations

import json

import pytest

from benchmarks.stories import PAIRS, made_up, quality
from watchtower.stories import group


@pytest.mark.skipif(not PAIRS.exists(), reason="the judged pairs are not beside the project")
def test_copies_and_judged_pairs_are_told_apart() -> None:
    with PAIRS.open(encoding="utf-8") as lines:
        found = quality([json.loads(line) for line in lines])
    assert found["F1, copies"] >= 0.90
    assert found["F1, same story"] >= 0.80


def test_made_up_copies_are_found_among_made_up_news() -> None:
    items = list(made_up(400))
    stories = group(items).stories
    by_text: dict[tuple[str, str], set[str]] = {}
    for item in items:
        by_text.setdefault((item.title, item.summary), set()).add(stories[item.item_id])
    assert all(len(found) == 1 for found in by_text.values())
    assert 300 < len(set(stories.values())) < len(by_text)
