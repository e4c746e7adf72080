"""Stories weighed: what each says of the answers, and how much that counts.

A weight is a product (``types.Weighing``): independence x reliability x credibility x certainty x freshness x novelty.
The first three and freshness are the testimony's (``testimony.py``), the others are worked out here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from watchtower.assess.baseline import FloatArray, IntArray
from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData
from watchtower.assess.testimony import (
    CREDIBILITY,
    RELIABILITY,
    Named,
    Testimonies,
    Testimony,
    independence,
    reliability,
)
from watchtower.types import EvidenceLine, Weighing, fitting

#: how sure a reading is: an indicator points where the editor says; an answer is the model's guess alone
DECLARED, GUESSED = 1.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What a story says on one board; one value for all stories that name the same."""

    #: the indicator that counts, of several the one with the highest score; None for a guess
    indicator: str | None
    bears: Mapping[str, float]
    certainty: float
    #: the answer to the question that it speaks for; None where that is unclear, or where scenarios are weighed
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scales:
    """The stories that bear on a board, weightiest first, in arrays of the same order: there are tens of thousands."""

    told: Testimonies
    readings: tuple[Reading, ...]
    #: each story, as a place in ``told``, and its reading, as a place in ``readings``
    at: IntArray
    reading: IntArray
    novelty: FloatArray
    weight: FloatArray

    def stories(self) -> Iterator[Testimony]:
        """Give the stories."""
        return (self.told.stories[place] for place in self.at.tolist())


@dataclass(slots=True, kw_only=True)
class Share:
    """What the stories of one reading come to."""

    stories: int = 0
    new: int = 0
    weight: float = 0.0


def weigh(board: Board, told: Testimonies, since: datetime) -> Scales:
    """Put every story dated from ``since`` on that bears on an answer on the scales, weightiest first.

    The second story of an indicator on a day counts a half, the third a third: forty reports are not forty events.
    """
    readings, number_of = _readings(board, told.named)
    first = told.since(since)
    reading = number_of[told.naming[first:]]
    at = np.flatnonzero(reading >= 0) + first
    reading = reading[at - first]
    weight = told.weight[at] * np.array([one.certainty for one in readings])[reading]
    # stories are by ``dated`` and id: of equally weighty ones the earlier comes first
    kind = _kinds(readings)[reading] * (told.day.max(initial=0) + 1) + told.day[at]
    order = np.lexsort((at, -weight, kind))
    rank = _ranks(kind[order])
    weight = weight[order] / rank
    last = np.lexsort((at[order], -weight))
    order, rank, weight = order[last], rank[last], weight[last]
    return Scales(told=told, readings=readings, at=at[order], reading=reading[order], novelty=1 / rank, weight=weight)


def _readings(board: Board, named: Sequence[Named]) -> tuple[tuple[Reading, ...], IntArray]:
    """Read all that is named; and give for each the place of its reading, -1 where it bears on no answer."""
    read = [_read(board, one) for one in named]
    found = {number: place for place, number in enumerate(n for n, one in enumerate(read) if one is not None)}
    places = np.array([found.get(number, -1) for number in range(len(read))], dtype=np.int64)
    return tuple(one for one in read if one is not None), places


def _kinds(readings: Sequence[Reading]) -> IntArray:
    """Number what stories of the same day repeat: an indicator, or a guess of the same answer."""
    numbers: dict[object, int] = {}
    kinds = (one.indicator or tuple(sorted(one.bears.items())) for one in readings)
    return np.array([numbers.setdefault(kind, len(numbers)) for kind in kinds], dtype=np.int64)


def _ranks(kinds: IntArray) -> FloatArray:
    """Count the places of each run of equal numbers, from 1."""
    places = np.arange(len(kinds))
    begins = np.diff(kinds, prepend=-1) != 0
    ranks: FloatArray = (places - np.maximum.accumulate(np.where(begins, places, 0)) + 1).astype(np.float64)
    return ranks


def shares(scales: Scales, since: datetime) -> Mapping[Reading, Share]:
    """Sum up what is weighed by reading: how many stories, how many since a moment, and their weight."""
    new = (scales.at >= scales.told.since(since)).astype(np.float64)
    return {
        scales.readings[reading]: Share(stories=int(stories), new=int(fresh), weight=weight)
        for reading, stories, fresh, weight in zip(
            *sums(scales.reading, np.ones(len(new)), new, scales.weight), strict=True
        )
    }


def sums(keys: IntArray, *values: FloatArray) -> tuple[list[Any], ...]:
    """List the distinct keys in order of their first places, and the sums of each one's values, added in order."""
    distinct, first, number = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    summed = (np.bincount(number, weights=some, minlength=len(distinct))[order].tolist() for some in values)
    return (distinct[order].tolist(), *summed)


def answers(board: Board, told: Testimonies) -> Mapping[str, str]:
    """Say of each story that bears on a question, whenever it is dated, which answer the ledger counts it for."""
    read = [_read(board, one) for one in told.named]
    named = [one.answer if one is not None else None for one in read]
    found = ((one.story, named[number]) for one, number in zip(told.stories, told.naming.tolist(), strict=True))
    return {story: answer for story, answer in found if answer}


def _read(board: Board, named: Named) -> Reading | None:
    """Read a story: by the answer that its match on the question names, if any, and the indicators that agree with it.

    Where a match names an answer, indicators that fit another one better are passed over; where none does, the
    indicators say alone which answer it speaks for.
    """
    pointing = [name for name in named.indicators if name in board.bears]
    guess = dict(named.answers).get(board.guessed) if board.guessed else None
    if guess in board.answers:
        pointing = [name for name in pointing if guess in fitting(board.bears[name], board.answers)]
    bears = _declared(board, pointing)
    if any(bears.values()):
        answer = guess if guess in board.answers else _only(board, bears)
        return Reading(indicator=pointing[0], bears=bears, certainty=DECLARED, answer=answer)
    if bears := _guessed(board, guess):
        return Reading(indicator=None, bears=bears, certainty=GUESSED, answer=guess)
    return None


def _only(board: Board, bears: Mapping[str, float]) -> str | None:
    fits = fitting(bears, board.answers) if board.guessed else ()
    return next(iter(fits)) if len(fits) == 1 else None


def _declared(board: Board, pointing: Sequence[str]) -> Mapping[str, float]:
    """What the indicators say together: on each answer the mean of those that say anything of it."""
    said: defaultdict[str, list[float]] = defaultdict(list)
    for name in pointing:
        for answer, toward in board.bears[name].items():
            said[answer].append(toward)
    return {answer: sum(values) / len(values) for answer, values in said.items()}


def _guessed(board: Board, guess: str | None) -> Mapping[str, float]:
    """What the model's guess says: consistent with that answer, inconsistent with those that compete with it."""
    if guess not in board.answers:
        return {}
    return {answer: 1.0 if answer == guess else -1.0 for answer in board.answers}


def line(scales: Scales, place: int, data: AssessData) -> EvidenceLine:
    """Show a weighed story by its place on the scales; its headline is put in later (``headlines.py``)."""
    told, reading = scales.told.stories[scales.at[place]], scales.readings[scales.reading[place]]
    grade = reliability(told.voices)
    return EvidenceLine(
        story=told.story,
        item=told.shown.item,
        title="",
        url=None,
        dated=told.dated,
        indicator=reading.indicator,
        bears=dict(reading.bears),
        weight=float(scales.weight[place]),
        weighing=Weighing(
            independence=independence(told.voices),
            reliability=RELIABILITY[grade],
            credibility=CREDIBILITY[told.credibility],
            certainty=told.shown.score * reading.certainty,
            freshness=told.freshness,
            novelty=float(scales.novelty[place]),
        ),
        origins=len(told.voices),
        reliability=grade,
        credibility=told.credibility,
        owners=tuple(dict.fromkeys(owner for voice in told.voices for owner in voice.owners)),
        states=tuple(sorted({voice.state for voice in told.voices if voice.state})),
        new=told.dated >= data.now.since,
    )
