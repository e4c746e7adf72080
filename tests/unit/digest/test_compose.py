"""What a digest says: which stories, in which order, in whose words, and what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.digest.samples import (
    ANALYSIS,
    FEEDS,
    SINCE,
    at,
    busy_day,
    day,
    earlier,
    item,
    match,
    state_of,
    states,
    stored,
)
from watchtower.digest import compose, render
from watchtower.types import Assessment, Concept, DayCount, Digest, Section, TargetKind


def section(digest: Digest, target: str) -> Section:
    return next(one for one in digest.sections if one.target == target)


def titles(digest: Digest, target: str) -> list[str]:
    return [story.title for story in section(digest, target).stories]


def test_every_target_has_a_section_in_the_order_of_the_analysis() -> None:
    digest = compose(day([]))
    assert [(one.target, one.kind) for one in digest.sections] == [
        ("harbour-works", TargetKind.WATCH_POINT),
        ("patrols", TargetKind.WATCH_POINT),
        ("who-pays", TargetKind.CRITICAL_QUESTION),
    ]


def test_composing_twice_gives_the_same_digest() -> None:
    assert compose(busy_day()) == compose(busy_day())


def test_the_order_of_the_data_does_not_matter() -> None:
    data = busy_day()
    turned = replace(data, items=data.items[::-1], before=data.before[::-1])
    assert compose(turned) == compose(data)


def test_a_story_lists_every_copy_and_counts_owners_not_feeds() -> None:
    (story, *_) = section(compose(busy_day()), "harbour-works").stories
    assert [source.feed for source in story.sources] == [
        "north-radio",
        "coast-wire",
        "harbour-post",
        "harbour-post-sea",
    ]
    assert len({source.owner for source in story.sources}) == 3
    assert story.origins == 3


def test_a_story_is_told_in_the_readers_first_language_by_the_most_reliable_feed() -> None:
    korean = item("k", "haedong", 1, "북항 준설 시작")
    radio = item("r", "north-radio", 2, "Dredging begins")
    wire = item("w", "coast-wire", 5, "Dredging starts at harbour")
    data = day([stored(one, match(one, "harbour-works", 0.8), story="s") for one in (korean, radio, wire)])
    (story,) = section(compose(data), "harbour-works").stories
    assert (story.title, story.item) == ("Dredging starts at harbour", "w")
    assert story.first_seen == at(1)


def test_the_evidence_belongs_to_the_item_that_is_shown() -> None:
    korean = item("k", "haedong", 1, "북항 준설 시작")
    wire = item("w", "coast-wire", 5, "Dredging starts at harbour")
    data = day(
        [
            stored(korean, match(korean, "harbour-works", 0.99, ["준설"]), story="s"),
            stored(wire, match(wire, "harbour-works", 0.6, ["Dredging"]), story="s"),
        ]
    )
    (story,) = section(compose(data), "harbour-works").stories
    marked = [story.title[one.start : one.end] for one in story.evidence if one.field == "title"]
    assert marked == ["Dredging"]
    assert story.score == 0.99


def test_a_copy_without_a_match_is_a_source_but_never_speaks_for_the_story() -> None:
    first = item("a", "coast-wire", 1, "Unrelated wording")
    second = item("b", "harbour-post", 2, "Dredging starts")
    data = day([stored(first, story="s"), stored(second, match(second, "harbour-works"), story="s")])
    (story,) = section(compose(data), "harbour-works").stories
    assert story.title == "Dredging starts"
    assert len(story.sources) == 2


def test_a_story_without_a_match_in_the_period_is_not_told() -> None:
    old = item("a", "coast-wire", -30, "Dredging started")
    data = day([stored(old, match(old, "harbour-works"))])
    assert titles(compose(data), "harbour-works") == []


def test_an_item_of_a_feed_that_is_gone_from_the_list_is_its_own_owner() -> None:
    one = replace(item("a", "coast-wire", 1, "Dredging starts"), feed_id="gone")
    (story,) = section(compose(day([stored(one, match(one, "harbour-works"))])), "harbour-works").stories
    assert (story.sources[0].title, story.sources[0].owner, story.sources[0].reliability) == ("gone", "gone", "F")


def test_an_unsafe_link_is_dropped() -> None:
    one = item("a", "coast-wire", 1, "Dredging starts", url="javascript:alert(1)")
    (story,) = section(compose(day([stored(one, match(one, "harbour-works"))])), "harbour-works").stories
    assert story.sources[0].url is None


@pytest.mark.parametrize(
    ("title", "summary", "lead"),
    [
        ("Talks end", "Talks end. Both sides left early.", "Both sides left early."),
        ("Talks end", "Talks end", ""),
        ("Talks end in the north", "Talks end in…", ""),
        ("Talks end", "Talks ended badly.", "Talks ended badly."),
        ("Talks end", "", ""),
    ],
)
def test_the_lead_does_not_repeat_the_headline(title: str, summary: str, lead: str) -> None:
    one = item("a", "coast-wire", 1, title, summary)
    (story,) = section(compose(day([stored(one, match(one, "patrols"))])), "patrols").stories
    assert (story.lead, story.summary) == (lead, summary)


def test_the_lead_is_at_most_240_characters() -> None:
    one = item("a", "coast-wire", 1, "Talks end", "Word after word " * 40)
    (story,) = section(compose(day([stored(one, match(one, "patrols"))])), "patrols").stories
    assert len(story.lead) <= 240
    assert story.lead.endswith("…")


def test_what_many_owners_tell_comes_before_what_one_tells() -> None:
    alone = item("z", "coast-wire", 2, "Small pier repainted")
    items = [stored(alone, match(alone, "harbour-works", 0.9))]
    for number, feed in enumerate(("coast-wire", "harbour-post", "north-radio", "sever")):
        one = item(f"b{number}", feed, 3, "Dredger reaches harbour")
        items.append(stored(one, match(one, "harbour-works", 0.9), story="big"))
    assert titles(compose(day(items)), "harbour-works") == ["Dredger reaches harbour", "Small pier repainted"]


def test_what_all_write_about_leads_though_each_is_a_story_of_its_own() -> None:
    lines = [
        "Great regatta opens in northern harbour",
        "Crowds watch regatta at harbour",
        "Regatta closes harbour roads",
    ]
    items = [
        stored(one, match(one, "harbour-works", 0.8, ["arbour"]))
        for number, line in enumerate(lines)
        for one in [item(f"r{number}", "coast-wire", number, line)]
    ]
    aside = item("z", "coast-wire", 5, "New harbour toilets inspected")
    items.append(stored(aside, match(aside, "harbour-works", 0.8, ["harbour"])))
    assert titles(compose(day(items)), "harbour-works")[-1] == "New harbour toilets inspected"


def test_a_headline_wholly_on_the_target_comes_before_a_divided_one() -> None:
    whole = item("a", "coast-wire", 1, "Patrol boats leave port")
    divided = item("b", "coast-wire", 1, "Patrol boats and regatta crowds")
    against = match(divided, "patrols", 0.9, ["Patrol boats"])
    start = divided.title.index("regatta")
    contrary = replace(against.evidence[0], text="regatta", weight=-1.5, start=start, end=start + 7, name="regatta")
    divided_match = replace(against, evidence=(*against.evidence, contrary))
    data = day([stored(divided, divided_match), stored(whole, match(whole, "patrols", 0.9, ["Patrol boats"]))])
    assert titles(compose(data), "patrols") == ["Patrol boats leave port", "Patrol boats and regatta crowds"]


def test_what_is_left_out_is_counted_and_named() -> None:
    items = []
    for number in range(5):
        one = item(f"i{number}", "coast-wire", number, f"Harbour story {number}")
        items.append(stored(one, match(one, "harbour-works", 0.5 + number / 10)))
    works = section(compose(day(items, stories_per_section=2)), "harbour-works")
    assert (works.count, len(works.stories), works.left_out) == (5, 2, 3)
    assert {story.title for story in works.stories} | set(works.left_out_titles) == {
        f"Harbour story {number}" for number in range(5)
    }


def test_a_story_dated_before_the_period_and_seen_in_it_is_marked_late() -> None:
    (story,) = section(compose(busy_day()), "patrols").stories
    assert story.late
    assert story.first_seen < SINCE


def test_days_before_are_counted_by_story_on_the_readers_calendar() -> None:
    works = section(compose(busy_day()), "harbour-works")
    assert len(works.before) == 14
    assert [count.stories for count in works.before] == [back % 3 + 1 for back in range(14, 0, -1)]
    assert works.before[-1] == DayCount(day=SINCE.date() - timedelta(days=1), stories=2)


def test_days_before_anything_was_known_are_not_counted_as_empty() -> None:
    one = item("a", "coast-wire", -30, "Harbour notes")
    works = section(compose(day([], before=earlier(stored(one, match(one, "harbour-works"))))), "harbour-works")
    assert [count.stories for count in works.before] == [1, 0]


def test_concepts_that_the_evidence_names_are_given_their_names_for_readers() -> None:
    concepts = (
        Concept(id="dredger", terms={"en": ("dredger",), "ko": ("준설선",)}, title="Dredgers"),
        Concept(id="patrol_boats", terms={"en": ("patrol*",), "ko": ("순찰선",)}),
        Concept(id="never_named", terms={"en": ("nothing",)}),
    )
    data = replace(busy_day(), analysis=replace(busy_day().analysis, concepts=concepts))
    assert compose(data).concepts == {"dredger": "Dredgers", "patrol_boats": "순찰선"}
    assert compose(replace(data, languages=("ru",))).concepts == {"dredger": "Dredgers", "patrol_boats": "patrol boats"}
    assert "names Dredgers" in render(compose(data), "txt")[1]


def test_what_is_reported_is_tallied_and_first_times_are_marked() -> None:
    works = section(compose(busy_day()), "harbour-works")
    assert [(tally.id, tally.stories, tally.first) for tally in works.indicators] == [
        ("dredging", 2, False),
        ("cranes", 1, True),
    ]
    pays = section(compose(busy_day()), "who-pays")
    assert {tally.id: tally.says for tally in pays.answers} == {
        "home": "The home treasury pays",
        "abroad": "Money comes from abroad",
    }


@pytest.mark.parametrize(("copies", "reported"), [(3, ("dredging",)), (4, ())])
def test_one_copys_indicator_is_reported_by_a_story_of_few_copies_only(copies: int, reported: tuple[str, ...]) -> None:
    told = [item(str(n), "coast-wire", n, "Harbour notes") for n in range(copies)]
    named = [match(told[0], "harbour-works", indicator="dredging"), *(match(one, "harbour-works") for one in told[1:])]
    data = day([stored(one, found, story="s") for one, found in zip(told, named, strict=True)])
    [story] = section(compose(data), "harbour-works").stories
    assert story.indicators == reported


def test_nothing_is_a_first_time_where_no_days_before_are_known() -> None:
    works = section(compose(replace(busy_day(), before=())), "harbour-works")
    assert not any(tally.first for tally in works.indicators)


def test_an_empty_day_says_so_with_what_was_read() -> None:
    assert compose(day([])).summary == ("Nothing seen: none of the 245 items from all 6 feeds bears on the analysis.",)


def test_a_day_on_which_feeds_brought_nothing_says_so() -> None:
    digest = compose(day([], item_counts={}))
    assert digest.summary == ("Nothing seen: no item of this period, with all 6 feeds read.",)


def test_a_day_without_a_feed_read_is_unknown_not_empty() -> None:
    digest = compose(day([], states={}, item_counts={}))
    assert digest.summary == ("Unknown: no feed was read, so nothing can be said about this period.",)
    assert digest.health.never_read == tuple(feed.title for feed in FEEDS)


def test_the_summary_has_at_most_five_lines_and_ends_with_what_was_not_covered() -> None:
    lines = compose(busy_day()).summary
    assert len(lines) <= 5
    assert lines[-1] == "5 stories on 3 of 3 targets, out of 252 items from all 6 feeds; 1 failing."


def test_a_failing_feed_is_reported_with_reason_and_next_try() -> None:
    (failing,) = compose(busy_day()).health.failing
    assert (failing.feed, failing.problem, failing.failures) == (
        "sever",
        "the server answered 503 Service Unavailable",
        3,
    )
    assert failing.next_check == at(26)


def test_a_password_in_a_feeds_problem_is_not_told() -> None:
    problem = "https://me:secret@post.example/rss: refused"
    failing = state_of("harbour-post", next_check=at(25), failures=1, problem=problem)
    (told,) = compose(day([], states=states(failing=failing))).health.failing
    assert "secret" not in told.problem


def test_a_feed_that_is_gone_is_not_tried_again() -> None:
    gone = state_of("sever", next_check=at(25), gone=True, problem="the server answered 410 Gone")
    (told,) = compose(day([], states=states(gone=gone))).health.failing
    assert told.next_check is None


def test_a_feed_that_answers_but_brings_nothing_is_quiet() -> None:
    (quiet,) = compose(busy_day()).health.quiet
    assert quiet.problem == "answers, but has brought nothing new since 1 March 2026"


def test_a_feed_whose_last_answer_was_before_the_period_was_not_read() -> None:
    old = state_of(
        "sever",
        next_check=at(25),
        failures=9,
        last_success=at(-5),
        problem="timed out after 20 s",
    )
    health = compose(day([], states=states(old=old))).health
    assert (health.feeds, health.read) == (6, 5)


def test_the_digest_names_what_it_was_made_with() -> None:
    made = compose(busy_day()).made
    assert (made.configuration, made.model, made.version) == (ANALYSIS.version, "model-1", "0.1.0")


def test_a_digest_of_another_period_has_another_id() -> None:
    data = busy_day()
    ids = {compose(replace(data, since=data.since - timedelta(hours=hours))).id for hours in range(3)}
    assert len(ids) == 3


def test_a_feed_first_asked_after_the_period_did_not_read_it() -> None:
    known = frozenset({"coast-wire"})
    digest = compose(replace(day([], item_counts={"sever": 3}), assessment=Assessment(there=known)))
    assert digest.health.read == 2
    nobody = compose(replace(day([], item_counts={}), assessment=Assessment(there=frozenset())))
    assert nobody.summary == ("Unknown: no feed was read, so nothing can be said about this period.",)
