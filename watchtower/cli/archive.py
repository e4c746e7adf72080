"""``watchtower pull --from``: what is shown of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower.cli.main import DONE, TROUBLE
from watchtower.cli.progress import Progress, progress
from watchtower.errors import UserError
from watchtower.text import counted
from watchtower.types import ArchiveReport, Piece

if TYPE_CHECKING:
    from watchtower.config.values import Config
    from watchtower.pipeline.archiving import TakenIn

#: problems, sources and files that people are told of one by one
MOST_TOLD = 10


def take_in(config: Config, path: Path, only: Sequence[str], again: bool, as_json: bool) -> int:
    """Take in an archive and say what came of it; the exit status."""
    from watchtower import build

    if len(only) > 1:
        raise UserError("with --from, --feed says which feed all items belong to: give one")
    feed = only[0] if only else None
    archive = build.archive(config, path, feed)
    tower = build.watchtower(config)
    try:
        with progress("archive", quiet=as_json) as bar:
            bar.begin(archive.size)
            shown = _Shown(bar)
            report = tower.pull_from(archive, feed=feed, again=again, on_piece=shown.piece, on_step=shown.step)
    finally:
        tower.close()
    if as_json:
        click.echo(json.dumps(_shape(report, archive.passed_over), ensure_ascii=False))
    else:
        _tell(report, archive.passed_over)
    return DONE if report.is_whole else TROUBLE


class _Shown:
    """Tells a bar first of bytes read, then of items classified and grouped."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._new = 0
        self._steps: Counter[str] = Counter()

    def piece(self, piece: Piece, done: TakenIn) -> None:
        self._new = done.new
        self._bar.at(piece.read, f"{done.new:,} new, {done.known:,} known")

    def step(self, step: str, items: int) -> None:
        self._steps[step] += items
        count = self._steps[step]
        # of what is classified, only what is in view of a target is grouped: how many those are is not known before
        total = max(self._new, count) if step == "classified" else count
        self._bar.at(count, f"{count:,} items {step}", total=total)


def _shape(report: ArchiveReport, passed_over: Sequence[Path]) -> dict[str, object]:
    return {
        "feeds": {"due": 0, "fetched": 0, "unchanged": 0, "failed": 0},
        "items": {"new": report.new, "revised": 0, "known": report.known, "undated": report.undated},
        "stories": {"new": report.stories_new, "grown": report.stories_grown},
        "matches": report.matches,
        "seconds": report.seconds,
        "files": {"read": report.files, "before": report.before, "passed_over": len(passed_over)},
        "unknown": dict(report.unknown),
        "problems": list(report.problems),
        "problem_count": report.problem_count,
    }


def _tell(report: ArchiveReport, passed_over: Sequence[Path]) -> None:
    files = f"{counted(report.files, 'file')} read, {report.before} taken in before"
    items = f"{report.new:,} new items, {report.known:,} known; {report.stories_new:,} new stories"
    click.echo(f"{files}. {items}; {report.matches:,} matches. {report.seconds:.1f} s")
    if report.undated:
        _say(f"{counted(report.undated, 'item')} without a date: each counts for the day its file was written")
    if report.left_out_before:
        lines = counted(report.left_out_before, "line")
        _say(f"{lines} of the files taken in before were left out then; --force reads these files again")
    if passed_over:
        _say(f"{counted(len(passed_over), 'file')} of other formats passed over, such as {passed_over[0]}")
    _list(report.problems, report.problem_count)
    if report.unknown:
        click.echo(f"{counted(sum(report.unknown.values()), 'item')} not taken in: no feed is known as", err=True)
        sources = sorted(report.unknown.items(), key=lambda pair: (-pair[1], pair[0]))
        _list([f"{source!r} ({counted(items, 'item')})" for source, items in sources], len(sources))
        _say("give --feed ID for an archive of one feed; or make an entry in feeds.yml with this id, title or address")
        _say("(enabled: false where it is not to be asked) and run this again")


def _say(sentence: str) -> None:
    click.echo(f"  {sentence}", err=True)


def _list(said: Sequence[str], count: int) -> None:
    for sentence in said[:MOST_TOLD]:
        _say(sentence)
    if count > MOST_TOLD:
        _say(f"... and {count - MOST_TOLD:,} more; --json lists the first hundred")
