"""Fitted models: rows and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

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
    return _model_of(conn.execute(statement).first())


def learned(conn: Connection, analysis: str) -> StoredModel | None:
    """Read the model of an analysis that was fitted with verdicts last."""
    statement = select(models).where(models.c.analysis == analysis, models.c.beta.is_not(None))
    return _model_of(conn.execute(statement.order_by(models.c.made.desc(), models.c.id.desc()).limit(1)).first())


def newest_of_all(conn: Connection) -> str | None:
    """Read the id of the model that was made last."""
    return conn.scalar(select(models.c.id).order_by(models.c.made.desc(), models.c.id.desc()).limit(1))


def _model_of(row: Row[Any] | None) -> StoredModel | None:
    return None if row is None else StoredModel(**{**row._mapping, "verdicts": tuple(row.verdicts or ())})


def save(conn: Connection, model: StoredModel) -> None:
    """Keep a model; one with the same id is there already and stays."""
    row = {
        "id": model.id,
        "configuration": model.configuration,
        "format": model.format,
        "made": model.made,
        "data": model.data,
        "analysis": model.analysis,
        "beta": model.beta,
        "verdicts": list(model.verdicts),
    }
    bulk.insert_missing(conn, models, [row])
