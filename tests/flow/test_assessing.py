"""An assessment through the whole pipeline: what is stored, told, revised and redefined shows in the next digest."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests import factories as make
from tests.fakes import InProcessParser, WordClassifier
from tests.unit.assess.samples import ANALYSIS, FEEDS
from watchtower.pipeline import DigestPlan, Reader, Watchtower
from watchtower.store import open_store
from watchtower.types import (
    Classified,
    Digest,
    Failed,
    FetchRequest,
    Item,
    Match,
    Outcome,
    Pacing,
    SilenceState,
    Text,
    TrendState,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
#: word of a headline to the target and indicator that it reports
WORDS = {"crack": ("dams", "crack-seen"), "repair": ("dams", "repair-done"), "stands": ("will-it-hold", "wall-stands")}


class IndicatorClassifier(WordClassifier):
    """Finds targets by words, and with them indicators."""

    def __init__(self) -> None:
        super().__init__({"dams": ["crack", "repair", "dam"], "floods": ["flood"], "will-it-hold": ["stands"]})
        self.configuration = ANALYSIS.version

    def classify(self, texts: Sequence[Text]) -> list[Classified]:
        found = zip(texts, super().classify(texts), strict=True)
        return [replace(one, matches=tuple(self._with_indicator(text, m) for m in one.matches)) for text, one in found]

    def _with_indicator(self, text: Text, match: Match) -> Match:
        for word, (target, indicator) in WORDS.items():
            if word in text.title.lower() and match.target == target:
                return replace(match, indicator=indicator)
        return match


class Valley:
    """A watchtower with a clock, whose feeds are written straight into its database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
        everybody = Reader(id="", at=time(6, 30), zone="UTC", formats=("json",))
        plan = DigestPlan(
            method=make.method(days=30), readers=(everybody,), stories_per_section=10, days_before=7, grace=12 * HOUR
        )
        self.classifier = IndicatorClassifier()
        self.tower = Watchtower(
            feeds=FEEDS, analysis=ANALYSIS, store=open_store(url, folder), fetcher=self, parser=InProcessParser(),
            classifier=lambda: self.classifier, naming=lambda texts: [frozenset() for _ in texts], notifiers=(),
            plan=plan, pacing=Pacing(), clock=lambda: self.now, version="test",
        )  # fmt: skip

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        for request in requests:
            yield Failed(feed_id=request.feed_id, reason="not asked in this test", at=self.now)

    def brings(self, *titles: str, ago: timedelta = 2 * HOUR, feed: str = "harbour-news") -> list[Item]:
        """Let a feed bring these headlines, dated some time ago and seen an hour later."""
        dated = self.now - ago
        items = [
            make.item(
                feed_id=feed, key=f"{title} {dated}", title=title, summary="", published=dated, first_seen=dated + HOUR
            )
            for title in titles
        ]
        self.tower.store.save_visits([make.visit(*items, feed_id=feed, at=dated + HOUR)])
        return items

    def revises(self, item: Item, title: str) -> None:
        self.tower.store.save_visits(
            [make.visit(feed_id=item.feed_id, revised=(make.revised(item, title=title),), at=self.now)]
        )

    def quiet_weeks(self, days: int = 30) -> None:
        """Let every feed bring ten headlines a day, one of them on a dam."""
        for back in range(1, days + 1):
            for feed in FEEDS:
                self.brings(*(f"Report {n} of {feed.id}" for n in range(9)), ago=back * DAY + 2 * HOUR, feed=feed.id)
            self.brings(f"Dam inspected {back}", ago=back * DAY + 2 * HOUR)

    def next_digest(self) -> Digest:
        """Let a day pass and make its digest."""
        self.now += DAY
        [digest] = self.tower.daily_digests()
        return digest


@pytest.fixture(params=["memory://", "sqlite:///watchtower.db"])
def valley(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Valley, None, None]:
    valley = Valley(request.param, tmp_path)
    yield valley
    valley.tower.close()


def test_a_surge_a_silence_and_a_ledger_are_in_the_daily_digest(valley: Valley) -> None:
    valley.quiet_weeks()
    valley.brings(*(f"Repair number {n}" for n in range(12)))
    valley.brings("Wall stands", "North gate stands after the storm", "Old lock stands open to visitors")
    for feed in FEEDS:
        valley.brings(*(f"Report {n} of {feed.id} today" for n in range(9)), feed=feed.id)
    [digest] = valley.tower.daily_digests()
    dams = digest.sections[0]
    assert dams.trend is not None and dams.trend.state is TrendState.SURGE and dams.trend.saw == dams.count == 12
    assert [one.indicator for one in dams.indicator_trends if one.state is TrendState.SURGE] == ["repair-done"]
    [crack, survey] = dams.silences
    assert (crack.state, crack.days) == (SilenceState.NOT_SEEN, 10)
    assert survey.state is SilenceState.AWAITED
    [ledger] = digest.ledger
    assert ledger.ranked and ledger.standings[0].answer == "held"
    assert [one.scenario for one in digest.scenarios] == ["renewal", "slow"]
    assert digest.coverage.languages == ("en", "ko")


def test_lost_feeds_make_silence_unknown_and_trends_say_nothing(valley: Valley) -> None:
    valley.quiet_weeks()
    digest = valley.next_digest()
    dams = digest.sections[0]
    assert dams.trend is not None and dams.trend.state is TrendState.NO_COVERAGE
    assert dams.silences[0].state is SilenceState.UNKNOWN


def test_a_correction_leaves_the_ledger_and_is_told_once(valley: Valley) -> None:
    crack, stands = valley.brings("Crack in the wall", "Wall stands")
    [first] = valley.tower.daily_digests()
    assert [line.indicator for line in first.ledger[0].lines] == ["crack-seen", "wall-stands"]
    valley.revises(crack, "All is well")
    second = valley.next_digest()
    [correction] = second.corrections
    assert (correction.item, correction.before, correction.after) == (crack.id, ("dams",), ())
    assert (correction.digest, correction.title, correction.now) == (
        first.id,
        "Crack in the wall",
        "All is well",
    )
    assert correction.words == (
        "“Crack in the wall” was revised by its source: no longer belongs to Dams; the headline is now “All is well”."
    )
    assert [line.item for line in second.ledger[0].lines] == [stands.id]
    assert "No longer counted: “Crack in the wall”." in second.ledger[0].movement
    assert valley.next_digest().corrections == ()


def test_a_revision_that_changes_nothing_that_was_told_is_no_correction(valley: Valley) -> None:
    [crack] = valley.brings("Crack in the wall")
    valley.tower.daily_digests()
    longer = replace(make.revised(crack), summary="More of the same.", content_hash="other")
    valley.tower.store.save_visits([make.visit(feed_id=crack.feed_id, revised=(longer,), at=valley.now)])
    assert valley.next_digest().corrections == ()


def test_another_indicator_after_a_revision_is_a_correction(valley: Valley) -> None:
    [crack] = valley.brings("Crack in the wall")
    valley.tower.daily_digests()
    valley.revises(crack, "Repair of the wall")
    [correction] = valley.next_digest().corrections
    assert "reports something else on Dams" in correction.words


def test_an_edit_of_the_analysis_is_marked_from_the_pull_that_first_uses_it(valley: Valley) -> None:
    valley.brings("Crack in the wall")
    valley.tower.daily_digests()
    dams = replace(ANALYSIS.targets[0], threshold=0.7)
    edited = replace(ANALYSIS, targets=(dams, *ANALYSIS.targets[1:]), version="configuration-2")
    valley.now += DAY
    valley.tower = replace(valley.tower, analysis=edited)
    valley.tower.pull()
    [digest] = valley.tower.daily_digests()
    trends = {section.target: section.trend for section in digest.sections}
    assert trends["dams"] is not None and trends["dams"].redefined == valley.now.date()
    assert trends["floods"] is not None and trends["floods"].redefined is None
    assert digest.ledger[0].redefined == valley.now.date()


def test_wording_alone_is_no_redefinition(valley: Valley) -> None:
    valley.tower.daily_digests()
    worded = replace(
        ANALYSIS, targets=(replace(ANALYSIS.targets[0], title="Barrages"), *ANALYSIS.targets[1:]), version="c3"
    )
    valley.now += DAY
    valley.tower = replace(valley.tower, analysis=worded)
    [digest] = valley.tower.daily_digests()
    assert digest.sections[0].trend is not None and digest.sections[0].trend.redefined is None


def test_items_of_an_archive_are_history_and_no_surge(valley: Valley) -> None:
    valley.quiet_weeks()
    old = [
        make.item(
            key=f"archived-{n}",
            title=f"Dam story {n}",
            summary="",
            published=valley.now - 2 * HOUR,
            first_seen=valley.now,
            backfill=True,
        )
        for n in range(20)
    ]
    valley.tower.store.save_visits([make.visit(*old, at=valley.now)])
    for feed in FEEDS:
        valley.brings(*(f"Report {n} of {feed.id} today" for n in range(9)), feed=feed.id)
    [digest] = valley.tower.daily_digests()
    assert digest.sections[0].trend is not None and digest.sections[0].trend.saw == 0


def test_the_ledger_at_hand_counts_from_the_last_digest(valley: Valley) -> None:
    valley.brings("Crack in the wall")
    valley.tower.daily_digests()
    valley.now += 3 * HOUR
    valley.brings("Wall stands", ago=2 * HOUR)
    valley.tower.pull()
    [ledger] = valley.tower.assessment().ledgers
    assert [(line.indicator, line.new) for line in ledger.lines] == [("wall-stands", True), ("crack-seen", False)]
    [yesterday] = valley.tower.assessment(valley.now.date() - DAY).ledgers
    assert yesterday.lines == ()


def test_half_a_day_is_held_against_the_same_half_of_other_days(valley: Valley) -> None:
    valley.quiet_weeks()
    valley.tower.pull()
    morning = valley.tower.digest(valley.now - 6 * HOUR, valley.now)
    night = valley.tower.digest(valley.now - 16 * HOUR, valley.now - 10 * HOUR)
    for digest, expected in ((morning, True), (night, False)):
        trend = digest.sections[0].trend
        assert trend is not None and trend.series[0].stories == int(expected)


def test_of_a_period_that_is_still_to_come_nothing_is_said(valley: Valley) -> None:
    valley.quiet_weeks()
    valley.tower.pull()
    digest = valley.tower.digest(valley.now + DAY, valley.now + 2 * DAY)
    trend = digest.sections[0].trend
    assert trend is not None and (trend.state, trend.saw) == (TrendState.NO_COVERAGE, 0)
