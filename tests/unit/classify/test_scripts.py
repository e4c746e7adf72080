"""What counts as a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watchtower.classify.scripts import WORD, words_in


@given(st.text(st.characters(max_codepoint=127)))
def test_words_of_ascii_text_are_those_of_any_other(text: str) -> None:
    assert words_in(text) == WORD.findall(text)
