"""Many rows at once: chunks that stay under the databases' limits, and INSERT ... ON CONFLICT for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Table,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from watchtower.store.connect import dumps

T = TypeVar("T")
Row = dict[str, Any]

# Values in one IN list. SQLite allows 32,766 bound values a statement (sqlite.org/limits.html, 9), PostgreSQL 65,535.
IN_LIST = 5_000
# Rows handed to the driver at once, so that memory stays flat however large a save is.
ROWS = 5_000


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut into lists of at most ``size``, in order.

    >>> list(chunks([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def is_among(conn: Connection, column: Column[T], values: Sequence[T]) -> ColumnElement[bool]:
    """Say that a column has one of these texts or numbers.

    They are bound as one, a list: to bind thousands one by one takes longer than to look them up.
    """
    if conn.dialect.name == "sqlite":
        return column.in_(select(func.json_each(dumps(values)).table_valued("value").c.value))
    return column == func.any(cast(values, postgresql.ARRAY(column.type)))


def read_as(conn: Connection, kind: Callable[..., T], statement: Select[Any]) -> list[T]:
    """Make a value of each row by the names of its columns; ``row._asdict()`` would take five times as long."""
    result = conn.execute(statement)
    names = tuple(result.keys())
    return [kind(**dict(zip(names, row, strict=True))) for row in result.all()]


def insert_into(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an INSERT that knows ``ON CONFLICT`` in the words of the connected database."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def insert_missing(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows that are not there yet; the others stay as they are."""
    statement = insert_into(conn, table).on_conflict_do_nothing()
    for chunk in chunks(rows, ROWS):
        conn.execute(statement, chunk)


def insert_or_replace(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows; where the primary key is there already, every other column takes the new value."""
    statement = replacing(conn, table)
    for chunk in chunks(rows, ROWS):
        conn.execute(statement, chunk)


def replacing(conn: Connection, table: Table) -> Insert:
    """Make the INSERT that replaces what is there under the same primary key."""
    statement = insert_into(conn, table)
    keys = table.primary_key.columns.keys()
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys},
    )


def insert_ready(
    conn: Connection, table: Table, statement: Callable[[Connection, Table], Insert], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Run an INSERT for rows that hold, in the order of the table's columns, what the driver takes.

    For the inserts that must be fast. Making the values beforehand halves what SQLAlchemy's own way costs, which
    builds a dict and calls a function a value for every row (benchmarks/store.py); and making and compiling the
    statement, which costs as much as some hundred rows do, is done once for a database's kind.
    """
    made = (statement, table.name, conn.dialect.name)
    if (sql := _sql.get(made)) is None:
        sql = _sql[made] = str(statement(conn, table).compile(dialect=conn.dialect, column_keys=table.columns.keys()))
    for chunk in chunks(rows, ROWS):
        if conn.dialect.positional:
            conn.exec_driver_sql(sql, chunk)
        else:
            conn.exec_driver_sql(sql, [dict(zip(table.columns.keys(), row, strict=True)) for row in chunk])


_sql: dict[tuple[Callable[[Connection, Table], Insert], str, str], str] = {}
