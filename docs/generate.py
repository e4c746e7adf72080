"""The generated parts of ``docs/reference/cli.md``: ``python docs/generate.py`` rewrites them from the commands.

Each command has a block between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the words around it are written by
hand and kept. A test holds the page to what this makes.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import click

PAGE = Path(__file__).parent / "reference" / "cli.md"
_BLOCK = re.compile(r"(<!-- begin (?P<name>[a-z]+) -->\n).*?(<!-- end (?P=name) -->)", re.S)


def fill(page: str, group: click.Group) -> str:
    """Put every command's block between its markers. Raises ``ValueError`` for a command without markers."""
    blocks = {name: block(name, command) for name, command in commands(group).items()}
    if missing := set(blocks) - {found["name"] for found in _BLOCK.finditer(page)}:
        raise ValueError(f"the page has no markers for {', '.join(sorted(missing))}")
    return _BLOCK.sub(lambda found: f"{found[1]}\n{blocks[found['name']]}\n{found[3]}", page)


def commands(group: click.Group) -> dict[str, click.Command]:
    """Return the commands of a group by name."""
    context = click.Context(group)
    found = ((name, group.get_command(context, name)) for name in group.list_commands(context))
    return {name: command for name, command in found if command is not None}


def block(name: str, command: click.Command) -> str:
    """Describe a command: usage, what it does, its options."""
    context = click.Context(command, info_name=f"watchtower {name}")
    usage = f"watchtower {name} {' '.join(command.collect_usage_pieces(context))}"
    says = "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(command.help or "").split("\n\n"))
    own = "\n\n".join(filter(None, (f"```text\n{usage}\n```", says, options(command, context)))) + "\n"
    if not isinstance(command, click.Group):
        return own
    parts = (f"### {name} {part}\n\n{block(f'{name} {part}', one)}" for part, one in commands(command).items())
    return "\n".join((own, *parts))


def options(command: click.Command, context: click.Context) -> str:
    """Make the table of a command's own options, in the order of ``--help``; empty where it has none."""
    own = [one for one in command.params if isinstance(one, click.Option)]
    records = [record for one in own if (record := one.get_help_record(context)) is not None]
    rows = [f"| `{_cell(names)}` | {_cell(says)} |" for names, says in records]
    return "\n".join(["| option | does |", "|---|---|", *rows]) if rows else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    from watchtower.cli.main import cli

    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), cli), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
