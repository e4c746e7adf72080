"""``watchtower feeds check`` and ``discover``."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.cli.progress import progress
from watchtower.health import about
from watchtower.opml import Outline
from watchtower.text import counted
from watchtower.types import FoundFeed, Trial, TrialResult

#: ISO 639-2 for a language that nobody has said
UNSTATED = "und"


@click.command("check")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@config_option
@json_option
def check(ids: tuple[str, ...], config_path: Path, as_json: bool) -> int:
    """Ask every enabled feed now, or those named, and say whether each works.

    Nothing is stored and nothing is changed: what has moved for good is proposed, to be written into feeds.yml. A feed
    that is named is asked even if it is switched off. Exit 1 where one does not work.
    """
    from watchtower import build
    from watchtower.pipeline.finding import try_feeds

    config = load_config(config_path)
    with closing(build.parser()) as parser, progress("feeds", quiet=as_json) as bar:
        done: Counter[TrialResult] = Counter()

        def tried(trial: Trial) -> None:
            done[trial.result] += 1
            bar.at(done.total(), _counts(done))

        trials = try_feeds(
            config.feeds, build.http_fetcher(config), parser, only=ids, on_start=bar.begin, on_trial=tried
        )
    if as_json:
        click.echo(json.dumps([_trial(trial) for trial in trials], ensure_ascii=False))
    else:
        now = build.utc_now()
        for trial in sorted(trials, key=lambda trial: trial.works):
            click.echo(f"{trial.feed}: {_said(trial, now)}")
        click.echo(f"{counted(len(trials), 'feed')} asked: {_counts(done) or 'none'}")
    return DONE if all(trial.works for trial in trials) else TROUBLE


def _counts(done: Counter[TrialResult]) -> str:
    return ", ".join(f"{done[result]} {result}" for result in TrialResult if done[result])


def _said(trial: Trial, now: datetime) -> str:
    if not trial.works:
        return trial.problem if trial.problem.startswith(trial.result) else f"{trial.result}: {trial.problem}"
    entries = _entries(trial.entries, trial.newest, now)
    if trial.result is TrialResult.MOVED:
        return f"moved for good: write {trial.moved_to} as its url in feeds.yml; there it works, {entries}"
    return "; ".join([f"works, {entries}", *trial.warnings])


def _entries(count: int, newest: datetime | None, now: datetime) -> str:
    entries = counted(count, "entry", "entries")
    if newest is None:
        return f"{entries}, none with a date"
    return f"{entries}, the newest {f'{about(now - newest)} old' if newest < now else 'dated in the future'}"


def _trial(trial: Trial) -> dict[str, object]:
    return {
        "feed": trial.feed,
        "result": trial.result,
        "problem": trial.problem,
        "moved_to": trial.moved_to,
        "entries": trial.entries,
        "newest": trial.newest.isoformat() if trial.newest else None,
        "warnings": list(trial.warnings),
    }


@click.command("discover")
@click.argument("url", metavar="URL")
@config_option
@json_option
def discover(url: str, config_path: Path, as_json: bool) -> int:
    """Find the feeds of a web page, and print them as entries for feeds.yml.

    Tried are the feeds that the page names, else links that look like feeds and the places where sites usually have
    them. URL may be a feed itself. Exit 1 where none is found.
    """
    from watchtower import build
    from watchtower.config.appending import written
    from watchtower.config.exchange import sort_out
    from watchtower.pipeline import finding

    config = load_config(config_path)
    with closing(build.parser()) as parser:
        found = finding.discover(url, build.http_fetcher(config), parser)
    # the place in the list stands for the line
    entries = sort_out([_outline(feed, at) for at, feed in enumerate(found)], config.feeds, UNSTATED)
    known = {outline.line: id for outline, id in entries.known}
    if as_json:
        click.echo(json.dumps([_shape(feed, known.get(at)) for at, feed in enumerate(found)], ensure_ascii=False))
        return DONE if found else TROUBLE
    click.echo(written(entries.new), nl=False)
    now = build.utc_now()
    for at, feed in enumerate(found):
        there = f"; feed {known[at]!r} has it already" if at in known else ""
        click.echo(f"{feed.url}: {_entries(feed.entries, feed.newest, now)}{there}", err=True)
    if any(entry.entry["language"] == UNSTATED for entry in entries.new):
        click.echo(f"where the language is {UNSTATED}, the feed does not say it: write it instead", err=True)
    if not found:
        click.echo("no feed found; look on the page for a link to RSS, or ask the publisher", err=True)
    return DONE if found else TROUBLE


def _outline(feed: FoundFeed, place: int) -> Outline:
    return Outline(line=place, attributes={"xmlurl": feed.url, "title": feed.title, "language": feed.language})


def _shape(feed: FoundFeed, known: str | None) -> dict[str, object]:
    return {
        "url": feed.url,
        "title": feed.title,
        "language": feed.language or None,
        "entries": feed.entries,
        "newest": feed.newest.isoformat() if feed.newest else None,
        "feed": known,
    }
