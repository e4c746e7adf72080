"""The nouns that every stage speaks: frozen values, aware UTC times, identities derived from content.

The words are those of ``docs/glossary.md``. Sequences are tuples, so that a value can be shared between
threads and compared; a change is made with ``dataclasses.replace``.
"""

from __future__ import annotations

from watchtower.types.analysis import (
    Analysis,
    Answer,
    Concept,
    Feed,
    Indicator,
    LabelledItem,
    Rhythm,
    Scenario,
    Target,
    TargetKind,
)
from watchtower.types.collecting import (
    Entry,
    Failed,
    FeedState,
    Fetched,
    FetchRequest,
    Item,
    KnownItem,
    NotModified,
    Outcome,
    ParsedFeed,
    Visit,
    VisitKind,
)
from watchtower.types.evidence import Classified, Evidence, Grouping, Match, StoredItem, StoredModel, StoryItem, Text
from watchtower.types.ids import stable_id
from watchtower.types.reporting import (
    DayCount,
    Digest,
    DigestStory,
    FeedHealth,
    Health,
    Made,
    Message,
    PullReport,
    Section,
    Source,
)

__all__ = [
    "Analysis",
    "Answer",
    "Classified",
    "Concept",
    "DayCount",
    "Digest",
    "DigestStory",
    "Entry",
    "Evidence",
    "Failed",
    "Feed",
    "FeedHealth",
    "FeedState",
    "FetchRequest",
    "Fetched",
    "Grouping",
    "Health",
    "Indicator",
    "Item",
    "KnownItem",
    "LabelledItem",
    "Made",
    "Match",
    "Message",
    "NotModified",
    "Outcome",
    "ParsedFeed",
    "PullReport",
    "Rhythm",
    "Scenario",
    "Section",
    "Source",
    "StoredItem",
    "StoredModel",
    "StoryItem",
    "Target",
    "TargetKind",
    "Text",
    "Visit",
    "VisitKind",
    "stable_id",
]
