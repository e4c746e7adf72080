"""Fitted models: rows and back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from watchtower.store import bulk
from watchtower.store.tables import models
from watchtower.types import StoredModel


def newest(conn: Connection, configuration: str, format: int) -> StoredModel | None:
    """Read the model of a configuration and format that was made last."""
    statement = (
        select(models)
        .where(models.c.configuration == configuration, models.c.format == format)
        .order_by(models.c.made.desc(), models.c.id.desc())
        .limit(1)
    )
    row = conn.execute(statement).first()
    return None if row is None else StoredModel(**row._mapping)


def save(conn: Connection, model: StoredModel) -> None:
    """Keep a model; one with the same id is there already and stays."""
    row = {
        "id": model.id,
        "configuration": model.configuration,
        "format": model.format,
        "made": model.made,
        "data": model.data,
    }
    bulk.insert_missing(conn, models, [row])
