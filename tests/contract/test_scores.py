"""The same texts get the same scores whatever the database that keeps the model, and after every restart."""

from __future__ import annotations

from contextlib import closing

from tests import factories as make
from tests.contract.conftest import Database
from tests.unit.classify import rivers
from tests.unit.classify.test_learning import verdicts
from watchtower import classify, teaching
from watchtower.pipeline.taking_in import classify_new
from watchtower.seams import Store
from watchtower.types import Classified, Match

TITLES = [*(title for titles in rivers.BELONG.values() for title in titles), *rivers.ELSEWHERE]
TEXTS = [rivers.text(title, title) for title in TITLES]


def fitted_alone() -> list[Classified]:
    """Score with a model that no database has seen."""
    return classify.fit_classifier(rivers.analysis(), make.NOW)[0].classify(TEXTS)


def scored(store: Store) -> list[Classified]:
    """Score with the model that a store keeps, fitted where it keeps none."""
    return teaching.current(rivers.analysis(), store, lambda: make.NOW)[0].classify(TEXTS)


def bare(classified: list[Classified]) -> list[tuple[object, ...]]:
    """Leave out of what was classified which model did it."""
    return [(one.item_id, one.scores, [unnamed(match) for match in one.matches]) for one in classified]


def unnamed(match: Match) -> tuple[object, ...]:
    return match.target, match.score, match.threshold, match.evidence, match.indicator, match.answer


def test_a_kept_model_scores_as_when_it_was_fitted(database: Database) -> None:
    with closing(database.open()) as first:
        before = scored(first)
    with closing(database.open()) as restarted:
        assert scored(restarted) == before
    assert bare(before) == bare(fitted_alone())


def test_a_learned_model_scores_the_same_after_a_restart(database: Database) -> None:
    given = verdicts()
    with closing(database.open()) as first:
        first.save_verdicts(given)
        lessons = classify.Lessons.of(rivers.analysis(), given, [verdict.item_id for verdict in given])
        learned, model = classify.fit_learned(lessons, given, 1.0, make.NOW)
        first.save_model(model)
        before = learned.classify(TEXTS)
    with closing(database.open()) as restarted:
        assert scored(restarted) == before


def test_matches_are_stored_with_their_reasons_to_the_last_bit(database: Database) -> None:
    items = [make.item(key=f"news-{n}", title=title, summary="") for n, title in enumerate(TITLES)]
    with closing(database.open()) as store:
        store.save_visits([make.visit(*items)])
        running, _ = teaching.current(rivers.analysis(), store, lambda: make.NOW)
        classify_new(store, lambda: running)
    with closing(database.open()) as restarted:
        kept = {one.item.title: one.matches for item in items if (one := restarted.item(item.id))}
    said = running.classify([rivers.text(title) for title in TITLES])
    assert {title: [unnamed(match) for match in kept[title]] for title in TITLES} == {
        title: [unnamed(match) for match in one.matches] for title, one in zip(TITLES, said, strict=True)
    }
    assert sum(map(len, kept.values())) >= 10
