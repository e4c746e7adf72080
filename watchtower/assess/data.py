"""What an assessment is made from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from watchtower.types import Analysis, Definition, Feed, FeedDay, Judgement, Lineage, Reset, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time that is counted as one; ``until`` is not part of it."""

    #: the local date on which it begins
    day: date
    since: datetime
    until: datetime


class Windows:
    """Windows in order of time, to look moments up in."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows
        self._starts = [window.since for window in windows]

    def at(self, moment: datetime) -> int | None:
        """Number the window that a moment lies in, from 0; None where it lies in none."""
        number = bisect_right(self._starts, moment) - 1
        return number if number >= 0 and moment < self._windows[number].until else None


def parted(sightings: Sequence[Sighting], windows: Iterable[Window]) -> list[Sequence[Sighting]]:
    """Give the matches of each window, out of matches by ``dated``."""
    edges = ((_place(sightings, window.since), _place(sightings, window.until)) for window in windows)
    return [sightings[begin:end] for begin, end in edges]


def _place(sightings: Sequence[Sighting], moment: datetime) -> int:
    return bisect_left(sightings, moment, key=lambda one: one.dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How counts are compared and evidence is weighed, as the settings say."""

    #: days of the past that counts are compared with
    days: int
    half_life: timedelta
    #: False where the half-life is the default
    half_life_set: bool
    #: share of false alarms among surges that is put up with
    false_surges: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessData:
    """Everything that the assessment of one period is made from; times are aware UTC.

    ``days`` go back as far as anything is looked at; the last of them ends where ``now`` begins. ``parts`` are the same
    part of the last of those days as ``now`` is of its own: whole days, unless the period is shorter than one.
    """

    analysis: Analysis
    feeds: tuple[Feed, ...]
    method: Method
    #: the reader's zone
    zone: ZoneInfo
    now: Window
    #: days before, oldest first
    days: tuple[Window, ...]
    #: those of them that counts are compared with, oldest first
    parts: tuple[Window, ...]
    #: items by feed in each of ``days``, in each of ``parts`` and in ``now``
    delivered: tuple[Mapping[str, int], ...]
    delivered_parts: tuple[Mapping[str, int], ...]
    delivered_now: Mapping[str, int]
    #: when which feeds answered
    reads: tuple[FeedDay, ...]
    #: evidence is counted from here on
    ledger_since: datetime
    #: matches since then, and since the oldest part; by ``dated``
    sightings: tuple[Sighting, ...]
    #: lineages of the stories that more than one owner tells
    lineages: Mapping[str, Lineage] = field(default_factory=dict)
    #: the last match of each indicator as far back as ``days`` go
    last: Mapping[str, Sighting] = field(default_factory=dict)
    #: what the targets were defined as, oldest first
    definitions: tuple[Definition, ...] = ()
    resets: tuple[Reset, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    def local_date(self, moment: datetime) -> date:
        """Give the date that the reader's calendar shows at a moment."""
        return moment.astimezone(self.zone).date()
