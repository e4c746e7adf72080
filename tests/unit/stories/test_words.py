"""How titles and figures are read before they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.stories.figures import figures
from watchtower.stories.words import content, flatten, headline, shingles
from watchtower.text import fold


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Talks end - Reuters", "talks end"),
        ("Peace is possible - Holm", "peace is possible holm"),
        ("Great harbour opens - The Northern Times", "great harbour opens"),
        ("(LEAD) Great harbour opens", "great harbour opens"),
        ("[단독] 북항 준설 시작(종합2보)", "북항 준설 시작"),
        ("Великий порт открыт — РИА Новости", "великий порт открыт"),
        ("北の港が開港｜ＮＨＫ", "北の港が開港"),
        ("Explainer: why the harbour matters", "explainer why the harbour matters"),
        ("", ""),
    ],
)
def test_marks_and_outlets_are_left_out_of_a_headline(title: str, read: str) -> None:
    assert headline(title) == read


def test_a_short_title_is_not_taken_for_an_outlet() -> None:
    assert headline("AP - Reuters") == "ap reuters"


def test_content_leaves_out_what_carries_no_subject() -> None:
    assert content("the harbour of the north is 25 years old") == {"harbour", "north", "old"}


def test_endings_do_not_part_words() -> None:
    assert content("ракеты порта") == content("ракета порту")
    assert content("missiles fired") == content("missile fires")


def test_unspaced_scripts_are_read_by_pairs() -> None:
    assert content("北の港") == {"北の", "の港"}
    assert list(shingles("北の港")) == ["北の", "の港"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two missiles", "2 missiles"),
        ("1.5 million crowns", "1,500,000 crowns"),
        ("2 тыс. тонн", "2000 тонн"),
        ("два корабля", "2 корабля"),
        ("미사일 두 발", "미사일 2발"),
        ("导弹两枚", "导弹2枚"),
        ("1만 1천명", "10,000명 1,000명"),
        ("on november 5", "on 5 nov"),
        ("11월 5일", "on 5 november"),
        ("11月5日", "2026-11-05"),
        ("5 ноября", "05.11.2026"),
    ],
)
def test_figures_are_the_same_in_every_writing(one: str, other: str) -> None:
    assert figures(fold(one)) == figures(fold(other))


def test_a_date_is_no_number() -> None:
    read = figures("three boats on 5 november 2026")
    assert (read.numbers, read.days) == ({3.0}, {(11, 5)})


def test_what_is_no_date_stays_a_number() -> None:
    assert figures("43 march past").numbers == {43.0}
    assert figures("99日").days == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("two boats", "three boats", True),
        ("two boats", "boats", False),
        ("two boats", "two boats and 5 men", False),
        ("two boats and 6 men", "two boats and 5 men", True),
    ],
)
def test_numbers_contradict_where_each_side_has_its_own(one: str, other: str, contradict: bool) -> None:
    assert figures(one).contradict_numbers(figures(other)) is contradict
    assert figures(other).contradict_numbers(figures(one)) is contradict


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("on 5 november", "on 6 november", True),
        ("on the 5日", "on 5 november", False),
        ("on tuesday", "on wednesday", True),
        ("on tuesday", "on tuesday and wednesday", False),
    ],
)
def test_days_contradict_where_both_sides_have_some_and_share_none(one: str, other: str, contradict: bool) -> None:
    assert figures(one).contradict_days(figures(other)) is contradict
    assert figures(other).contradict_days(figures(one)) is contradict


@given(st.text("abz09'`._-# \t"))
def test_ascii_text_is_parted_as_any_other(text: str) -> None:
    # a letter that is no ASCII takes the other way
    assert f"{flatten(text)} я".strip() == flatten(f"{text} я")
