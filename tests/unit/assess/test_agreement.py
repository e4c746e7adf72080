"""What the copies of a story agree on."""

from __future__ import annotations

from tests.factories import item, sighting
from watchtower.assess import settled


def test_one_copys_indicator_is_not_what_a_story_of_four_reports() -> None:
    odd, *others = (
        sighting(item(key=str(n)), story="s", indicator=name)
        for n, name in enumerate(("breaks", "opens", "opens", None))
    )
    assert settled([odd, *others]) == [odd._replace(indicator=None), *others]


def test_each_story_and_each_target_is_asked_for_itself() -> None:
    elsewhere = [
        sighting(item(key="1"), story="s", target="dams", indicator="opens"),
        sighting(item(key="1"), story="s", target="floods", indicator="rises"),
        sighting(item(key="2"), story="t", target="dams", indicator="breaks"),
    ]
    silent = [sighting(item(key=str(n)), story="t", target="floods") for n in range(3, 9)]
    assert settled([*elsewhere, *silent]) == [*elsewhere, *silent]
