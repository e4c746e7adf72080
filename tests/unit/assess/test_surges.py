"""Surges on made-up histories: few false ones, and the large ones found. More worlds: ``benchmarks/surges.py``."""

from __future__ import annotations

import pytest

from benchmarks.surges import LEVEL, measure


@pytest.mark.parametrize("days", [90, 14])
def test_false_surges_stay_rare_and_large_ones_are_found(days: int) -> None:
    false, shuffled, found = measure(60, days, seed=7)
    # of 60 days at a level of 1 in 20, seven or more happen once in thirty times; the seed is fixed
    assert max(false, shuffled) <= LEVEL + 3 / 60
    assert found[8, 10] == found[5, 10] == 1.0
    assert found[8, 3] >= 0.9 > found[3, 1]
    assert found[3, 3] < found[5, 3] < found[8, 3]
