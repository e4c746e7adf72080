"""What an assessment shows gets its headlines, and what is gone meanwhile is no trouble."""

from __future__ import annotations

from tests.unit.assess.samples import data, seen
from watchtower.assess import assess, headed, shown
from watchtower.types import Headline


def test_the_items_that_are_shown_get_their_headlines() -> None:
    crack, repair = seen(3, indicator="crack-seen"), seen(2, indicator="repair-done")
    made = assess(data([crack, repair]))
    assert shown(made) == {crack.item, repair.item}
    found = headed(made, {crack.item: Headline("Crack in the wall", "https://harbour.example/1")})
    lines = {line.item: line for ledger in (*found.ledgers, found.scenario_ledger) if ledger for line in ledger.lines}
    assert (lines[crack.item].title, lines[crack.item].url) == ("Crack in the wall", "https://harbour.example/1")
    assert (lines[repair.item].title, lines[repair.item].url) == ("", None)
    [silence, other] = found.silences
    assert (silence.last_item, silence.last_title, other.last_title) == (crack.item, "Crack in the wall", "")


def test_an_empty_assessment_shows_nothing() -> None:
    assert shown(assess(data([]))) == frozenset()
