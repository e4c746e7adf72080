"""``watchtower init``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init", short_help="Write starter files into a folder, ready to run.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(folder: Path) -> None:
    """Write starter files into FOLDER, ready to run: the shipped analysis with its feeds.

    Nothing is overwritten.
    """
    from watchtower.config import starter

    for path in starter.write(folder):
        click.echo(f"wrote {path}")
    where = "" if folder == Path() else f" --config {folder}"
    click.echo(f"\nNext: watchtower check{where}\n      watchtower pull{where}\n      watchtower digest{where}")
