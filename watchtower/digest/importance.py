"""The order of a section: which story a reader should see first.

Importance is a sum of parts that each mean "as much as one doubling of the outlets that report it":

``log2(1 + origins)``
    how many independent origins tell it; state-controlled ones count, but
``+ 0.5`` if an origin that no state controls is among them
``+ 0.5 * reliability``
    the best Admiralty grade among the copies, A = 1 to E and F = 0
``+ 4 * score``
    the calibrated probability that it belongs to the target: what may be no match at all does not lead a page
``+ 5 * focus``
    how undivided its headline speaks for this target: the evidence in the headline for the match, less what speaks
    against it, so that a parade of three leaders heads the section on the host and talks of two of them their own
``+ 3 * attention * focus``
    how far it is about what the whole section is about that day (below)
``+ 0.25 * freshness``
    where in the period it was first reported, 0 to 1: breaks ties

Attention stands in for grouping where one event is told in several languages or angles, each a story of its own. Its
terms are the words of the matched headlines and the concepts found in them that speak for the match, which languages
share. A term's heat is the share of the section's stories that have it, times the doublings by which that exceeds its
share on the days before (Kleinberg, *Bursty and hierarchical structure in streams*, 2002, in its simplest form: two
states, one step). A story's attention is the mean heat of its hottest terms over that of the hottest story, after the
centroid score of Radev et al., *Centroid-based summarization of multiple documents*, 2004. Linear in stories.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import log2

from watchtower.digest.gather import Copy, Gathered
from watchtower.text import fold
from watchtower.types import Earlier, Evidence

#: Admiralty grades as numbers; F ("cannot be judged") is no better than E
RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0.0, "F": 0.0}

_INDEPENDENT, _RELIABLE, _SCORE, _FOCUS, _ATTENTION, _FRESH = 0.5, 0.5, 4.0, 5.0, 3.0, 0.25
# A headline with less than this share of its evidence for the match is as divided as can be; the share is counted as if
# there were this much more against it (in log-odds), so that little evidence is no focus.
_DIVIDED, _DOUBT = 0.6, 0.5
# Terms that make up a story's attention: about as many as name an event (who, what, where).
_HOTTEST = 6
# Added to both shares: a word that two stories have by chance is no burst.
_SMOOTH = 0.05
# Letters and digits, or pairs of characters where words are not set apart.
_UNSPACED = "\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD = re.compile(rf"(?=([{_UNSPACED}]{{2}}))|[^\W_{_UNSPACED}]{{3,}}")
_EMPTY = frozenset(
    """the and for with from that this its his her are was were has have had will would could not but over into after
    says said say new amid who what why how than more about against under during before also their they two one
    как что это для при его она они или над под после перед заявил сообщил""".split()
)


def importances(
    stories: Sequence[Gathered], before: Sequence[Earlier], since: datetime, until: datetime
) -> list[float]:
    """Weigh each story of a section; ``before`` are the target's matches of the days before."""
    past = [_terms(one.title, one.concepts) for one in before]
    heat = attention([terms(story) for story in stories], past)
    return [_weight(story, hot, since, until) for story, hot in zip(stories, heat, strict=True)]


def attention(stories: Sequence[frozenset[str]], before: Sequence[frozenset[str]]) -> list[float]:
    """Say how far each story is about what most of them are about today more than before; 0 to 1."""
    heat = _heat(stories, before)
    raw = [_hottest(heat[term] for term in story if term in heat) for story in stories]
    top = max(raw, default=0.0)
    return [value / top if top > 0 else 0.0 for value in raw]


def focus(evidence: Sequence[Evidence]) -> float:
    """Say how undivided a headline speaks for its target; 0 to 1, 0 where it says nothing for it."""
    for_it = sum(one.weight for one in evidence if one.field == "title" and one.weight > 0)
    against = sum(-one.weight for one in evidence if one.field == "title" and one.weight < 0)
    return max(0.0, (for_it / (for_it + against + _DOUBT) - _DIVIDED) / (1 - _DIVIDED))


def terms(story: Gathered) -> frozenset[str]:
    """The words of the story's matched headlines, and the concepts in them that speak for the match."""
    return frozenset().union(*(_terms(copy.item.title, match.concepts) for copy, match in story.matched))


def _terms(title: str, concepts: Iterable[str]) -> frozenset[str]:
    return _words_of(title) | {f"concept {name}" for name in concepts}


def _words_of(title: str) -> frozenset[str]:
    return frozenset(found[1] or found[0] for found in _WORD.finditer(fold(title))) - _EMPTY


def _heat(stories: Sequence[frozenset[str]], before: Sequence[frozenset[str]]) -> dict[str, float]:
    now, then = Counter(w for s in stories for w in s), Counter(w for s in before for w in s)
    heat = {}
    for word, count in now.items():
        share = count / len(stories)
        usual = then[word] / len(before) if before else 0.0
        if count > 1:
            heat[word] = share * max(0.0, log2((share + _SMOOTH) / (usual + _SMOOTH)))
    return heat


def _hottest(heats: Iterable[float]) -> float:
    return sum(sorted(heats, reverse=True)[:_HOTTEST]) / _HOTTEST


def _weight(story: Gathered, attention: float, since: datetime, until: datetime) -> float:
    started = min(max(story.copies[0].item.dated, since), until)
    undivided = focus(story.best.evidence)
    return (
        log2(1 + len(story.lineage.origins))
        + _INDEPENDENT * any(copy.feed.state is None for copy in story.copies)
        + _RELIABLE * max(reliability(copy) for copy in story.copies)
        + _SCORE * story.best.score
        + _FOCUS * undivided
        + _ATTENTION * attention * undivided
        + _FRESH * ((started - since) / (until - since))
    )


def reliability(copy: Copy) -> float:
    """The grade of a copy's feed, 0 to 1; an unknown letter counts as F."""
    return RELIABILITY.get(copy.feed.reliability, 0.0)
