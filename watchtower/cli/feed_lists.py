"""``watchtower feeds import`` and ``export``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.errors import UserError
from watchtower.text import counted, cut, without_credentials

if TYPE_CHECKING:
    from watchtower.config.exchange import Sorted

#: largest list that is read, in bytes: a hundred thousand outlines
LARGEST_LIST = 64 * 1024 * 1024
#: outlines of one sort that people are told of
MOST_TOLD = 10


@click.command("import")
@click.argument("file", metavar="OPML", type=click.Path(path_type=Path))
@click.option("--language", metavar="CODE", help="Language of feeds whose outline says none, such as en.")
@click.option("--dry-run", is_flag=True, help="Only print what would be added.")
@config_option
@json_option
def import_(file: Path, language: str | None, dry_run: bool, config_path: Path, as_json: bool) -> int:
    """Add the feeds of an OPML list to feeds.yml, below the last entry; what stands there stays as it is.

    A feed whose address is there already is passed over. The owner is the host of the address where the list says
    none, and kind, reliability and every are left to the defaults: look the new entries through. OPML - is standard
    input. Exit 1 where an outline made no feed.
    """
    from watchtower.config import appending, exchange
    from watchtower.opml import read_opml

    config = load_config(config_path)
    if language and not exchange.is_language(language):
        raise UserError(f"--language takes a language code such as en or ko, not {language!r}")
    outlines = read_opml(_bytes(file), str(file))
    if not outlines:
        raise UserError(f"{file}: no outline has an address (xmlUrl), so there is nothing to import")
    found = exchange.sort_out(outlines, config.feeds, language)
    target = config.folder / "feeds.yml"
    if found.new and not dry_run:
        appending.append(target, found.new)
    if as_json:
        click.echo(json.dumps(_shape(found, dry_run), ensure_ascii=False))
    else:
        if dry_run:
            click.echo(appending.written(found.new), nl=False)
        _tell(found, dry_run)
    return TROUBLE if found.left_out else DONE


def _bytes(file: Path) -> bytes:
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LARGEST_LIST + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LARGEST_LIST + 1)
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error
    if len(data) > LARGEST_LIST:
        raise UserError(f"{file} is larger than {LARGEST_LIST // 1024**2} MiB, which no list of feeds is")
    return data


def _shape(found: Sorted, dry_run: bool) -> dict[str, object]:
    return {
        "added": [{key: feed.entry[key] for key in ("id", "url", "title")} for feed in found.new],
        "known": [{"url": without_credentials(outline.address), "feed": feed} for outline, feed in found.known],
        "left_out": [{"line": one.line, "title": one.title, "why": why} for one, why in found.left_out],
        "dry_run": dry_run,
    }


def _tell(found: Sorted, dry_run: bool) -> None:
    known = [f"feed {feed!r} has {without_credentials(outline.address)} already" for outline, feed in found.known]
    left_out = [f"{cut(one.title, 60) or repr(one.address)} left out: {why}" for one, why in found.left_out]
    for pairs, said in ((found.known, known), (found.left_out, left_out)):
        for (outline, _), sentence in list(zip(pairs, said, strict=True))[:MOST_TOLD]:
            click.echo(f"  line {outline.line}: {sentence}", err=True)
        if len(said) > MOST_TOLD:
            click.echo(f"  ... and {len(said) - MOST_TOLD} more like that; --json lists all", err=True)
    count = len(found.new)
    sum_up = f"{counted(count, 'feed')} {'would be added' if dry_run else 'added to feeds.yml'}"
    click.echo(f"{sum_up}, {len(found.known)} there already, {len(found.left_out)} left out", err=dry_run)
    if count and not dry_run:
        click.echo("Next: give each its owner, kind and reliability; then watchtower check, watchtower pull")


@click.command("export")
@click.option("--output", metavar="FILE", default="-", help="Where to write.  [default: standard output]")
@click.option("--with-passwords", is_flag=True, help="Keep user names and passwords that stand in addresses.")
@config_option
def export(output: str, with_passwords: bool, config_path: Path) -> int:
    """Write all feeds as an OPML list, which feed readers understand and `import` reads back whole.

    What OPML has no name for (id, owner, kind, state ...) stands in attributes of its own, as watchtower:owner.
    """
    from watchtower.config.exchange import has_password, outline_of
    from watchtower.opml import write_opml

    config = load_config(config_path)
    held = [feed.id for feed in config.feeds if has_password(feed)]
    if held and not with_passwords:
        click.echo(f"warning: left out the passwords of {', '.join(held)}; --with-passwords keeps them", err=True)
    outlines = [outline_of(feed, with_password=with_passwords) for feed in config.feeds]
    with click.open_file(output, "w", encoding="utf-8") as out:
        out.write(write_opml(f"Feeds of {config.analysis.title}", outlines))
    return DONE
