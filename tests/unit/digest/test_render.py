"""One digest in five formats: golden files, hostile texts, and what the page promises.

The golden files in ``tests/data/digests`` are written again with ``WATCHTOWER_GOLDEN=1 python -m pytest
tests/unit/digest/test_render.py``; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.unit.digest.assessments import assessed_day
from tests.unit.digest.samples import SINCE, UNTIL, busy_day, day, item, match, stored
from watchtower.digest import FORMATS, as_json, compose, render
from watchtower.store.jsons import from_json, to_json
from watchtower.types import Digest

GOLDEN = Path(__file__).parents[2] / "data" / "digests"
DAYS = {
    "busy-day": compose(busy_day()),
    "assessed-day": compose(assessed_day()),
    "quiet-day": compose(day([])),
    "blind-day": compose(day([], states={}, item_counts={})),
    "late-week": compose(replace(busy_day(), since=UNTIL - timedelta(days=7), made_late=True, stories_per_section=1)),
}


def text(digest: Digest, format: str) -> str:
    return render(digest, format)[1]


@pytest.mark.parametrize("format", ["md", "txt"])
@pytest.mark.parametrize("name", DAYS)
def test_the_digest_reads_as_its_golden_file(name: str, format: str) -> None:
    file = GOLDEN / f"{name}.{format}"
    if os.environ.get("WATCHTOWER_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(DAYS[name], format), encoding="utf-8")
    assert text(DAYS[name], format) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_rendering_twice_gives_the_same_bytes(format: str) -> None:
    assert render(compose(busy_day()), format) == render(compose(busy_day()), format)


def test_a_trend_names_its_span_in_json_only_where_that_is_more_than_the_period() -> None:
    harbour = as_json(DAYS["assessed-day"])["sections"][0]  # type: ignore[index]
    assert "span" not in harbour["trend"]
    assert [one.get("span") for one in harbour["indicator_trends"]] == [3]


@pytest.mark.parametrize("format", FORMATS)
def test_a_digest_recorded_before_there_were_spans_reads_as_it_did(format: str) -> None:
    one = DAYS["assessed-day"]
    alone = replace(one, sections=tuple(replace(section, indicator_trends=()) for section in one.sections))
    recorded = to_json(alone)
    for section in recorded["sections"]:
        if section["trend"]:
            del section["trend"]["span"]
    assert render(from_json(Digest, recorded), format) == render(alone, format)
    assert "span" not in json.loads(text(from_json(Digest, recorded), "json"))["sections"][0]["trend"]


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'pdf'.*html, md, txt, json"):
        render(DAYS["quiet-day"], "pdf")


def test_every_format_names_its_content_type() -> None:
    types = [render(DAYS["quiet-day"], format)[0] for format in FORMATS]
    assert types == ["text/html; charset=utf-8", "text/markdown; charset=utf-8", "text/plain; charset=utf-8",
                     "application/json", "application/atom+xml; charset=utf-8"]  # fmt: skip


def test_the_json_has_the_documented_keys() -> None:
    made = json.loads(text(DAYS["busy-day"], "json"))
    assert made == as_json(DAYS["busy-day"])
    for key in ("since", "until", "zone", "summary", "sections", "ledger", "scenarios", "coverage", "health", "made"):
        assert key in made
    assert made["since"] == SINCE.isoformat().replace("+00:00", "Z")
    assert set(made["made"]) >= {"configuration", "model", "cut_off"}
    story = made["sections"][0]["stories"][0]
    for key in ("story", "title", "lead", "first_seen", "sources", "origins", "score", "evidence"):
        assert key in story
    assert made["sections"][2]["kind"] == "critical-question"
    assert (made["ledger"], made["scenarios"], made["corrections"]) == ([], [], [])
    assert made["coverage"] == {"languages": [], "kinds": [], "cells": []}


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = text(DAYS["busy-day"], "html")
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    tree = lxml_html.document_fromstring(page)
    assert not tree.xpath("//script|//img|//iframe|//link|//object|//embed|//form|//base|//video|//audio")
    assert not tree.xpath("//@src|//@srcset|//@background|//@*[starts-with(name(), 'on')]")
    assert "url(" not in page
    assert "@import" not in page


def test_the_page_says_in_which_language_a_headline_is() -> None:
    tree = lxml_html.document_fromstring(text(DAYS["busy-day"], "html"))
    assert tree.xpath("//h3[@lang='ko']//text()") == ["북항에 대형 크레인 도착"]
    assert tree.xpath("//h3[@lang='ru']//text()") == ["Банк даст кредит на северный порт"]


def test_the_page_marks_the_words_that_matched() -> None:
    tree = lxml_html.document_fromstring(text(DAYS["busy-day"], "html"))
    first = tree.xpath("(//article)[1]//details//p[@class='passage'][1]")[0]
    assert first.text_content() == "Dredger reaches northern harbour, port chief says"
    assert first.xpath("./mark/text()") == ["Dredger", "northern harbour"]


def test_every_section_is_in_the_contents_with_its_count() -> None:
    tree = lxml_html.document_fromstring(text(DAYS["busy-day"], "html"))
    entries = [(li.xpath("string(./a/@href)"), li.xpath("string(./span)")) for li in tree.xpath("//nav//li")]
    assert entries == [("#harbour-works", "3"), ("#patrols", "1"), ("#who-pays", "2"), ("#coverage", "6/6")]
    for target, _ in entries:
        assert len(tree.xpath(f"//section[@id='{target[1:]}']")) == 1


def test_the_bars_say_in_words_what_they_show() -> None:
    tree = lxml_html.document_fromstring(text(DAYS["assessed-day"], "html"))
    bars = tree.xpath("//section[@id='harbour-works']//svg")[0]
    assert [bar.get("class") for bar in bars.xpath("./rect")] == ["then", "unknown", "then", "then", "alarm", "band"]
    assert bars.get("role") == "img"
    assert bars.get("aria-label").startswith("Stories a day on the 4 days before: 1, unknown, 3")
    assert bars.get("aria-label").endswith("in this period: 9, where 2.1 were expected.")


def test_a_story_is_told_whole_once_where_it_matters_most() -> None:
    page = lxml_html.fromstring(text(DAYS["busy-day"], "html"))
    works, pays = (page.xpath(f"//section[@id='{id}']")[0] for id in ("harbour-works", "who-pays"))
    [again] = works.xpath(".//article[contains(@class, 'again')]")
    assert again.xpath(".//h3/a/@href") == ["#story-story-d1"]
    [whole] = pays.xpath(".//article[@id='story-story-d1']")
    assert "Single source" in whole.text_content() and "Single source" not in again.text_content()
    told = " ".join(again.text_content().split())
    assert "Ships dredge the northern harbour" in told, "what it says here"
    assert "Told under “Who pays for the northern harbour?” · match 55 %" in told
    assert "names harbour" in told, "why it is here"


@pytest.mark.parametrize("format", ["md", "txt"])
def test_formats_of_lines_name_the_section_that_tells_a_story(format: str) -> None:
    lines = text(DAYS["busy-day"], format)
    assert lines.count("Told under “Who pays for the northern harbour?”") == 1
    assert "Reports: Ships dredge the northern harbour. Why: names harbour" in lines or format == "txt"


def test_every_reference_on_the_page_leads_to_the_story_and_every_rank_is_kept() -> None:
    digest = DAYS["busy-day"]
    page = lxml_html.fromstring(text(digest, "html"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {reference[1:] for reference in page.xpath("//a/@href[starts-with(., '#')]")} <= set(ids)
    for section in digest.sections:
        titles = page.xpath(f"//section[@id='{section.target}']//article/h3")
        assert [" ".join(one.text_content().split()) for one in titles] == [story.title for story in section.stories]


def test_the_json_tells_every_story_whole_in_every_section() -> None:
    sections = {one["target"]: one for one in json.loads(text(DAYS["busy-day"], "json"))["sections"]}
    told = [
        next(story for story in sections[target]["stories"] if story["story"] == "story-d1")
        for target in ("harbour-works", "who-pays")
    ]
    assert all(story["sources"] and story["lineage"] for story in told)


def test_headings_go_down_one_step_at_a_time() -> None:
    tree = lxml_html.document_fromstring(text(DAYS["busy-day"], "html"))
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_span_outside_of_the_text_marks_nothing() -> None:
    one = item("a", "coast-wire", 1, "Dredging", "Short.")
    found = match(one, "patrols", 0.9, ["Dredging"])
    wrong = tuple(replace(reason, start=3, end=900) for reason in found.evidence)
    page = text(compose(day([stored(one, replace(found, evidence=wrong))])), "html")
    assert "<mark>" not in page


def test_colours_have_enough_contrast_in_light_and_dark() -> None:
    page = text(DAYS["quiet-day"], "html")
    schemes = re.findall(r":root \{(.*?)\n\s*\}", page, re.S)
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", schemes[0]))
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", schemes[1]))
    for scheme in (light, dark):
        for ink in ("ink", "soft", "accent"):
            for ground in ("paper", "fill"):
                assert _contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground, scheme[ink])
        assert _contrast(scheme["mark-ink"], scheme["mark"]) >= 4.5


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_plain_text_is_no_wider_than_a_terminal() -> None:
    for digest in DAYS.values():
        for line in text(digest, "txt").splitlines():
            assert len(line) <= 78 or line.strip().startswith("<https://")
