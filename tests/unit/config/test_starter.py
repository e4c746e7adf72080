from __future__ import annotations

from pathlib import Path

import pytest

from watchtower.config import load, starter
from watchtower.errors import UserError


def test_the_starter_files_load_without_problems(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "place"
    written = starter.write(folder)
    config = load(folder, {})
    assert config.warnings == ()
    assert {path.relative_to(folder).as_posix() for path in written} >= {
        "feeds.yml",
        "watchpoints.yml",
        "config/settings.yml",
        "config/schema/feeds.schema.json",
        "config/examples/nk-russia.jsonl",
    }
    assert all(path.is_file() for path in written)


def test_nothing_is_overwritten_and_nothing_else_written(tmp_path: Path) -> None:
    (tmp_path / "watchpoints.yml").write_text("mine")
    with pytest.raises(UserError, match=r"watchpoints\.yml: already there; nothing was written"):
        starter.write(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["watchpoints.yml"]
    assert (tmp_path / "watchpoints.yml").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        starter.write(tmp_path / "file")
