"""``watchtower explain``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, json_option, load_config
from watchtower.digest.calendar import LocalTime, local_time
from watchtower.errors import UserError
from watchtower.text import clean, cut
from watchtower.types import IN_VIEW, Evidence, Explanation, Needed, StoredItem, Text

#: reasons shown for a target that matches, and for one that does not
MANY, FEW = 10, 4


@click.command("explain", short_help="Say why an item is, or is not, in the digest.")
@click.argument("item", metavar="ITEM-ID|URL", required=False)
@click.option("--text", help="Explain any headline instead of a stored item.")
@config_option
@json_option
def command(item: str | None, text: str | None, config_path: Path, as_json: bool) -> int:
    """Say why an item is, or is not, in the digest: fetched, known, grouped, scored, matched.

    Exit 1 where no such item is stored.
    """
    if (item is None) == (text is None):
        raise UserError("give an item's id, its address, or --text")
    from watchtower import build

    config = load_config(config_path)
    names = {one.id: one.named(config.analysis.languages) for one in config.analysis.concepts}
    if text is not None:
        explained = build.classifier(config).explain(Text(id="", title=clean(text)))
        told = "\n".join(_reasons(explained, names))
        click.echo(json.dumps({"targets": _targets(explained)}) if as_json else told)
        return DONE
    tower = build.watchtower(config)
    try:
        found = tower.explain(str(item))
    finally:
        tower.close()
    if not found:
        why = f"never fetched: no item {item!r} is stored, neither by id nor by address"
        click.echo(json.dumps({"items": [], "why": why}) if as_json else why)
        return TROUBLE
    if as_json:
        click.echo(json.dumps({"items": [_shape(stored, explained) for stored, explained in found]}))
    else:
        now = build.utc_now()
        clock = local_time(config.settings.digest.zone, now, now)
        told = "\n\n".join(
            "\n".join((*_item(stored, clock), *_reasons(explained, names))) for stored, explained in found
        )
        click.echo(told)
    return DONE


def _item(stored: StoredItem, clock: LocalTime) -> Iterator[str]:
    item = stored.item
    published = f"{clock.moment(item.published)} ({clock.zone.key})" if item.published else "undated"
    yield item.title
    yield f"  {item.feed_id} · {published} · {item.url or 'no link'}"
    yield f"  item {item.id}, revision {item.revision}, first seen {clock.moment(item.first_seen)}"
    if stored.story:
        yield f"  story {stored.story}"
    elif stored.in_view:
        yield "  not grouped yet: the next pull does it"
    elif stored.classified_by:
        yield f"  in no story: it scored less than {IN_VIEW} on every target"
    if stored.classified_by is None:
        yield "  not classified yet: the next pull does it"
    elif stored.matches:
        matches = ", ".join(f"{match.target} {match.score:.2f}" for match in stored.matches)
        yield f"  stored matches: {matches} (model {stored.classified_by})"
    else:
        yield f"  no match: below the threshold of every target (model {stored.classified_by})"


def _reasons(explained: list[Explanation], names: Mapping[str, str]) -> Iterator[str]:
    for one in sorted(explained, key=lambda one: one.threshold - one.score):
        verdict = "match" if one.matched else "no match"
        found = ", ".join(_found(one))
        yield f"{one.target}: {one.score:.2f}, threshold {one.threshold:.2f}: {verdict}" + (
            f" ({found})" if one.matched and found else ""
        )
        yield from _weights(one.evidence, MANY if one.matched else FEW, names)
        if one.needed:
            yield from _needed(one.needed, one.threshold)


def _found(one: Explanation) -> Iterator[str]:
    """Name the indicator and the answer, each with how sure it is."""
    if one.indicator:
        yield f"{one.indicator} {one.indicator_confidence:.2f}"
    if one.answer:
        yield f"points to {one.answer} {one.answer_confidence:.2f}"


def _weights(evidence: Sequence[Evidence], most: int, names: Mapping[str, str]) -> Iterator[str]:
    """List the strongest reasons and the example that is near, and sum up the others: all add up to the log-odds."""
    shown = [reason for at, reason in enumerate(evidence) if at < most or reason.kind == "example"]
    others = [reason.weight for at, reason in enumerate(evidence) if at >= most and reason.kind != "example"]
    for reason in shown:
        yield f"    {reason.weight:+.2f}  {reason.kind}: {_reason(reason, names)}"
    if others:
        yield f"    {sum(others):+.2f}  all else, with what held before reading"
    yield f"    {sum(reason.weight for reason in evidence):+.2f}  together, in log-odds"


def _reason(reason: Evidence, names: Mapping[str, str]) -> str:
    """As in ``Kursk front [kursk_front], by Sudzha in the title``: what it is, and what stands where."""
    where = f" in the {reason.field}" if reason.field else ""
    match reason.kind:
        case "concept":
            return f"{names.get(reason.name, reason.name)} [{reason.name}], by {cut(reason.text, 70)}{where}"
        case "concepts":
            return f"{' with '.join(names.get(id, id) for id in reason.name.split('+'))} [{reason.name}]"
        case "example":
            return f"{cut(reason.text, 70)} [{reason.name}]"
    return f"{cut(reason.text, 70)}{where}"


def _needed(needed: Needed, threshold: float) -> Iterator[str]:
    yield f"    needed: {needed.log_odds:+.2f} to reach the threshold"
    if needed.unmet:
        yield f"    its rule would hold with: {' and '.join(needed.unmet)}"
    elif needed.unmet is not None:
        yield "    its rule holds, and other reasons weigh more"
    for addition in needed.additions:
        named = ", ".join(f"{term} [{id}]" for term, id in zip(addition.terms, addition.concepts, strict=True))
        would = "a match" if addition.score >= threshold else "no match"
        yield f"    with {named} in the title: {addition.score:.2f}, {would}"


def _shape(stored: StoredItem, explained: list[Explanation]) -> dict[str, Any]:
    item = stored.item
    return {
        "item": item.id,
        "feed": item.feed_id,
        "title": item.title,
        "url": item.url,
        "published": item.published.isoformat() if item.published else None,
        "first_seen": item.first_seen.isoformat(),
        "revision": item.revision,
        "story": stored.story,
        "in_view": stored.in_view,
        "classified_by": stored.classified_by,
        "matches": {match.target: match.score for match in stored.matches},
        "targets": _targets(explained),
    }


def _targets(explained: list[Explanation]) -> list[dict[str, Any]]:
    return [asdict(one) | {"matched": one.matched} for one in explained]
