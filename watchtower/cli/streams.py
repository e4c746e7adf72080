"""JSON Lines in and out, by name or over the standard streams."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from watchtower.errors import UserError

input_option = click.option(
    "--input", "source", metavar="FILE", default="-", help="JSON Lines to read.  [default: standard input]"
)
output_option = click.option(
    "--output", "target", metavar="FILE", default="-", help="Where to write.  [default: standard output]"
)


#: bytes of the longest line that is read: no news item is a hundredth of it
LONGEST = 8 * 1024 * 1024


@contextmanager
def opened(source: str, target: str) -> Iterator[tuple[Iterable[tuple[int, bytes]], IO[str]]]:
    """Open both ends: numbered lines that are not empty, and where to write. Raises ``UserError``.

    Of a line that is too long comes the beginning, a byte more than it may have.
    """
    if "-" not in (source, target) and _is_same(source, target):
        raise UserError(f"{target} is the input: writing there would destroy it; give another --output")
    with ExitStack() as stack:
        lines = sys.stdin.buffer if source == "-" else stack.enter_context(_open(source, "rb"))
        out = sys.stdout if target == "-" else stack.enter_context(_open(target, "w"))
        yield ((number, line) for number, line in enumerate(_lines(lines), 1) if line.strip()), out


def report(errors: int) -> None:
    """Say on standard error how many lines were no item, if any were."""
    if errors:
        were = f"{errors:,} lines were no item; each has" if errors != 1 else "1 line was no item; it has"
        click.echo(f"{were} its error in the output", err=True)


def _open(path: str, mode: str) -> IO[Any]:
    try:
        return Path(path).open(mode, encoding=None if "b" in mode else "utf-8")
    except OSError as error:
        raise UserError(f"cannot open {path}: {error.strerror}") from error


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST + 1)


def _is_same(source: str, target: str) -> bool:
    try:
        return Path(source).samefile(target)
    except OSError:  # one of them is not there, or is a stream
        return False
