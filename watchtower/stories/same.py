"""Whether two items report the same development: a symmetric judgement of the two texts alone.

The thresholds were set on judged pairs of English and Russian news (``benchmarks/stories.py``) so that no pair judged
different is joined, with some distance; wherever in doubt two items stay apart, because a reader forgives a story told
twice sooner than two events told as one.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import timedelta

from watchtower.stories.reading import Reading

#: items further apart than this never join directly; a story may grow longer, item by item
WINDOW = timedelta(days=3)
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
# A rewrite: words in common of everything read, and of the shorter title.
_REWRITE = ((0.38, 0.40), (0.30, 0.75))
# Words that a headline needs to stand for its event alone, and to do so over more than a day.
_TELLING, _UNMISTAKABLE = 3, 9
# Letters that two words share at the start where one is a form of the other (organised, organized).
_FORM = 4
# Numbers that a text needs for its numbers to be compared with another's: daily bulletins differ in nothing else.
_SEVERAL = 2


def likeness(a: Reading, b: Reading) -> float:
    """Say how alike two items are if they report the same development, else 0; from 0 to 2, symmetric."""
    apart = abs(a.dated - b.dated)
    if apart > WINDOW or a.is_paired != b.is_paired or a.title_figures.contradict(b.title_figures):
        return 0.0
    title = jaccard(a.title_shingles, b.title_shingles)
    lead = jaccard(a.lead_words, b.lead_words)
    if lead < _IDENTICAL_LEAD and a.figures.contradict_days(b.figures):
        return 0.0
    again = a.item.feed_id == b.item.feed_id or apart > _ONE_DAY
    if (
        _same_headline(a, b, title, lead, again, apart)
        or _same_text(a, b, lead, again)
        or (not again and _rewritten(a, b))
    ):
        return title + lead
    return 0.0


def jaccard(a: Set[str], b: Set[str]) -> float:
    """Share of the two sets' members that both have; 0 where both are empty."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


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


def _rewritten(a: Reading, b: Reading) -> bool:
    """Whether the two share so many words, in title and text, that one event must be behind both."""
    if not a.lead or not b.lead or not _figures_agree(a.figures.numbers, b.figures.numbers):
        return False
    smaller = min(len(a.title_words), len(b.title_words))
    if smaller < _TELLING:
        return False
    everywhere = jaccard(a.words, b.words)
    titles = len(a.title_words & b.title_words) / smaller
    return any(everywhere >= words and titles >= share for words, share in _REWRITE)


def _substituted(ours: Set[str], theirs: Set[str]) -> bool:
    """Whether each side has a word in place of one of the other's: another name, place or outcome."""
    mine, others = ours - theirs, theirs - ours
    return bool(_without_forms(mine, others) and _without_forms(others, mine))


def _without_forms(words: Set[str], of: Set[str]) -> list[str]:
    return [word for word in words if not any(len(word) >= _FORM and word[:_FORM] == other[:_FORM] for other in of)]


def _figures_agree(ours: Set[float], theirs: Set[float]) -> bool:
    """Whether two texts with several numbers each have at least half of the fewer in common."""
    fewer = min(len(ours), len(theirs))
    return fewer < _SEVERAL or 2 * len(ours & theirs) >= fewer
