from __future__ import annotations

import pytest

from watchtower.classify.forms import forms


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("dam", {"dam", "dams"}),
        ("dams", {"dams"}),
        ("city", {"city", "cities"}),
        ("valley", {"valley", "valleys"}),
        ("box", {"box", "boxes"}),
        ("us", {"us"}),
        ("42", {"42"}),
        ("댐", {"댐"}),
        ("мали", {"мали"}),
        ("эхо", {"эхо"}),
        ("кенгуру", {"кенгуру"}),
        ("северный", {"северный", "северного", "северной", "северными"}),
        ("река", {"река", "реки", "реке", "реку", "рекой", "рек", "реках"}),
        ("санкции", {"санкции", "санкций", "санкциями"}),
        ("южная", {"южная", "южной", "южную"}),
        ("герой", {"герой", "героя", "героем"}),
        ("паводок", {"паводок", "паводка", "паводком", "паводки"}),
        ("человек", {"человек", "человека", "человеком"}),
        ("китаец", {"китаец", "китайца", "китайцев"}),
        ("владелец", {"владелец", "владельца", "владельцами"}),
    ],
)
def test_forms_of_a_word(word: str, some: set[str]) -> None:
    listed = forms(word)
    assert listed[0] == word and len(set(listed)) == len(listed)
    assert some <= set(listed)
    if len(some) == 1:
        assert set(listed) == some


def test_a_short_russian_word_is_taken_as_it_stands() -> None:
    assert forms("США".lower()) == ("сша",)
    assert forms("юани") == ("юани",) or "юаней" not in forms("юани")
