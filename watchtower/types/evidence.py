"""Stories and matches: what is kept as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NamedTuple

from watchtower.types.collecting import Item

#: an item is near a target where it matches it, or where its score says that one in five such items belongs
NEAR = 0.2
#: and in view of it from this score on: a copy, or the same news in other words, often scores less than what it stands
#: beside (docs/stories.md, "What is grouped")
IN_VIEW = 0.05
#: share of a story's matches on a target that must name an indicator for the story to report it
BORNE_OUT_BY = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """What grouping needs of an item; ``story`` is None until it is grouped."""

    #: characters of a body that are enough
    BODY: ClassVar = 1200

    item_id: str
    feed_id: str
    title: str
    summary: str
    language: str | None
    dated: datetime
    #: its beginning
    body: str = ""
    #: concepts of the analysis that headline and opening name: what texts in several languages have in common
    concepts: frozenset[str] = frozenset()
    story: str | None = None
    #: the strand of its story
    strand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Which story each item joins; items already in a story appear only where they move."""

    #: item id to story id
    stories: Mapping[str, str]
    #: story id to the strand it belongs to: the stories that are likened to each other, if only by way of others, and
    #: are decided on together; a story not named is a strand of its own
    strands: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a match: a span of the text, or a rule, with its share of the score.

    ``start`` and ``end`` are character offsets into ``field`` ("title", "summary" or "body"); both are 0
    where the reason has no place in the text. Weights are in log-odds.
    """

    #: concept, concepts (two together), rule, words, example or prior
    kind: str
    #: the words as they stand in the text; of a rule, the target whose rule holds; of an example, the example
    text: str
    weight: float
    field: str = ""
    start: int = 0
    end: int = 0
    #: the concept's id; of an example, the indicator that it is of
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An item that bears on a target, with why and by which model and configuration."""

    item_id: str
    target: str
    revision: int
    #: calibrated probability, 0 to 1
    score: float
    threshold: float
    evidence: tuple[Evidence, ...]
    indicator: str | None = None
    #: probability, 0 to 1, that of the target's indicators it is this one; None where none is named
    indicator_confidence: float | None = None
    #: the answer that the item speaks for; None where it speaks for none, or that is unclear
    answer: str | None = None
    #: probability, 0 to 1, that it speaks for this answer; None where none is named
    answer_confidence: float | None = None
    #: identity of the model that gave the score
    model: str
    #: ``Analysis.version`` it was fitted from
    configuration: str

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts in the headline that speak for the match."""
        spoken_for = (one for one in self.evidence if one.kind == "concept" and one.field == "title" and one.weight > 0)
        return tuple(dict.fromkeys(one.name for one in spoken_for))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """One item's scores on every target, and the matches among them."""

    item_id: str
    revision: int
    scores: Mapping[str, float]
    matches: tuple[Match, ...]

    @property
    def is_near(self) -> bool:
        """Tell whether the item is near a target: its whole text may decide."""
        return self._reaches(NEAR)

    @property
    def is_in_view(self) -> bool:
        """Tell whether the item is in view of a target, and so belongs into a story: it may be told with a match."""
        return self._reaches(IN_VIEW)

    def _reaches(self, least: float) -> bool:
        return bool(self.matches) or max(self.scores.values(), default=0) >= least


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What the classifier reads of an item."""

    id: str
    title: str
    summary: str = ""
    body: str = ""
    language: str | None = None
    revision: int = 1

    @classmethod
    def of(cls, item: Item) -> Text:
        """Take what the classifier reads from an item."""
        return cls(
            id=item.id,
            title=item.title,
            summary=item.summary,
            body=item.body,
            language=item.language,
            revision=item.revision,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Terms put before a title to see what they change, and the score that the text then had."""

    concepts: tuple[str, ...]
    #: one term of each concept
    terms: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a text that does not match would have needed."""

    #: log-odds between the score and the threshold
    log_odds: float
    #: the fewest conditions, as rules write them, after which the target's rule would hold: none where it does, None
    #: where the target has no rule
    unmet: tuple[str, ...] | None
    #: single concepts that would have carried the text over the threshold, best first; where none would, the best one
    #: and all that the rule lacks together, with the scores they lead to
    additions: tuple[Addition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a text does or does not match one target: evidence whose weights sum to the score's log-odds."""

    target: str
    score: float
    threshold: float
    evidence: tuple[Evidence, ...]
    indicator: str | None = None
    indicator_confidence: float | None = None
    answer: str | None = None
    answer_confidence: float | None = None
    #: of a text that does not match, what it would have needed
    needed: Needed | None = None

    @property
    def matched(self) -> bool:
        """Tell whether the score reaches the threshold."""
        return self.score >= self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item as stored, with the story it is in and its matches."""

    item: Item
    story: str | None
    matches: tuple[Match, ...] = ()
    #: the model that classified this revision, or None where it has not been read yet
    classified_by: str | None = None
    #: found in view of a target by the model that read it last
    in_view: bool = False


class Earlier(NamedTuple):
    """One match of the days before a digest, with what its own are compared with; plain, since there are thousands."""

    item: str
    feed: str
    #: the item's own, where it says one
    language: str | None
    #: the item's own id where it is in no story yet
    story: str
    dated: datetime
    title: str
    target: str
    indicator: str | None
    answer: str | None
    #: ``Match.concepts``
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A fitted model as bytes, with what it was made from."""

    id: str
    #: ``Analysis.version`` it was fitted from
    configuration: str
    #: version of the byte format
    format: int
    made: datetime
    data: bytes
    #: the analysis it is of, by id; None where an early version made it
    analysis: str | None = None
    #: the F-beta that ``learn`` set its thresholds for; None where it was fitted from the analysis alone
    beta: float | None = None
    #: the item ids of the verdicts it was fitted on
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The analyst's word on one item: a complete judgement, with the text as it was judged."""

    #: id of the stored item, else as imported
    item_id: str
    title: str
    summary: str = ""
    language: str | None = None
    #: the item's address, where given
    url: str | None = None
    #: who published it, where given: a feed's id, title or owner
    publisher: str = ""
    #: the targets it belongs to, each with a sign ("", "+", "-" or "0")
    labels: Mapping[str, str]
    #: the targets that it was held against; of any other the verdict says nothing
    judged: tuple[str, ...]
    #: who gave it
    by: str
    at: datetime
    #: import or command
    source: str


def borne_out(named: Sequence[str | None]) -> frozenset[str]:
    """Say which indicators a story reports, of those that its matches on a target name; each match names one or none.

    One of many copies may be put to the wrong indicator, so a third of them must name it (docs/matching.md).
    """
    counts = Counter(name for name in named if name)
    return frozenset(name for name, times in counts.items() if times >= BORNE_OUT_BY * len(named))
