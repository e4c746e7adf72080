"""Whether two items report the same development: a symmetric judgement of the two alone, whatever else there is.

Three ways lead to it. A *copy* is another outlet's edit of the same headline or text. A *retelling* reports the event
in words of its own: each headline is told in the other's text, with names and numbers in common. A *translation* does
so in another script: it names the same concepts and gives the same quantity.

The constants were set on judged pairs of English and Russian news (``benchmarks/stories.py``) and by reading what they
join in three weeks of news; wherever in doubt two items stay apart, because a reader forgives a story told twice sooner
than two events told as one.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from watchtower.stories.figures import Figures, When
from watchtower.stories.reading import Reading

#: items further apart than this never join directly; a story may grow longer, copy by copy
WINDOW = timedelta(days=3)
#: the same for retellings and translations, and the longest span of a story that they make: later it is the next event
RETOLD_WITHIN = timedelta(hours=36)
#: beyond this the same headline may well be the next event of the same kind, so the text must agree too
_ONE_DAY = timedelta(days=1)

#: share of shingles that one outlet's edit of another's headline has in common with it
SAME_TITLE = 0.60
# Leads, likewise: the same agency text; a text that at least supports a headline's likeness; and one so alike that it
# tells the same story whatever the headlines say, if it is long enough to be no boilerplate.
_SAME_LEAD, _AGREEING_LEAD, _IDENTICAL_LEAD, _LONG_LEAD = 0.50, 0.20, 0.85, 100
# The same, for two items of one feed and for items more than a day apart: an outlet writes of its next event in the
# words of its last (ministries, summits, daily bulletins), but only rewrites the same one slightly.
_SAME_LEAD_AGAIN, _AGREEING_LEAD_AGAIN = 0.60, 0.50
# Share of the shorter headline's words that items with the same lead have in common.
_SHARED, _SHARED_AGAIN = 0.30, 0.40
# Words that a headline needs to stand for its event alone, and to do so over more than a day.
_TELLING, _UNMISTAKABLE = 3, 9
# Letters that two words share at the start where one is a form of the other (organised, organized).
_FORM = 4

# A retelling at length: how far each headline is told in the other's text, plus names and half of numbers in common.
# Names and numbers are counted as if so many more differed, so that few of them say little. "At length" is where both
# texts have so many words of their subject.
_AT_LENGTH, _RETOLD_AT_LENGTH, _TOLD_AT_LEAST = 40, 0.60, 0.25
_NUMBERS_COUNT, _DOUBT_NAMES, _DOUBT_NUMBERS = 0.5, 8, 4
# In few words, as most feeds have them, the same with names that count more, plus most of how alike the headlines are
# and half of the concepts in common; less the time between, as a share of RETOLD_WITHIN: a few words agree by
# chance in all that is written on one subject, and rather less within the hour.
_RETOLD_IN_BRIEF, _HEADLINES_COUNT, _CONCEPTS_COUNT, _DOUBT_NAMES_IN_BRIEF = 1.0, 0.8, 0.5, 4
# Share of shingles from which two headlines are one frame; what each has in place of the other's is then the news.
_SAME_FRAME = 0.45
# A translation: concepts in common, and their share of all that either names.
_CONCEPTS, _CONCEPTS_SHARE = 3, 0.5


class Kind(IntEnum):
    """How two items are alike, surest first."""

    COPY = 0
    TRANSLATION = 1
    RETELLING = 2


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Two items report the same development: how, and how sure that is, surest first in order."""

    kind: Kind
    #: minus the likeness
    unlikeness: float


def link(a: Reading, b: Reading) -> Link | None:
    """Say whether, and how, two items report the same development; symmetric, and nothing but the two counts."""
    apart = abs(a.dated - b.dated)
    if apart > WINDOW:
        return None
    found = _alike(a, b, apart) if a.script == b.script else _translation(a, b, apart)
    # what costs most comes last
    if found is None or contradict(a, b) or a.figures.contradict_days(b.figures):
        return None
    return found


def _alike(a: Reading, b: Reading, apart: timedelta) -> Link | None:
    title = jaccard(a.title_shingles, b.title_shingles)
    lead = jaccard(a.lead_words, b.lead_words)
    again = a.item.feed_id == b.item.feed_id or apart > _ONE_DAY
    if _same_headline(a, b, title, lead, again, apart) or _same_text(a, b, lead, again):
        # another text under the same headline may be of the next event of its kind
        other_text = a.lead and b.lead and lead < _AGREEING_LEAD
        return Link(Kind.RETELLING if other_text else Kind.COPY, -(title + lead))
    if a.item.feed_id == b.item.feed_id or apart > RETOLD_WITHIN:
        return None
    framed = title >= _SAME_FRAME and _substituted(a.title_words - b.told, b.title_words - a.told)
    alike = 0.0 if framed else retold(a, b)
    return Link(Kind.RETELLING, -alike) if alike else None


def _translation(a: Reading, b: Reading, apart: timedelta) -> Link | None:
    alike = translated(a, b) if apart <= RETOLD_WITHIN else 0.0
    return Link(Kind.TRANSLATION, -alike) if alike else None


def contradict(a: Reading, b: Reading) -> bool:
    """Whether the two cannot tell of the same event, by what their headlines count and the day they name first."""
    return claim(a).contradicts(claim(b))


@dataclass(frozen=True, slots=True)
class Claim:
    """What two reports of one event cannot disagree on."""

    script: str
    headline: Figures
    #: the numbers of the text, those that say something
    told: frozenset[float]
    when: When

    def contradicts(self, other: Claim) -> bool:
        """Whether they disagree; numbers of headlines in two scripts are not compared.

        Two headlines may pick other numbers of one report: they agree where each text tells what the other picks.
        """
        if self.when.differs(other.when) or self.headline.contradict_days(other.headline):
            return True
        if self.script != other.script or not self.headline.contradict_numbers(other.headline):
            return False
        ours, theirs = self.headline.numbers, other.headline.numbers
        return not (ours - theirs <= other.told and theirs - ours <= self.told)


def claim(reading: Reading) -> Claim:
    """Make the claim of an item."""
    headline = reading.title_figures
    told = reading.numbers if headline.numbers else frozenset[float]()  # nobody asks, and reading them is costly
    return Claim(reading.script, headline, told, reading.figures.when)


def retold(a: Reading, b: Reading) -> float:
    """Say how far two texts tell the same in words of their own, up to 3.3; 0 where that is too little."""
    if min(len(a.title_words), len(b.title_words)) < _TELLING:
        return 0.0
    there = len(a.title_words & b.told) / len(a.title_words)
    if there < _TOLD_AT_LEAST**2:  # what the other is told makes up for no more
        return 0.0
    back = len(b.title_words & a.told) / len(b.title_words)
    told = float((there * back) ** 0.5)
    if told < _TOLD_AT_LEAST:
        return 0.0
    if min(len(a.told), len(b.told)) < _AT_LENGTH:
        return _retold_in_brief(a, b, told)
    numbers = jaccard(a.numbers, b.numbers, _DOUBT_NUMBERS)
    alike = told + jaccard(a.names, b.names, _DOUBT_NAMES) + _NUMBERS_COUNT * numbers
    return alike if alike >= _RETOLD_AT_LENGTH else 0.0


def _retold_in_brief(a: Reading, b: Reading, told: float) -> float:
    alike = (
        told
        + jaccard(a.names, b.names, _DOUBT_NAMES_IN_BRIEF)
        + _HEADLINES_COUNT * jaccard(a.title_shingles, b.title_shingles)
        + _CONCEPTS_COUNT * jaccard(a.item.concepts, b.item.concepts)
        - abs(a.dated - b.dated) / RETOLD_WITHIN
    )
    return alike if alike >= _RETOLD_IN_BRIEF else 0.0


def translated(a: Reading, b: Reading) -> float:
    """Say how alike two texts in different scripts are, by concepts, if they give the same quantity; else 0."""
    shared = a.item.concepts & b.item.concepts
    if len(shared) < _CONCEPTS or not a.measures & b.measures:
        return 0.0
    alike = jaccard(a.item.concepts, b.item.concepts)
    return alike if alike >= _CONCEPTS_SHARE else 0.0


def jaccard(a: Set[object], b: Set[object], doubt: int = 0) -> float:
    """Share of the two sets' members that both have, as if ``doubt`` more were in one only; 0 where none is shared."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared + doubt) if shared else 0.0


def _same_headline(a: Reading, b: Reading, title: float, lead: float, again: bool, apart: timedelta) -> bool:
    if title < SAME_TITLE:
        return False
    telling = min(len(a.title_words), len(b.title_words)) / (2 if a.is_paired else 1)
    if telling < _TELLING:
        return lead >= _SAME_LEAD
    if apart > _ONE_DAY and not (title == 1.0 and telling >= _UNMISTAKABLE):
        return lead >= (_AGREEING_LEAD if title == 1.0 else _AGREEING_LEAD_AGAIN)
    agreeing = _AGREEING_LEAD_AGAIN if again else _AGREEING_LEAD
    return lead >= agreeing or not _substituted(a.title_words, b.title_words)


def _same_text(a: Reading, b: Reading, lead: float, again: bool) -> bool:
    shared = len(a.title_words & b.title_words) / max(min(len(a.title_words), len(b.title_words)), 1)
    same, needed = (_SAME_LEAD_AGAIN, _SHARED_AGAIN) if again else (_SAME_LEAD, _SHARED)
    if lead >= same and shared >= needed:
        return True
    long = min(len(a.lead), len(b.lead)) >= _LONG_LEAD
    return lead >= _IDENTICAL_LEAD and long and (not again or shared >= _SHARED)


def _substituted(ours: Set[str], theirs: Set[str]) -> bool:
    """Whether each side has a word in place of one of the other's: another name, place or outcome."""
    mine, others = ours - theirs, theirs - ours
    return bool(_without_forms(mine, others) and _without_forms(others, mine))


def _without_forms(words: Set[str], of: Set[str]) -> list[str]:
    return [word for word in words if not any(len(word) >= _FORM and word[:_FORM] == other[:_FORM] for other in of)]
