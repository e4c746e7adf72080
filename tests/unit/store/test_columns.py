from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect, create_engine

from watchtower.errors import StoreError
from watchtower.store.columns import UtcDateTime, lookup_hash

SQLITE: Dialect = create_engine("sqlite://").dialect
POSTGRESQL: Dialect = create_engine("postgresql+psycopg://").dialect
SEOUL = timezone(timedelta(hours=9))


def test_sqlite_keeps_text_that_sorts_as_time_does() -> None:
    column = UtcDateTime()
    written = column.process_bind_param(datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL), SQLITE)
    assert written == "2026-11-23 00:00:00.000000"
    assert written < column.process_bind_param(datetime(2026, 11, 23, 9, 0, 0, 1, tzinfo=SEOUL), SQLITE)
    assert column.result_processor(SQLITE, None)(written) == datetime(2026, 11, 23, tzinfo=UTC)


def test_postgresql_is_given_utc_and_read_as_utc_whatever_the_zone_of_its_session() -> None:
    column = UtcDateTime()
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL)
    written, read = column.process_bind_param(moment, POSTGRESQL), column.result_processor(POSTGRESQL, None)(moment)
    assert written == read == moment
    assert read is not None
    assert written.tzinfo is read.tzinfo is UTC


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_a_time_without_a_zone_is_refused_and_nothing_stays_nothing(dialect: Dialect) -> None:
    with pytest.raises(StoreError, match="no time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 23), dialect)
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().result_processor(dialect, None)(None) is None


def test_a_lookup_hash_fits_a_signed_64_bit_column_and_is_the_same_in_every_run() -> None:
    assert lookup_hash("dam-opens") == lookup_hash("dam-opens") == 2425454289392965759
    assert all(-(2**63) <= lookup_hash(str(n)) < 2**63 for n in range(1_000))
    assert len({lookup_hash(str(n)) for n in range(1_000)}) == 1_000
    assert isinstance(lookup_hash("\ud800"), int)
