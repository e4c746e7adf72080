"""What the ranking rests on: which indicator tells the answers apart, and what it would be without one source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, log2
from operator import attrgetter

import numpy as np

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData, parted
from watchtower.assess.evidence import Reading, Scales, Share, sums
from watchtower.assess.ranking import Total, gap, order, tested, totals
from watchtower.assess.testimony import RELIABILITY, Rests
from watchtower.text import counted
from watchtower.types import Diagnosticity, Feed, Sensitivity

#: weight of a fresh story that two independent origins tell, one of grade B, and that surely belongs
WELL_SOURCED = log2(3) * RELIABILITY["B"]


def diagnosticity(
    board: Board, shares: Mapping[Reading, Share], ordered: Sequence[str], base_rates: Mapping[str, float]
) -> tuple[Diagnosticity, ...]:
    """Say of each indicator of a board how far it can tell the answers apart, the most telling first."""
    told = [_telling(board, name, base_rates.get(name, 0.0), shares, ordered) for name in board.bears]
    return tuple(sorted(told, key=lambda one: (-one.value, -one.stories)))


def _telling(
    board: Board, indicator: str, base_rate: float, shares: Mapping[Reading, Share], ordered: Sequence[str]
) -> Diagnosticity:
    bears = [board.bears[indicator].get(answer, 0.0) for answer in board.answers]
    spread = (max(bears) - min(bears)) / 2
    own = [(reading, share) for reading, share in shares.items() if reading.indicator == indicator]
    return Diagnosticity(
        indicator=indicator,
        says=board.says[indicator],
        spread=spread,
        base_rate=base_rate,
        value=spread * (1 - base_rate),
        stories=sum(share.stories for _, share in own),
        leads_by=sum(share.weight * _lead(reading, ordered) for reading, share in own),
    )


def _lead(reading: Reading, ordered: Sequence[str]) -> float:
    """What a story of weight 1 adds to the lead of the first answer over the second."""
    if len(ordered) < 2:
        return 0.0
    first, second = (min(reading.bears.get(answer, 0.0), 0.0) for answer in ordered[:2])
    return first - second


def base_rates(data: AssessData) -> Mapping[str, float]:
    """Say on which share of the days of the past, of those on which anything was read, each indicator was reported."""
    days = parted(data.sightings, data.days)
    seen = Counter(name for inside in days for name in set(map(attrgetter("indicator"), inside)) if name)
    known = max(sum(1 for counts in data.delivered if counts), 1)
    return {name: number / known for name, number in seen.items()}


def sensitivity(
    board: Board, total: Mapping[str, Total], scales: Scales, share: Mapping[Reading, Share], feeds: Iterable[Feed]
) -> tuple[Sensitivity, ...]:
    """Find the owners, states and indicators without which another answer would be first or second.

    An answer that is hardly tested with all the evidence is not taken for tested where the others have less of it.
    """
    enough = tested(total)
    present = order(total, enough)[:2]
    labels = {feed.owner: _label(feed) for feed in feeds}
    without = {
        "owner": _without(scales, scales.told.without_owners),
        "state": _without(scales, scales.told.without_states),
        "indicator": _without_indicators(share),
    }
    found = []
    for kind, changes in without.items():
        for name, change in changes.items():
            less = totals(total, change)
            changed = {answer: sum_ + less[answer] for answer, sum_ in total.items()}
            still = tested(changed) & enough
            ordered = order(changed, still)
            ahead = ordered[: min(len(still), 2)]
            if ahead != present:
                label = labels.get(name, name) if kind == "owner" else _named(kind, name, board)
                flips = len(ahead) > 1 and ahead[0] != present[0]
                words = f"Without {label} {_then(ahead, board, flips=flips)}."
                found.append(Sensitivity(kind=kind, name=name, label=label, order=ordered, flips=flips, words=words))
    return tuple(sorted(found, key=lambda one: not one.flips))


def _then(ahead: Sequence[str], board: Board, *, flips: bool) -> str:
    if len(ahead) < 2:
        return "too little is left for a ranking"
    return (
        f"the order flips: “{board.answers[ahead[0]]}” would be first"
        if flips
        else f"“{board.answers[ahead[1]]}” would be second"
    )


def _label(feed: Feed) -> str:
    if not feed.state:
        return feed.owner
    return f"{feed.owner} ({'state media' if feed.kind == 'state-media' else 'state-controlled'}, {feed.state})"


def _named(kind: str, name: str, board: Board) -> str:
    return f"all sources that {name} controls" if kind == "state" else f"“{board.says[name]}”"


#: name to how the sums change without it, by reading
_Changes = Mapping[str, Mapping[Reading, Share]]


def _without(scales: Scales, rests: Rests) -> _Changes:
    """How the sums change where of each story only what is left without a name counts."""
    counts = np.diff(rests.begins)[scales.at]
    place = np.repeat(np.arange(len(counts)), counts)
    # the lines of a story stand together in ``rests``: the first, and so many behind it
    line = np.arange(len(place)) + np.repeat(rests.begins[scales.at] - np.cumsum(counts) + counts, counts)
    before = scales.weight[place]
    left = before * rests.left[line] / rests.whole[line]
    keys = rests.name[line] * len(scales.readings) + scales.reading[place]
    changes: dict[str, dict[Reading, Share]] = {}
    for key, weight, gone in zip(*sums(keys, left - before, (left == 0).astype(np.float64)), strict=True):
        name, reading = divmod(key, len(scales.readings))
        share = Share(stories=-int(gone), weight=weight)
        changes.setdefault(rests.names[name], {})[scales.readings[reading]] = share
    return changes


def _without_indicators(share: Mapping[Reading, Share]) -> _Changes:
    changes: dict[str, dict[Reading, Share]] = {}
    for reading, one in share.items():
        if reading.indicator:
            changes.setdefault(reading.indicator, {})[reading] = Share(stories=-one.stories, weight=-one.weight)
    return changes


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
        more = f"; or {counted(len(against) - _SHOWN, 'other indicator')}" if len(against) > _SHOWN else ""
        yield f"It would turn with {stories} (two origins, one of grade B) of: {says}{more}."


#: indicators that a sentence names
_SHOWN = 3
