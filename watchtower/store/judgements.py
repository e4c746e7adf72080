"""What analysts say beside the evidence, and what targets were defined as: rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from watchtower.store import bulk
from watchtower.store.tables import definitions, judgements, resets
from watchtower.types import Confidence, Definition, Judgement, Likelihood, Reset


def save(conn: Connection, judgement: Judgement) -> None:
    """Keep a judgement; one of the same id is replaced."""
    row = {
        "id": judgement.id,
        "analysis": judgement.analysis,
        "question": judgement.question,
        "answer": judgement.answer,
        "likelihood": judgement.likelihood.value,
        "confidence": judgement.confidence.value,
        "note": judgement.note,
        "author": judgement.author,
        "at": judgement.at,
        "by": judgement.by.isoformat(),
        "criteria": judgement.criteria,
        "outcome": judgement.outcome,
        "resolved_at": judgement.resolved_at,
        "brier": judgement.brier,
    }
    bulk.insert_or_replace(conn, judgements, [row])


def every(conn: Connection, analysis: str) -> list[Judgement]:
    """Read the judgements of an analysis, oldest first."""
    statement = select(judgements).where(judgements.c.analysis == analysis)
    return [
        Judgement(
            **{
                **row._mapping,
                "likelihood": Likelihood(row.likelihood),
                "confidence": Confidence(row.confidence),
                "by": date.fromisoformat(row.by),
            }
        )
        for row in conn.execute(statement.order_by(judgements.c.at, judgements.c.id))
    ]


def save_reset(conn: Connection, reset: Reset) -> None:
    """Keep a reset."""
    row = {
        "analysis": reset.analysis,
        "question": reset.question,
        "at": reset.at,
        "author": reset.author,
        "note": reset.note,
    }
    bulk.insert_or_replace(conn, resets, [row])


def every_reset(conn: Connection, analysis: str) -> list[Reset]:
    """Read the resets of an analysis, oldest first."""
    statement = select(resets).where(resets.c.analysis == analysis).order_by(resets.c.at, resets.c.question)
    return [Reset(**row._mapping) for row in conn.execute(statement)]


def save_definitions(conn: Connection, made: Sequence[Definition]) -> None:
    """Keep definitions that are not there yet."""
    rows = [
        {
            "analysis": one.analysis,
            "target": one.target,
            "configuration": one.configuration,
            "version": one.version,
            "at": one.at,
        }
        for one in made
    ]
    bulk.insert_missing(conn, definitions, rows)


def every_definition(conn: Connection, analysis: str) -> list[Definition]:
    """Read the definitions of an analysis, oldest first."""
    statement = select(definitions).where(definitions.c.analysis == analysis)
    rows = conn.execute(statement.order_by(definitions.c.at, definitions.c.target, definitions.c.configuration))
    return [Definition(**row._mapping) for row in rows]
