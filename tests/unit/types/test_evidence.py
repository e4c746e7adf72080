"""How near an item is to a target, by what the classifier said of it."""

from __future__ import annotations

import pytest

from tests.factories import classified, item, match
from watchtower.types import borne_out

NOTHING = classified(item(), scores={})


@pytest.mark.parametrize(("score", "near"), [(0.9, True), (0.2, True), (0.19, False)])
def test_near_is_a_match_or_a_chance_of_one_in_five(score: float, near: bool) -> None:
    assert classified(item(), scores={"dams": 0.01, "floods": score}).is_near is near
    assert classified(item(), match(score=0.1)).is_near
    assert not NOTHING.is_near


@pytest.mark.parametrize(("score", "in_view"), [(0.2, True), (0.05, True), (0.049, False)])
def test_in_view_is_a_match_or_a_chance_of_one_in_twenty(score: float, in_view: bool) -> None:
    assert classified(item(), scores={"dams": 0.01, "floods": score}).is_in_view is in_view
    assert classified(item(), match(score=0.01)).is_in_view
    assert not NOTHING.is_in_view


@pytest.mark.parametrize(
    ("named", "reported"),
    [
        (["opens"], {"opens"}),
        (["opens", None, None], {"opens"}),
        (["opens", None, None, None], set()),
        (["opens", "opens", "breaks", "floods", "opens", "breaks"], {"opens", "breaks"}),
        ([None, None], set()),
    ],
)
def test_a_story_reports_what_a_third_of_its_matches_name(named: list[str | None], reported: set[str]) -> None:
    assert borne_out(named) == reported
