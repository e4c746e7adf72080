"""What a digest is composed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watchtower.types import Analysis, Assessment, Earlier, Feed, FeedState, Lineage, Measurement, StoredItem


@dataclass(frozen=True, slots=True, kw_only=True)
class DayData:
    """Everything that the digest of one period is made from; times are aware UTC."""

    analysis: Analysis
    feeds: tuple[Feed, ...]
    since: datetime
    until: datetime
    #: IANA name of the reader's zone
    zone: str
    #: nothing first seen after this is known
    cut_off: datetime
    #: every item of every story that has a match in the period, copies without a match included
    items: tuple[StoredItem, ...]
    #: where each story of ``items`` comes from, by story id, or by item id where an item is in none yet
    lineages: Mapping[str, Lineage]
    #: ids of the matched items that put their stories into this digest
    in_period: frozenset[str]
    #: those of them that are dated before the period and were seen in it
    late: frozenset[str] = frozenset()
    #: matches of the ``days_before`` days before, by ``dated``
    before: tuple[Earlier, ...] = ()
    days_before: int = 14
    states: Mapping[str, FeedState] = field(default_factory=dict)
    #: feed id to items dated in the period, matched or not
    item_counts: Mapping[str, int] = field(default_factory=dict)
    model: str
    #: what that model was last found to be worth, where it was measured
    quality: Measurement | None = None
    configuration: str
    #: stories that a section shows
    stories_per_section: int = 25
    version: str
    #: what the counts, silences and evidence come to
    assessment: Assessment = field(default_factory=Assessment)
    #: the digest is made long after its hour
    made_late: bool = False
    #: whom it is made for, and what they asked for
    reader: str = ""
    languages: tuple[str, ...] = ()
    other_targets: int = 0
