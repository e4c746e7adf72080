"""How an assessment is told: in words, on the page, in Markdown and in plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html as lxml_html

from tests.unit.digest.assessments import ABROAD, ASSESSMENT, COVERAGE, HOME, LEDGER, LOAN, assessed_day, trend
from tests.unit.digest.samples import at, busy_day
from watchtower.digest import assessed, compose, render
from watchtower.digest.calendar import local_time
from watchtower.digest.chart import HEIGHT, chart
from watchtower.types import Coverage, Evaluation, Ledger, Measure, Measurement, TrendState

DAY = compose(assessed_day())
CLOCK = local_time(DAY.zone, DAY.since, DAY.until)
PAGE = lxml_html.document_fromstring(render(DAY, "html")[1])


def words(path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in PAGE.xpath(path)]


# --- what changed


def test_the_summary_leads_with_developments_and_ends_with_what_was_read() -> None:
    first, *_, last = DAY.summary
    assert first.startswith("Dredger reaches northern harbour, port chief says (")
    assert last.endswith("failing.")
    assert len(DAY.summary) == 5


def test_a_surge_and_a_turned_order_are_among_what_changed() -> None:
    assert any(line.startswith("Surge: Building at the northern harbour, expected 2.1, saw 9") for line in DAY.summary)
    assert any("“The home treasury pays” is now first" in line for line in DAY.summary)


@pytest.mark.parametrize(
    "ledger",
    [
        replace(LEDGER, ranked=False, standings=(replace(HOME, rank=None), replace(ABROAD, rank=None))),
        replace(LEDGER, standings=(replace(HOME, rank_before=1), ABROAD)),
    ],
    ids=["nothing can be ranked any more", "only those behind the first changed places"],
)
def test_no_answer_is_called_now_first_that_is_not(ledger: Ledger) -> None:
    lines = compose(replace(assessed_day(), assessment=replace(ASSESSMENT, ledgers=(ledger,)))).summary
    assert not any("is now first" in line for line in lines)


def test_what_was_expected_and_is_missing_is_said_where_nothing_else_happened() -> None:
    quiet = replace(assessed_day(), items=(), in_period=frozenset(), late=frozenset())
    calm = replace(ASSESSMENT, trends=(), ledgers=())
    lines = compose(replace(quiet, assessment=calm)).summary
    assert lines[0] == "Expected, not seen: Barges bring stone (not seen in 30 days, with coverage)."
    assert lines[1] == "1 item of earlier digests changed at the source; see Corrections."
    assert lines[2].startswith("Nothing seen")


# --- a section's notes


def test_notes_name_what_is_unusual_missing_unknown_awaited_and_seen() -> None:
    names = [note.name for note in assessed.notes(DAY.sections[0])]
    assert names == ["Surge", "Surge", "Missing", "Expected", "Expected", "Expected"]
    assert [note.is_alarm for note in assessed.notes(DAY.sections[0])] == [True, True, True, False, False, False]


def test_what_several_indicators_have_in_common_is_told_once() -> None:
    [*_, seen] = assessed.notes(DAY.sections[0])
    assert seen.words == "Ships dredge: seen on 2026-03-10"
    again = replace(DAY.sections[0], silences=DAY.sections[0].silences * 2)
    assert [note.words for note in assessed.notes(again)][-3:] == [
        "2 developments, unknown for lack of coverage: Tugs are bought; Tugs are bought",
        "2 developments, not due yet: The lock opens; The lock opens",
        "2 developments seen: Ships dredge; Ships dredge",
    ]


def test_a_section_without_an_assessment_has_no_notes() -> None:
    assert assessed.notes(compose(busy_day()).sections[0]) == ()


@pytest.mark.parametrize(
    ("section", "caption"),
    [
        (0, "3 stories; 2.1 expected, usually 0 to 4; redefined on 2026-03-01"),
        (1, "1 story; 6.0 expected, usually 0 to 4, from 1.5 times as much as is usually read"),
        (2, "2 stories; none in the 14 days before"),
    ],
)
def test_the_caption_says_what_was_expected_and_how_much_was_read(section: int, caption: str) -> None:
    assert assessed.caption(DAY.sections[section], DAY.since, DAY.until) == caption


def test_the_caption_says_over_how_many_days_more_than_usual_came() -> None:
    over = trend("harbour-works", TrendState.SURGE, 12, 5.3, span=3)
    section = replace(DAY.sections[0], count=4, trend=over)
    assert assessed.caption(section, DAY.since, DAY.until) == ("4 stories, in 3 days 12; 5.3 expected, usually 0 to 4")


# --- the picture


def test_the_picture_has_a_bar_a_day_and_a_mark_where_it_was_expected() -> None:
    drawn = chart(trend("t", TrendState.SURGE, 9, 2.1))
    assert drawn is not None
    assert [bar.now for bar in drawn.bars] == [False, False, False, False, True]
    assert [bar.unknown for bar in drawn.bars] == [False, True, False, False, False]
    assert drawn.bars[-1].alarm
    assert {bar.expected_y for bar in drawn.bars} == {round(HEIGHT - (HEIGHT - 2) / 9 * 2.1, 1)}
    assert all(0 <= bar.y <= HEIGHT and bar.y + bar.height == pytest.approx(HEIGHT, abs=0.11) for bar in drawn.bars)
    assert drawn.words == (
        "Stories a day on the 4 days before: 1, unknown, 3, 4; in this period: 9, where 2.1 were expected."
    )


def test_of_a_slow_rise_all_days_are_marked_and_the_period_told_by_its_own_number() -> None:
    *past, now = trend("t", TrendState.SURGE, 3, 2.1).series
    drawn = chart(trend("t", TrendState.SURGE, 12, 5.3, span=3, series=(*past, now)))
    assert drawn is not None
    assert [bar.alarm for bar in drawn.bars] == [False, False, True, True, True]
    assert [bar.now for bar in drawn.bars] == [False, False, False, False, True]
    assert drawn.band is None
    assert drawn.words.endswith("in this period: 3, where 2.1 were expected.")


def test_days_of_which_nothing_is_known_are_told_together() -> None:
    first, *rest = trend("t", TrendState.SURGE, 9, 2.1).series
    blind = replace(first, known=False)
    drawn = chart(trend("t", TrendState.SURGE, 9, 2.1, series=(blind, blind, blind, *rest)))
    assert drawn is not None
    assert drawn.words.startswith("Stories a day on the 6 days before: 4 unknown, 3, 4; in this period: 9")


def test_the_band_of_the_usual_stays_within_the_picture() -> None:
    drawn = chart(trend("t", TrendState.USUAL, 1, 2.0, low=1, high=30))
    assert drawn is not None and drawn.band is not None
    assert 0 <= drawn.band.y
    assert drawn.band.y + drawn.band.height <= HEIGHT


def test_without_days_there_is_no_picture() -> None:
    assert chart(None) is None
    assert chart(trend("t", TrendState.USUAL, 1, 2.0, series=())) is None


# --- ledger


def test_a_place_says_where_it_was() -> None:
    assert assessed.place(HOME) == "1st (was 2nd)"
    assert assessed.place(replace(HOME, rank_before=1)) == "1st"
    assert assessed.place(replace(HOME, rank=None)) == "–"


def test_counts_say_what_is_new() -> None:
    assert assessed.counts(ABROAD) == "1 story for, 3 against; new: 0 for, 2 against"
    assert assessed.counts(replace(ABROAD, new_against=0)) == "1 story for, 3 against"


def test_evidence_says_what_it_bears_on() -> None:
    told = "for “Money comes from abroad”, against “The home treasury pays”; weight 0.62"
    assert assessed.bearing(LOAN, LEDGER.standings) == told
    assert assessed.bearing(replace(LOAN, bears={}), LEDGER.standings).startswith("does not tell the answers apart")
    assert assessed.grade(LOAN) == "C3, 1 origin"


def test_a_long_answer_is_cut_in_a_line_of_evidence() -> None:
    wordy = replace(ABROAD, says="Yes: the money comes from abroad, from banks, states and funds")
    assert assessed.bearing(LOAN, (HOME, wordy)).startswith("for “Yes: the money comes from abroad, from…”, against")


def test_the_analysts_own_word_keeps_likelihood_and_confidence_apart() -> None:
    told = assessed.judged(LEDGER.judgements[0], LEDGER, CLOCK)
    assert told == "“The home treasury pays”: likely, low confidence (kim, 11 Mar, 06:30; known by 2026-12-31)"


def test_the_page_shows_the_answers_in_order_with_their_bars() -> None:
    section = "//section[@id='who-pays']//div[@class='ledger']"
    assert words(f"{section}//tbody/tr/td[1]") == ["1st (was 2nd)", "2nd (was 1st)"]
    assert PAGE.xpath(f"{section}//tbody/tr[2]//td[2]//i/@style") == ["width:76%"]
    [home, *_] = words(f"{section}//p[@class='moved']")
    assert home == "“The home treasury pays” is now first; it was second."
    assert "Sever" in words(f"{section}//div[@class='inside']")[0]


def test_the_page_counts_the_evidence_that_it_leaves_out() -> None:
    [inside, *_] = words("//section[@id='who-pays']//div[@class='ledger']//div[@class='inside']")
    assert inside.endswith("3 more stories of less weight left out here.")
    assert "A harbour tax is raised" not in inside


def test_a_ledger_that_cannot_be_ranked_says_why() -> None:
    unranked = replace(LEDGER, ranked=False, words="Nothing to go by yet.", standings=(replace(HOME, rank=None),))
    day = replace(assessed_day(), assessment=replace(ASSESSMENT, ledgers=(unranked,)))
    for format in ("html", "md", "txt"):
        assert "Nothing to go by yet." in render(compose(day), format)[1]


# --- scenarios, coverage, corrections


def test_scenarios_stand_in_their_order_and_those_without_one_last() -> None:
    titles = words("//section[@id='scenarios']//ol[@class='scenarios']//h3")
    assert titles == ["1st A harbour that pays", "2nd A harbour in debt", "Nothing comes of it"]
    assert words("//section[@id='scenarios']/h3") == ["Hardly tested"], "why it has no place"
    signs = words("//ul[@class='signs']/li")
    assert signs == [
        "expects A bank lends for the harbour: seen in 2 stories, last on 10 Mar, 18:30",
        "rules out A harbour tax is raised: not seen",
    ]


def test_the_coverage_matrix_shows_empty_and_lost_cells() -> None:
    rows = PAGE.xpath("//section[@id='coverage']//div[@class='matrix'][1]//tbody/tr")
    cells = [[(cell.get("class"), cell.text_content(), cell.get("title")) for cell in row.xpath("td")] for row in rows]
    assert cells == [
        [("read", "85", "85 items, 2 feeds, 1 not read"), ("read", "1,120", "1,120 items, 1 feed")],
        [("lost", "×", "1 feed not read"), ("empty", "–", "no feed")],
    ]


def test_matches_are_counted_by_target_and_language() -> None:
    by_language = assessed.matched(COVERAGE, "patrols")
    assert by_language == {"en": (3, 1205, True), "ru": (0, 0, True)}
    assert assessed.matched(Coverage(languages=("en",)), "patrols") == {"en": (0, 0, False)}


@pytest.mark.parametrize("format", ["html", "md", "txt"])
def test_every_format_tells_corrections_scenarios_and_coverage(format: str) -> None:
    text = render(DAY, format)[1]
    for told in ("Dredger sinks", "A harbour in debt", "1,120", "Without Sever the order flips"):
        assert told in text


def test_an_address_of_another_scheme_is_no_link() -> None:
    assert "javascript:" not in render(DAY, "html")[1]


# --- how far matching can be trusted


QUALITY = Measurement(
    model="model-1", at=at(0), items=846, n=300, judged=6768, figures={"precision": 0.82, "recall": 0.79, "f1": 0.8},
    intervals={"precision": (0.78, 0.86)},
)  # fmt: skip


@pytest.mark.parametrize(
    ("quality", "told"),
    [
        (None, "How well matching works here is not known: its model was not measured on verdicts."),
        (replace(QUALITY, n=9), "too few verdicts (9 that say “belongs”, on 846 judged items)"),
        (QUALITY, "Matching, as measured on 846 judged items (300 that belong) on 10 Mar, 06:30: "
                  "precision 0.82 (0.78 to 0.86), recall 0.79, F1 0.80."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format", ["html", "md", "txt"])
def test_every_format_says_how_well_matching_works(format: str, quality: Measurement | None, told: str) -> None:
    text = render(replace(DAY, quality=quality), format)[1]
    assert told in " ".join(text.replace("\\", "").split())


def test_a_measurement_keeps_the_macro_figures_that_mean_something() -> None:
    macro = Measure(
        name="macro", n=12, judged=90, figures={"precision": 0.5, "recall": None, "brier": 0.1},
        intervals={"precision": (0.3, 0.7), "brier": (0.0, 0.2)}, reliability=(),
    )  # fmt: skip
    kept = Measurement.of(Evaluation(items=9, beta=1.0, targets=(), macro=macro, slices={}), "m", at(0))
    assert (kept.n, kept.judged, dict(kept.figures)) == (12, 90, {"precision": 0.5})
    assert dict(kept.intervals) == {"precision": (0.3, 0.7)}
