"""Stories weighed: what each says of the answers, and how much that counts.

A weight is a product (``types.Weighing``): independence x reliability x credibility x certainty x freshness x novelty.
Every factor has its table or constant here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData
from watchtower.assess.testimony import Testimony, independence
from watchtower.types import EvidenceLine, Weighing

#: Admiralty source reliability as a factor; F, which cannot be judged, is neither good nor bad
RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.2, "F": 0.4}
#: Admiralty information credibility as a factor. 1, 2, 3 and 6 only say again how many origins there are, which is
#: counted already; 4 is doubtful, 5 improbable
CREDIBILITY: Mapping[int, float] = {1: 1.0, 2: 1.0, 3: 1.0, 4: 0.5, 5: 0.25, 6: 1.0}
#: how sure a reading is: an indicator points where the editor says; an answer is the model's guess alone
DECLARED, GUESSED = 1.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A story on the scales of one board."""

    testimony: Testimony
    #: the indicator that counts, of several the one with the highest score
    indicator: str | None
    bears: Mapping[str, float]
    weighing: Weighing
    weight: float


def weigh(board: Board, told: Iterable[Testimony], data: AssessData, since: datetime) -> tuple[Weighed, ...]:
    """Put every story dated from ``since`` on that bears on an answer on the scales, weightiest first."""
    single = [
        weighed for testimony in told if testimony.dated >= since and (weighed := _weighed(board, testimony, data))
    ]
    groups: defaultdict[tuple[object, date], list[Weighed]] = defaultdict(list)
    for one in single:
        what = one.indicator or tuple(sorted(one.bears.items()))
        groups[what, data.local_date(one.testimony.dated)].append(one)
    return tuple(sorted((one for group in groups.values() for one in _ranked(group)), key=_order))


def _weighed(board: Board, testimony: Testimony, data: AssessData) -> Weighed | None:
    pointing = [name for name in testimony.indicators if name in board.bears]
    bears = _declared(board, pointing) if pointing else _guessed(board, testimony)
    if not any(bears.values()):
        return None
    age = max((data.now.until - testimony.dated) / data.method.half_life, 0.0)
    weighing = Weighing(
        independence=independence(testimony.voices),
        reliability=RELIABILITY.get(testimony.reliability, RELIABILITY["F"]),
        credibility=CREDIBILITY[testimony.credibility],
        certainty=testimony.shown.score * (DECLARED if pointing else GUESSED),
        freshness=0.5**age,
        novelty=1.0,
    )
    first = pointing[0] if pointing else None
    return Weighed(testimony=testimony, indicator=first, bears=bears, weighing=weighing, weight=weighing.weight)


def _declared(board: Board, pointing: Sequence[str]) -> Mapping[str, float]:
    """What the indicators say together: on each answer the mean of those that say anything of it."""
    said: defaultdict[str, list[float]] = defaultdict(list)
    for name in pointing:
        for answer, toward in board.bears[name].items():
            said[answer].append(toward)
    return {answer: sum(values) / len(values) for answer, values in said.items()}


def _guessed(board: Board, testimony: Testimony) -> Mapping[str, float]:
    """What the model's guess says: consistent with that answer, inconsistent with those that compete with it."""
    guess = testimony.answers.get(board.guessed) if board.guessed else None
    if guess not in board.answers:
        return {}
    return {answer: 1.0 if answer == guess else -1.0 for answer in board.answers}


def _ranked(group: Sequence[Weighed]) -> Iterable[Weighed]:
    """Count the second story of an indicator on a day a half, the third a third: forty reports are not forty events."""
    for rank, one in enumerate(sorted(group, key=_order), 1):
        weighing = replace(one.weighing, novelty=1 / rank) if rank > 1 else one.weighing
        yield replace(one, weighing=weighing, weight=weighing.weight)


def _order(one: Weighed) -> tuple[float, datetime, str]:
    return (-one.weight, one.testimony.dated, one.testimony.story)


def line(one: Weighed, data: AssessData) -> EvidenceLine:
    """Show a weighed story."""
    told = one.testimony
    return EvidenceLine(
        story=told.story,
        item=told.shown.item,
        title=told.shown.title,
        url=told.shown.url,
        dated=told.dated,
        indicator=one.indicator,
        bears=dict(one.bears),
        weight=one.weight,
        weighing=one.weighing,
        origins=len(told.voices),
        reliability=told.reliability,
        credibility=told.credibility,
        owners=tuple(dict.fromkeys(owner for voice in told.voices for owner in voice.owners)),
        states=tuple(sorted({voice.state for voice in told.voices if voice.state})),
        new=told.dated >= data.now.since,
    )
