"""``watchtower outbox``."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.text import counted
from watchtower.types import Message

#: long, and not what somebody asks for who looks for a message that is stuck
_LEFT_OUT = ("body", "text")


@click.command("outbox", short_help="List the messages that were not handed over, or send one again.")
@config_option
@click.option("--retry", "again", metavar="ID", help="Send this message now, as if it had never been tried.")
@json_option
def command(config_path: Path, again: str | None, as_json: bool) -> int:
    """List the messages that were not handed over: those that wait for their next try, and those given up.

    Given up is what a receiver refused for good, and what may have arrived though nobody knows. It stays in the outbox
    until --retry sends it.
    """
    from watchtower import build

    with closing(build.watchtower(load_config(config_path))) as tower:
        if again is not None:
            problem = tower.retry(again).problem
            click.echo("sent" if problem is None else f"not sent: {problem}")
            return DONE if problem is None else TROUBLE
        unsent = tower.store.unsent_messages()
    if as_json:
        click.echo(json.dumps({"messages": [_plain(message) for message in unsent]}, ensure_ascii=False))
        return DONE
    for message in unsent:
        click.echo(f"{message.id}  {message.channel} to {message.recipient}: {_state(message)}")
    click.echo("nothing waits: every message was handed over" if not unsent else f"{len(unsent)} not handed over")
    return DONE


def _state(message: Message) -> str:
    problem = f": {message.problem}" if message.problem else ""
    tries = f" after {counted(message.attempts, 'try', 'tries')}" if message.attempts else ""
    if message.given_up_at:
        return f"given up{tries}{problem}"
    when = f"{message.next_try:%Y-%m-%d %H:%M} UTC" if message.next_try else "the next look"
    return f"waits for {when}{tries}{problem}"


def _plain(message: Message) -> dict[str, object]:
    told = {one.name: getattr(message, one.name) for one in fields(message) if one.name not in _LEFT_OUT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
