"""What a story testifies: the indicators and answers that its matches name, and who tells it, graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import log2
from typing import NamedTuple

from watchtower.assess.data import AssessData
from watchtower.types import Feed, Lineage, Sighting

#: Admiralty source reliability as a factor; F, which cannot be judged, is neither good nor bad
RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.2, "F": 0.4}
#: Admiralty information credibility as a factor. 1, 2, 3 and 6 only say again how many origins there are, which is
#: counted already; 4 is doubtful, 5 improbable
CREDIBILITY: Mapping[int, float] = {1: 1.0, 2: 1.0, 3: 1.0, 4: 0.5, 5: 0.25, 6: 1.0}
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


class Testimony(NamedTuple):
    """A story as evidence; a plain tuple, since there are tens of thousands."""

    story: str
    #: the match with the highest score, which the story is shown by
    shown: Sighting
    #: the first of its matches, and its local date
    dated: datetime
    day: date
    #: what its matches name, of the highest score first
    indicators: tuple[str, ...]
    #: question to the answer that the model guesses
    answers: Mapping[str, str]
    voices: tuple[Voice, ...]
    #: Admiralty information credibility, 1 to 6
    credibility: int
    #: halves with every half-life
    freshness: float
    #: what it weighs if it is read with certainty and is the first of its kind that day
    weight: float


def reliability(voices: Iterable[Voice]) -> str:
    """The best Admiralty source reliability among some origins, of which there is one at least."""
    return min(voice.reliability for voice in voices)


def independence(voices: Iterable[Voice]) -> float:
    """Say how much independent origins confirm each other: log2(1 + origins), state-controlled ones counting half."""
    return log2(1 + sum(CONTROLLED if voice.state else 1.0 for voice in voices))


def testimonies(sightings: Iterable[Sighting], data: AssessData) -> tuple[Testimony, ...]:
    """Gather matches, by ``dated``, by story, in order of the stories' first match.

    A story without a lineage has one origin: whoever owns the feed of its best match.
    """
    by_story: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_story.setdefault(one.story, []).append(one)
    teller = _Teller(data)
    return tuple(teller.tell(story, told) for story, told in by_story.items())


class _Teller:
    """Makes testimonies; who speaks through a feed is worked out once for each feed, not for each of its stories."""

    def __init__(self, data: AssessData) -> None:
        self._data = data
        self._feeds = {feed.id: feed for feed in data.feeds}
        self._singles: dict[str, tuple[tuple[Voice, ...], float]] = {}

    def tell(self, story: str, told: Sequence[Sighting]) -> Testimony:
        """Make the testimony of a story's matches, by ``dated``."""
        ordered = sorted(told, key=lambda one: -one.score) if len(told) > 1 else told
        lineage = self._data.lineages.get(story)
        shown, dated = ordered[0], told[0].dated
        voices, worth = self._heard(lineage) if lineage else self._single(shown.feed)
        freshness = 0.5 ** max((self._data.now.until - dated) / self._data.method.half_life, 0.0)
        return Testimony(
            story,
            shown,
            dated,
            self._data.local_date(dated),
            tuple(dict.fromkeys([one.indicator for one in ordered if one.indicator])),
            {one.target: one.answer for one in reversed(ordered) if one.answer},
            voices,
            lineage.credibility if lineage else _SINGLE,
            freshness,
            worth * freshness * shown.score,
        )

    def _heard(self, lineage: Lineage) -> tuple[tuple[Voice, ...], float]:
        voices = tuple(
            Voice(name=origin.name, state=origin.state, owners=origin.owners, reliability=origin.reliability)
            for origin in lineage.origins
        )
        return voices, worth(voices, lineage.credibility)

    def _single(self, id: str) -> tuple[tuple[Voice, ...], float]:
        if id not in self._singles:
            feed = self._feeds.get(id) or Feed.unknown(id, None)
            voice = Voice(name=feed.owner, state=feed.state, owners=(feed.owner,), reliability=feed.reliability)
            self._singles[id] = ((voice,), worth([voice], _SINGLE))
        return self._singles[id]


def worth(voices: Sequence[Voice], credibility: int) -> float:
    """What the origins of a story make it weigh: independence x reliability x credibility."""
    return independence(voices) * RELIABILITY[reliability(voices)] * CREDIBILITY[credibility]
