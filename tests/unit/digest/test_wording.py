"""The words that every format uses: sources, reasons, passages and what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.unit.digest.samples import SINCE, UNTIL, at, busy_day, day, earlier, item, match, state_of, states, stored
from watchtower.digest import compose, render
from watchtower.digest.calendar import local_time
from watchtower.digest.summary import compared, summary
from watchtower.digest.wording import copies_words, facts, grade, reasons, source_tags, sources_line, summary_pieces
from watchtower.types import DayCount, DigestStory, Evidence, Health, Section, TargetKind


def story_of(*feeds: str) -> DigestStory:
    items = [item(f"i{number}", feed, number, f"Line {number}") for number, feed in enumerate(feeds)]
    data = day([stored(one, match(one, "patrols"), story="s") for one in items])
    return compose(data).sections[1].stories[0]


def counts(target: str, count: int, before: int, days: int = 14) -> Section:
    past = tuple(DayCount(day=date(2026, 2, 1 + number), stories=before) for number in range(days))
    return Section(target=target, kind=TargetKind.WATCH_POINT, title=target, stories=(), count=count, before=past)


def test_one_source_is_called_single() -> None:
    assert sources_line(story_of("coast-wire")) == "Single source"


def test_what_several_tell_is_told_by_its_lineage() -> None:
    story = story_of("coast-wire", "north-radio")
    assert story.lineage is not None
    assert sources_line(story) == story.lineage.words
    assert story.lineage.words.startswith("2 feeds → ")


def test_a_single_feed_that_is_denied_or_quotes_another_outlet_says_more() -> None:
    story = story_of("coast-wire")
    assert story.lineage is not None
    quoted = replace(story.lineage, origins=(replace(story.lineage.first, name="Elsewhere"),))
    assert sources_line(replace(story, lineage=quoted)) == story.lineage.words
    assert sources_line(replace(story, lineage=replace(story.lineage, denied_by=("x",)))) == story.lineage.words


def test_an_early_digest_without_lineage_counts_its_origins() -> None:
    story = replace(story_of("coast-wire"), lineage=None)
    assert (sources_line(story), grade(story)) == ("1 origin", "")


def test_the_grade_puts_source_and_information_side_by_side() -> None:
    assert grade(story_of("coast-wire")) == "B6"


def test_a_source_in_another_language_or_under_a_state_is_tagged() -> None:
    english, korean, state = story_of("coast-wire", "haedong", "north-radio").sources
    assert source_tags(english) == ()
    assert source_tags(replace(english, language="en-GB")) == ()
    assert source_tags(korean) == ("Korean",)
    assert source_tags(replace(korean, language="xx")) == ("xx",)
    assert source_tags(state) == ("state-controlled, NL",)


def test_copies_are_counted_in_words() -> None:
    assert (copies_words(2), copies_words(5)) == ("both copies", "all 5 copies")


def test_a_story_that_began_before_the_period_is_continuing() -> None:
    clock = local_time("UTC", SINCE, UNTIL)
    story = story_of("coast-wire")
    assert facts(story, clock) == "First reported 10 Mar, 05:30 · match 90 %"
    assert facts(replace(story, first_seen=at(-2)), clock) == "First reported 10 Mar, 03:30, continuing · match 90 %"
    assert facts(replace(story, late=True), clock) == "First reported 10 Mar, 05:30, seen late · match 90 %"


def test_a_time_of_another_year_has_its_year() -> None:
    clock = local_time("UTC", SINCE, UNTIL)
    assert clock.brief(SINCE - timedelta(days=100)) == "30 Nov 2025, 05:30"


def test_reasons_are_told_strongest_first_and_the_many_are_counted() -> None:
    first = Evidence(kind="concept", text="word", weight=1.0, field="title", end=1)
    evidence = [replace(first, name=f"name_{number}", weight=float(number)) for number in range(1, 9)]
    evidence += [
        Evidence(kind="concepts", text="north_korea with weapons", name="north_korea+weapons", weight=1.0),
        Evidence(kind="rule", text="dams", name="dams", weight=2.0),
        Evidence(kind="words", text="troops", weight=1.0, field="title", end=1),
        Evidence(kind="words", text="12 more reasons", weight=1.0),
        Evidence(kind="example", text="Boats leave", weight=1.0),
        Evidence(kind="concept", text="peace", weight=-1.0, name="peace", field="title", end=1),
        Evidence(kind="prior", text="before reading", weight=3.0),
    ]
    story = replace(story_of("coast-wire"), evidence=tuple(evidence))
    assert reasons(story, "dams", {"name_8": "Name the Eighth", "north_korea": "North Korea"}) == (
        "names Name the Eighth, name 7, name 6, name 5, name 4, name 3 and 2 more",
        "names together North Korea with weapons",
        "fits its rule",
        "says “troops”",
        "is like “Boats leave”",
    )


def test_words_that_are_part_of_others_are_not_told_beside_them() -> None:
    words = [
        Evidence(kind="words", text=text, weight=3.0 - place, field="title", end=1)
        for place, text in enumerate(("North", "North Korean", "Korean"))
    ]
    assert reasons(replace(story_of("coast-wire"), evidence=tuple(words)), "dams", {}) == ("says “North Korean”",)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (("dams",), "fits its rule"),
        (("dams", "floods"), "fits its rule, and that of another target"),
        (("patrols", "dams", "floods"), "fits its rule, and those of 2 other targets"),
        (("floods",), "fits the rule of another target"),
        (("floods", "patrols"), "fits the rules of 2 other targets"),
    ],
)
def test_rules_are_told_without_ids(rules: tuple[str, ...], told: str) -> None:
    evidence = tuple(Evidence(kind="rule", text=name, name=name, weight=1.0) for name in rules)
    assert reasons(replace(story_of("coast-wire"), evidence=evidence), "dams", {}) == (told,)


def test_a_passage_shows_words_around_the_reason_and_says_where_it_was_cut() -> None:
    text = "Filler words before. " * 12 + "The dredger sails. " + "Filler words behind. " * 12
    start = text.index("dredger")
    reason = Evidence(kind="words", text="dredger", weight=1.0, field="summary", start=start, end=start + 7)
    pieces = summary_pieces(replace(story_of("coast-wire"), summary=text, evidence=(reason,)))
    assert (pieces[0].text, pieces[-1].text) == ("… ", " …")
    assert [piece.text for piece in pieces if piece.marked] == ["dredger"]
    assert 100 < sum(len(piece.text) for piece in pieces) < 220


def test_a_headline_in_another_language_carries_its_tag_in_every_format() -> None:
    digest = compose(busy_day())
    assert 'lang="ko"' in render(digest, "html")[1]
    assert "해동일보](https://haedong.example/b1) (Korean)" in render(digest, "md")[1]
    assert "해동일보 (Korean)" in render(digest, "txt")[1]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (counts("t", 9, 2), "9 stories; 2 a day on average over the 14 days before"),
        (counts("t", 1, 0), "1 story; none in the 14 days before"),
        (counts("t", 0, 1, days=1), "0 stories; 1 a day on average over the 1 day before"),
        (counts("t", 3, 0, days=0), "3 stories; nothing is known of the days before"),
    ],
)
def test_a_count_stands_beside_the_days_before(section: Section, words: str) -> None:
    assert compared(section, SINCE, UNTIL) == words


def test_trouble_with_the_feeds_is_never_cut_from_the_summary() -> None:
    sections = [counts(f"t{number}", 9 + number, 1) for number in range(6)]
    lines = summary(sections, Health(feeds=4, read=3, items=90))
    assert lines[-1] == "0 stories on 6 of 6 targets, out of 90 items from 3 of 4 feeds."


def test_no_first_time_is_told_after_a_few_days_only() -> None:
    old = item("o", "coast-wire", -30, "Harbour notes")
    data = replace(busy_day(), before=earlier(stored(old, match(old, "harbour-works"))))
    assert not any(tally.first for section in compose(data).sections for tally in section.indicators)


def test_a_feed_that_never_brought_an_item_is_quiet() -> None:
    never = state_of("sever", next_check=at(25), last_attempt=at(23), last_success=at(23))
    (quiet,) = compose(day([], states=states(never=never))).health.quiet
    assert quiet.problem == "answers, but has never brought an item"
