"""How well grouping does on judged pairs of real news, where they are at hand, and that the benchmark runs."""

from __future__ import annotations

import json

import pytest

from benchmarks.stories import PAIRS, made_up, quality
from watchtower.stories import group


@pytest.mark.skipif(not PAIRS.exists(), reason="the judged pairs are not beside the project")
def test_copies_are_joined_and_no_different_pair_is() -> None:
    with PAIRS.open(encoding="utf-8") as lines:
        found = quality([json.loads(line) for line in lines])
    assert found["F1 on copies"] >= 0.98
    assert found["different joined"] == 0


def test_made_up_copies_are_found_among_made_up_news() -> None:
    items = made_up(400)
    different = len({(item.title, item.summary) for item in items})
    assert len(set(group(items, []).stories.values())) == different
