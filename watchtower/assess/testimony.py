"""What a story testifies: the indicators and answers that its matches name, and who tells it, graded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import log2
from typing import NamedTuple

import numpy as np

from watchtower.assess.baseline import FloatArray, IntArray
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


Voices = tuple[Voice, ...]


class Testimony(NamedTuple):
    """A story as evidence; a plain tuple, since there are tens of thousands."""

    story: str
    #: the match with the highest score, which the story is shown by
    shown: Sighting
    #: the first of its matches
    dated: datetime
    voices: Voices
    #: Admiralty information credibility, 1 to 6
    credibility: int
    #: halves with every half-life
    freshness: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rests:
    """What is left of the origins of stories without one name: for each story a line for each name that it rests on."""

    names: tuple[str, ...]
    #: where the lines of each story begin, and last where all end
    begins: IntArray
    #: the name, as a place in ``names``
    name: IntArray
    #: what the origins make the story weigh without the name, 0 where none is left, and with it
    left: FloatArray
    whole: FloatArray


class Named(NamedTuple):
    """What the matches of a story name."""

    #: of the highest score first
    indicators: tuple[str, ...]
    #: question, and the answer that the model guesses
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Testimonies:
    """Stories as evidence, by ``dated`` and id; what is calculated of each stands in arrays of the same order."""

    stories: tuple[Testimony, ...]
    #: the local date of each, as an ordinal
    day: IntArray
    #: what each weighs if it is read with certainty and is the first of its kind that day
    weight: FloatArray
    #: what each names, as a place in ``named``
    naming: IntArray
    #: all that is named, each once: who names the same is read in the same way on every board
    named: tuple[Named, ...]

    def since(self, moment: datetime) -> int:
        """Give the place of the first story dated from a moment on."""
        return bisect_left(self.stories, moment, key=lambda one: one.dated)

    @cached_property
    def without_owners(self) -> Rests:
        """Take away each owner: what it tells alone, and what others tell only by crediting it."""
        return _rests(self.stories, _owners)

    @cached_property
    def without_states(self) -> Rests:
        """Take away the origins that each state controls."""
        return _rests(self.stories, _states)


def _rests(stories: Iterable[Testimony], split: Callable[[Voices], Mapping[str, Voices]]) -> Rests:
    """Work out what is left of each story without each of the names that its origins are ``split`` by."""
    numbers: dict[str, int] = {}
    begins, lines = [0], list[tuple[int, float, float]]()
    for one in stories:
        for name, rest in split(one.voices).items():
            left, whole = (worth(rest, one.credibility), worth(one.voices, one.credibility)) if rest else (0.0, 1.0)
            lines.append((numbers.setdefault(name, len(numbers)), left, whole))
        begins.append(len(lines))
    columns = np.array(lines).reshape(-1, 3)
    return Rests(
        names=tuple(numbers),
        begins=np.array(begins, dtype=np.int64),
        name=columns[:, 0].astype(np.int64),
        left=columns[:, 1],
        whole=columns[:, 2],
    )


def _owners(voices: Voices) -> Mapping[str, Voices]:
    if len(voices) == 1 and voices[0].owners == (voices[0].name,):
        return {voices[0].name: ()}
    names = {voice.name for voice in voices} | {voice.owners[0] for voice in voices if len(voice.owners) == 1}
    return {
        name: tuple(voice for voice in voices if voice.name != name and voice.owners != (name,))
        for name in sorted(names)
    }


def _states(voices: Voices) -> Mapping[str, Voices]:
    states = sorted({voice.state for voice in voices if voice.state})
    return {state: tuple(voice for voice in voices if voice.state != state) for state in states}


def reliability(voices: Iterable[Voice]) -> str:
    """The best Admiralty source reliability among some origins, of which there is one at least."""
    return min(voice.reliability for voice in voices)


def independence(voices: Iterable[Voice]) -> float:
    """Say how much independent origins confirm each other: log2(1 + origins), state-controlled ones counting half."""
    return log2(1 + sum(CONTROLLED if voice.state else 1.0 for voice in voices))


def testimonies(sightings: Iterable[Sighting], data: AssessData) -> Testimonies:
    """Gather matches, by ``dated``, by story.

    A story without a lineage has one origin: whoever owns the feed of its best match.
    """
    by_story: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_story.setdefault(one.story, []).append(one)
    teller, numbers = _Teller(data), _Numbers()
    in_order = sorted(by_story.items(), key=lambda pair: (pair[1][0].dated, pair[0]))
    told = [teller.tell(story, some) for story, some in in_order]
    return Testimonies(
        stories=tuple(one for one, _ in told),
        day=np.array([data.local_date(one.dated).toordinal() for one, _ in told], dtype=np.int64),
        weight=np.array([weight for _, weight in told]),
        naming=np.array([numbers.of(some) for _, some in in_order], dtype=np.int64),
        named=tuple(numbers.named),
    )


class _Numbers:
    """Numbers what stories name, each combination once."""

    def __init__(self) -> None:
        self.named: dict[Named, int] = {}
        self._singles: dict[tuple[str, str | None, str | None], int] = {}

    def of(self, told: Sequence[Sighting]) -> int:
        """Number what a story's matches name."""
        if len(told) > 1:
            return self._number(sorted(told, key=lambda one: -one.score))
        # nearly all stories have one match, and few different things are named
        target, indicator, answer = told[0].target, told[0].indicator, told[0].answer
        number = self._singles.get((target, indicator, answer))
        if number is None:
            number = self._singles[target, indicator, answer] = self._number(told)
        return number

    def _number(self, ordered: Sequence[Sighting]) -> int:
        indicators = dict.fromkeys(one.indicator for one in ordered if one.indicator)
        answers = {one.target: one.answer for one in reversed(ordered) if one.answer}
        return self.named.setdefault(Named(tuple(indicators), tuple(answers.items())), len(self.named))


class _Teller:
    """Makes testimonies; who speaks through a feed is worked out once for each feed, not for each of its stories."""

    def __init__(self, data: AssessData) -> None:
        self._data = data
        self._feeds = {feed.id: feed for feed in data.feeds}
        self._singles: dict[str, tuple[Voices, float]] = {}

    def tell(self, story: str, told: Sequence[Sighting]) -> tuple[Testimony, float]:
        """Make the testimony of a story's matches, by ``dated``, and its weight."""
        lineage = self._data.lineages.get(story)
        shown, dated = max(told, key=lambda one: one.score) if len(told) > 1 else told[0], told[0].dated
        voices, worth = self._heard(lineage) if lineage else self._single(shown.feed)
        freshness = 0.5 ** max((self._data.now.until - dated) / self._data.method.half_life, 0.0)
        credibility = lineage.credibility if lineage else _SINGLE
        return Testimony(story, shown, dated, voices, credibility, freshness), worth * freshness * shown.score

    def _heard(self, lineage: Lineage) -> tuple[Voices, float]:
        voices = tuple(
            Voice(name=origin.name, state=origin.state, owners=origin.owners, reliability=origin.reliability)
            for origin in lineage.origins
        )
        return voices, worth(voices, lineage.credibility)

    def _single(self, id: str) -> tuple[Voices, float]:
        if id not in self._singles:
            feed = self._feeds.get(id) or Feed.unknown(id, None)
            voice = Voice(name=feed.owner, state=feed.state, owners=(feed.owner,), reliability=feed.reliability)
            self._singles[id] = ((voice,), worth([voice], _SINGLE))
        return self._singles[id]


def worth(voices: Sequence[Voice], credibility: int) -> float:
    """What the origins of a story make it weigh: independence x reliability x credibility."""
    return independence(voices) * RELIABILITY[reliability(voices)] * CREDIBILITY[credibility]
