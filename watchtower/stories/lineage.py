"""Where a story comes from: origins, who reported it first, and Admiralty credibility from corroboration.

One owner is one origin, however many feeds it runs. So is an agency with everybody who credits it, an outlet with
everybody who only quotes it, and so are texts that are nearly the same: those come from the earliest.

Information credibility follows the Admiralty code (NATO STANAG 2511; U.S. Army FM 2-22.3, appendix B), as far as a
machine can judge it, by corroboration alone and never by how reliable the sources are:

1. confirmed by other independent sources: two origins that no state controls;
2. probably true: two origins, one of which no state controls;
3. possibly true: two origins, all of them controlled by states, and by different ones;
4. doubtful: somebody whose news it is not denies it in a headline;
5. improbable: never given, since it takes a judgement of what the report says;
6. truth cannot be judged: one origin, or origins of one state, so that there is nothing to hold it against.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from watchtower.stories.agencies import Outlet, Outlets, outlets
from watchtower.text import counted, fold
from watchtower.types import Feed, Item, Lineage, Origin, StoredItem

# Share of words in common from which two texts are one text, and the words that either needs for that to mean anything.
_SAME, _ENOUGH = 0.8, 12
# Characters of a summary that name its source.
_OPENING = 200
_WORD = re.compile(r"\w+")
# A headline that denies; what is denied to somebody (a visa, bail) is no denial of a report.
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied)|refut(?:e|es|ed)|debunks?)\b"
    r"(?! (?:\w+ ){0,2}(?:visas?|entry|access|bail|permission|asylum))"
    r"|부인(?:했|하|…|,|$|\W)|\bопроверг|\bотрица(?:ет|ют|л)|\bотверг\w* обвинени|否认|否認|辟谣|闢謠|否定(?:し|する|$)"
)


class Copy(NamedTuple):
    """One item of a story with the feed that brought it."""

    item: Item
    feed: Feed


@dataclass(frozen=True, slots=True)
class _Told:
    """A copy as lineage reads it."""

    copy: Copy
    owner: Outlet
    #: from whom the copy has it: another outlet, or its owner
    source: Outlet
    #: the words of headline and text, and of the text alone, over which others may put their own headline
    words: tuple[frozenset[str], frozenset[str]]


def lineages(items: Sequence[StoredItem], feeds: Sequence[Feed]) -> Mapping[str, Lineage]:
    """Trace every story of these items; story id, or the item's own id where it is in none yet, to its lineage."""
    by_id = {feed.id: feed for feed in feeds}
    known = outlets(tuple(feeds))
    copies: defaultdict[str, list[Copy]] = defaultdict(list)
    for stored in items:
        item = stored.item
        feed = by_id.get(item.feed_id) or Feed.unknown(item.feed_id, item.language)
        copies[stored.story or item.id].append(Copy(item, feed))
    return {story: _traced(found, known) for story, found in copies.items()}


def lineage(copies: Sequence[Copy], feeds: Sequence[Feed]) -> Lineage:
    """Trace a story's copies, of which there is at least one, to their origins.

    ``feeds`` are all that are known: their owners can be credited too. The order of the copies means nothing.
    """
    return _traced(copies, outlets(tuple(feeds)))


def _traced(copies: Sequence[Copy], known: Outlets) -> Lineage:
    told = []
    for copy in sorted(copies, key=lambda copy: (copy.item.dated, copy.item.id)):
        owner = known.of_owner(copy.feed)
        source = known.credited(copy.item.title, copy.item.summary[:_OPENING], owner.name) or owner
        title, text = (frozenset(_WORD.findall(fold(part))) for part in (copy.item.title, copy.item.summary))
        told.append(_Told(copy, owner, source, (title | text, text)))
    origins = tuple(sorted(map(_origin, _families(told)), key=lambda origin: (origin.first, origin.name)))
    denied = _denied_by(told)
    return Lineage(
        feeds=len({copy.feed.id for copy in copies}),
        owners=len({copy.feed.owner for copy in copies}),
        origins=origins,
        independent=sum(origin.state is None for origin in origins),
        denied_by=denied,
        reliability=min(origin.reliability for origin in origins),
        credibility=_credibility(origins, bool(denied)),
        words=_words(copies, origins, denied),
    )


def _families(told: Sequence[_Told]) -> list[list[_Told]]:
    """Put copies together that have one origin, each family in order of time."""
    ties: dict[str, str] = {}

    def root(key: str) -> str:
        while (parent := ties.setdefault(key, key)) != key:
            key = parent
        return key

    for one in told:
        ties[root(one.owner.name)] = root(one.source.name)
    for a, b in combinations(told, 2):
        if root(a.owner.name) != root(b.owner.name) and any(map(_nearly_same, a.words, b.words)):
            ties[root(b.owner.name)] = root(a.owner.name)
    families: defaultdict[str, list[_Told]] = defaultdict(list)
    for one in told:
        families[root(one.owner.name)].append(one)
    return list(families.values())


def _origin(family: Sequence[_Told]) -> Origin:
    """Name a family's origin: whom most others credit, of equals the first to be credited; else its earliest copy."""
    credits: dict[Outlet, int] = {}
    for one in family:
        if one.source.name != one.owner.name:
            credits[one.source] = credits.get(one.source, 0) + 1
    named = max(credits, key=lambda outlet: credits[outlet]) if credits else family[0].owner
    own = [one for one in family if one.owner.name == named.name]
    return Origin(
        name=named.name,
        state=own[0].owner.state if own else named.state,
        kind=own[0].copy.feed.kind if own else "other",
        owners=tuple(dict.fromkeys(one.copy.feed.owner for one in family)),
        feeds=tuple(dict.fromkeys(one.copy.feed.id for one in family)),
        reliability=min(one.copy.feed.reliability for one in family),
        first=family[0].copy.item.dated,
    )


def _nearly_same(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    shared = len(ours & theirs)
    return min(len(ours), len(theirs)) >= _ENOUGH and shared >= _SAME * (len(ours) + len(theirs) - shared)


def _denied_by(told: Sequence[_Told]) -> tuple[str, ...]:
    """Owners whose headline denies, where others' headlines do not; nobody where the denial is the news itself."""
    denials = [one for one in told if _DENIES.search(fold(one.copy.item.title))]
    deniers = {one.owner.name for one in denials}
    if not denials or all(one.owner.name in deniers for one in told):
        return ()
    return tuple(dict.fromkeys(one.copy.feed.owner for one in denials))


def _credibility(origins: Sequence[Origin], is_denied: bool) -> int:
    if is_denied:
        return 4
    free = sum(origin.state is None for origin in origins)
    if free >= 2:
        return 1
    if free and len(origins) >= 2:
        return 2
    return 3 if len({origin.state for origin in origins}) >= 2 else 6


def _words(copies: Sequence[Copy], origins: Sequence[Origin], denied: Sequence[str]) -> str:
    feeds, owners = len({copy.feed.id for copy in copies}), len({copy.feed.owner for copy in copies})
    parts = [f"{counted(feeds, 'feed')} → {counted(owners, 'owner')} → {counted(len(origins), 'origin')}"]
    parts.append(f"first reported by {_called(origins[0])}")
    free = sum(origin.state is None for origin in origins)
    if not free:
        parts.append("no independent source yet")
    elif len(origins) == 1:
        parts.append("not confirmed by a second origin yet")
    else:
        parts.append(counted(free, "independent source"))
    if denied:
        parts.append(f"denied in a headline of {', '.join(denied)}")
    return "; ".join(parts)


def _called(origin: Origin) -> str:
    if origin.state is None:
        return origin.name
    return f"{'a government' if origin.kind == 'government' else 'state media'} ({origin.state})"
