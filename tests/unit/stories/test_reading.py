"""What grouping reads of an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from watchtower.stories import named
from watchtower.stories.reading import Reading
from watchtower.types import StoryItem

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SUMMARY = "The harbour master opened the new quay in Vardby this morning."


def item(title: str, summary: str = "", body: str = "") -> StoryItem:
    return StoryItem(
        item_id=title, feed_id="f", title=title, summary=summary, body=body, language=None, dated=NOON
    )  # fmt: skip


@pytest.mark.parametrize(
    ("summary", "body", "text"),
    [
        (SUMMARY, "", SUMMARY),
        ("", SUMMARY, SUMMARY),
        (SUMMARY, f"{SUMMARY} More of it.", f"{SUMMARY} More of it."),
        (SUMMARY, "Quite another text.", f"{SUMMARY} Quite another text."),
    ],
)
def test_a_body_that_begins_as_the_summary_does_is_not_read_twice(summary: str, body: str, text: str) -> None:
    assert Reading(item("Quay opens", summary, body)).text == text


@pytest.mark.parametrize(
    ("title", "script"),
    [
        ("Quay opens", "latin"),
        ("Открыт причал", "cyrillic"),
        ("北, 부두 개장 ICBM", "hangul"),
        ("埠頭がオープン", "kana"),
        ("码头启用 2026", "han"),
        ("", "latin"),
    ],
)
def test_the_script_tells_the_languages_apart(title: str, script: str) -> None:
    assert Reading(item(title)).script == script


def test_numbers_that_many_texts_share_are_left_out() -> None:
    assert Reading(item("Two of 34 boats", "In 2026 one of 410 people was lost.")).numbers == {34.0, 410.0}


def test_only_what_may_give_a_quantity_is_asked_for_its_concepts() -> None:
    asked: list[str] = []

    def naming(texts: Sequence[str]) -> list[frozenset[str]]:
        asked.extend(texts)
        return [frozenset(("quay",)) for _ in texts]

    with_number, without, in_body = (
        item("Quay of 410 m opens"),
        item("Quay opens"),
        item("Quay", body="It cost 1만 won"),
    )
    found = named([with_number, without, in_body], naming)
    assert [one.concepts for one in found] == [frozenset(("quay",)), frozenset(), frozenset(("quay",))]
    assert asked == ["Quay of 410 m opens\n", "Quay\nIt cost 1만 won"]
