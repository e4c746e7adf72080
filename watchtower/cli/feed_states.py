"""``watchtower feeds list``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.cli.tables import in_columns
from watchtower.health import about, move_of
from watchtower.text import counted, without_credentials
from watchtower.types import Feed, FeedCondition, FeedHealth

#: what a feed is that is not asked, whatever it was before
OFF = "switched off"
CONDITIONS = (*(str(condition).replace(" ", "-") for condition in FeedCondition), OFF.replace(" ", "-"))


@click.command("list")
@click.option(
    "--condition",
    "wanted",
    type=click.Choice(CONDITIONS),
    multiple=True,
    help="Only feeds in this condition; may be given again.",
)
@config_option
@json_option
def list_(wanted: tuple[str, ...], config_path: Path, as_json: bool) -> int:
    """Say how every feed is doing: its condition and why, its last item, its rhythm, when it is asked next.

    quiet: silent for longer than usual. stale: answers, but has brought nothing for so long that nothing is to be
    expected. The last item is when one was first seen; the rhythm is the usual time between two.
    """
    from watchtower import build

    config = load_config(config_path)
    tower = build.watchtower(config)
    try:
        health, now = tower.feed_health(), tower.clock()
    finally:
        tower.close()
    pairs = list(zip(config.feeds, health, strict=True))
    shown = [pair for pair in pairs if not wanted or _condition(*pair).replace(" ", "-") in wanted]
    if as_json:
        click.echo(json.dumps([_shape(feed, one, config.feeds) for feed, one in shown], ensure_ascii=False))
        return DONE
    for line in _lines(shown, config.feeds, now):
        click.echo(line)
    counts = Counter(_condition(*pair) for pair in pairs)
    said = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    click.echo(f"{counted(len(pairs), 'feed')}: {said}")
    return DONE


def _condition(feed: Feed, health: FeedHealth) -> str:
    return str(health.condition) if feed.enabled else OFF


def _reasons(feed: Feed, health: FeedHealth, feeds: Sequence[Feed]) -> list[str]:
    """Why a feed is in its condition, where that has a reason, and where it has moved to."""
    known = feed.enabled and health.condition is not FeedCondition.NEVER_ASKED
    again = f", {health.failures} times in a row" if health.failures > 1 else ""
    problem = f"{health.problem}{again}" if known and health.problem else ""
    return [said for said in (problem, move_of(health, feeds)) if said]


def _lines(pairs: Sequence[tuple[Feed, FeedHealth]], feeds: Sequence[Feed], now: datetime) -> list[str]:
    rows = [
        (
            feed.id,
            _condition(feed, health),
            _ago(health.last_new, now),
            about(health.rhythm) if health.rhythm else "-",
            _ahead(health.next_check, now) if feed.enabled else "-",
            feed.title,
        )
        for feed, health in pairs
    ]
    head, *lines = in_columns([("feed", "condition", "last item", "rhythm", "next try", "title"), *rows])
    told = [head]
    for line, (feed, health) in zip(lines, pairs, strict=True):
        told += [line, *(f"    {said}" for said in _reasons(feed, health, feeds))]
    return told


def _ago(then: datetime | None, now: datetime) -> str:
    return f"{about(now - then)} ago" if then else "-"


def _ahead(then: datetime | None, now: datetime) -> str:
    if then is None:
        return "-"
    return f"in {about(then - now)}" if then - now > timedelta(0) else "now"


def _shape(feed: Feed, health: FeedHealth, feeds: Sequence[Feed]) -> dict[str, object]:
    return {
        "feed": feed.id,
        "title": feed.title,
        "url": without_credentials(feed.url),
        "enabled": feed.enabled,
        "condition": _condition(feed, health),
        "reason": health.problem if feed.enabled else "",
        "failures": health.failures,
        "last_item": _moment(health.last_new),
        "last_success": _moment(health.last_success),
        "rhythm_seconds": int(health.rhythm.total_seconds()) if health.rhythm else None,
        "next_try": _moment(health.next_check) if feed.enabled else None,
        "moved": move_of(health, feeds) or None,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
