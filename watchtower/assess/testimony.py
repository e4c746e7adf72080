"""What a story testifies: the indicators and answers that its matches name, and who tells it, graded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchtower.text import fold
from watchtower.types import Feed, Sighting

#: Admiralty source reliability, best first
_GRADES = "ABCDEF"


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
    #: owner to the best grade among its feeds
    owners: Mapping[str, str]
    #: states that control some of them, and whether one controls all of them
    states: tuple[str, ...]
    state_only: bool
    origins: int

    @property
    def reliability(self) -> str:
        """The best Admiralty source reliability among those who tell it."""
        return min(self.owners.values())

    @property
    def credibility(self) -> int:
        """Admiralty information credibility, from who confirms whom; see ``credibility``."""
        return credibility(self.origins, self.reliability, state_only=self.state_only)


def credibility(origins: int, reliability: str, *, state_only: bool) -> int:
    """Grade information by who confirms it: 1 confirmed, 2 probably true, 3 possibly true, 6 cannot be judged.

    4 and 5 need a contradicting report, which is not looked for. What only state media tell is at best possibly true,
    however many of them do.
    """
    if origins >= 3 and not state_only:
        return 1
    if origins == 2 and not state_only:
        return 2
    return 3 if reliability <= "C" and not state_only else 6


def testimonies(
    sightings: Iterable[Sighting], feeds: Mapping[str, Feed], origins: Mapping[str, int]
) -> tuple[Testimony, ...]:
    """Gather matches by story, in order of the stories' first match; ``origins`` are known better than by owners."""
    by_story: dict[str, list[Sighting]] = {}
    for one in sightings:
        by_story.setdefault(one.story, []).append(one)
    return tuple(_testimony(story, told, feeds, origins) for story, told in by_story.items())


def _testimony(
    story: str, told: Sequence[Sighting], feeds: Mapping[str, Feed], origins: Mapping[str, int]
) -> Testimony:
    ordered = sorted(told, key=lambda one: -one.score) if len(told) > 1 else told
    answers: dict[str, str] = {}
    owners: dict[str, str] = {}
    states, free = set(), False
    for one in ordered:
        if one.answer:
            answers.setdefault(one.target, one.answer)
        feed = feeds.get(one.feed)
        owner, grade = (feed.owner, feed.reliability) if feed else (one.feed, "F")
        owners[owner] = min(owners.get(owner, "F"), grade if grade in _GRADES else "F")
        if feed and feed.state:
            states.add(feed.state)
        else:
            free = True
    return Testimony(
        story=story,
        shown=ordered[0],
        dated=min(one.dated for one in told),
        indicators=tuple(dict.fromkeys(one.indicator for one in ordered if one.indicator)),
        answers=answers,
        owners=owners,
        states=tuple(sorted(states)),
        state_only=not free,
        origins=origins.get(story) or len({fold(owner) for owner in owners}),
    )
