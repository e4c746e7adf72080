"""``watchtower group``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, load_config
from watchtower.cli.streams import LONGEST, input_option, opened, output_option, report


@click.command("group", short_help="Say which items, as JSON Lines, report the same development.")
@config_option
@input_option
@output_option
def command(config_path: Path, source: str, target: str) -> int:
    """Say which items report the same development: JSON Lines in, JSON Lines out, in the same order.

    Each line in is an item as for `classify`. Each line out has its id and its story: items with the same story are
    together, whatever order they stand in. All items are read before the first is written. A line that is no item
    gives a line {"line": N, "error": ...}; the others are grouped all the same, and the command ends with exit 1.
    """
    from watchtower import build

    config = load_config(config_path)
    with opened(source, target) as (lines, out):
        answers = build.group_lines(config, lines, LONGEST)
        out.writelines(json.dumps(answer, ensure_ascii=True) + "\n" for answer in answers)
    errors = sum("error" in answer for answer in answers)
    report(errors)
    return TROUBLE if errors else DONE
