"""Which answer the evidence speaks least against (Heuer, *Psychology of Intelligence Analysis*, ch. 8).

What is consistent with an answer is often consistent with the others too; so answers are ranked by what speaks against
them, and what speaks for them only breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchtower.assess.evidence import Reading, Share

#: weights nearer to each other than this are the same
SAME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Summed weight against and for one answer."""

    against: float = 0.0
    support: float = 0.0


def totals(answers: Iterable[str], shares: Mapping[Reading, Share]) -> dict[str, Total]:
    """Sum up what speaks against and for each answer."""
    against, support = dict.fromkeys(answers, 0.0), dict.fromkeys(answers, 0.0)
    for reading, share in shares.items():
        for answer, toward in reading.bears.items():
            (against if toward < 0 else support)[answer] += abs(toward) * share.weight
    return {answer: Total(against=against[answer], support=support[answer]) for answer in against}


def order(sums: Mapping[str, Total]) -> tuple[str, ...]:
    """Put the answers in order, least inconsistent first; equals stay in the order of the file."""
    return tuple(sorted(sums, key=lambda answer: _key(sums[answer])))


def ranks(sums: Mapping[str, Total]) -> dict[str, int]:
    """Give each answer its rank; equals share one."""
    ranked: dict[str, int] = {}
    previous: str | None = None
    for place, answer in enumerate(order(sums), 1):
        equal = previous is not None and _key(sums[answer]) == _key(sums[previous])
        ranked[answer] = ranked[previous] if equal and previous is not None else place
        previous = answer
    return ranked


def why_unranked(sums: Mapping[str, Total], since: str) -> str | None:
    """Say why the evidence allows no ranking; None where it does."""
    if not any(total.against or total.support for total in sums.values()):
        return f"No ranking: no story since {since} bears on it."
    if len(sums) < 2:
        return "No ranking: there is nothing to rank it against."
    if all(total.against < SAME for total in sums.values()):
        return (
            "No ranking: the evidence speaks against none of them, and what only speaks for one may fit the others too."
        )
    if len({_key(total)[0] for total in sums.values()}) == 1:
        return "No ranking: the evidence speaks against all of them alike."
    return None


def gap(sums: Mapping[str, Total], ordered: Sequence[str]) -> float:
    """By how much more the evidence speaks against the second answer than against the first."""
    return sums[ordered[1]].against - sums[ordered[0]].against if len(ordered) > 1 else 0.0


def _key(total: Total) -> tuple[float, float]:
    return (round(total.against / SAME) * SAME, -round(total.support / SAME) * SAME)
