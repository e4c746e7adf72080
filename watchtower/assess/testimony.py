"""What a story testifies: the indicators and answers that its matches name, and who tells it, graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log2

from watchtower.types import Feed, Lineage, Sighting

#: what an origin counts that a state controls, beside one that none does
CONTROLLED = 0.5
#: Admiralty information credibility of what only one origin tells: it cannot be judged
_SINGLE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One independent origin of a story."""

    name: str
    #: the state that controls it, or None
    state: str | None
    owners: tuple[str, ...]
    #: Admiralty source reliability
    reliability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """A story as evidence."""

    story: str
    #: the match with the highest score, which the story is shown by
    shown: Sighting
    #: the first of its matches
    dated: datetime
    #: what its matches name, of the highest score first
    indicators: tuple[str, ...]
    #: question to the answer that the model guesses
    answers: Mapping[str, str]
    voices: tuple[Voice, ...]
    #: Admiralty information credibility, 1 to 6
    credibility: int

    @property
    def reliability(self) -> str:
        """The best Admiralty source reliability among its origins."""
        return reliability(self.voices)


def reliability(voices: Iterable[Voice]) -> str:
    """The best Admiralty source reliability among some origins, of which there is one at least."""
    return min(voice.reliability for voice in voices)


def independence(voices: Iterable[Voice]) -> float:
    """Say how much independent origins confirm each other: log2(1 + origins), state-controlled ones counting half."""
    return log2(1 + sum(CONTROLLED if voice.state else 1.0 for voice in voices))


def testimonies(
    sightings: Iterable[Sighting], feeds: Mapping[str, Feed], lineages: Mapping[str, Lineage]
) -> tuple[Testimony, ...]:
    """Gather matches by story, in order of the stories' first match.

    A story without a lineage has one origin: whoever owns the feed of its best match.
    """
    by_story: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_story.setdefault(one.story, []).append(one)
    return tuple(_testimony(story, told, feeds, lineages.get(story)) for story, told in by_story.items())


def _testimony(story: str, told: Sequence[Sighting], feeds: Mapping[str, Feed], lineage: Lineage | None) -> Testimony:
    ordered = sorted(told, key=lambda one: -one.score) if len(told) > 1 else told
    answers: dict[str, str] = {}
    for one in ordered:
        if one.answer:
            answers.setdefault(one.target, one.answer)
    return Testimony(
        story=story,
        shown=ordered[0],
        dated=min(one.dated for one in told),
        indicators=tuple(dict.fromkeys(one.indicator for one in ordered if one.indicator)),
        answers=answers,
        voices=_voices(lineage) if lineage else (_voice(ordered[0], feeds),),
        credibility=lineage.credibility if lineage else _SINGLE,
    )


def _voices(lineage: Lineage) -> tuple[Voice, ...]:
    return tuple(
        Voice(name=origin.name, state=origin.state, owners=origin.owners, reliability=origin.reliability)
        for origin in lineage.origins
    )


def _voice(one: Sighting, feeds: Mapping[str, Feed]) -> Voice:
    feed = feeds.get(one.feed) or Feed.unknown(one.feed, None)
    return Voice(name=feed.owner, state=feed.state, owners=(feed.owner,), reliability=feed.reliability)
