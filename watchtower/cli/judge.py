"""``watchtower judge``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower.cli.ledger import judged
from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.cli.verdicts import user_name
from watchtower.digest.as_json import plain
from watchtower.errors import UserError
from watchtower.types import Confidence, Judgement

if TYPE_CHECKING:
    from watchtower.pipeline import Watchtower


@click.command("judge", short_help="Record your own judgement of an answer, or score one.")
@click.argument("question", metavar="QUESTION", required=False)
@click.argument("answer", metavar="ANSWER", required=False)
@click.argument("words", metavar="WORDS", nargs=-1)
@click.option("--confidence", type=click.Choice([one.value for one in Confidence]), help="How well founded it is.")
@click.option("--note", metavar="TEXT", default="", help="Why.")
@click.option("--by", metavar="YYYY-MM-DD", help="The date by which it will be known.  [default: in 90 days]")
@click.option("--criteria", metavar="TEXT", help="What will settle it.  [default: that the answer's words hold then]")
@click.option("--author", metavar="NAME", help="Who judges.  [default: the user's name]")
@click.option(
    "--resolve",
    metavar="ID yes|no",
    type=(str, click.Choice(["yes", "no"])),
    help="Score one: it came true, or did not.",
)
@config_option
@json_option
def command(
    question: str | None, answer: str | None, words: tuple[str, ...], confidence: str | None, note: str, by: str | None,
    criteria: str | None, author: str | None, resolve: tuple[str, str] | None, config_path: Path, as_json: bool,
) -> int:  # fmt: skip
    """Record your own judgement of an answer, apart from what the ledger says; without arguments, list them.

    WORDS are those of ICD 203: almost no chance, very unlikely, unlikely, roughly even chance, likely, very likely,
    almost certain. How likely it is and how confident you are in saying so are two things, and both are asked for. A
    judgement is dated, and scored once it is resolved: the squared distance of the middle of its range from what came
    (Brier, 0 is best).
    """
    if resolve and question:
        raise UserError("--resolve takes the ID of a judgement; give no QUESTION with it")
    if question and not (answer and words and confidence):
        raise UserError("a judgement needs QUESTION ANSWER WORDS --confidence low|moderate|high")
    from watchtower import build

    tower = build.watchtower(load_config(config_path))
    try:
        if resolve:
            return _resolve(tower, resolve[0], resolve[1] == "yes", as_json=as_json)
        if not (question and answer and confidence):
            return _list(tower, as_json=as_json)
        from watchtower.pipeline import judging

        made = judging.judge(
            tower,
            question,
            answer,
            " ".join(words),
            confidence=Confidence(confidence),
            author=author or user_name(),
            note=note,
            by=_date(by),
            criteria=criteria,
        )
    finally:
        tower.close()
    click.echo(json.dumps(plain(made)) if as_json else "\n".join(_told(made)))
    return DONE


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"{text!r} is no date; write it as 2026-12-31") from error


def _resolve(tower: Watchtower, id: str, outcome: bool, *, as_json: bool) -> int:
    from watchtower.pipeline import judging

    made = judging.resolve(tower, id, outcome)
    click.echo(json.dumps(plain(made)) if as_json else f"{judged(made)} {_score(made)}")
    return DONE


def _list(tower: Watchtower, *, as_json: bool) -> int:
    from watchtower.pipeline import judging

    judgements = tower.store.judgements(tower.analysis.id)
    mean = judging.mean_score(judgements)
    if as_json:
        click.echo(json.dumps({"judgements": plain(tuple(judgements)), "mean_brier": mean}))
    else:
        click.echo("\n".join(_listed(judgements, mean)))
    return DONE


def _listed(judgements: Sequence[Judgement], mean: float | None) -> Iterator[str]:
    if not judgements:
        yield "No judgements yet: watchtower judge QUESTION ANSWER WORDS --confidence low|moderate|high"
    for one in judgements:
        yield f"{one.id[:8]}  {one.question}: {judged(one)}"
        yield f"          settled by: {one.criteria}. {_score(one)}"
    if mean is not None:
        resolved = sum(one.brier is not None for one in judgements)
        yield f"mean Brier score of {resolved} resolved: {mean:.3f} (0 is best; 0.25 is what always saying even gives)"


def _told(made: Judgement) -> Iterator[str]:
    yield f"{made.question}: {judged(made)}"
    yield f"settled by: {made.criteria}"
    yield f"once it is known: watchtower judge --resolve {made.id[:8]} yes|no"


def _score(judgement: Judgement) -> str:
    if judgement.outcome is None or judgement.resolved_at is None:
        return "Open."
    came = "It came true" if judgement.outcome else "It did not"
    return f"{came} ({judgement.resolved_at:%Y-%m-%d}); Brier score {judgement.brier:.3f}."
