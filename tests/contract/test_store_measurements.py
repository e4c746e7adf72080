"""What models were found to be worth, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.conftest import Database
from watchtower.errors import StoreError
from watchtower.seams import Store
from watchtower.types import Measurement

AT = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
ONE = Measurement(
    model="m1", at=AT, items=846, n=300, judged=6768, figures={"precision": 0.82, "recall": 0.79},
    intervals={"precision": (0.78, 0.86)},
)  # fmt: skip


def test_a_measurement_is_remembered(store: Store) -> None:
    store.save_measurement(ONE)
    assert store.measurement("m1") == ONE


def test_a_model_that_was_never_measured_has_none(store: Store) -> None:
    assert store.measurement("m1") is None


@pytest.mark.parametrize(("later", "kept"), [(timedelta(hours=1), 2), (timedelta(), 2), (timedelta(hours=-1), 846)])
def test_the_newest_measurement_counts(store: Store, later: timedelta, kept: int) -> None:
    store.save_measurement(ONE)
    store.save_measurement(replace(ONE, at=AT + later, items=2))
    found = store.measurement("m1")
    assert found is not None
    assert found.items == kept


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.save_measurement(replace(ONE, at=AT.replace(tzinfo=None)))


def test_a_measurement_outlives_the_process(database: Database) -> None:
    database.open().save_measurement(ONE)
    assert database.open().measurement("m1") == ONE
