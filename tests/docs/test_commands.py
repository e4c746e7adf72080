"""Every command and option is documented, and every command line in the documentation is one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile

import click
import pytest

from docs.generate import PAGE, commands, fill
from tests.docs.pages import PAGES, blocks, name, prose
from watchtower.cli.main import COMMANDS, cli

CODE = re.compile(r"`([^`\n]+)`")
#: what may stand before a program: a prompt, settings of the environment, another user, a unit's key
BEFORE = re.compile(r"^(?:[$#] |ExecStart=|sudo -u \w+ |[A-Z_]+=\S+ )+")


def written(line: str) -> Iterator[str]:
    """Yield what follows ``watchtower`` where it is called; calls of a placeholder such as COMMAND are left out."""
    for part in re.split(r"&&|\||;", line):
        program, _, rest = BEFORE.sub("", part.strip()).partition(" ")
        if program.rpartition("/")[2] == "watchtower" and rest and not re.search(r"\bCOMMAND\b", rest):
            yield rest


def calls() -> list[tuple[str, str]]:
    """List the command lines of all pages: in console blocks and in code within sentences."""
    found = []
    for page in PAGES:
        lines = [
            line for block in blocks(page) if block.language in ("console", "ini") for line in block.text.splitlines()
        ]
        lines += CODE.findall(prose(page))
        found += [(name(page), rest) for line in lines for rest in written(line)]
    return sorted(set(found))


def test_the_page_of_commands_is_fresh() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert fill(page, cli) == page, "python docs/generate.py rewrites it"


def test_a_page_without_a_commands_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="no markers for check, classify"):
        fill("# Commands", cli)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_and_option_is_on_its_page(command: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    options = [one for one in commands(cli)[command].params if isinstance(one, click.Option)]
    assert f"watchtower {command} " in section
    assert [one.name for one in options if not all(f"`{flag}" in section for flag in one.opts)] == []


def test_the_global_options_are_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [flag for one in cli.params for flag in one.opts if f"`{flag}`" not in text] == []


def test_the_documentation_is_full_of_command_lines() -> None:
    used = {rest.split()[0] for _, rest in calls()}
    assert used >= set(COMMANDS)


@pytest.mark.parametrize(("page", "rest"), calls())
def test_a_command_line_in_the_documentation_is_understood(page: str, rest: str) -> None:
    words = shlex.split(rest)
    known = {flag for one in cli.get_params(click.Context(cli)) for flag in one.opts}
    flags = list(takewhile(lambda word: word.startswith("-"), words))
    assert set(flags) <= known
    command, *arguments = words[len(flags) :] or ["init"]
    assert command in COMMANDS, f"{page}: there is no command {command!r}"
    with suppress(click.exceptions.Exit):  # --help ends where it is understood
        commands(cli)[command].make_context(command, arguments)
