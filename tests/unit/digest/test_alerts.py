"""What is told at once: where today differs from the digest that was told last, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests import factories as make
from tests.factories import NOW
from watchtower.digest import alert_text, alerts
from watchtower.types import (
    AlertKind,
    Digest,
    DigestStory,
    Lineage,
    Origin,
    Silence,
    SilenceState,
    Trend,
    TrendState,
)

TOLD = NOW - timedelta(hours=5)


def trend(state: TrendState, indicator: str | None = None) -> Trend:
    return Trend(
        target="dams", indicator=indicator, says="A dam opens", state=state, saw=9, words="expected 2.1, saw 9"
    )


def silence(state: SilenceState, indicator: str = "dam-opens", **given: Any) -> Silence:
    stretch = {"since": date(2026, 11, 1), "until": date(2026, 11, 23), "days": 22}
    said = {"says": "A dam opens", "words": f"{state} in 22 days"}
    return Silence(**{"target": "dams", "indicator": indicator, "state": state, **stretch, **said, **given})


def origin(name: str, state: str | None = None, hours: int = 0) -> Origin:
    feed = name.lower().replace(" ", "-")
    return Origin(
        name=name, state=state, kind="wire", owners=(name,), feeds=(feed,), reliability="B",
        first=NOW - timedelta(days=1) + timedelta(hours=hours),
    )  # fmt: skip


def story(*origins: Origin) -> DigestStory:
    lineage = Lineage(
        feeds=len(origins), owners=len(origins), origins=origins, independent=sum(one.state is None for one in origins),
        denied_by=(), reliability="B", credibility=3, words="",
    )  # fmt: skip
    sources = tuple(make.source(feed=one.feeds[0], url=f"https://{one.feeds[0]}.example/1") for one in origins)
    return make.digest_story(lineage=lineage, sources=sources, origins=len(origins))


def before(*stories: DigestStory, **given: Any) -> Digest:
    return make.digest(make.section(*stories, **given), until=TOLD)


def now(*stories: DigestStory, **given: Any) -> Digest:
    return make.digest(make.section(*stories, **given))


def kinds(new: Digest, old: Digest) -> list[tuple[AlertKind, str]]:
    return [(one.kind, one.says) for one in alerts(new, old)]


def test_two_days_alike_give_no_alert() -> None:
    given = {"trend": trend(TrendState.SURGE), "silences": (silence(SilenceState.UNKNOWN),)}
    same = story(origin("River Wire"), origin("Harbour Post"))
    assert alerts(now(same, **given), before(same, **given)) == []


def test_a_target_that_the_last_digest_did_not_have_gives_none() -> None:
    other = make.digest(make.section(target="floods"), until=TOLD)
    assert alerts(now(trend=trend(TrendState.SURGE)), other) == []


@pytest.mark.parametrize("past", [None, TrendState.USUAL, TrendState.LULL, TrendState.TOO_SHORT])
def test_a_surge_is_told_when_it_begins(past: TrendState | None) -> None:
    given = {"trend": trend(past) if past else None}
    shown = story(origin("River Wire"))
    [one] = alerts(now(shown, trend=trend(TrendState.SURGE)), before(**given))
    assert (one.kind, one.says) == (AlertKind.SURGE, "Surge: Dams, expected 2.1, saw 9.")
    assert (one.target, one.at, one.url) == ("dams", NOW, "https://river-wire.example/1")


def test_a_slow_rise_is_told_once_with_the_days_it_took() -> None:
    first, second, third = (
        replace(trend(TrendState.SURGE), span=days, words=f"in {days} days expected 2.1, saw 9") for days in (3, 3, 7)
    )
    assert kinds(now(trend=first), before(trend=trend(TrendState.USUAL))) == [
        (AlertKind.SURGE, "Surge: Dams, in 3 days expected 2.1, saw 9.")
    ]
    assert alerts(now(trend=second), before(trend=first)) == []
    assert alerts(now(trend=third), before(trend=second)) == []
    assert alerts(now(trend=trend(TrendState.SURGE)), before(trend=third)) == [], "nor where its last day is one too"


def test_a_surge_of_an_indicator_is_told_in_its_words() -> None:
    new = now(trend=trend(TrendState.USUAL), indicator_trends=(trend(TrendState.SURGE, "dam-opens"),))
    assert kinds(new, before()) == [(AlertKind.SURGE, "Surge: “A dam opens” (Dams), expected 2.1, saw 9.")]


@pytest.mark.parametrize("state", [state for state in TrendState if state not in ("surge", "no coverage")])
def test_nothing_but_a_surge_or_lost_coverage_is_told_of_a_trend(state: TrendState) -> None:
    assert alerts(now(trend=trend(state)), before(trend=trend(TrendState.USUAL))) == []


CONFIRMATIONS = {
    "one origin, then another": (["River Wire"], ["River Wire", "Harbour Post"], "Harbour Post"),
    "a state's, then a free one": (["Radio *"], ["Radio *", "Harbour Post"], "Harbour Post"),
    "two states', then a free one": (["Radio *", "Daily *"], ["Radio *", "Daily *", "Harbour Post"], "Harbour Post"),
    "one origin, then two": (["River Wire"], ["River Wire", "Harbour Post", "Upland Post"], "Harbour Post"),
    "one origin, still alone": (["River Wire"], ["River Wire"], None),
    "one origin, then a state's": (["River Wire"], ["River Wire", "Radio *"], None),
    "two origins, then a third": (["River Wire", "Harbour Post"], ["River Wire", "Harbour Post", "Upland Post"], None),
}


@pytest.mark.parametrize("case", CONFIRMATIONS)
def test_the_first_confirmation_by_somebody_independent_is_told(case: str) -> None:
    told, shown, by = CONFIRMATIONS[case]
    made = [
        story(*(origin(name, "KP" if "*" in name else None, number) for number, name in enumerate(names)))
        for names in (told, shown)
    ]
    says = f"First independent confirmation: “Dam opens”, now by {by} too (Dams)."
    found = alerts(now(made[1]), before(made[0]))
    assert [one.says for one in found] == ([says] if by else [])
    assert [one.url for one in found] == ([f"https://{str(by).lower().replace(' ', '-')}.example/1"] if by else [])


def test_a_story_that_was_not_told_before_is_no_confirmation() -> None:
    assert alerts(now(story(origin("River Wire"), origin("Harbour Post"))), before()) == []


def test_stories_of_digests_without_lineages_are_passed_over() -> None:
    old = replace(story(origin("River Wire")), lineage=None)
    assert alerts(now(story(origin("River Wire"), origin("Harbour Post"))), before(old)) == []


@pytest.mark.parametrize("past", [SilenceState.NOT_SEEN, SilenceState.UNKNOWN, SilenceState.AWAITED])
def test_what_was_expected_and_has_come_is_told_with_what_reports_it(past: SilenceState) -> None:
    shown = story(origin("River Wire"))
    come = silence(SilenceState.SEEN, last_item=shown.sources[0].item, last_title="Dam opens at last")
    found = alerts(now(shown, silences=(come,)), before(silences=(silence(past),)))
    assert [(one.kind, one.says, one.url) for one in found] == [
        (
            AlertKind.CAME,
            "Expected, and come: “A dam opens” (Dams): Dam opens at last.",
            "https://river-wire.example/1",
        )
    ]


def test_what_was_seen_before_or_was_not_expected_is_not_told_again() -> None:
    seen = silence(SilenceState.SEEN)
    assert alerts(now(silences=(seen,)), before(silences=(seen,))) == []
    assert alerts(now(silences=(seen,)), before()) == []


def test_lost_coverage_is_told_once_a_target_however_much_is_lost() -> None:
    lost = (silence(SilenceState.UNKNOWN), silence(SilenceState.UNKNOWN, "dam-closes"))
    assert kinds(now(silences=lost), before(silences=(silence(SilenceState.NOT_SEEN),))) == [
        (AlertKind.COVERAGE_LOST, "Coverage lost: Dams, “A dam opens” unknown: coverage lost in 22 days, and 1 more.")
    ]
    blind = trend(TrendState.NO_COVERAGE)
    assert [kind for kind, _ in kinds(now(trend=blind), before())] == [AlertKind.COVERAGE_LOST]
    assert alerts(now(trend=blind, silences=lost), before(silences=lost[:1])) == []


def test_the_same_development_has_the_same_key_whenever_it_is_found() -> None:
    old = before(story(origin("River Wire")), silences=(silence(SilenceState.NOT_SEEN),))
    given: dict[str, Any] = {"trend": trend(TrendState.SURGE), "silences": (silence(SilenceState.SEEN),)}
    shown = story(origin("River Wire"), origin("Harbour Post"))
    early, late = (make.digest(make.section(shown, **given), until=NOW + timedelta(hours=hours)) for hours in (0, 3))
    keys = [one.key for one in alerts(early, old)]
    assert keys == [one.key for one in alerts(late, old)]
    assert len(set(keys)) == len(keys) == 3


def test_alerts_are_written_for_people_and_for_programs() -> None:
    told = (make.alert(), make.alert(key="b", url=None, says="Coverage lost: Floods, 댐."))
    assert alert_text(told, as_json=False)[1] == (
        "Surge on Dams: expected 2.1, saw 9.\nhttps://harbour-news.example/1\n\nCoverage lost: Floods, 댐.\n"
    )
    kind, text = alert_text(told, as_json=True)
    first, second = json.loads(text)["alerts"]
    assert kind == "application/json"
    assert first == {
        "key": "surge/dams/2026-11-23",
        "kind": "surge",
        "target": "dams",
        "at": "2026-11-23T06:00:00Z",
        "says": "Surge on Dams: expected 2.1, saw 9.",
        "url": "https://harbour-news.example/1",
    }
    assert second["url"] is None
