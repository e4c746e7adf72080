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


def test_every_item_gets_the_concepts_of_its_title_and_opening() -> None:
    def naming(texts: Sequence[str]) -> list[frozenset[str]]:
        return [frozenset(text.split()) for text in texts]

    in_summary, in_body = item("Quay opens", "at Holm"), item("Quay", body="near Aldra")
    found = named([in_summary, in_body], naming)
    assert [one.concepts for one in found] == [
        frozenset("Quay opens at Holm".split()),
        frozenset("Quay near Aldra".split()),
    ]
    assert [one.item_id for one in found] == [in_summary.item_id, in_body.item_id]
