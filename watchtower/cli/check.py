"""``watchtower check``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from watchtower.cli.main import DONE, MISTAKE, config_option, json_option
from watchtower.config.values import Config
from watchtower.errors import ConfigError, Problem
from watchtower.text import counted


@click.command("check")
@config_option
@json_option
def command(config_path: Path, as_json: bool) -> int:
    """Report every problem in the three files, and give advice.

    Problems are printed as file:line:column: path: message and end with exit 2; advice (terms that match too
    much, scenarios that nothing could disprove ...) does not.
    """
    from watchtower.config import load
    from watchtower.config.lint import advice

    tips: list[Problem] = []
    try:
        config = load(config_path, os.environ)
        problems, tips = list(config.warnings), advice(config)
        summary = _summary(config)
    except ConfigError as error:
        problems, summary = list(error.problems), ""
    if as_json:
        click.echo(json.dumps({"problems": [asdict(p) for p in problems], "advice": [asdict(t) for t in tips]}))
    else:
        _print(problems, tips, summary)
    return MISTAKE if problems else DONE


def _print(problems: list[Problem], tips: list[Problem], summary: str) -> None:
    for problem in problems:
        click.echo(str(problem))
    for tip in tips:
        click.echo(f"advice: {tip}")
    if problems:
        click.echo(counted(len(problems), "problem"), err=True)
    else:
        click.echo(summary)


def _summary(config: Config) -> str:
    analysis = config.analysis
    indicators = sum(len(target.indicators) for target in analysis.targets)
    return (
        f"no problems: {counted(len(config.feeds), 'feed')}, {counted(len(analysis.targets), 'target')}, "
        f"{counted(indicators, 'indicator')}, {counted(len(analysis.concepts), 'concept')}, "
        f"{counted(len(analysis.scenarios), 'scenario')}, {counted(len(analysis.examples), 'training item')}"
    )
