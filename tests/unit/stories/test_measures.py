"""Quantities that translations share, and names."""

from __future__ import annotations

import pytest

from watchtower.stories.measures import measures
from watchtower.stories.names import names
from watchtower.text import fold


@pytest.mark.parametrize(
    ("unit", "value", "writings"),
    [
        (
            "km",
            400,
            ["400 km", "400km", "400 kilometers", "около 400 километров", "약 400㎞를", "400公里", "約400キロ"],
        ),
        ("km", 7687.5, ["7,687.5 kilometers", "7687.5 км", "7687.5キロ"]),
        ("km", 1000, ["1,000 km", "1천㎞", "1千キロ", "1 тыс. км"]),
        ("minute", 86, ["86 minutes", "86 минут", "…86분 날아", "86分飛行", "飛行86分鐘"]),
        ("person", 410, ["410 people", "410 North Korean soldiers", "410 человек", "410여명", "410人", "410名"]),
        ("person", 10000, ["10,000 troops", "10 тысяч солдат", "1만명", "1万人", "1萬人"]),
        ("piece", 110, ["110 aircraft", "110 самолетов", "110여대", "110架", "110機"]),
        ("dollar", 629e6, ["$629 million", "629 million dollars", "629 млн долларов", "6.29억 달러", "6.29亿美元"]),
        ("percent", 98.3, ["98.3%", "98.3 per cent", "98,3 процента", "98.3퍼센트", "98.3パーセント"]),
    ],
)
def test_a_quantity_is_the_same_in_every_language(unit: str, value: float, writings: list[str]) -> None:
    for written in writings:
        assert measures(fold(written)) == {(value, unit)}, written


@pytest.mark.parametrize(
    "nothing",
    [
        "two missiles", "12 people", "in 2026", "100 percent", "24 hours", "400 tonnesque",
        "the 80th anniversary", "B-52 bombers",
        "오전 7시 30분", "午前7時45分", "G20 countries", "대통령 15 대통령",
    ],
)  # fmt: skip
def test_what_is_shared_by_chance_or_is_no_quantity_is_left_out(nothing: str) -> None:
    assert measures(fold(nothing)) == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Talks of Anna Berg end. Nobody spoke.", {"anna", "berg"}),
        ("“Peace” was said by Odd Holm’s envoy", {"holm", "odd"}),
        ("В порту Хольмсунна ждут. Никто не едет", {"хольмс"}),
        ("NYT 보도에 따르면 MLCC 업황", {"mlcc"}),
        ("All lower case", set()),
        ("", set()),
    ],
)
def test_names_are_what_has_a_capital_within_a_sentence(text: str, found: set[str]) -> None:
    assert names(text) == found
