"""What the ranking rests on: which indicator tells the answers apart, and what it would be without one source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, log2

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData, Windows
from watchtower.assess.evidence import RELIABILITY, Weighed
from watchtower.assess.ranking import Total, gap, order
from watchtower.assess.testimony import Voice, independence, reliability
from watchtower.types import Diagnosticity, Feed, Sensitivity

#: weight of a fresh story that two independent origins tell, one of grade B, and that surely belongs
WELL_SOURCED = log2(3) * RELIABILITY["B"]


def diagnosticity(
    board: Board, weighed: Sequence[Weighed], ordered: Sequence[str], data: AssessData
) -> tuple[Diagnosticity, ...]:
    """Say of each indicator of a board how far it can tell the answers apart, the most telling first."""
    days, known = _days_reported(data, board)
    lines: defaultdict[str, list[Weighed]] = defaultdict(list)
    for one in weighed:
        if one.indicator:
            lines[one.indicator].append(one)
    told = [
        _telling(board, indicator, days.get(indicator, 0) / known if known else 0.0, lines[indicator], ordered)
        for indicator in board.bears
    ]
    return tuple(sorted(told, key=lambda one: (-one.value, -one.stories)))


def _telling(
    board: Board, indicator: str, base_rate: float, lines: Sequence[Weighed], ordered: Sequence[str]
) -> Diagnosticity:
    bears = [board.bears[indicator].get(answer, 0.0) for answer in board.answers]
    spread = (max(bears) - min(bears)) / 2
    return Diagnosticity(
        indicator=indicator,
        says=board.says[indicator],
        spread=spread,
        base_rate=base_rate,
        value=spread * (1 - base_rate),
        stories=len(lines),
        leads_by=sum(_lead(one, ordered) for one in lines),
    )


def _lead(one: Weighed, ordered: Sequence[str]) -> float:
    """What a story adds to the lead of the first answer over the second."""
    if len(ordered) < 2:
        return 0.0
    first, second = (min(one.bears.get(answer, 0.0), 0.0) for answer in ordered[:2])
    return one.weight * (first - second)


def _days_reported(data: AssessData, board: Board) -> tuple[Mapping[str, int], int]:
    """Count the days of the past on which each indicator was reported, and those on which anything was read."""
    windows = Windows(data.days)
    seen: defaultdict[str, set[int]] = defaultdict(set)
    for one in data.sightings:
        if one.indicator and one.indicator in board.bears and (day := windows.at(one.dated)) is not None:
            seen[one.indicator].add(day)
    return {name: len(days) for name, days in seen.items()}, sum(1 for counts in data.delivered if counts)


def sensitivity(
    board: Board, sums: Mapping[str, Total], weighed: Sequence[Weighed], feeds: Iterable[Feed]
) -> tuple[Sensitivity, ...]:
    """Find the owners, states and indicators without which another answer would be first or second."""
    present = order(sums)
    labels = {feed.owner: _label(feed) for feed in feeds}
    without = {
        "owner": _without_owners(weighed),
        "state": _without_states(weighed),
        "indicator": _without_indicators(weighed),
    }
    found = []
    for kind, changes in without.items():
        for name, changed in changes.items():
            sums_without = _changed(sums, changed)
            ordered = order(sums_without)
            if ordered[:2] != present[:2]:
                label = labels.get(name, name) if kind == "owner" else _named(kind, name, board)
                found.append(_sensitivity(kind, name, label, ordered, board, flips=ordered[0] != present[0]))
    return tuple(sorted(found, key=lambda one: not one.flips))


def _sensitivity(kind: str, name: str, label: str, ordered: Sequence[str], board: Board, *, flips: bool) -> Sensitivity:
    first = f"“{board.answers[ordered[0]]}”"
    then = f"the order flips: {first} would be first" if flips else f"“{board.answers[ordered[1]]}” would be second"
    return Sensitivity(
        kind=kind, name=name, label=label, order=tuple(ordered), flips=flips, words=f"Without {label} {then}."
    )


def _label(feed: Feed) -> str:
    if not feed.state:
        return feed.owner
    return f"{feed.owner} ({'state media' if feed.kind == 'state-media' else 'state-controlled'}, {feed.state})"


def _named(kind: str, name: str, board: Board) -> str:
    return f"all sources that {name} controls" if kind == "state" else f"“{board.says[name]}”"


_Changes = Mapping[str, list[tuple[Weighed, float]]]


def _without_owners(weighed: Iterable[Weighed]) -> _Changes:
    """For each owner the stories that would weigh otherwise without it, with what they would weigh then.

    Without it goes what it tells alone, and what others tell only by crediting it.
    """
    changes: defaultdict[str, list[tuple[Weighed, float]]] = defaultdict(list)
    for one in weighed:
        voices = one.testimony.voices
        for name in sorted({voice.name for voice in voices} | {v.owners[0] for v in voices if len(v.owners) == 1}):
            rest = [voice for voice in voices if voice.name != name and voice.owners != (name,)]
            changes[name].append((one, _reduced(one, rest)))
    return changes


def _reduced(one: Weighed, voices: Sequence[Voice]) -> float:
    """What a story would weigh with these of its origins alone."""
    if not voices:
        return 0.0
    grade = RELIABILITY.get(reliability(voices), RELIABILITY["F"])
    return replace(one.weighing, independence=independence(voices), reliability=grade).weight


def _without_states(weighed: Iterable[Weighed]) -> _Changes:
    changes: defaultdict[str, list[tuple[Weighed, float]]] = defaultdict(list)
    for one in weighed:
        states = {voice.state for voice in one.testimony.voices}
        for state in sorted(filter(None, states)):
            rest = [voice for voice in one.testimony.voices if voice.state != state]
            changes[state].append((one, _reduced(one, rest)))
    return changes


def _without_indicators(weighed: Iterable[Weighed]) -> _Changes:
    changes: defaultdict[str, list[tuple[Weighed, float]]] = defaultdict(list)
    for one in weighed:
        if one.indicator:
            changes[one.indicator].append((one, 0.0))
    return changes


def _changed(sums: Mapping[str, Total], changed: Iterable[tuple[Weighed, float]]) -> dict[str, Total]:
    result = dict(sums)
    for one, weight in changed:
        for answer, toward in one.bears.items():
            result[answer] = result[answer].plus(weight - one.weight, toward)
    return result


def turning(
    board: Board, sums: Mapping[str, Total], ordered: Sequence[str], told: Sequence[Diagnosticity]
) -> Iterator[str]:
    """Say what would change the ranking: how many well-sourced stories on which indicators."""
    first, second = ordered[:2]
    against = [
        one.indicator
        for one in told
        if board.bears[one.indicator].get(first, 0.0) < 0 <= board.bears[one.indicator].get(second, 0.0)
    ]
    leader = board.answers[first]
    if not any(toward.get(first, 0.0) < 0 for toward in board.bears.values()):
        yield f"No indicator of the analysis speaks against “{leader}”: it cannot be disproved by what is watched."
    if against:
        need = max(ceil(gap(sums, ordered) / WELL_SOURCED), 1)
        stories = "one well-sourced story" if need == 1 else f"{need} well-sourced stories on different days"
        says = "; ".join(f"“{board.says[name]}”" for name in against[:_SHOWN])
        more = f"; or {len(against) - _SHOWN} other indicators" if len(against) > _SHOWN else ""
        yield f"It would turn with {stories} (two origins, one of grade B) of: {says}{more}."


#: indicators that a sentence names
_SHOWN = 3
