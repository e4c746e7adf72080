"""Whatever a text holds, it gets scores between 0 and 1, and stands in nobody's way."""

from __future__ import annotations

import math
import time

import pytest

from tests.unit.classify import rivers
from watchtower.types import Text

HOSTILE = {
    "empty": "",
    "spaces": " \n\t\u3000",
    "a hundred thousand letters": "d" * 100_000,
    "a hundred thousand characters of words": "dam flood 댐 홍수 " * 7_000,
    "NUL": "dam\0flood\0\0",
    "lone surrogates": "dam \ud800 flood \udfff",
    "bidi": "\u202edam\u202c \u2066flood\u2069",
    "HTML": "<script>alert('dam')</script> <b>flood</b> &amp; &#0;",
    "emoji": "🌊 dam 👩‍👩‍👧‍👦🏳️‍🌈 flood",
    "combining marks": "d" + "\u0301" * 5_000 + "am",
    "growing": "ﷺ" * 500 + " dam İ ẞ ŉ",
    "jamo": "\u1103\u1162\u11b7 dam \u1161\u11a8",
    "unknown script": "ꙮ ሰላም สวัสดี dam ᏣᎳᎩ",
    "quotes": "'\"; DROP TABLE items; -- {{dam}} %s \\u0000",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_gets_scores_and_reasons(name: str) -> None:
    hostile = HOSTILE[name]
    begun = time.perf_counter()
    for read in (
        Text(id="x", title=hostile),
        Text(id="x", title="", summary=hostile, language="xx-unknown"),
        Text(id="x", title=hostile, summary=hostile, body=hostile, language=""),
    ):
        [one] = rivers.classifier().classify([read])
        assert all(0 < score < 1 for score in one.scores.values())
        for explained in rivers.classifier().explain(read):
            assert explained.score == one.scores[explained.target]
            total = sum(reason.weight for reason in explained.evidence)
            assert total == pytest.approx(math.log(explained.score / (1 - explained.score)), abs=1e-9)
    assert time.perf_counter() - begun < 10


def test_a_hostile_text_changes_no_score_of_its_neighbours() -> None:
    good = rivers.text("Velin dam opens")
    [alone] = rivers.classifier().classify([good])
    batch = [*(Text(id=name, title=title, body=title) for name, title in HOSTILE.items()), good]
    assert rivers.classifier().classify(batch)[-1] == alone


def test_code_around_a_word_does_not_hide_it() -> None:
    plain, marked = rivers.classifier().classify(
        [rivers.text("Velin dam opens"), rivers.text("Velin <b>dam</b> opens")]
    )
    assert {match.target for match in plain.matches} == {match.target for match in marked.matches} == {"dams"}
