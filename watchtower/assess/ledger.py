"""The ledger of a question: evidence for and against each answer, what it comes to, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from watchtower.assess.boards import Board
from watchtower.assess.data import AssessData
from watchtower.assess.definitions import Change
from watchtower.assess.evidence import Reading, Scales, Share, line, shares, weigh
from watchtower.assess.ranking import Total, order, ranks, tested, totals, why_unranked, why_untested
from watchtower.assess.sensitivity import diagnosticity, sensitivity, turning
from watchtower.assess.testimony import Testimonies
from watchtower.types import Judgement, Ledger, Reset, Standing

#: lines that a ledger shows beside the new ones, the weightiest
SHOWN = 20


def ledger(
    board: Board,
    told: Testimonies,
    data: AssessData,
    changes: Mapping[str, Change],
    base_rates: Mapping[str, float],
) -> tuple[Ledger, Scales]:
    """Weigh the evidence on a board, and give with the ledger everything that was weighed."""
    reset = _reset(board, data)
    since = max(data.ledger_since, reset.at) if reset else data.ledger_since
    scales = weigh(board, told, since)
    share = shares(scales, data.now.since)
    sums = totals(board.answers, share)
    why = why_unranked(sums, data.local_date(since).isoformat())
    ordered = order(sums, tested(sums))
    telling = diagnosticity(board, share, ordered, base_rates)
    new = np.flatnonzero(scales.at[SHOWN:] >= told.since(data.now.since)) + SHOWN
    lines = [*range(min(SHOWN, len(scales.at))), *new.tolist()]
    redefined = [change.at for target, change in changes.items() if target in board.targets and change.at >= since]
    return Ledger(
        question=board.id,
        title=board.title,
        standings=_standings(board, sums, share, ranked=why is None),
        ranked=why is None,
        words=why or _words(board, sums, ordered),
        untested="" if why else why_untested(sums),
        lines=tuple(line(scales, place, data) for place in lines),
        lines_left_out=len(scales.at) - len(lines),
        diagnosticity=telling,
        sensitivity=sensitivity(board, sums, scales, share, data.feeds) if why is None else (),
        turning=tuple(turning(board, sums, ordered, telling)) if why is None else (),
        half_life_days=data.method.half_life / timedelta(days=1),
        half_life_from="setting" if data.method.half_life_set else "default",
        since=since,
        reset=reset,
        redefined=data.local_date(max(redefined)) if redefined else None,
        judgements=_judgements(board, data),
    ), scales


def _reset(board: Board, data: AssessData) -> Reset | None:
    own = [reset for reset in data.resets if reset.question == board.id and reset.at <= data.now.until]
    return max(own, key=lambda reset: reset.at, default=None)


def _standings(
    board: Board, sums: Mapping[str, Total], share: Mapping[Reading, Share], *, ranked: bool
) -> tuple[Standing, ...]:
    ranked_as, enough = ranks(sums) if ranked else {}, tested(sums)
    counts = _counts(share)
    return tuple(
        Standing(
            answer=answer,
            says=board.answers[answer],
            against=sums[answer].against,
            support=sums[answer].support,
            rank=ranked_as.get(answer),
            tested=answer in enough,
            stories_for=counts[answer, "for"],
            stories_against=counts[answer, "against"],
            new_for=counts[answer, "new for"],
            new_against=counts[answer, "new against"],
        )
        for answer in order(sums, enough)
    )


def _counts(shares: Mapping[Reading, Share]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for reading, share in shares.items():
        for answer, toward in reading.bears.items():
            if toward:
                side = "for" if toward > 0 else "against"
                counts[answer, side] += share.stories
                counts[answer, f"new {side}"] += share.new
    return counts


def _words(board: Board, sums: Mapping[str, Total], ordered: Sequence[str]) -> str:
    enough = tested(sums)
    told = {
        answer: f"“{board.answers[answer]}” ({sums[answer].against:.1f} against, {sums[answer].support:.1f} for)"
        for answer in ordered
    }
    hardly = "; ".join(told[answer] for answer in ordered if answer not in enough)
    return f"Least inconsistent first: {'; then '.join(told[answer] for answer in ordered if answer in enough)}." + (
        f" Hardly tested: {hardly}." if hardly else ""
    )


def _judgements(board: Board, data: AssessData) -> tuple[Judgement, ...]:
    """The last word on each answer that is still open, newest first."""
    newest: dict[str, Judgement] = {}
    for one in sorted(data.judgements, key=lambda one: one.at):
        if one.question == board.id and one.outcome is None and one.at <= data.now.until:
            newest[one.answer] = one
    return tuple(sorted(newest.values(), key=lambda one: one.at, reverse=True))
