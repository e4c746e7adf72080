"""``watchtower ledger``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchtower.cli.main import DONE, config_option, json_option, load_config
from watchtower.cli.verdicts import user_name
from watchtower.digest import period
from watchtower.digest.as_json import plain
from watchtower.errors import UserError
from watchtower.text import counted, cut
from watchtower.types import Assessment, EvidenceLine, Judgement, Ledger

if TYPE_CHECKING:
    from watchtower.config.values import Config

_WIDTH = 100


@click.command("ledger", short_help="Show the evidence for and against each answer to a question.")
@click.argument("question", metavar="QUESTION", required=False)
@click.option("--day", metavar="DAY", help="As of the end of a day: a date, today or yesterday.  [default: now]")
@click.option("--reset", is_flag=True, help="Begin QUESTION's ledger anew: what is dated before now counts no more.")
@click.option("--note", metavar="TEXT", help="Why it is begun anew.")
@click.option("--by", metavar="NAME", help="Who says so.  [default: the user's name]")
@config_option
@json_option
def command(
    question: str | None,
    day: str | None,
    reset: bool,
    note: str | None,
    by: str | None,
    config_path: Path,
    as_json: bool,
) -> int:
    """Show the evidence for and against each answer to a critical question, ranked by least inconsistency.

    QUESTION is the id of a critical question, or "scenarios". Without it all of them are listed shortly. What is new
    is what has come since the last daily digest, or on the DAY.
    """
    if question is None and (reset or note):
        raise UserError("give the QUESTION whose ledger is to be begun anew")
    if note and not reset:
        raise UserError("--note says why a ledger is begun anew; give --reset with it")
    from watchtower import build
    from watchtower.pipeline import judging

    config = load_config(config_path)
    tower = build.watchtower(config)
    try:
        if question is not None:
            judging.check_ledger(tower, question)
        if reset and question is not None:
            made = judging.reset(tower, question, author=by or user_name(), note=note or "")
            click.echo(
                json.dumps({"reset": plain(made)})
                if as_json
                else f"{question} begins anew at {made.at:%Y-%m-%d %H:%M} UTC"
            )
            return DONE
        assessment = tower.assessment(_day(day, config, build.utc_now()))
    finally:
        tower.close()
    if as_json:
        click.echo(json.dumps(_shape(assessment, question), ensure_ascii=False))
        return DONE
    lines = _listed(assessment) if question is None else _whole(_one(assessment, question), assessment)
    click.echo("\n".join(lines))
    return DONE


def _day(text: str | None, config: Config, now: datetime) -> date | None:
    try:
        return period.parse_day(text, config.settings.digest.zone, now) if text else None
    except ValueError as error:
        raise UserError(str(error)) from error


def _every(assessment: Assessment) -> list[Ledger]:
    return [*assessment.ledgers, *filter(None, [assessment.scenario_ledger])]


def _one(assessment: Assessment, question: str) -> Ledger:
    return next(one for one in _every(assessment) if one.question == question)


def _shape(assessment: Assessment, question: str | None) -> object:
    if question is not None:
        return plain(_one(assessment, question))
    return {
        "ledger": plain(assessment.ledgers),
        "scenarios": plain(assessment.scenarios),
        "scenario_ledger": plain(assessment.scenario_ledger),
    }


def _listed(assessment: Assessment) -> Iterator[str]:
    ledgers = _every(assessment)
    if not ledgers:
        yield "The analysis has no critical questions and no scenarios."
    for ledger in ledgers:
        yield f"{ledger.question}: {ledger.title}"
        yield from _standings(ledger)
        if not ledger.ranked:
            yield f"  {ledger.words}"
        yield ""
    if ledgers:
        yield "watchtower ledger QUESTION shows one of them whole"


def _whole(ledger: Ledger, assessment: Assessment) -> Iterator[str]:
    yield ledger.title
    yield from _basis(ledger)
    yield ""
    yield from _standings(ledger)
    if not ledger.ranked:
        yield f"  {ledger.words}"
    yield from _paragraph("Since the last digest", ledger.movement)
    yield from _paragraph("What would change the ranking", ledger.turning)
    yield from _paragraph("What it rests on", tuple(one.words for one in ledger.sensitivity))
    yield from _evidence(ledger)
    yield from _indicators(ledger)
    if ledger.question == "scenarios":
        yield from _paragraph("Scenarios", tuple(f"{one.title}: {one.words}" for one in assessment.scenarios))
    yield from _paragraph("The analyst's own judgements", tuple(judged(one) for one in ledger.judgements))


def _basis(ledger: Ledger) -> Iterator[str]:
    begun = f"begun anew by {ledger.reset.author} on {ledger.reset.at:%Y-%m-%d}" if ledger.reset else ""
    note = f" ({ledger.reset.note})" if ledger.reset and ledger.reset.note else ""
    yield (
        f"  evidence since {ledger.since:%Y-%m-%d}{', ' if begun else ''}{begun}{note}; "
        f"half-life {ledger.half_life_days:g} days ({ledger.half_life_from})"
    )
    if ledger.redefined:
        yield f"  redefined on {ledger.redefined.isoformat()}: what was matched before it may count otherwise"


def _standings(ledger: Ledger) -> Iterator[str]:
    for one in ledger.standings:
        place = f"{one.rank}." if one.rank else "-"
        yield f"  {place} {one.answer}: {cut(one.says, _WIDTH)}{'' if one.tested else ' (hardly tested)'}"
        if not one.stories_against and not one.stories_for:
            continue
        new_against = f" ({one.new_against} new)" if one.new_against else ""
        new_for = f" ({one.new_for} new)" if one.new_for else ""
        yield (
            f"     weight {one.against:.1f} against, {one.support:.1f} for; "
            f"{counted(one.stories_against, 'story', 'stories')} against{new_against}, {one.stories_for} for{new_for}"
        )
    if ledger.untested:
        yield f"  {ledger.untested}"


def _paragraph(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"  - {line}" for line in lines)


def _evidence(ledger: Ledger) -> Iterator[str]:
    if not ledger.lines:
        return
    yield ""
    yield "Evidence, weightiest first:"
    for line in ledger.lines:
        yield from _line(line)
    if ledger.lines_left_out:
        yield f"  and {ledger.lines_left_out} more of less weight"


def _line(line: EvidenceLine) -> Iterator[str]:
    signs = ", ".join(f"{'+' if toward > 0 else '-'}{answer}" for answer, toward in line.bears.items() if toward)
    yield f"  {line.weight:.2f} {'new ' if line.new else ''}{line.dated:%Y-%m-%d} {cut(line.title, _WIDTH)}"
    state = f" ({', '.join(line.states)})" if line.states else ""
    origins = counted(line.origins, "origin")
    yield (
        f"       {signs}; {line.indicator or 'by the answer that the model guesses'}; "
        f"{', '.join(line.owners)}{state}, {origins}, graded {line.reliability}{line.credibility}; {line.item}"
    )


def _indicators(ledger: Ledger) -> Iterator[str]:
    if not ledger.diagnosticity:
        return
    yield ""
    yield "Indicators by how far they tell the answers apart (0 to 1), with their stories:"
    for one in ledger.diagnosticity:
        yield f"  {one.value:.2f} {one.stories:>4}  {one.indicator}: {cut(one.says, _WIDTH)}"


def judged(judgement: Judgement) -> str:
    """Write a judgement; likelihood and confidence are two sentences, as ICD 203 asks."""
    low, high = judgement.likelihood.percent
    return (
        f"{judgement.at:%Y-%m-%d}, {judgement.author}: {judgement.answer} is {judgement.likelihood} ({low}-{high} %), "
        f"to be known by {judgement.by.isoformat()}. Confidence: {judgement.confidence}."
        + (f" {judgement.note}" if judgement.note else "")
    )
