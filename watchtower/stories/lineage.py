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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from watchtower.stories.agencies import Outlet, outlets
from watchtower.text import counted, fold
from watchtower.types import Copy, Feed, Lineage, Origin

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


@dataclass(frozen=True, slots=True)
class _Told:
    """A copy as lineage reads it."""

    copy: Copy
    feed: Feed
    owner: Outlet
    #: from whom the copy has it: another outlet, or its owner
    source: Outlet
    #: the words of headline and text, and of the text alone, over which others may put their own headline
    words: tuple[frozenset[str], frozenset[str]]


def lineages(copies: Iterable[Copy], feeds: Sequence[Feed]) -> Mapping[str, Lineage]:
    """Trace the story of each copy to its origins; story to lineage. The order of the copies means nothing.

    ``feeds`` are all that are known: their owners can be credited too.
    """
    tracing = _Tracing(feeds)
    told: defaultdict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        told[copy.story].append(copy)
    return {story: tracing.lineage(some) for story, some in told.items()}


class _Tracing:
    """Traces stories; who speaks through a feed is found out once."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._outlets = outlets(tuple(feeds))
        self._feeds = {feed.id: feed for feed in feeds}
        self._owners: dict[str, Outlet] = {}

    def lineage(self, copies: Sequence[Copy]) -> Lineage:
        """Trace the copies of one story, of which there is at least one."""
        told = [self._told(copy) for copy in sorted(copies, key=lambda copy: (copy.dated, copy.item))]
        origins = tuple(sorted(map(_origin, _families(told)), key=lambda origin: (origin.first, origin.name)))
        denied = _denied_by(told)
        return Lineage(
            feeds=len({one.feed.id for one in told}),
            owners=len({one.feed.owner for one in told}),
            origins=origins,
            independent=sum(origin.state is None for origin in origins),
            denied_by=denied,
            reliability=min(origin.reliability for origin in origins),
            credibility=_credibility(origins, bool(denied)),
            words=_words(told, origins, denied),
        )

    def _told(self, copy: Copy) -> _Told:
        feed = self._feeds.get(copy.feed) or Feed.unknown(copy.feed, None)
        owner = self._owners.get(feed.id) or self._owners.setdefault(feed.id, self._outlets.of_owner(feed))
        source = self._outlets.credited(copy.title, copy.summary[:_OPENING], owner.name) or owner
        title, text = (frozenset(_WORD.findall(fold(part))) for part in (copy.title, copy.summary))
        return _Told(copy, feed, owner, source, (title | text, text))


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
        kind=own[0].feed.kind if own else "other",
        owners=tuple(dict.fromkeys(one.feed.owner for one in family)),
        feeds=tuple(dict.fromkeys(one.feed.id for one in family)),
        reliability=min(one.feed.reliability for one in family),
        first=family[0].copy.dated,
    )


def _nearly_same(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    shared = len(ours & theirs)
    return min(len(ours), len(theirs)) >= _ENOUGH and shared >= _SAME * (len(ours) + len(theirs) - shared)


def _denied_by(told: Sequence[_Told]) -> tuple[str, ...]:
    """Owners whose headline denies, where others' headlines do not; nobody where the denial is the news itself."""
    denials = [one for one in told if _DENIES.search(fold(one.copy.title))]
    deniers = {one.owner.name for one in denials}
    if not denials or all(one.owner.name in deniers for one in told):
        return ()
    return tuple(dict.fromkeys(one.feed.owner for one in denials))


def _credibility(origins: Sequence[Origin], is_denied: bool) -> int:
    if is_denied:
        return 4
    free = sum(origin.state is None for origin in origins)
    if free >= 2:
        return 1
    if free and len(origins) >= 2:
        return 2
    return 3 if len({origin.state for origin in origins}) >= 2 else 6


def _words(told: Sequence[_Told], origins: Sequence[Origin], denied: Sequence[str]) -> str:
    feeds, owners = len({one.feed.id for one in told}), len({one.feed.owner for one in told})
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
