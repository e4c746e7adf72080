"""A feed's rhythm, learned from when its items are dated, or else from when they came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

#: Dates before it are defaults of broken software (year 1, 1904, 1970): there was no Web to publish on.
FIRST_PLAUSIBLE = datetime(1990, 1, 1, tzinfo=UTC)
#: different dates that a document must have before its pauses say anything
FEWEST_DATES = 5
#: share of the newest pause in what is learned pause by pause
NEWEST = 0.2
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How long the pauses between a feed's items are, in whole seconds."""

    #: half of them are shorter
    usual: timedelta
    #: nine in ten are shorter
    long: timedelta


def rhythm_of(dates: Iterable[datetime], now: datetime) -> Rhythm | None:
    """Learn from the dates of one document, or None where they are too few or impossible.

    Items of the same second came together and count once. Medians, so that a single item of long ago, pinned on
    top, changes nothing.
    """
    usable = sorted({date for date in dates if FIRST_PLAUSIBLE <= date <= now})
    if len(usable) < FEWEST_DATES:
        return None
    pauses = sorted(later - earlier for earlier, later in pairwise(usable))
    return Rhythm(usual=_whole(_quantile(pauses, 0.5)), long=_whole(_quantile(pauses, 0.9)))


def after_pause(before: Rhythm | None, pause: timedelta) -> Rhythm:
    """Learn from one more pause, for feeds without dates: the usual moves towards it, the long one never falls fast."""
    if before is None:
        return Rhythm(usual=_whole(pause), long=_whole(pause))
    return Rhythm(
        usual=_whole(before.usual + NEWEST * (pause - before.usual)),
        long=_whole(max(pause, before.long + NEWEST / 2 * (pause - before.long))),
    )


def _quantile(pauses: Sequence[timedelta], share: float) -> timedelta:
    """The pause than which this share are not longer; ``pauses`` are sorted."""
    return pauses[min(int(share * len(pauses)), len(pauses) - 1)]


def _whole(span: timedelta) -> timedelta:
    return max(span // _SECOND, 1) * _SECOND
