"""What a target is defined as, and since when: a redefinition is never read as an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchtower import rules
from watchtower.types import Analysis, Definition, Sighting, Target, stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The last change of a target's definition."""

    at: datetime
    #: matches from before it are still counted by the earlier definition
    mixed: bool


def define(analysis: Analysis, known: Sequence[Definition], now: datetime) -> tuple[Definition, ...]:
    """Say what each target is defined as by this configuration, where that is not known yet."""
    there = {(one.target, one.configuration) for one in known}
    return tuple(
        Definition(
            analysis=analysis.id,
            target=target.id,
            version=version_of(target, analysis),
            configuration=analysis.version,
            at=now,
        )
        for target in analysis.targets
        if (target.id, analysis.version) not in there
    )


def version_of(target: Target, analysis: Analysis) -> str:
    """Hash all that decides what matches a target and what its indicators point to; wording alone changes nothing."""
    whens = [target.when or "", *(one.when or "" for one in target.indicators)]
    named = {name for when in whens if when for name, _ in rules.mentions(when)}
    terms = [
        (concept.id, language, *words)
        for concept in sorted(analysis.concepts, key=lambda one: one.id)
        if concept.id in named
        for language, words in sorted(concept.terms.items())
    ]
    parts = [
        *whens, target.about, str(target.threshold), *target.examples, "|", *target.counterexamples, "|",
        *(text for one in target.indicators for text in (one.id, *one.examples, *one.supports, "-", *one.contradicts)),
        *(text for one in target.answers for text in (one.id, *one.examples)),
        *(text for term in terms for text in term),
    ]  # fmt: skip
    return stable_id(*parts)


def changes(definitions: Sequence[Definition], sightings: Iterable[Sighting], since: datetime) -> Mapping[str, Change]:
    """Find for each target the last change of its definition after a moment, from definitions in order of time."""
    versions = {(one.target, one.configuration): one.version for one in definitions}
    latest: dict[str, Definition] = {}
    changed: dict[str, datetime] = {}
    for one in definitions:
        before = latest.get(one.target)
        if before is not None and before.version != one.version and one.at >= since:
            changed[one.target] = one.at
        latest[one.target] = one
    mixed = set()
    for seen in sightings if changed else ():
        at = changed.get(seen.target)
        if at is not None and seen.dated < at:
            version = versions.get((seen.target, seen.configuration))
            if version is not None and version != latest[seen.target].version:
                mixed.add(seen.target)
    return {target: Change(at=at, mixed=target in mixed) for target, at in changed.items()}
