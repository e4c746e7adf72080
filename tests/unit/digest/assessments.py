"""An assessment of the made-up day in ``samples``: a surge, silences of every state, a ledger, scenarios, gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.unit.digest.samples import SINCE, UNTIL, at, busy_day
from watchtower.digest import DayData
from watchtower.types import (
    Assessment,
    Confidence,
    Correction,
    Coverage,
    CoverageCell,
    Diagnosticity,
    EvidenceLine,
    IndicatorState,
    Judgement,
    Ledger,
    Likelihood,
    ScenarioState,
    Sensitivity,
    Silence,
    SilenceState,
    Standing,
    Trend,
    TrendDay,
    TrendState,
    Weighing,
)

TODAY = date(2026, 3, 11)


def trend(target: str, state: TrendState, saw: int, expected: float | None, **fields: object) -> Trend:
    """A trend with four days before, the second of them unknown."""
    days = tuple(
        TrendDay(day=TODAY - timedelta(days=5 - n), stories=n, expected=expected, known=n != 2) for n in range(1, 5)
    )
    now = TrendDay(day=TODAY, stories=saw, expected=expected)
    known = {"low": 0, "high": 4, "exposure": 1.0} if expected is not None else {}
    over = f"in {fields['span']} days " if "span" in fields else ""
    words = f"saw {saw}" if expected is None else f"{over}expected {expected:.1f}, saw {saw}"
    given = {"says": target, "series": (*days, now), **known, **fields}
    return Trend(target=target, state=state, saw=saw, expected=expected, words=words, **given)


def silence(state: SilenceState, says: str, words: str) -> Silence:
    """Say that something expected of the harbour works is in a state."""
    return Silence(
        target="harbour-works", indicator=says.lower().replace(" ", "-"), says=says, state=state, every_days=30.0,
        since=TODAY - timedelta(days=30), until=TODAY, days=30, words=words,
    )  # fmt: skip


def standing(answer: str, says: str, rank: int | None, against: float, support: float, **fields: object) -> Standing:
    """Where an answer stands."""
    return Standing(answer=answer, says=says, rank=rank, against=against, support=support, **fields)


HOME = standing(
    "home", "The home treasury pays", 1, 0.4, 2.5, rank_before=2, against_before=0.9, support_before=0.6,
    stories_for=3, stories_against=1, new_for=2,
)  # fmt: skip
ABROAD = standing(
    "abroad", "Money comes from abroad", 2, 1.9, 0.8, rank_before=1, stories_for=1, stories_against=3, new_against=2
)
LOAN = EvidenceLine(
    story="story-c1", item="c1", title="Банк даст <кредит> на северный порт", url="https://sever.example/c1",
    dated=at(12), indicator="loan", bears={"abroad": 1.0, "home": -1.0}, weight=0.62,
    weighing=Weighing(independence=1.0, reliability=0.62, credibility=1.0, certainty=1.0, freshness=1.0, novelty=1.0),
    origins=1, reliability="C", credibility=3, owners=("Sever",), new=True,
)  # fmt: skip
LEDGER = Ledger(
    question="who-pays",
    title="Who pays for the northern harbour?",
    standings=(HOME, ABROAD),
    ranked=True,
    words="Least inconsistent first: home, then abroad.",
    lines=(LOAN, replace(LOAN, title="", url="javascript:alert(1)", bears={}, new=False, weight=0.1)),
    lines_left_out=3,
    diagnosticity=(
        Diagnosticity(
            indicator="loan", says="A bank lends for the harbour", spread=1.0, base_rate=0.25, value=0.75, stories=2,
            leads_by=0.4,
        ),
        Diagnosticity(
            indicator="tax", says="A harbour tax is raised", spread=1.0, base_rate=0.0, value=1.0, stories=0,
            leads_by=0.0,
        ),
    ),
    sensitivity=(
        Sensitivity(
            kind="owner", name="Sever", label="Sever", order=("abroad", "home"), flips=True,
            words="Without Sever the order flips: “Money comes from abroad” would be first.",
        ),
    ),
    turning=("It would turn with one well-sourced story of: “A bank lends for the harbour”.",),
    movement=("“The home treasury pays” is now first; it was second.",),
    half_life_days=30.0,
    half_life_from="default",
    since=SINCE - timedelta(days=60),
    judgements=(
        Judgement(
            id="j1", analysis="harbour", question="who-pays", answer="home", likelihood=Likelihood.LIKELY,
            confidence=Confidence.LOW, author="kim", at=UNTIL, by=date(2026, 12, 31), criteria="the budget says so",
        ),
    ),
)  # fmt: skip
SCENARIOS = (
    ScenarioState(
        scenario="debt", title="A harbour in debt", says="Loans are called in.", words="1 of 2 expected seen",
        standing=standing("debt", "A harbour in debt", 2, 1.0, 0.5, stories_for=1),
        indicators=(
            IndicatorState(
                indicator="loan", says="A bank lends for the harbour", expected=True, stories=2, weight=0.6,
                last_seen=at(12),
            ),
            IndicatorState(indicator="tax", says="A harbour tax is raised", expected=False, stories=0, weight=0.0),
        ),
    ),
    ScenarioState(
        scenario="boom", title="A harbour that pays", says="Ships come.", words="0 of 1 expected seen",
        standing=standing("boom", "A harbour that pays", 1, 0.0, 0.0),
    ),
    ScenarioState(
        scenario="mist", title="Nothing comes of it", says="No ships.", words="nothing to go by",
        standing=standing("mist", "Nothing comes of it", None, 0.0, 0.2, tested=False, stories_for=1),
    ),
)  # fmt: skip


def cell(target: str, language: str, kind: str, feeds: int, read: int, items: int, matched: int) -> CoverageCell:
    """One cell of the coverage."""
    return CoverageCell(
        target=target, language=language, kind=kind, feeds=feeds, read=read, items=items, matched=matched
    )


COVERAGE = Coverage(
    languages=("en", "ru"),
    kinds=("newspaper", "wire"),
    cells=tuple(
        one
        for target in ("harbour-works", "patrols", "who-pays")
        for one in (
            cell(target, "en", "newspaper", 2, 1, 85, 3),
            cell(target, "en", "wire", 1, 1, 1120, 0),
            cell(target, "ru", "newspaper", 1, 0, 0, 0),
            cell(target, "ru", "wire", 0, 0, 0, 0),
        )
    ),
)
ASSESSMENT = Assessment(
    trends=(
        trend("harbour-works", TrendState.SURGE, 9, 2.1, redefined=date(2026, 3, 1)),
        trend(
            "harbour-works", TrendState.SURGE, 5, 0.4, span=3, indicator="cranes", says="Cranes for containers arrive"
        ),
        trend("patrols", TrendState.LULL, 0, 6.0, exposure=1.5),
        trend("who-pays", TrendState.TOO_SHORT, 2, None, days=3, needed=14),
    ),
    silences=(
        silence(SilenceState.NOT_SEEN, "Barges bring stone", "not seen in 30 days, with coverage"),
        silence(SilenceState.UNKNOWN, "Tugs are bought", "unknown: coverage lost on 12 of 30 days"),
        silence(SilenceState.AWAITED, "The lock opens", "not seen yet; expected by 2026-12-31"),
        silence(SilenceState.SEEN, "Ships dredge", "seen on 2026-03-10"),
    ),
    coverage=COVERAGE,
    ledgers=(LEDGER,),
    scenario_ledger=replace(
        LEDGER, question="scenarios", title="Scenarios", movement=(), judgements=(),
        untested="Hardly tested, so without a rank: it takes 3 stories.",
    ),
    scenarios=SCENARIOS,
    corrections=(
        Correction(
            item="a1", title="Dredger sinks", now="Dredger reaches harbour", url="https://coast.example/a1",
            source="Coast Wire", digest="d0", told=SINCE, before=("harbour-works",), after=(),
            words="“Dredger sinks” (Coast Wire), told on 10 March, now reads “Dredger reaches harbour”.",
        ),
    ),
)  # fmt: skip


def assessed_day() -> DayData:
    """The busy day with its assessment."""
    return replace(busy_day(), assessment=ASSESSMENT)
