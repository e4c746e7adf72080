"""The loop of learning with real parts: verdicts, a model, an edit of the analysis, a restart."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories as make
from tests.unit.classify import rivers
from tests.unit.classify.test_learning import PLACES, TARGETS, verdicts
from watchtower import build
from watchtower.config import Config, load
from watchtower.errors import UserError
from watchtower.store import open_store
from watchtower.teaching import Teacher
from watchtower.types import Item, Text, Verdict

NEW = Text(id="new", title="Spillway of Ivel is mended")


@dataclass
class Desk:
    """A folder with the small analysis, and a clock that goes on a minute at every look."""

    folder: Path
    looks: int = field(default=0)

    def clock(self):  # type: ignore[no-untyped-def]  # a datetime
        self.looks += 1
        return make.NOW + self.looks * timedelta(minutes=1)

    @property
    def config(self) -> Config:
        return load(self.folder, {})

    def opened(self) -> Teacher:
        store = open_store(self.config.settings.database.url, self.folder)
        return build.teacher(self.config, store=store, clock=self.clock)

    def taught(self, *given: Verdict) -> None:
        teacher = self.opened()
        with closing(teacher.store):
            teacher.take(given)

    def learns(self, beta: float = 1.0):  # type: ignore[no-untyped-def]  # what learning came to
        teacher = self.opened()
        with closing(teacher.store):
            return teacher.learn(beta)

    def score(self) -> float:
        """Score the new headline in a process of its own, as far as this one can be one."""
        return build.classifier(self.config, clock=self.clock).classify([NEW])[0].scores["dams"]

    def edits(self, old: str, new: str) -> None:
        path = self.folder / "watchpoints.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(rivers.write(tmp_path / "rivers"))


@pytest.fixture
def sent(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="watchtower"):
        yield caplog


def test_verdicts_are_learned_and_survive_a_restart(desk: Desk) -> None:
    before = desk.score()
    desk.taught(*verdicts())
    assert desk.score() == before
    learned = desk.learns()
    assert learned.installed
    after = desk.score()
    assert after > 0.5 > before
    assert desk.score() == after


def test_one_who_runs_takes_the_new_model_without_a_restart(desk: Desk) -> None:
    tower = build.watchtower(desk.config, clock=desk.clock)
    with closing(tower):
        before = tower.classifier()
        assert tower.classifier() is before
        desk.taught(*verdicts())
        learned = desk.learns()
        assert tower.classifier().model == learned.model != before.model


def test_an_edit_of_the_analysis_is_fitted_on_the_verdicts_too(desk: Desk, sent: pytest.LogCaptureFixture) -> None:
    desk.taught(*verdicts())
    desk.learns(beta=0.5)
    desk.edits("examples: [Flood warning for the lower valley]", "examples: [Flood warning for all of the valley]")
    assert "verdicts" not in sent.text
    assert desk.score() > 0.5
    assert "fitting the model again, on 72 verdicts too" in sent.text
    teacher = desk.opened()
    with closing(teacher.store):
        kept = teacher.store.learned_model("rivers")
    assert kept is not None and (kept.configuration, kept.beta) == (desk.config.analysis.version, 0.5)


def test_going_back_to_an_analysis_of_before_learning_learns_again(desk: Desk) -> None:
    first = desk.score()
    desk.edits("examples: [Flood warning for the lower valley]", "examples: [Flood warning for all of the valley]")
    desk.taught(*verdicts())
    desk.learns()
    desk.edits("examples: [Flood warning for all of the valley]", "examples: [Flood warning for the lower valley]")
    assert desk.score() > 0.5 > first


def test_a_new_target_is_not_denied_by_verdicts_of_before(desk: Desk) -> None:
    desk.taught(*verdicts())
    desk.learns()
    desk.edits(
        "  - id: floods", "  - id: weirs\n    title: Weirs\n    examples: [Weir raised, Weir mended]\n  - id: floods"
    )
    learned = desk.learns()
    [weirs] = [measure for measure in learned.after.targets if measure.name == "weirs"]
    assert (weirs.judged, weirs.n) == (0, 0)


def test_a_damaged_model_is_fitted_again_on_the_verdicts(desk: Desk, sent: pytest.LogCaptureFixture) -> None:
    desk.taught(*verdicts())
    desk.learns()
    teacher = desk.opened()
    with closing(teacher.store):
        kept = teacher.store.learned_model("rivers")
        assert kept is not None
        teacher.store.save_model(replace(kept, id="broken", data=b"no model", made=kept.made + timedelta(days=1)))
    assert desk.score() > 0.5
    assert "damaged" in sent.text and "fitting the model again" in sent.text


def opposite() -> list[Verdict]:
    """Judge the same headlines from two other places the other way round, as by mistake."""
    return [
        replace(
            verdict,
            item_id=f"wrong {verdict.item_id}",
            title=verdict.title.replace(place, other),
            labels={} if verdict.labels else {"dams": ""},
        )
        for place, other in zip(PLACES, ("Ivel", "Jura", "Kell"), strict=False)
        for verdict in verdicts()
        if place in verdict.title
    ]


def test_what_measures_worse_is_kept_out(desk: Desk) -> None:
    desk.taught(*verdicts())
    good = desk.learns()
    score = desk.score()
    desk.taught(*opposite())
    learned = desk.learns()
    assert good.installed and not learned.installed
    assert learned.model == good.model
    assert learned.why.startswith("the new model measures worse")
    assert desk.score() == score


def test_what_the_model_that_runs_is_worth_is_kept_for_the_digest(desk: Desk) -> None:
    desk.taught(*verdicts())
    learned = desk.learns()
    with closing(desk.opened().store) as store:
        kept = store.measurement(learned.model)
    assert kept is not None
    assert (kept.items, kept.n) == (learned.verdicts, learned.after.macro.n)
    assert kept.figures["precision"] == learned.after.macro.figures["precision"]


def test_too_few_labels_install_nothing_and_say_so(desk: Desk) -> None:
    desk.taught(*(verdict for verdict in verdicts() if verdict.item_id in ("0-Aldern", "5-Brook")))
    learned = desk.learns()
    assert (learned.installed, learned.verdicts) == (False, 2)
    assert "too few labels" in learned.why


def test_verdicts_on_another_analysis_are_none_on_this(desk: Desk) -> None:
    desk.taught(make.verdict(labels={"mountains": ""}, judged=("mountains",)))
    with pytest.raises(UserError, match="no verdicts on this analysis"):
        desk.learns()


def test_a_verdict_finds_its_item_by_address_and_its_kind_of_source(desk: Desk) -> None:
    item: Item = make.item(title="Turbines start at Ivel", url="https://harbour-news.example/1")
    there = make.verdict(
        item_id="7", title=item.title, url="https://harbour-news.example/1?utm_source=x", judged=TARGETS
    )
    renamed = replace(there, item_id="8", title="Turbines stop")
    elsewhere = replace(there, item_id="9", url=None, publisher="upland press")
    unknown = replace(there, item_id="10", url="https://nobody.example/2")
    teacher = desk.opened()
    with closing(teacher.store):
        teacher.store.save_visits([make.visit(item)])
        taken = teacher.take([there, renamed, elsewhere, unknown])
        assert sorted(verdict.item_id for verdict in teacher.verdicts()) == sorted([item.id, "8", "9", "10"])
        found = teacher.evaluate()
    assert (taken.new, taken.changed, taken.known) == (4, 0, 0)
    kinds = {kind.name: kind.judged // len(TARGETS) for kind in found.evaluation.slices["source kind"]}
    assert kinds == {"other": 3, "unknown": 1}


def test_measuring_on_what_was_learned_says_how_many(desk: Desk) -> None:
    told = verdicts()
    desk.taught(*told)
    desk.learns()
    renamed = [replace(verdict, item_id=f"again {verdict.item_id}") for verdict in told[:10]]
    fresh = make.verdict(item_id="fresh", title="Pier at Ivel shut", summary="", labels={}, judged=TARGETS)
    teacher = desk.opened()
    with closing(teacher.store):
        assert teacher.evaluate([*renamed, fresh]).seen == 10
        assert teacher.evaluate([fresh]).seen == 0
        assert teacher.evaluate().seen == 0
        with pytest.raises(UserError, match="no labelled items"):
            teacher.evaluate([])
