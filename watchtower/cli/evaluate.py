"""``watchtower evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from watchtower.cli.learn import beta_option
from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.cli.measures import shape, table
from watchtower.errors import UserError
from watchtower.text import counted


@click.command("evaluate", short_help="Say what matching is worth, on judged items.")
@click.option(
    "--labels",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Labelled items to measure on, as `verdicts import` reads them.  [default: the stored verdicts]",
)
@click.option("--picture", metavar="PATH", type=click.Path(path_type=Path), help="Write reliability curves, as SVG.")
@beta_option
@config_option
@json_option
def command(labels: Path | None, picture: Path | None, beta: float, config_path: Path, as_json: bool) -> int:
    """Say what matching is worth: precision, recall, F1, average precision and calibration, each with its interval.

    On the stored verdicts, each is scored by a model that was not fitted on it. On a file, the model that runs is
    measured as it is; where it was fitted on some of those items, that is said.
    """
    from watchtower import build
    from watchtower.config.verdicts import read_verdicts

    config = load_config(config_path)
    given = read_verdicts(labels, config.analysis, by="", at=build.utc_now()) if labels else None
    teacher = build.teacher(config)
    try:
        found = teacher.evaluate(given, beta)
    finally:
        teacher.store.close()
    if picture:
        _write(picture, build.reliability_picture(found.evaluation))
    if found.seen:
        click.echo(f"warning: the model was fitted on {found.seen} of these items; they flatter it", err=True)
    if as_json:
        click.echo(json.dumps({"model": found.model, "seen": found.seen, **shape(found.evaluation)}))
    else:
        where = "in the file" if labels else "with a verdict, none of which the model had seen"
        click.echo(f"{counted(found.evaluation.items, 'item')} {where}; model {found.model}; [95 % interval]\n")
        click.echo("\n".join(table(found.evaluation)))
    return DONE


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
