"""Matches and what the models have read: rows and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from watchtower.store import bulk
from watchtower.store.tables import items, matches
from watchtower.types import Classified, Evidence, Match


def save(conn: Connection, classified: Sequence[Classified], model: str, configuration: str) -> None:
    """Replace the matches of the items whose present revision was read, and note who read them."""
    latest = {one.item_id: one for one in classified}
    for ids in bulk.chunks(sorted(latest), bulk.IN_LIST):
        present = _revisions(conn, ids)
        read = [latest[id] for id in ids if present.get(id) == latest[id].revision]
        conn.execute(delete(matches).where(bulk.is_among(conn, matches.c.item_id, [one.item_id for one in read])))
        for (matched, in_view), of_kind in _by_finding(read).items():
            mark = {"classified_by": model, "classified_with": configuration, "matched": matched, "in_view": in_view}
            conn.execute(update(items).where(bulk.is_among(conn, items.c.id, of_kind)).values(mark))
        rows = [_row(match) for one in read for match in one.matches]
        if rows:
            conn.execute(bulk.insert_into(conn, matches), rows)


def _by_finding(read: Iterable[Classified]) -> dict[tuple[bool, bool], list[str]]:
    """Part the ids by what was found: whether the item matches, and whether it is in view of a target."""
    found: dict[tuple[bool, bool], list[str]] = {}
    for one in read:
        found.setdefault((bool(one.matches), one.is_in_view), []).append(one.item_id)
    return found


def _revisions(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Read the present revisions, and on PostgreSQL hold the rows so that none is revised before the commit."""
    is_wanted = bulk.is_among(conn, items.c.id, ids)
    statement = select(items.c.id, items.c.revision).where(is_wanted).order_by(items.c.id).with_for_update()
    return {row.id: row.revision for row in conn.execute(statement).all()}


def of_items(conn: Connection, condition: ColumnElement[bool]) -> dict[str, list[Match]]:
    """Read the matches of the items under a condition, by item id, each list by target."""
    found: dict[str, list[Match]] = {}
    statement = select(matches).join_from(items, matches, matches.c.item_id == items.c.id).where(condition)
    for row in conn.execute(statement.order_by(matches.c.item_id, matches.c.target)):
        found.setdefault(row.item_id, []).append(_match_of(row))
    return found


def _row(match: Match) -> bulk.Row:
    return {
        "item_id": match.item_id,
        "target": match.target,
        "revision": match.revision,
        "score": match.score,
        "threshold": match.threshold,
        "indicator": match.indicator,
        "indicator_confidence": match.indicator_confidence,
        "answer": match.answer,
        "answer_confidence": match.answer_confidence,
        "model": match.model,
        "configuration": match.configuration,
        "evidence": [_reason_row(reason) for reason in match.evidence],
    }


def _reason_row(reason: Evidence) -> bulk.Row:
    return {
        "kind": reason.kind,
        "text": reason.text,
        "weight": reason.weight,
        "field": reason.field,
        "start": reason.start,
        "end": reason.end,
        "name": reason.name,
    }


def _match_of(row: Row[Any]) -> Match:
    return Match(
        item_id=row.item_id,
        target=row.target,
        revision=row.revision,
        score=row.score,
        threshold=row.threshold,
        evidence=tuple(Evidence(**reason) for reason in row.evidence),
        indicator=row.indicator,
        indicator_confidence=row.indicator_confidence,
        answer=row.answer,
        answer_confidence=row.answer_confidence,
        model=row.model,
        configuration=row.configuration,
    )
