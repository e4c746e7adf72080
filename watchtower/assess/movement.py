"""What has changed in a ledger since the last digest, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watchtower.types import Ledger

#: headlines that a sentence names
_NAMED = 3


def movement(now: Ledger, before: Ledger, present: frozenset[str]) -> tuple[str, ...]:
    """Compare with the ledger of the last digest; ``present`` are the stories that count now."""
    return tuple(_sentences(now, before, present))


def _sentences(now: Ledger, before: Ledger, present: frozenset[str]) -> Iterator[str]:
    yield from _lead(now, before)
    moved = [(one.says, one.new_for, one.new_against) for one in now.standings if one.new_for or one.new_against]
    for says, new_for, new_against in moved:
        yield f"“{says}”: {new_for} new for, {new_against} new against."
    if not moved:
        yield "No new evidence."
    gone = [line for line in before.lines if line.story not in present and line.dated >= now.since]
    if gone:
        names = "; ".join(f"“{line.title}”" for line in gone[:_NAMED])
        more = f"; and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        yield f"No longer counted: {names}{more}."


def _lead(now: Ledger, before: Ledger) -> Iterator[str]:
    if now.ranked and before.ranked:
        first, earlier = _leaders(now), _leaders(before)
        if first != earlier:
            yield f"First is now {_all(first, now)}; it was {_all(earlier, before)}."
        elif [one.answer for one in now.standings] != [one.answer for one in before.standings]:
            yield f"{_all(first, now)} stays first; the order behind has changed."
    elif now.ranked:
        yield f"The evidence now allows a ranking: first is {_all(_leaders(now), now)}."
    elif before.ranked:
        yield "The evidence no longer allows a ranking."


def _leaders(ledger: Ledger) -> Sequence[str]:
    return [one.answer for one in ledger.standings if one.rank == 1]


def _all(answers: Sequence[str], ledger: Ledger) -> str:
    says = {one.answer: one.says for one in ledger.standings}
    return " and ".join(f"“{says[answer]}”" for answer in answers)
