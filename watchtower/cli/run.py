"""``watchtower run``."""

from __future__ import annotations

from pathlib import Path

import click

from watchtower.cli.main import config_option, load_config


@click.command("run", short_help="Run the daemon: pull what is due, write the digest at its hour.")
@config_option
def command(config_path: Path) -> int:
    """Run the daemon: pull what is due, write the digest at the reader's hour, deliver it once.

    One daemon per database. SIGTERM or Ctrl-C finishes what is under way and exits 0.
    """
    from watchtower import build, daemon

    config = load_config(config_path)
    daemon.configure_logging(config.settings.log)
    return daemon.run(build.watchtower(config), config.settings.schedule)
