"""``watchtower feeds``."""

from __future__ import annotations

import click

from watchtower.cli.feed_lists import export, import_
from watchtower.cli.feed_states import list_
from watchtower.cli.feed_trials import check, discover


@click.group("feeds", short_help="The sources: how they are doing, and finding and exchanging them.")
def command() -> None:
    """The sources: how they are doing, whether they work, where a site has some; lists of them in and out."""


for part in (list_, check, discover, import_, export):
    command.add_command(part)
