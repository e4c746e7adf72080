"""Stories weighed: what each says of the answers, and how much that counts.

A weight is a product (``types.Weighing``): independence x reliability x credibility x certainty x freshness x novelty.
The first three and freshness are the testimony's (``testimony.py``), the others are worked out here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData
from watchtower.assess.testimony import CREDIBILITY, RELIABILITY, Testimony, independence, reliability
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


class Weighed(NamedTuple):
    """A story on the scales of one board; a plain tuple, since there are tens of thousands."""

    testimony: Testimony
    reading: Reading
    novelty: float
    weight: float


@dataclass(slots=True, kw_only=True)
class Share:
    """What the stories of one reading come to."""

    stories: int = 0
    new: int = 0
    weight: float = 0.0


def alike(told: Iterable[Testimony]) -> tuple[tuple[Testimony, ...], ...]:
    """Put together what names the same indicators and answers: it is read in the same way on every board."""
    groups: defaultdict[tuple[object, ...], list[Testimony]] = defaultdict(list)
    for one in told:
        groups[one.indicators, tuple(one.answers.items())].append(one)
    return tuple(map(tuple, groups.values()))


def weigh(board: Board, told: Iterable[Sequence[Testimony]], since: datetime) -> tuple[Weighed, ...]:
    """Put every story dated from ``since`` on that bears on an answer on the scales, weightiest first.

    ``told`` are testimonies as ``alike`` groups them.
    """
    groups: defaultdict[tuple[object, date], list[Weighed]] = defaultdict(list)
    for same in told:
        reading = _read(board, same[0])
        if reading is None:
            continue
        what, certainty = reading.indicator or tuple(sorted(reading.bears.items())), reading.certainty
        days: defaultdict[date, list[Weighed]] = defaultdict(list)
        for testimony in same:
            if testimony.dated >= since:
                days[testimony.day].append(Weighed(testimony, reading, 1.0, testimony.weight * certainty))
        for day, some in days.items():
            groups[what, day] += some
    return tuple(sorted((one for group in groups.values() for one in _ranked(group)), key=_order))


def shares(weighed: Iterable[Weighed], since: datetime) -> Mapping[Reading, Share]:
    """Sum up what is weighed by reading: how many stories, how many since a moment, and their weight."""
    found: defaultdict[Reading, Share] = defaultdict(Share)
    for one in weighed:
        share = found[one.reading]
        share.stories += 1
        share.new += one.testimony.dated >= since
        share.weight += one.weight
    return found


def answers(board: Board, told: Iterable[Sequence[Testimony]]) -> Mapping[str, str]:
    """Say of each story that bears on a question, whenever it is dated, which answer the ledger counts it for."""
    readings = ((_read(board, same[0]), same) for same in told)
    return {
        one.story: reading.answer
        for reading, same in readings
        if reading is not None and reading.answer
        for one in same
    }


def _read(board: Board, testimony: Testimony) -> Reading | None:
    """Read a story: by the answer that its match on the question names, if any, and the indicators that agree with it.

    Where a match names an answer, indicators that fit another one better are passed over; where none does, the
    indicators say alone which answer it speaks for.
    """
    pointing = [name for name in testimony.indicators if name in board.bears]
    guess = testimony.answers.get(board.guessed) if board.guessed else None
    if guess in board.answers:
        pointing = [name for name in pointing if guess in fitting(board.bears[name], board.answers)]
    bears = _declared(board, pointing)
    if any(bears.values()):
        named = guess if guess in board.answers else _only(board, bears)
        return Reading(indicator=pointing[0], bears=bears, certainty=DECLARED, answer=named)
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


def _ranked(group: Sequence[Weighed]) -> Iterator[Weighed]:
    """Count the second story of an indicator on a day a half, the third a third: forty reports are not forty events."""
    if len(group) == 1:
        yield group[0]
        return
    for rank, one in enumerate(sorted(group, key=_order), 1):
        yield Weighed(one.testimony, one.reading, 1 / rank, one.weight / rank)


def _order(one: Weighed) -> tuple[float, datetime, str]:
    return (-one.weight, one.testimony.dated, one.testimony.story)


def line(one: Weighed, data: AssessData) -> EvidenceLine:
    """Show a weighed story; its headline is put in later (``headlines.py``)."""
    told = one.testimony
    grade = reliability(told.voices)
    return EvidenceLine(
        story=told.story,
        item=told.shown.item,
        title="",
        url=None,
        dated=told.dated,
        indicator=one.reading.indicator,
        bears=dict(one.reading.bears),
        weight=one.weight,
        weighing=Weighing(
            independence=independence(told.voices),
            reliability=RELIABILITY[grade],
            credibility=CREDIBILITY[told.credibility],
            certainty=told.shown.score * one.reading.certainty,
            freshness=told.freshness,
            novelty=one.novelty,
        ),
        origins=len(told.voices),
        reliability=grade,
        credibility=told.credibility,
        owners=tuple(dict.fromkeys(owner for voice in told.voices for owner in voice.owners)),
        states=tuple(sorted({voice.state for voice in told.voices if voice.state})),
        new=told.dated >= data.now.since,
    )
