"""Headlines that are alike have sketches that are alike."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from watchtower.stories.sketches import resemblance, sketches
from watchtower.stories.words import shingles

HEADLINES = st.text("abcde 北港開始", max_size=40)


@given(st.lists(HEADLINES, min_size=1, max_size=8), HEADLINES)
def test_a_sketch_depends_on_its_headline_alone(others: list[str], headline: str) -> None:
    assert (sketches([*others, headline, *others])[len(others)] == sketches([headline])[0]).all()


@given(HEADLINES.filter(bool), HEADLINES.filter(bool))
def test_headlines_of_the_same_shingles_have_one_sketch(one: str, other: str) -> None:
    made = sketches([one, other])
    same = set(shingles(one)) == set(shingles(other))
    assert same == bool((made[0] == made[1]).all())


def test_the_share_of_shingles_in_common_is_estimated_to_a_few_hundredths() -> None:
    rng = np.random.default_rng(1)
    words = ["".join(rng.choice(list("abcdefghij"), 6)) for _ in range(400)]
    whole = [" ".join(rng.choice(words, 10)) for _ in range(200)]
    made = sketches([*whole, *(headline[:40] for headline in whole)])
    estimated = resemblance(made, np.arange(200), np.arange(200, 400))
    a, b = ([set(shingles(headline[:end])) for headline in whole] for end in (None, 40))
    real = np.array([len(x & y) / len(x | y) for x, y in zip(a, b, strict=True)])
    assert abs(estimated - real).mean() < 0.07
    assert abs((estimated - real).mean()) < 0.02
