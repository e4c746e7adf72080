"""Brings a database to the schema of this version, whole or not at all, keeping a copy of what was there."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from watchtower.errors import StoreError, StoreTooNew
from watchtower.store.connect import WRITES, is_in_memory
from watchtower.store.tables import metadata

#: not Alembic's own name for it, so that the tables can share a PostgreSQL database with another program's
VERSION_TABLE = "watchtower_version"
MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic keeps the running environment in module globals.
_one_at_a_time = threading.Lock()
# An arbitrary number: two processes that open a new PostgreSQL database at once migrate it one after the other.
_POSTGRESQL_LOCK = 7_246_871_091


def upgrade(engine: Engine, scripts: Path = MIGRATIONS) -> None:
    """Run the migrations that are missing, in one transaction; does nothing where there are none.

    A SQLite file with an older schema is first copied to ``<database>.before-<revision>``. Raises
    ``StoreTooNew`` for a schema that this version does not know, ``StoreError`` for another program's database.
    """
    head = head_of(scripts)
    with engine.connect() as conn:
        if version_of(conn) == head:
            return
    with _one_at_a_time, _transaction(engine) as conn:
        found = version_of(conn)
        if found == head:
            return
        _check(conn, found, scripts)
        if found is not None and engine.dialect.name == "sqlite":
            _back_up(engine, head)
        _run(conn, scripts)


_REVISION, _BEFORE = (re.compile(rf'^{name} = "(\w+)"', re.M) for name in ("revision", "down_revision"))


def head_of(scripts: Path) -> str:
    """Name the newest revision: the one in ``versions/`` that no other comes after. Alembic takes long to import."""
    files = [path.read_text(encoding="utf-8") for path in (scripts / "versions").glob("[0-9]*_*.py")]
    revisions = {found[1] for text in files if (found := _REVISION.search(text))}
    [newest] = revisions - {found[1] for text in files if (found := _BEFORE.search(text))}
    return newest


def version_of(conn: Connection) -> str | None:
    """Read the revision of a database, or None where it has none of our tables."""
    if not inspect(conn).has_table(VERSION_TABLE):
        return None
    version: str | None = conn.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return version


def _check(conn: Connection, found: str | None, scripts: Path) -> None:
    name = conn.engine.url.render_as_string(hide_password=True)
    if found is None:
        foreign = sorted(set(inspect(conn).get_table_names()) & set(metadata.tables))
        if foreign:
            raise StoreError(
                f"{name}: it has tables of another program with our names ({', '.join(foreign)}); "
                "give watchtower a database of its own in database.url"
            )
    elif not list((scripts / "versions").glob(f"{found}_*.py")):
        raise StoreTooNew(
            f"{name}: its schema is revision {found}, this watchtower knows only up to {head_of(scripts)}. "
            "Upgrade watchtower, or restore the copy that was made before the upgrade (the file *.before-*)."
        )


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """Hold the write lock of the database; foreign keys are off in SQLite, where tables are rebuilt by copying.

    (alembic.sqlalchemy.org, "Running batch migrations": dropping the old table would cascade.)
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as conn:
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
            yield conn
        return
    with engine.connect().execution_options(**{WRITES: True}) as conn:
        driver = conn.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with conn.begin():
                yield conn
                _check_foreign_keys(conn)
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(conn: Connection) -> None:
    broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreError(f"{conn.engine.url.database}: the migration broke a reference ({broken}); nothing was changed")


def _back_up(engine: Engine, head: str) -> None:
    """Copy the file as it was last committed. The write lock is held meanwhile, so nothing changes."""
    if is_in_memory(engine.url):
        return
    database = str(engine.url.database)
    target = Path(f"{database}.before-{head}")
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        os.replace(unfinished, target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(
            f"{target}: cannot copy the database before its upgrade: {error}; free some space or make the folder "
            "writable. Nothing was changed."
        ) from error


def _run(conn: Connection, scripts: Path) -> None:
    from alembic import command  # only where there is something to do: it takes a fifth of a second to import
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, "head")
