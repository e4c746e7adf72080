"""``watchtower digest``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.digest import FORMATS, period, render
from watchtower.errors import UserError

if TYPE_CHECKING:
    from watchtower.pipeline import Delivery


@click.command("digest", short_help="Write the digest of a day or a period.")
@config_option
@click.option("--day", metavar="D", help="A local day: 2025-09-03, today or yesterday.")
@click.option(
    "--since",
    metavar="T",
    help="Beginning of a period: a day, a time such as 2025-09-03T06:00+09:00, or how long ago, such as 3d.",
)
@click.option("--until", metavar="T", help="End of the period, not included.  [default: now]")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="How to write it.  [default: html, or by --output]"
)
@click.option("--output", metavar="PATH", help="Where to; - is standard output.  [default: the digest folder]")
@click.option("--reader", metavar="ID", default="", help="As this reader of digest.readers gets it.")
@click.option("--recorded", is_flag=True, help="With --day: the daily digest of that date, as it was recorded.")
@click.option("--send", is_flag=True, help="Record it and deliver it through the outbox, once.")
@json_option
def command(
    config_path: Path,
    day: str | None,
    since: str | None,
    until: str | None,
    format_: str | None,
    output: str | None,
    reader: str,
    recorded: bool,
    send: bool,
    as_json: bool,
) -> int:
    """Write the digest of a day or a period from what is stored; without a period, of the last 24 hours.

    Exit 1 where --send could not hand it over at once; it stays in the outbox then.
    """
    from watchtower import build

    config = load_config(config_path)
    chosen = "json" if as_json else format_ or _by_name(output)
    status = DONE
    with closing(build.watchtower(config)) as tower:
        zone = tower.plan.reader(reader).zone
        if recorded:
            made = tower.recorded(_date(day, since, until, send, zone, build.utc_now()), reader)
        else:
            begin, end = _period(day, since, until, zone, build.utc_now())
            made = tower.digest(begin, end, reader)
        if send:
            status = _tell(tower.send(made))
        elif output is None and not as_json:
            click.echo(config.folder / config.settings.digest.folder / tower.write(made, chosen))
            return status
    if not send or output is not None:
        _, text = render(made, chosen)
        _write(output or "-", text)
    return status


def _tell(deliveries: Sequence[Delivery] | None) -> int:
    if deliveries is None:
        click.echo("the digest of this period was sent before: nothing was sent", err=True)
        return DONE
    for one in deliveries:
        to = one.message.recipient
        click.echo(f"sent {to}" if one.problem is None else f"{to}: {one.ending}: {one.problem}", err=True)
    if any(one.problem for one in deliveries):
        click.echo("it stays in the outbox: `watchtower outbox` lists it", err=True)
    return DONE if all(one.problem is None for one in deliveries) else TROUBLE


def _date(day: str | None, since: str | None, until: str | None, send: bool, zone: str, now: datetime) -> date:
    if day is None or since or until or send:
        raise UserError("--recorded goes with --day alone: it shows the digest of that date, which was sent already")
    try:
        return period.parse_day(day, zone, now)
    except ValueError as error:
        raise UserError(str(error)) from error


def _period(
    day: str | None, since: str | None, until: str | None, zone: str, now: datetime
) -> tuple[datetime, datetime]:
    if day and (since or until):
        raise UserError("--day is a whole day; give either --day or --since and --until")
    try:
        if day:
            return period.day_period(period.parse_day(day, zone, now), zone)
        end = period.parse_moment(until, zone, now) if until else now
        begin = period.parse_moment(since, zone, now) if since else end - timedelta(hours=24)
    except ValueError as error:
        raise UserError(str(error)) from error
    if begin >= end:
        raise UserError(f"the period is empty: it begins at {begin.isoformat()} and ends at {end.isoformat()}")
    return begin, end


def _by_name(output: str | None) -> str:
    suffix = Path(output).suffix.removeprefix(".") if output else ""
    return suffix if suffix in FORMATS else "html"


def _write(output: str, text: str) -> None:
    if output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    path = Path(output)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}; give another --output") from error
    click.echo(path)
