"""What the ranking rests on: which indicator tells the answers apart, and what it would be without one source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, log2

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData, Windows
from watchtower.assess.evidence import Reading, Share, Weighed
from watchtower.assess.ranking import Total, gap, order, tested, totals
from watchtower.assess.testimony import RELIABILITY, Voice, worth
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
    windows, seen = Windows(data.days), defaultdict[str, set[int]](set)
    for one in data.sightings:
        if one.indicator and (day := windows.at(one.dated)) is not None:
            seen[one.indicator].add(day)
    known = max(sum(1 for counts in data.delivered if counts), 1)
    return {name: len(days) / known for name, days in seen.items()}


def sensitivity(
    board: Board, sums: Mapping[str, Total], weighed: Sequence[Weighed], feeds: Iterable[Feed]
) -> tuple[Sensitivity, ...]:
    """Find the owners, states and indicators without which another answer would be first or second.

    An answer that is hardly tested with all the evidence is not taken for tested where the others have less of it.
    """
    enough = tested(sums)
    present = order(sums, enough)[:2]
    labels = {feed.owner: _label(feed) for feed in feeds}
    without = {
        "owner": _without_owners(weighed),
        "state": _without_states(weighed),
        "indicator": _without_indicators(weighed),
    }
    found = []
    for kind, changes in without.items():
        for name, changed in changes.applied(sums):
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


class _Changes:
    """How the sums change without each of some names."""

    def __init__(self) -> None:
        self._by_name: defaultdict[str, defaultdict[Reading, Share]] = defaultdict(lambda: defaultdict(Share))

    def note(self, name: str, one: Weighed, weight: float) -> None:
        """Without this name the story would weigh this."""
        share = self._by_name[name][one.reading]
        share.weight += weight - one.weight
        share.stories -= not weight

    def applied(self, sums: Mapping[str, Total]) -> Iterator[tuple[str, dict[str, Total]]]:
        """Give for each name what the sums would be without it."""
        for name, changes in self._by_name.items():
            less = totals(sums, changes)
            yield name, {answer: sum_ + less[answer] for answer, sum_ in sums.items()}


def _without_owners(weighed: Iterable[Weighed]) -> _Changes:
    """Take away each owner: what it tells alone, and what others tell only by crediting it."""
    changes = _Changes()
    for one in weighed:
        voices = one.testimony.voices
        if len(voices) == 1 and voices[0].owners == (voices[0].name,):
            changes.note(voices[0].name, one, 0.0)
            continue
        names = {voice.name for voice in voices} | {voice.owners[0] for voice in voices if len(voice.owners) == 1}
        for name in sorted(names):
            rest = [voice for voice in voices if voice.name != name and voice.owners != (name,)]
            changes.note(name, one, _reduced(one, rest))
    return changes


def _without_states(weighed: Iterable[Weighed]) -> _Changes:
    changes = _Changes()
    for one in weighed:
        voices = one.testimony.voices
        for state in sorted({voice.state for voice in voices if voice.state}):
            changes.note(state, one, _reduced(one, [voice for voice in voices if voice.state != state]))
    return changes


def _without_indicators(weighed: Iterable[Weighed]) -> _Changes:
    changes = _Changes()
    for one in weighed:
        if one.reading.indicator:
            changes.note(one.reading.indicator, one, 0.0)
    return changes


def _reduced(one: Weighed, voices: Sequence[Voice]) -> float:
    """What a story would weigh with these of its origins alone."""
    told = one.testimony
    return one.weight * worth(voices, told.credibility) / worth(told.voices, told.credibility) if voices else 0.0


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
