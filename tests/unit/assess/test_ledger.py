"""Ledgers: what speaks for and against each answer, what the ranking rests on, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log2
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.unit.assess.samples import ANALYSIS, DAY, FEEDS, NOW, SINCE, data, ledger_of, seen
from watchtower.assess import assess, headed, shown, since_told
from watchtower.types import Answer, Headline, Ledger, Lineage, Origin, Scenario, Sighting, TargetKind

CRACK = {"target": "dams", "indicator": "crack-seen"}
WALL = {"target": "will-it-hold", "indicator": "wall-stands"}
REPAIR = {"target": "dams", "indicator": "repair-done"}
CREAK = {"target": "dams", "indicator": "creak-heard"}
GUESS = {"target": "will-it-hold", "answer": "held"}


def standing(ledger: Ledger, answer: str) -> tuple[float, float, int | None]:
    one = next(one for one in ledger.standings if one.answer == answer)
    return one.against, one.support, one.rank


def lineage(*origins: tuple[str, str | None, str], credibility: int = 1) -> Lineage:
    """A lineage of origins, each a name, the state that controls it, and its grade."""
    made = tuple(
        Origin(name=name, state=state, kind="other", owners=(name,), feeds=(), reliability=grade, first=NOW)
        for name, state, grade in origins
    )
    return Lineage(
        feeds=len(made), owners=len(made), origins=made, independent=sum(one.state is None for one in made),
        denied_by=(), reliability=min(one.reliability for one in made), credibility=credibility, words="",
    )  # fmt: skip


def several(what: Mapping[str, str], *days: int, feed: str = "harbour-news") -> list[Sighting]:
    """Stories that say the same, one on each of some days before the period (0 in it)."""
    return [seen(day, feed=feed, **what) for day in days]


def test_answers_are_ranked_by_what_speaks_against_them() -> None:
    # four reports of repairs speak for "held" but against nothing; three of cracks speak against it
    ledger = ledger_of(data([*several(REPAIR, 1, 2, 3, 9), *several(CRACK, 4, 5, 6)]))
    assert ledger.ranked
    assert [(one.answer, one.rank) for one in ledger.standings] == [("broken", 1), ("held", 2)]
    assert standing(ledger, "held")[1] > standing(ledger, "broken")[1]
    assert ledger.words.startswith("Least inconsistent first: “It breaks” (0.0 against")


def test_a_weight_is_the_product_of_its_factors() -> None:
    told = seen(0, feed="river-agency", score=0.8, **CRACK)
    [line] = ledger_of(data([told])).lines
    weighing = line.weighing
    assert weighing.independence == pytest.approx(log2(1.5)), "an origin that a state controls counts half"
    assert (weighing.reliability, weighing.credibility, weighing.certainty, weighing.novelty) == (0.4, 1.0, 0.8, 1.0)
    assert weighing.freshness == pytest.approx(0.5 ** ((NOW - told.dated) / (30 * DAY)))
    assert line.weight == pytest.approx(weighing.weight) == pytest.approx(log2(1.5) * 0.4 * 0.8 * weighing.freshness)
    assert (line.owners, line.states, line.reliability, line.credibility) == (("river-agency Ltd",), ("KP",), "D", 6)
    assert line.bears == {"broken": 1.0, "held": -1.0} and line.new


def test_independent_origins_weigh_more_and_doubtful_reports_less() -> None:
    several = lineage(("Harbour", None, "B"), ("Upland", None, "C"), ("Agency", "KP", "D"))
    told = seen(0, story="s", **CRACK)
    [confirmed] = ledger_of(data([told], lineages={"s": several})).lines
    assert confirmed.weighing.independence == pytest.approx(log2(3.5))
    assert (confirmed.origins, confirmed.reliability, confirmed.credibility) == (3, "B", 1)
    [doubtful] = ledger_of(data([told], lineages={"s": replace(several, credibility=4)})).lines
    assert doubtful.weight == pytest.approx(confirmed.weight / 2)


def test_ten_copies_of_a_story_are_one_piece_of_evidence() -> None:
    copies = [seen(0, number, story="s", **CRACK) for number in range(10)]
    ledger = ledger_of(data(copies))
    assert len(ledger.lines) == 1
    assert {one.answer: one.stories_for for one in ledger.standings} == {"held": 0, "broken": 1}


def test_many_reports_of_one_indicator_on_a_day_count_less_and_less() -> None:
    ledger = ledger_of(data([seen(3, number, **CRACK) for number in range(4)]))
    assert sorted(line.weighing.novelty for line in ledger.lines) == [1 / 4, 1 / 3, 1 / 2, 1]
    spread = ledger_of(data([seen(day, **CRACK) for day in (3, 4, 5, 6)]))
    assert {line.weighing.novelty for line in spread.lines} == {1.0}


def test_an_answer_goes_before_indicators_that_point_elsewhere() -> None:
    torn = [seen(0, 1, story="s", **CRACK), seen(0, 2, story="s", **GUESS)]
    assessment = assess(data(torn))
    [line] = assessment.ledgers[0].lines
    assert (line.indicator, line.bears) == (None, {"held": 1.0, "broken": -1.0})
    assert line.weighing.certainty == pytest.approx(0.45), "a guess alone counts half"
    assert assessment.answers == {"will-it-hold": {"s": "held"}}


def test_an_indicator_that_agrees_with_the_answer_makes_it_declared() -> None:
    agreed = [seen(0, 1, story="s", **REPAIR), seen(0, 2, story="s", **GUESS), seen(0, 3, story="s", **CRACK)]
    [line] = ledger_of(data(agreed)).lines
    assert (line.indicator, line.bears) == ("repair-done", {"held": 1.0})
    assert line.weighing.certainty == pytest.approx(0.9)


def test_where_no_answer_is_named_the_indicators_say_which_it_is() -> None:
    made = assess(data([seen(1, **WALL), seen(2, story="s", **CRACK), seen(2, 1, story="s", **WALL)]))
    assert list(made.answers["will-it-hold"].values()) == ["held"], "what points apart points nowhere"


def test_indicators_that_point_apart_cancel() -> None:
    torn = [seen(0, 1, story="s", **CRACK), seen(0, 2, story="s", **WALL)]
    assert ledger_of(data(torn)).lines == ()
    leaning = [seen(0, 1, story="s", **CRACK), seen(0, 2, story="s", **REPAIR)]
    [line] = ledger_of(data(leaning)).lines
    assert line.bears == {"broken": 1.0, "held": 0.0}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ([], "no story since"),
        (several(CRACK, 1, 2), "none of them is more than hardly tested"),
        (several(REPAIR, 1, 2, 3), "only one of them is more than hardly tested"),
        ([*several(REPAIR, 1, 2, 3), *several(CREAK, 4, 5, 6)], "speaks against none of them"),
        (
            [
                seen(1, number, **what)._replace(dated=SINCE + day * DAY, story=f"{what['indicator']} {number}")
                for day, number in ((-2, 1), (-3, 2), (-4, 3))
                for what in (CRACK, WALL)
            ],
            "alike",
        ),
    ],
)
def test_where_no_ranking_is_possible_it_is_said_in_words(told: list[Sighting], why: str) -> None:
    ledger = ledger_of(data(told))
    assert not ledger.ranked and why in ledger.words
    assert {one.rank for one in ledger.standings} == {None}
    assert (ledger.sensitivity, ledger.turning) == ((), ())


def test_evidence_loses_half_its_weight_in_a_half_life() -> None:
    def weight(days: int, **given: object) -> float:
        return ledger_of(data([seen(days, **CRACK)], **given)).lines[0].weight

    assert weight(40) == pytest.approx(weight(10) / 2)
    short = make.method(half_life=10 * DAY, half_life_set=True)
    assert weight(40, method=short) == pytest.approx(weight(10, method=short) / 8)
    assert ledger_of(data(method=short)).half_life_from == "setting"
    assert ledger_of(data()).half_life_from == "default"


def test_the_analyst_can_begin_a_ledger_anew() -> None:
    told = [seen(9, **CRACK), seen(2, **WALL)]
    reset = make.reset(at=SINCE - 5 * DAY, note="new government")
    ledger = ledger_of(data(told, resets=(make.reset(at=SINCE - 8 * DAY), reset)))
    assert ledger.reset == reset and ledger.since == reset.at
    assert [line.indicator for line in ledger.lines] == ["wall-stands"]
    for other in (make.reset(question="scenarios"), make.reset(at=NOW + DAY)):
        assert len(ledger_of(data(told, resets=(other,))).lines) == 2


def test_an_indicator_that_points_one_way_under_every_answer_tells_nothing() -> None:
    ledger = ledger_of(data([*(seen(1, number, **CRACK) for number in (7, 8, 9)), *several(REPAIR, *range(5))]))
    told = {one.indicator: one for one in ledger.diagnosticity}
    assert (told["crack-seen"].spread, told["repair-done"].spread) == (1.0, 0.5)
    assert told["crack-seen"].base_rate == pytest.approx(1 / 60)
    assert told["repair-done"].base_rate == pytest.approx(4 / 60)
    assert told["repair-done"].value == pytest.approx(0.5 * 56 / 60)
    assert ledger.diagnosticity[-2].indicator == "creak-heard" and not told["creak-heard"].stories
    assert told["crack-seen"].leads_by > 0 == told["repair-done"].leads_by
    assert told["wall-stands"].stories == 0


def test_without_state_media_the_order_flips() -> None:
    told = [*several(CRACK, *range(1, 13), feed="river-agency"), *several(WALL, 4, 5, 6, feed="upland-post")]
    ledger = ledger_of(data(told))
    assert ledger.standings[0].answer == "broken"
    words = [one.words for one in ledger.sensitivity if one.flips]
    assert "Without river-agency Ltd (state media, KP) the order flips: “It holds” would be first." in words
    assert "Without all sources that KP controls the order flips: “It holds” would be first." in words
    assert "Without “crack seen” the order flips: “It holds” would be first." in words


def test_an_origin_takes_with_it_those_who_only_credit_it() -> None:
    agency = Origin(
        name="river-agency Ltd", state="KP", kind="state-media", owners=("river-agency Ltd", "harbour-news Ltd"),
        feeds=(), reliability="B", first=NOW,
    )  # fmt: skip
    credited = replace(lineage(("x", None, "B")), origins=(agency,))
    told = [
        *(one._replace(story=f"s{day}") for day, one in enumerate(several(CRACK, 1, 2, 3))),
        *several(WALL, 60, 61, 62, feed="upland-post"),
    ]
    # without the second owner's too: of what is left nothing tells the answers apart
    ledger = ledger_of(data(told, lineages={f"s{day}": credited for day in range(3)}))
    assert [one.name for one in ledger.sensitivity if one.kind == "owner"] == ["river-agency Ltd"]


def test_what_would_turn_the_ranking_is_said() -> None:
    ledger = ledger_of(data(several(WALL, 60, 61, 62)))
    assert ledger.turning == (
        "It would turn with one well-sourced story (two origins, one of grade B) of: “crack seen”.",
    )
    far = ledger_of(data([seen(day, **WALL) for day in range(9)]))
    assert "well-sourced stories on different days" in far.turning[0]


def test_an_answer_that_nothing_could_speak_against_is_called_that() -> None:
    question = make.target(
        "will-it-hold",
        kind=TargetKind.CRITICAL_QUESTION,
        answers=(Answer(id="held", says="It holds"), Answer(id="broken", says="It breaks")),
        indicators=(
            make.indicator("wall-stands", supports=("will-it-hold.held",), contradicts=("will-it-hold.broken",)),
        ),
    )
    ledger = ledger_of(data(several(WALL, 1, 2, 3), analysis=replace(ANALYSIS, targets=(question,), scenarios=())))
    assert ledger.turning == (
        "No indicator of the analysis speaks against “It holds”: it cannot be disproved by what is watched.",
    )


def test_a_redefinition_and_judgements_are_marked() -> None:
    definitions = (
        make.definition(at=SINCE - 50 * DAY, configuration="configuration-0", version="old"),
        make.definition(at=SINCE - 5 * DAY, version="new"),
    )
    open_, older = make.judgement(at=SINCE), make.judgement(id="older", at=SINCE - DAY)
    closed = make.judgement(id="closed", answer="broken", outcome=True)
    ledger = ledger_of(data(definitions=definitions, judgements=(open_, older, closed)))
    assert ledger.redefined == (SINCE - 5 * DAY).date()
    assert ledger.judgements == (open_,)


# --- what has changed since the last digest


def after(told: list[Sighting], earlier: list[Sighting]) -> Ledger:
    """The ledger of the period, after a digest that was made of other evidence."""
    made = assess(data(earlier))
    before = headed(made, dict.fromkeys(shown(made), Headline("Dam opens", None)))
    digest = make.digest(ledger=before.ledgers, scenario_ledger=before.scenario_ledger, until=SINCE)
    return since_told(assess(data(told)), digest, (), ANALYSIS, FEEDS).ledgers[0]


def test_without_an_earlier_digest_there_is_no_movement() -> None:
    assert ledger_of(data([seen(0, **CRACK)])).movement == ()


def test_what_is_new_and_who_leads_is_told() -> None:
    earlier = several(WALL, 30, 31, 32, feed="upland-post")
    ledger = after([*earlier, *(seen(0, number, **CRACK) for number in range(4))], earlier)
    assert ledger.movement[0] == "First is now “It breaks”; it was “It holds”."
    assert "“It breaks”: 4 new for, 0 new against." in ledger.movement
    held = next(one for one in ledger.standings if one.answer == "held")
    assert (held.rank, held.rank_before, held.against_before, held.new_against) == (2, 1, 0.0, 4)


def test_a_day_without_evidence_says_so() -> None:
    earlier = [seen(3, **WALL)]
    assert after(earlier, earlier).movement == ("No new evidence.",)


def test_a_ranking_that_comes_or_goes_is_told() -> None:
    wall = several(WALL, 3, 4, 5)
    assert after(wall, []).movement[0] == "The evidence now allows a ranking: first is “It holds”."
    assert after([], wall).movement[0] == "The evidence no longer allows a ranking."


def test_what_is_no_longer_counted_is_named() -> None:
    ledger = after([seen(3, **WALL)], [seen(3, **WALL), seen(4, **CRACK)])
    assert ledger.movement[-1] == "No longer counted: “Dam opens”."


# --- scenarios


def test_scenarios_are_weighed_by_what_they_expect_and_rule_out() -> None:
    made = assess(data(several(CRACK, 1, 2, 3)))
    assert [(one.scenario, one.standing.rank) for one in made.scenarios] == [("slow", 1), ("renewal", 2)]
    slow, renewal = made.scenarios
    assert slow.words == "1 of 1 expected indicators seen, 0 of 1 that it rules out"
    assert renewal.words == "0 of 1 expected indicators seen, 1 of 1 that it rules out"
    [crack] = [one for one in slow.indicators if one.expected]
    assert (crack.indicator, crack.stories, crack.last_seen) == ("crack-seen", 3, seen(1).dated)
    assert made.scenario_ledger is not None and made.scenario_ledger.question == "scenarios"


CALM = Scenario(id="calm", title="Calm", says="", expects=("survey-due",))
SURVEY = {"target": "dams", "indicator": "survey-due"}
BUSY = [*several(CRACK, *range(1, 9)), *several(REPAIR, *range(11, 17))]


@pytest.mark.parametrize(
    "told",
    [[], several(SURVEY, 20, 21), several(SURVEY, 50, 51, 52, feed="river-agency")],
    ids=["none", "few", "light"],
)
def test_a_scenario_that_hardly_anything_tests_is_told_apart(told: list[Sighting]) -> None:
    made = assess(data([*BUSY, *told], analysis=replace(ANALYSIS, scenarios=(CALM, *ANALYSIS.scenarios))))
    assert [one.scenario for one in made.scenarios] == ["slow", "renewal", "calm"], "nothing speaks against it, and yet"
    assert [one.standing.rank for one in made.scenarios] == [1, 2, None]
    assert [one.standing.tested for one in made.scenarios] == [True, True, False]
    ledger = made.scenario_ledger
    assert ledger is not None and ledger.untested.startswith("Hardly tested, so without a rank: it takes 3 stories")
    assert "Hardly tested: “Calm” (0.0 against" in ledger.words
    assert not any("Calm" in one.words for one in ledger.sensitivity), "less of the others makes it no better tested"


def test_a_scenario_that_enough_stories_test_has_its_rank() -> None:
    surveys = several(SURVEY, *range(1, 7))
    made = assess(data([*BUSY, *surveys], analysis=replace(ANALYSIS, scenarios=(CALM, *ANALYSIS.scenarios))))
    assert next((one.scenario, one.standing.rank) for one in made.scenarios) == ("calm", 1)
    assert made.scenario_ledger is not None and made.scenario_ledger.untested == ""


def test_a_scenario_that_nothing_would_rule_out_says_so() -> None:
    vague = replace(ANALYSIS, scenarios=(Scenario(id="vague", title="Vague", says="", expects=("crack-seen",)),))
    made = assess(data([seen(1, **CRACK)], analysis=vague))
    assert made.scenarios[0].words == "1 of 1 expected indicators seen; nothing would rule it out"
    assert made.scenario_ledger is not None and "nothing to rank it against" in made.scenario_ledger.words


def test_an_analysis_without_questions_and_scenarios_has_no_ledger() -> None:
    bare = replace(ANALYSIS, targets=ANALYSIS.targets[1:2], scenarios=())
    made = assess(data(analysis=bare))
    assert (made.ledgers, made.scenario_ledger, made.scenarios) == ((), None, ())


# --- what always holds


EVIDENCE = st.lists(
    st.builds(
        lambda day, number, what, feed: seen(day, number, feed=feed, **what),
        st.integers(0, 80),
        st.integers(0, 5),
        st.sampled_from([CRACK, WALL, REPAIR, GUESS]),
        st.sampled_from(["harbour-news", "upland-post", "river-agency", "gone-feed"]),
    ),
    max_size=12,
    unique_by=lambda one: (one.item, one.target),
)


@given(EVIDENCE)
def test_weights_add_up_and_ranks_follow_them(told: list[Sighting]) -> None:
    ledger = ledger_of(data(told))
    lines = ledger.lines
    assert ledger.lines_left_out == 0 or len(lines) >= 20
    for one in ledger.standings:
        if not ledger.lines_left_out:
            against = sum(
                -line.bears.get(one.answer, 0.0) * line.weight for line in lines if line.bears.get(one.answer, 0.0) < 0
            )
            assert one.against == pytest.approx(against)
    if ledger.ranked:
        assert [one.against for one in ledger.standings] == sorted(one.against for one in ledger.standings)
        assert ledger.standings[0].rank == 1
    assert all((one.rank is not None) == (ledger.ranked and one.tested) for one in ledger.standings)
    assert all(0 < line.weight <= log2(2) for line in lines)


@given(EVIDENCE, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_means_nothing(told: list[Sighting], random: Random) -> None:
    other = list(told)
    random.shuffle(other)
    assert assess(data(told)) == assess(data(other))
