"""``watchtower pull``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from watchtower.cli.archive import take_in
from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.cli.progress import Progress, progress
from watchtower.types import PullReport, Visit, VisitKind


@click.command("pull", short_help="Fetch what is due, store it, classify it and group it.")
@config_option
@click.option("--feed", "only", metavar="ID", multiple=True, help="Only this feed; may be given again.")
@click.option("--force", is_flag=True, help="Ask feeds that are not due yet, too; with --from, read files again.")
@click.option(
    "--from",
    "archive",
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="Take in an archive instead: feed documents, JSON Lines, or an OPML list that points to such files.",
)
@json_option
def command(config_path: Path, only: tuple[str, ...], force: bool, archive: Path | None, as_json: bool) -> int:
    """Fetch the feeds that are due, store what is new, classify it, and group what is in view of a target into stories.

    Exit 1 where feeds were asked and every one of them failed. With --from nothing is fetched: the items of the archive
    are stored as backfill, which is never news in a digest. --feed then says which feed all of them belong to; without
    it, the names of files and folders and the "source" of each line tell. What is stored already stays as it is, and
    a second run goes on where the first one stopped. Exit 1 where something could not be taken in.
    """
    from watchtower import build

    if archive is not None:
        return take_in(load_config(config_path), archive, only, force, as_json)
    tower = build.watchtower(load_config(config_path))
    try:
        with progress("feeds", quiet=as_json) as bar:
            report = tower.pull(only=only, force=force, on_start=bar.begin, on_visit=_Shown(bar).visit)
    finally:
        tower.close()
    click.echo(json.dumps(_shape(report)) if as_json else _sentence(report))
    if not as_json:
        for feed, problem in sorted(report.problems.items()):
            click.echo(f"  {feed}: {problem}", err=True)
    return TROUBLE if report.due and report.failed == report.due else DONE


class _Shown:
    """Tells a bar of visits."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._done = self._new = self._failed = 0

    def visit(self, visit: Visit) -> None:
        self._done += 1
        self._new += len(visit.new)
        self._failed += visit.kind is VisitKind.FAILED
        self._bar.at(self._done, f"{self._done} asked, {self._new} new items, {self._failed} failed")


def _shape(report: PullReport) -> dict[str, object]:
    return {
        "feeds": {"due": report.due, "fetched": report.fetched, "unchanged": report.unchanged, "failed": report.failed},
        "items": {"new": report.new, "revised": report.revised, "known": report.known},
        "stories": {"new": report.stories_new, "grown": report.stories_grown},
        "matches": report.matches,
        "seconds": report.seconds,
        "problems": dict(report.problems),
    } | (
        {"pages": {"read": pages.read, "without": pages.without, "failed": pages.failed}}
        if (pages := report.pages)
        else {}
    )


def _sentence(report: PullReport) -> str:
    return (
        f"{report.due} feeds due: {report.fetched} fetched, {report.unchanged} unchanged, {report.failed} failed. "
        f"{report.new} new items, {report.revised} revised; {report.stories_new} new stories; "
        f"{report.matches} matches. {_pages(report)}{report.seconds:.1f} s"
    )


def _pages(report: PullReport) -> str:
    pages = report.pages
    if pages is None:
        return ""
    return f"{pages.read} pages read, {pages.without} without an article, {pages.failed} to be tried again. "
