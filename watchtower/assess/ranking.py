"""Which answer the evidence speaks least against (Heuer, *Psychology of Intelligence Analysis*, ch. 8).

What is consistent with an answer is often consistent with the others too; so answers are ranked by what speaks against
them, and what speaks for them only breaks ties.

That is fair only among answers that much the same evidence has had a chance to speak against: of one that hardly
anything bears on, nothing speaks against it either. Such answers are told apart and have no rank.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchtower.assess.evidence import Reading, Share

#: weights nearer to each other than this are the same
SAME = 1e-6
#: an answer is tested by at least so many stories that tell it apart from another one, and which weigh at least this
#: share of those that test the most tested answer; conventions, as all weights are
LEAST_STORIES, LEAST_SHARE = 3, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the evidence on one answer comes to."""

    #: summed weight of what speaks against it, and of what speaks for it
    against: float = 0.0
    support: float = 0.0
    #: stories that speak for or against it and not in the same way of all the others, and their summed weight
    stories: int = 0
    tested: float = 0.0

    def __add__(self, other: Total) -> Total:
        return Total(
            against=self.against + other.against,
            support=self.support + other.support,
            stories=self.stories + other.stories,
            tested=self.tested + other.tested,
        )


def totals(answers: Iterable[str], shares: Mapping[Reading, Share]) -> dict[str, Total]:
    """Sum up what speaks against and for each answer."""
    names = tuple(answers)
    against, support, weight = (dict.fromkeys(names, 0.0) for _ in range(3))
    stories = dict.fromkeys(names, 0)
    for reading, share in shares.items():
        tells = len({reading.bears.get(answer, 0.0) for answer in names}) > 1
        for answer, toward in reading.bears.items():
            (against if toward < 0 else support)[answer] += abs(toward) * share.weight
            if tells and toward:
                weight[answer] += abs(toward) * share.weight
                stories[answer] += share.stories
    return {
        answer: Total(against=against[answer], support=support[answer], stories=stories[answer], tested=weight[answer])
        for answer in names
    }


def tested(sums: Mapping[str, Total]) -> frozenset[str]:
    """List the answers on which there is enough evidence for a rank."""
    least = LEAST_SHARE * max((total.tested for total in sums.values()), default=0.0)
    return frozenset(
        answer for answer, total in sums.items() if total.stories >= LEAST_STORIES and total.tested >= least - SAME
    )


def order(sums: Mapping[str, Total], enough: Collection[str]) -> tuple[str, ...]:
    """Put the tested answers in order, least inconsistent first, then the others; equals stay as in the file."""
    return tuple(sorted(sums, key=lambda answer: (0, *_key(sums[answer])) if answer in enough else (1, 0.0, 0.0)))


def ranks(sums: Mapping[str, Total]) -> dict[str, int]:
    """Give each tested answer its rank; equals share one."""
    ranked: dict[str, int] = {}
    previous: str | None = None
    enough = tested(sums)
    for place, answer in enumerate(order(sums, enough)[: len(enough)], 1):
        equal = previous is not None and _key(sums[answer]) == _key(sums[previous])
        ranked[answer] = ranked[previous] if equal and previous is not None else place
        previous = answer
    return ranked


def why_untested(sums: Mapping[str, Total]) -> str:
    """Say what it takes to be ranked; empty where all answers are."""
    if len(tested(sums)) == len(sums):
        return ""
    most = max(total.tested for total in sums.values())
    return (
        f"Hardly tested, so without a rank: it takes {LEAST_STORIES} stories that tell one apart from the others and "
        f"weigh {LEAST_SHARE * most:.1f} together, a quarter of what tests the most tested one."
    )


def why_unranked(sums: Mapping[str, Total], since: str) -> str | None:
    """Say why the evidence allows no ranking; None where it does."""
    if not any(total.against or total.support for total in sums.values()):
        return f"No ranking: no story since {since} bears on it."
    if len(sums) < 2:
        return "No ranking: there is nothing to rank it against."
    enough = [sums[answer] for answer in tested(sums)]
    if len(enough) < 2:
        return f"No ranking: {'only one of them' if enough else 'none of them'} is more than hardly tested."
    those = "them" if len(enough) == len(sums) else "those that are tested"
    if all(total.against < SAME for total in enough):
        return (
            f"No ranking: the evidence speaks against none of {those}, "
            "and what only speaks for one may fit the others too."
        )
    if len({_key(total)[0] for total in enough}) == 1:
        return f"No ranking: the evidence speaks against all of {those} alike."
    return None


def gap(sums: Mapping[str, Total], ordered: Sequence[str]) -> float:
    """By how much more the evidence speaks against the second answer than against the first."""
    return sums[ordered[1]].against - sums[ordered[0]].against if len(ordered) > 1 else 0.0


def _key(total: Total) -> tuple[float, float]:
    return (round(total.against / SAME) * SAME, -round(total.support / SAME) * SAME)
