"""A bar on standard error that says how far something is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Shows nothing, where nobody looks."""

    def begin(self, total: int) -> None:
        """Say how much there is to do."""

    def at(self, done: int, said: str, total: int | None = None) -> None:
        """Say how much is done, of another total if given, in numbers and in words."""


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar while the block runs, on a terminal and unless ``quiet``."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn(what),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        class _Bar(Progress):
            def begin(self, total: int) -> None:
                bars.update(task, total=total)

            def at(self, done: int, said: str, total: int | None = None) -> None:
                bars.update(task, completed=done, description=said, total=total)

        yield _Bar()
