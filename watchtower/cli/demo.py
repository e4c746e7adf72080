"""``watchtower demo``."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from watchtower.cli.main import json_option

if TYPE_CHECKING:
    from watchtower.demo.play import Visited
    from watchtower.pipeline import Watchtower
    from watchtower.types import Digest

Show = Callable[["Visited"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo has made; the shape of ``demo --json``."""

    digest: str
    database: str
    #: of the simulated mornings, oldest first
    digests: tuple[str, ...]
    days: int
    visits: int
    feeds: int
    items: int
    corrected: int
    stories: int
    #: items that match at least one target
    matched: int
    #: feed id to what was wrong with it at the last visit
    problems: dict[str, str]
    #: feed id to the address that it has moved to for good
    moved: dict[str, str]
    summary: tuple[str, ...]
    #: a matched item, to ask `watchtower explain` about
    item: str | None
    seconds: float


@click.command("demo", short_help="See the whole main job at work on sample feeds.")
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("demo-run"),
    show_default=True,
    help="Where to work; made, or emptied where an earlier demo made it.",
)
@json_option
def command(folder: Path, as_json: bool) -> None:
    """See the whole main job at work on sample feeds, served over HTTP on this machine.

    Seventeen days go by on a simulated clock: feeds are pulled, every morning a digest is written. Nothing outside the
    folder is read or changed, no settings are taken from the environment. The last two lines name the digest of the
    last day and the database.
    """
    outcome = _run(folder, quiet=as_json)
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    else:
        _tell(folder, outcome)


def _run(folder: Path, *, quiet: bool) -> Outcome:
    from watchtower import build
    from watchtower.config import load
    from watchtower.demo import play
    from watchtower.demo.folder import prepare
    from watchtower.demo.samples import read_samples
    from watchtower.demo.server import serving

    started = perf_counter()
    samples = read_samples()
    with serving(samples, play.BEGIN) as server:
        prepare(folder, samples, server.url_of)
        clock = play.SimulatedClock(play.BEGIN)
        with closing(build.watchtower(load(folder, {}), clock=clock)) as tower:
            when = play.moments(play.BEGIN, play.END, play.EVERY)
            with _progress(quiet, len(when)) as show:
                visited = play.play(tower, server, clock, when, show)
            path, made = _last_day(folder, tower)
            return _outcome(folder, tower, visited, path, made, perf_counter() - started)


def _last_day(folder: Path, tower: Watchtower) -> tuple[Path, Digest]:
    from watchtower.demo.play import LAST_DAY
    from watchtower.digest import period, render

    since, until = period.day_period(LAST_DAY, tower.plan.everybody.zone)
    made = tower.digest(since, until)
    path = folder / f"digest-{LAST_DAY.isoformat()}.html"
    path.write_text(render(made, "html")[1], encoding="utf-8")
    return path, made


def _outcome(
    folder: Path, tower: Watchtower, visited: Sequence[Visited], digest: Path, made: Digest, seconds: float
) -> Outcome:
    from watchtower.demo.folder import DATABASE, DIGESTS
    from watchtower.demo.play import BEGIN, END

    delivered = tuple(str(folder / DIGESTS / name) for visit in visited for name in visit.delivered)
    told = [story for section in made.sections for story in section.stories]
    return Outcome(
        digest=str(digest),
        database=str(folder / DATABASE),
        digests=delivered,
        days=sum(visit.digest is not None for visit in visited),
        visits=len(visited),
        feeds=len(tower.feeds),
        items=sum(visit.report.new for visit in visited),
        corrected=sum(visit.report.revised for visit in visited),
        stories=len({item.story for item in tower.store.story_items(BEGIN - (END - BEGIN), END)}),
        matched=len(tower.store.matched_items(BEGIN - (END - BEGIN), END, END)),
        problems={health.feed: health.problem for health in made.health.failing},
        moved={health.feed: health.moved_to for health in made.health.moved if health.moved_to},
        summary=made.summary,
        item=told[0].item if told else None,
        seconds=round(seconds, 1),
    )


# --- what people see


@contextmanager
def _progress(quiet: bool, visits: int) -> Iterator[Show]:
    if quiet:
        yield lambda visited: None
        return
    click.echo(f"{visits} visits to the sample feeds; the first one fits the classifier", err=True)
    if not sys.stderr.isatty():
        yield _Days().show
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("visits"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, days = bar.add_task("", total=visits), _Days(lambda line: bar.console.print(line, markup=False))

        def show(visited: Visited) -> None:
            days.show(visited)
            bar.update(task, advance=1, description=f"{visited.at:%d %b}")

        yield show


class _Days:
    """Prints a line for every simulated morning: what came since the last, and what its digest says first."""

    def __init__(self, write: Callable[[str], object] = lambda line: click.echo(line, err=True)) -> None:
        self._write = write
        self._new = self._corrected = 0

    def show(self, visited: Visited) -> None:
        self._new += visited.report.new
        self._corrected += visited.report.revised
        if visited.digest is None:
            return
        day = visited.digest.until.astimezone(ZoneInfo(visited.digest.zone)).date()
        headline = visited.digest.summary[0] if visited.digest.summary else "nothing to tell"
        self._write(f"{day}  {self._new:>3} new items, {self._corrected} corrected; digest: {headline}")
        self._new = self._corrected = 0


def _tell(folder: Path, outcome: Outcome) -> None:
    click.echo(
        f"{outcome.days} days in {outcome.seconds:.0f} s: {outcome.items} items of {outcome.feeds} feeds, "
        f"{outcome.corrected} corrected; {outcome.stories} stories; {outcome.matched} items match"
    )
    for feed, problem in sorted(outcome.problems.items()):
        click.echo(f"  {feed}: {problem}")
    for feed, address in sorted(outcome.moved.items()):
        click.echo(f"  {feed}: has moved to {address}")
    for sentence in outcome.summary:
        click.echo(f"  {sentence}")
    item, program = outcome.item or "ITEM-ID", _program()
    click.echo(f"\nGo on: {program} explain --config {folder} {item}")
    click.echo(f"       {program} digest --config {folder} --day 2024-10-31 --format md --output -")
    click.echo(f"       {program} ledger --config {folder} --day 2024-11-05 china-influence")
    click.echo(f"       the digests of the {outcome.days} mornings: {Path(outcome.digests[-1]).parent}")
    click.echo(f"\ndigest: {outcome.digest}")
    click.echo(f"database: {outcome.database}")


def _program() -> str:
    """Give what to type for this installation's ``watchtower``: its path where the shell would not find it."""
    beside = Path(sys.executable).with_name("watchtower")
    known = not beside.exists() or shutil.which("watchtower") == str(beside)
    return "watchtower" if known else os.path.relpath(beside)
