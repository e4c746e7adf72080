"""What in the digest to come is worth telling at once: where it differs from the last one in one of four ways."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from watchtower.digest.calendar import written
from watchtower.text import web_address
from watchtower.types import (
    Alert,
    AlertKind,
    Digest,
    DigestStory,
    Origin,
    Section,
    Silence,
    SilenceState,
    TrendState,
)


def alerts(now: Digest, before: Digest) -> list[Alert]:
    """Compare the digest of the last day, as it would be made now, with the last one that was told, section by section.

    Told are a surge, the first confirmation of a story by an origin that no state controls and that is new to it,
    something expected that came, and coverage that was lost; each only where the last digest did not have it. The key
    of an alert is the same however often this is asked between two digests.
    """
    earlier = {section.target: section for section in before.sections}
    found: list[Alert] = []
    for section in now.sections:
        if (past := earlier.get(section.target)) is not None:
            found += _confirmed(section, past, now)
            found += _surges(section, past, now, before)
            found += _came(section, past, now, before)
            found += _lost(section, past, now, before)
    return found


def _surges(section: Section, past: Section, now: Digest, before: Digest) -> Iterator[Alert]:
    running = {trend.indicator for trend in past.trends if trend.state is TrendState.SURGE}
    for trend in section.trends:
        if trend.state is TrendState.SURGE and trend.indicator not in running:
            of = f"“{trend.says}” ({section.title})" if trend.indicator else section.title
            yield _alert(
                now,
                AlertKind.SURGE,
                section.target,
                f"Surge: {of}, {trend.words}.",
                trend.indicator or "",
                before.id,
                url=web_address(section.stories[0].sources[0].url) if section.stories else None,
            )


def _confirmed(section: Section, past: Section, now: Digest) -> Iterator[Alert]:
    told = {story.story: story for story in past.stories}
    for story in section.stories:
        if story.story in told and (origin := _confirming(story, told[story.story])) is not None:
            source = next((one for one in story.sources if one.feed in origin.feeds), story.sources[0])
            says = f"First independent confirmation: “{story.title}”, now by {origin.name} too ({section.title})."
            yield _alert(now, AlertKind.CONFIRMED, section.target, says, story.story, url=web_address(source.url))


def _confirming(story: DigestStory, told: DigestStory) -> Origin | None:
    """The first origin without a state that is new to a story of one origin, or of state-controlled ones alone."""
    if story.lineage is None or told.lineage is None:
        return None
    if len(told.lineage.origins) > 1 and told.lineage.independent:
        return None
    known = {origin.name for origin in told.lineage.origins}
    new = (one for one in story.lineage.origins if one.state is None and one.name not in known)
    return min(new, key=lambda origin: origin.first, default=None)


def _came(section: Section, past: Section, now: Digest, before: Digest) -> Iterator[Alert]:
    missing = {one.indicator for one in past.silences if one.state is not SilenceState.SEEN}
    for one in section.silences:
        if one.state is SilenceState.SEEN and one.indicator in missing:
            says = f"Expected, and come: “{one.says}” ({section.title})" + (
                f": {one.last_title}" if one.last_title else ""
            )
            yield _alert(
                now,
                AlertKind.CAME,
                section.target,
                f"{says}.",
                one.indicator,
                before.id,
                url=_last_address(section, one),
            )


def _lost(section: Section, past: Section, now: Digest, before: Digest) -> Iterator[Alert]:
    """One alert a target, however many of its indicators can no longer be seen."""
    blind = _blind(section)
    if blind and not _blind(past):
        says = f"Coverage lost: {section.title}, {blind[0]}" + (
            f", and {len(blind) - 1} more" if len(blind) > 1 else ""
        )
        yield _alert(now, AlertKind.COVERAGE_LOST, section.target, f"{says}.", before.id)


def _blind(section: Section) -> Sequence[str]:
    """What can no longer be said of a section for want of coverage, in words."""
    trend = section.trend
    target = [trend.words] if trend is not None and trend.state is TrendState.NO_COVERAGE else []
    return target + [f"“{one.says}” {one.words}" for one in section.silences if one.state is SilenceState.UNKNOWN]


def _last_address(section: Section, silence: Silence) -> str | None:
    sources = (source for story in section.stories for source in story.sources)
    return next((web_address(one.url) for one in sources if one.item == silence.last_item), None)


def _alert(now: Digest, kind: AlertKind, target: str, says: str, *key: str, url: str | None = None) -> Alert:
    name = "/".join((kind, target, *key))
    return Alert(analysis=now.analysis, key=name, kind=kind, target=target, at=now.made.cut_off, says=says, url=url)


def alert_text(told: Sequence[Alert], *, as_json: bool) -> tuple[str, str]:
    """Write alerts for one message: the content type and the text, one sentence each, or JSON for programs."""
    if as_json:
        return "application/json", json.dumps({"alerts": [_plain(one) for one in told]}, ensure_ascii=False) + "\n"
    lines = [line for one in told for line in (one.says, *((one.url,) if one.url else ()), "")]
    return "text/plain; charset=utf-8", "\n".join(lines).rstrip("\n") + "\n"


def _plain(one: Alert) -> dict[str, object]:
    return {
        "key": one.key,
        "kind": one.kind.value,
        "target": one.target,
        "at": written(one.at),
        "says": one.says,
        "url": one.url,
    }
