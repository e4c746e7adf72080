"""``watchtower learn``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.cli.measures import changes, shape
from watchtower.text import counted

beta_option = click.option(
    "--beta",
    type=click.FloatRange(0.1, 10.0),
    default=1.0,
    show_default=True,
    help="What F weighs: below 1 false alarms count more, above 1 misses do.",
)


@click.command("learn", short_help="Fit the model on all verdicts; installed unless it is worse.")
@beta_option
@config_option
@json_option
def command(beta: float, config_path: Path, as_json: bool) -> int:
    """Fit the model on the analysis and all verdicts, and install it unless it measures worse than what runs.

    Both models are measured on the same verdicts, each by models that had seen neither it nor a copy of it. The new one
    scores what comes from now on; stored items keep the scores that they have.
    """
    from watchtower import build

    teacher = build.teacher(load_config(config_path))
    try:
        learned = teacher.learn(beta)
    finally:
        teacher.store.close()
    if as_json:
        facts = {"verdicts": learned.verdicts, "installed": learned.installed, "why": learned.why}
        both = {"before": shape(learned.before), "after": shape(learned.after)}
        click.echo(json.dumps(facts | {"model": learned.model, "beta": beta} | both))
        return DONE
    click.echo(f"{counted(learned.verdicts, 'verdict')}; the model that ran > the new one [95 % interval]\n")
    click.echo("\n".join(changes(learned.before, learned.after)))
    click.echo(f"\n{'installed' if learned.installed else 'kept what ran'}: {learned.why}")
    return DONE
