"""What models were found to be worth: rows and back."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, select

from watchtower.store import bulk
from watchtower.store.tables import measurements
from watchtower.types import Measurement


def save(conn: Connection, measurement: Measurement) -> None:
    """Keep a measurement unless a newer one of the same model is there."""
    known = of(conn, measurement.model)
    if known is None or measurement.at >= known.at:
        bulk.insert_or_replace(conn, measurements, [asdict(measurement)])


def of(conn: Connection, model: str) -> Measurement | None:
    """Read the measurement of a model."""
    row = conn.execute(select(measurements).where(measurements.c.model == model)).first()
    if row is None:
        return None
    intervals = {name: (low, high) for name, (low, high) in row.intervals.items()}
    return Measurement(**{**row._mapping, "intervals": intervals})
