from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from tests import factories as make
from tests.factories import NOW
from watchtower.errors import StoreError, StoreTooNew
from watchtower.store import open_store
from watchtower.store.connect import open_engine, read_url
from watchtower.store.failures import as_store_error
from watchtower.store.migrate import MIGRATIONS, VERSION_TABLE, head_of, upgrade, version_of
from watchtower.store.tables import metadata

SAVED = sorted((Path(__file__).parents[2] / "data" / "databases").glob("*.sql"))
EVERY = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@contextmanager
def engine_of(url: str, folder: Path) -> Iterator[Engine]:
    engine = open_engine(read_url(url, folder))
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(params=EVERY)
def url(request: pytest.FixtureRequest) -> str:
    """A URL of every kind of database, empty."""
    if request.param == "sqlite":
        return "sqlite:///w.db"
    given: str = request.getfixturevalue("empty_postgresql_url")
    return given


def restored(dump: Path, file: Path) -> None:
    """Make a database of a saved dump."""
    with closing(sqlite3.connect(file)) as conn:
        conn.executescript(dump.read_text("utf-8"))


def scripts_with(folder: Path, upgrade_body: str) -> Path:
    """Copy the migrations and add one more revision that does this."""
    copied = folder / "migrations"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "versions" / "9999_one_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "9999"\ndown_revision = "{head_of(MIGRATIONS)}"\n'
        f"def upgrade():\n    op.add_column('items', sa.Column('mood', sa.Text()))\n    {upgrade_body}\n"
    )
    return copied


def columns(engine: Engine) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns("items")}


def test_migrating_gives_the_tables_that_the_code_knows(url: str, tmp_path: Path) -> None:
    open_store(url, tmp_path).close()
    with engine_of(url, tmp_path) as engine, engine.connect() as conn:
        opts = {"version_table": VERSION_TABLE, "compare_type": True, "target_metadata": metadata}
        assert compare_metadata(MigrationContext.configure(conn, opts=opts), metadata) == []
        made = {index["name"] for table in metadata.tables for index in inspect(conn).get_indexes(table)}
        assert made >= {index.name for table in metadata.tables.values() for index in table.indexes}


def test_the_newest_revision_is_read_from_the_files() -> None:
    assert head_of(MIGRATIONS) == ScriptDirectory(str(MIGRATIONS)).get_current_head()


@pytest.mark.parametrize("dump", SAVED, ids=lambda dump: dump.stem)
def test_a_saved_database_is_upgraded_with_all_that_is_in_it(dump: Path, tmp_path: Path) -> None:
    restored(dump, tmp_path / "w.db")
    with closing(open_store("sqlite:///w.db", tmp_path)) as store:
        item = make.item(title="댐이 열렸다 🌊", authors=("김하나",))
        digest = make.digest(make.section(make.digest_story(title="댐이 열렸다 🌊")))
        assert store.item(item.id) == make.stored(item, make.match(item), story="story-1")
        assert [earlier.title for earlier in store.revisions(make.item(key="second").id)] == ["Dam opens"]
        assert store.feed_states() == {"harbour-news": make.state(etag='W/"a"', problem=None)}
        assert store.last_digest("rivers") == digest
        assert store.told() == {digest.id: frozenset({item.id})}
        assert store.due_messages(NOW) == [make.message(digest)]
        assert store.model("configuration-1", 1) == make.stored_model()
    with engine_of("sqlite:///w.db", tmp_path) as engine, engine.connect() as conn:
        assert version_of(conn) == head_of(MIGRATIONS)


def test_what_was_in_a_story_before_counts_as_in_view_and_what_was_in_none_waits_to_be_read(tmp_path: Path) -> None:
    restored(SAVED[0], tmp_path / "w.db")
    with closing(open_store("sqlite:///w.db", tmp_path)) as store:
        grouped, waiting = store.item(make.item().id), store.item(make.item(key="second").id)
        assert grouped and grouped.story and grouped.in_view
        assert waiting and waiting.story is None and not waiting.in_view
        assert store.ungrouped(10) == []


def test_an_older_file_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    restored(SAVED[0], tmp_path / "w.db")
    with engine_of("sqlite:///w.db", tmp_path) as engine:
        upgrade(engine)
        upgrade(engine, scripts_with(tmp_path, "pass"))
        assert "mood" in columns(engine)
    with engine_of("sqlite:///w.db.before-9999", tmp_path) as copy, copy.connect() as conn:
        assert version_of(conn) == head_of(MIGRATIONS)
        assert conn.scalar(text("SELECT count(*) FROM items")) == 2
        assert "mood" not in columns(copy)
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_new_or_a_present_database_is_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        open_store("sqlite:///w.db", tmp_path).close()
    assert list(tmp_path.glob("*before*")) == []


def test_rebuilding_a_table_keeps_what_refers_to_it(tmp_path: Path) -> None:
    restored(SAVED[0], tmp_path / "w.db")
    rebuild = "with op.batch_alter_table('items', recreate='always') as b: b.alter_column('body', new_column_name='b2')"
    with engine_of("sqlite:///w.db", tmp_path) as engine:
        upgrade(engine, scripts_with(tmp_path, rebuild))
        with engine.connect() as conn:
            assert conn.scalar(text("SELECT count(*) FROM matches")) == 1
            assert conn.scalar(text("SELECT count(*) FROM revisions")) == 1
            assert conn.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("failing", ["op.execute('SELECT nothing')", "1 / 0"])
def test_a_migration_that_fails_leaves_the_database_as_it_was(url: str, tmp_path: Path, failing: str) -> None:
    with closing(open_store(url, tmp_path)) as store:
        store.save_visits([make.visit(make.item())])
    with engine_of(url, tmp_path) as engine:
        with pytest.raises((StoreError, ZeroDivisionError)), as_store_error("w.db"):
            upgrade(engine, scripts_with(tmp_path, failing))
        assert "mood" not in columns(engine)
        with engine.connect() as conn:
            assert version_of(conn) == head_of(MIGRATIONS)
    with closing(open_store(url, tmp_path)) as store:
        assert len(store.unclassified(10)) == 1


def test_a_migration_that_breaks_a_reference_is_undone(tmp_path: Path) -> None:
    restored(SAVED[0], tmp_path / "w.db")
    with engine_of("sqlite:///w.db", tmp_path) as engine:
        upgrade(engine)
        with pytest.raises(StoreError, match="broke a reference"):
            upgrade(engine, scripts_with(tmp_path, "op.execute('DELETE FROM stories')"))
        with engine.connect() as conn:
            assert conn.scalar(text("SELECT count(*) FROM stories")) == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    with engine_of(url, tmp_path) as engine:
        upgrade(engine, scripts_with(tmp_path, "pass"))
        with pytest.raises(StoreTooNew, match=r"revision 9999, .* only up to 0\d\d\d\. Upgrade watchtower, or restore"):
            open_store(url, tmp_path)
        assert "mood" in columns(engine)


def test_another_programs_tables_are_not_touched(url: str, tmp_path: Path) -> None:
    with engine_of(url, tmp_path) as engine:
        with engine.begin() as conn:
            conn.execute(text("CREATE TABLE items (name TEXT)"))
        with pytest.raises(StoreError, match=r"another program .*\(items\).*database of its own"):
            open_store(url, tmp_path)
        assert columns(engine) == {"name"}


def test_a_copy_that_cannot_be_made_stops_the_upgrade(tmp_path: Path) -> None:
    restored(SAVED[0], tmp_path / "w.db")
    (tmp_path / "w.db.before-9999").mkdir()
    with engine_of("sqlite:///w.db", tmp_path) as engine:
        upgrade(engine)
        with pytest.raises(StoreError, match=r"before-9999: cannot copy .*Nothing was changed"):
            upgrade(engine, scripts_with(tmp_path, "pass"))
        assert "mood" not in columns(engine)
    assert list(tmp_path.glob("*.part")) == []


def test_opening_a_present_database_needs_no_write_lock(tmp_path: Path) -> None:
    open_store("sqlite:///w.db", tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        open_store("sqlite:///w.db", tmp_path).close()
        other.execute("ROLLBACK")
