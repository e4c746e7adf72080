"""The command group, how commands get their configuration, and what an error looks like at the prompt."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower import __version__
from watchtower.errors import ConfigError, UserError, WatchtowerError
from watchtower.text import counted

if TYPE_CHECKING:
    from watchtower.config.values import Config

#: command to the module it lives in: a command's libraries load only when it is asked for
COMMANDS = {
    "check": "check",
    "classify": "classify",
    "demo": "demo",
    "digest": "digest",
    "evaluate": "evaluate",
    "explain": "explain",
    "feeds": "feeds",
    "group": "group",
    "init": "init",
    "judge": "judge",
    "learn": "learn",
    "outbox": "outbox",
    "ledger": "ledger",
    "pull": "pull",
    "run": "run",
    "verdicts": "verdicts",
}
DONE, TROUBLE, MISTAKE, INTERRUPTED = 0, 1, 2, 130


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"watchtower.cli.{COMMANDS[cmd_name]}").command
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="watchtower %(version)s")
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an error.")
def cli(verbose: bool) -> None:
    """Watch news feeds for an analysis: pull, classify, keep the evidence, write the digest.

    Begin with `watchtower init`, or see it work with `watchtower demo`.
    """


config_option = click.option(
    "--config",
    "config_path",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="the working directory",
    help="The folder of feeds.yml, watchpoints.yml and config/settings.yml, or one of the files.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def load_config(path: Path) -> Config:
    """Read the three files; harmless problems are shown as warnings. Raises ``ConfigError``."""
    from watchtower.config import load

    config = load(path, os.environ)
    for problem in config.warnings:
        click.echo(f"warning: {problem}", err=True)
    return config


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 trouble, 2 the user's mistake, 130 interrupted."""
    verbose = bool({"-v", "--verbose"} & set(arguments[:1]))
    try:
        status = cli.main(list(arguments), prog_name="watchtower", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return MISTAKE
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`): nothing is wrong, and there is nobody to tell
        return DONE
    except WatchtowerError as error:
        if verbose:
            traceback.print_exc()
        _show(error)
        return MISTAKE if isinstance(error, UserError) else TROUBLE
    except OSError as error:
        if verbose:
            traceback.print_exc()
        click.echo(f"Error: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}", err=True)
        return TROUBLE
    return status if isinstance(status, int) else DONE


def _show(error: WatchtowerError) -> None:
    if isinstance(error, ConfigError):
        click.echo(str(error), err=True)
        click.echo(f"{counted(len(error.problems), 'problem')}; nothing was changed", err=True)
    else:
        click.echo(f"Error: {error}", err=True)
