from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, text

from tests import factories as make
from watchtower.errors import UserError
from watchtower.store import open_store
from watchtower.store.connect import is_in_memory, read_url
from watchtower.store.memory import MemoryStore
from watchtower.store.sql import SqlStore


def test_a_relative_path_counts_from_the_folder() -> None:
    assert read_url("sqlite:///data/w.db", Path("/srv/watch")).database == "/srv/watch/data/w.db"
    assert read_url("sqlite:////var/w.db", Path("/srv/watch")).database == "/var/w.db"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_has_no_path(url: str) -> None:
    assert is_in_memory(read_url(url, Path("/srv/watch")))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_uses_psycopg(scheme: str) -> None:
    url = read_url(f"{scheme}://ann:s3cret@db.example/watch", Path("/srv"))
    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://ann:s3cret@db.example/watch"


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/d", "watchtower.db", "", "sqlite://w.db", "sqlite:///file:w.db"])
def test_what_cannot_be_used_is_the_users_mistake_and_no_password_is_shown(url: str) -> None:
    with pytest.raises(UserError, match=r"database\.url: .*sqlite:///watchtower\.db") as refused:
        open_store(url, Path("/srv"))
    assert "s3cret" not in str(refused.value)


def test_memory_needs_no_database() -> None:
    assert isinstance(open_store("memory://", Path("/srv")), MemoryStore)


def test_what_is_being_sent_is_on_the_disk_before_it_is_sent(tmp_path: Path) -> None:
    store = open_store("sqlite:///w.db", tmp_path)
    assert isinstance(store, SqlStore)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda c, cu, statement, *rest: asked.append(statement))
    digest = make.digest()
    message = make.message(digest)

    def level(mark: Callable[[], object]) -> str:
        asked.clear()
        mark()
        return next(statement for statement in asked if "synchronous" in statement).rpartition(" ")[2]

    assert level(lambda: store.save_digest(digest, [], "2026-11-23", [message])) == "NORMAL"
    assert level(lambda: store.mark_sending(message.id, make.NOW)) == "FULL"
    assert level(lambda: store.mark_sent(message.id, make.NOW)) == "FULL"
    assert level(lambda: store.save_visits([make.visit(make.item())])) == "NORMAL"
    store.close()


def test_sqlite_is_opened_as_the_reference_says(tmp_path: Path) -> None:
    store = open_store("sqlite:///w.db", tmp_path)
    assert isinstance(store, SqlStore)
    with store.engine.connect() as conn:
        found = {
            name: conn.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "journal_size_limit")
        }
    store.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "journal_size_limit": 64 * 2**20,
    }
