"""``watchtower verdicts``."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import click

from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.types import Verdict


@click.group("verdicts", short_help="The analyst's judgements: take them in, or write them out.")
def command() -> None:
    """The analyst's judgements: take them in from a file, or write them out."""


@command.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--by", metavar="NAME", help="Who judged.  [default: the user's name]")
@config_option
@json_option
def import_(file: Path, by: str | None, config_path: Path, as_json: bool) -> int:
    """Take judgements in: JSON Lines, each an item with "labels": {target: ""|"+"|"-"|"0"}, complete for that item.

    A line has a title and labels, and may have id, summary, body, language, published, source and url. A target that
    is not among the labels is one that the item does not belong to; + and - are a question's first and second answer, 0
    neither. Of one item the newest judgement counts. Where any line is wrong, all that is wrong is listed and nothing
    is taken in.
    """
    from watchtower import build
    from watchtower.config.verdicts import read_verdicts

    config = load_config(config_path)
    verdicts = read_verdicts(file, config.analysis, by=by or user_name(), at=build.utc_now())
    teacher = build.teacher(config)
    try:
        taken = teacher.take(verdicts)
    finally:
        teacher.store.close()
    if as_json:
        click.echo(json.dumps({"new": taken.new, "changed": taken.changed, "known": taken.known}))
    else:
        click.echo(
            f"{taken.new} new, {taken.changed} changed, {taken.known} known already; `watchtower learn` uses them"
        )
    return DONE


@command.command("export")
@click.option("--output", metavar="FILE", default="-", help="Where to write.  [default: standard output]")
@config_option
def export(output: str, config_path: Path) -> int:
    """Write all judgements as JSON Lines, oldest first, as `import` reads them."""
    from watchtower import build

    teacher = build.teacher(load_config(config_path))
    try:
        lines = [json.dumps(_shape(verdict), ensure_ascii=False) + "\n" for verdict in teacher.verdicts()]
    finally:
        teacher.store.close()
    with click.open_file(output, "w", encoding="utf-8") as out:
        out.writelines(lines)
    return DONE


def _shape(verdict: Verdict) -> dict[str, object]:
    shape: dict[str, object] = {"id": verdict.item_id, "title": verdict.title, "summary": verdict.summary}
    optional = {"language": verdict.language, "source": verdict.publisher, "url": verdict.url}
    return shape | {key: value for key, value in optional.items() if value} | {"labels": dict(verdict.labels)}


def user_name() -> str:
    """Who is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run as a user without a name
        return "unknown"
