"""What a user sees who asks for the wrong thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from watchtower import __version__
from watchtower.cli.main import COMMANDS


def test_an_unknown_command_is_named(command: Command) -> None:
    result = command("pulll")
    assert result.status == 2 and "No such command 'pulll'" in result.err


def test_no_command_shows_what_there_is(command: Command) -> None:
    result = command()
    assert result.status == 2
    assert all(re.search(rf"^  {name}\b", result.err + result.out, re.M) for name in COMMANDS)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_told(command: Command, flag: str) -> None:
    assert command(flag).out == f"watchtower {__version__}\n"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(command: Command, name: str) -> None:
    result = command(name, "--help")
    assert result.status == 0
    usage, _, said, *_ = result.out.splitlines()
    assert usage.startswith(f"Usage: watchtower {name}")
    assert re.match(r"  [A-Z][a-z]+ \w+", said)
    assert re.search(r"[.:]\n", result.out)


@pytest.mark.parametrize(
    "arguments",
    [("pull",), ("digest",), ("classify",), ("explain", "--text", "x"), ("run",)],
    ids=lambda arguments: arguments[0],
)
def test_a_missing_configuration_is_a_mistake_and_no_traceback(
    command: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = command(*arguments, "--config", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert f"{tmp_path / 'feeds.yml'}:1:1: " in result.err and "2 problems; nothing was changed" in result.err
    assert "Traceback" not in result.err


def test_verbose_shows_the_traceback(command: Command, tmp_path: Path) -> None:
    assert "Traceback" in command("-v", "pull", "--config", tmp_path).err


def test_a_database_that_is_none_is_trouble_and_no_traceback(command: Command, folder: Path) -> None:
    (folder / "watchtower.db").write_text("this is no database, and long enough to be taken for one " * 100)
    result = command("pull", "--config", folder)
    assert result.status == 1 and result.err.startswith("Error: ")
    assert "Traceback" not in result.err
