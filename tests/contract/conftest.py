"""The databases that the store's contract is tried on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from watchtower.seams import Store
from watchtower.store import open_store
from watchtower.store.migrate import MIGRATIONS, head_of, version_of
from watchtower.store.tables import metadata

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
#: how the databases that this session makes, and may empty and drop, are called
OWN = f"watchtower_test_{os.getpid()}"
# a fixture that several conftests import is set up once for each
_numbers = count(1)
DEFAULT_POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/test"


@dataclass(kw_only=True)
class Database:
    """A database that can be opened again and again; what was opened is closed at the end of the test."""

    kind: str
    url: str
    folder: Path
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Store:
        """Open one more store on it."""
        store = open_store(self.url, self.folder)
        self.opened.callback(store.close)
        return store

    @property
    def file(self) -> Path:
        """The file of a SQLite database."""
        return self.folder / "watchtower.db"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a database made for this session and dropped after it; skips where no server answers."""
    server = make_url(os.environ.get("WATCHTOWER_TEST_POSTGRESQL", DEFAULT_POSTGRESQL))
    name = f"{OWN}_{next(_numbers)}"
    engine = create_engine(
        server, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args={"connect_timeout": 5}
    )
    try:
        with engine.connect() as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL server answers (set WATCHTOWER_TEST_POSTGRESQL): {error.orig}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_postgresql_url(postgresql_url: str) -> str:
    """The same database without a table in it."""
    return emptied(postgresql_url)


def emptied(url: str) -> str:
    """Drop every table of the session's own database, and of no other, and give its URL back."""
    assert str(make_url(url).database).startswith(OWN)
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as conn:
        conn.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
        conn.execute(text("CREATE SCHEMA public"))
    return url


def cleared(url: str) -> str:
    """Take every row out of the session's own database; many times quicker than making its tables anew."""
    assert str(make_url(url).database).startswith(OWN)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        there = version_of(conn) == head_of(MIGRATIONS)
        for table in reversed(metadata.sorted_tables) if there else ():
            conn.execute(table.delete())
    return url if there else emptied(url)


def _database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Database:
    if kind == "postgresql":
        return Database(kind=kind, url=cleared(request.getfixturevalue("postgresql_url")), folder=folder)
    urls = {"memory": "memory://", "sqlite": "sqlite:///watchtower.db", "sqlite-memory": "sqlite://"}
    return Database(kind=kind, url=urls[kind], folder=folder)


@pytest.fixture(params=["memory", "sqlite", "sqlite-memory", POSTGRESQL])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store of every kind."""
    database = _database(request.param, request, tmp_path)
    with database.opened:
        yield database.open()


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new database of every kind that outlives the process."""
    database = _database(request.param, request, tmp_path)
    with database.opened:
        yield database
