"""Which entry is which: keys that stay the same from poll to poll, whatever feeds do to their guids.

The key of an entry is its guid, else its link, else a hash of its text. Feeds break that in three ways, and each
has its answer here: the same entry twice in a document is one; different entries under one guid or link get keys
of their own, made from what tells them apart; and a guid used again for a wholly new story is a new item, so that
the old story is not overwritten as a mere revision.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watchtower.parse.urls import canonical_url
from watchtower.text import fold
from watchtower.types import Entry, KnownItem, stable_id

#: longer keys are hashed
_LONGEST_KEY = 250
#: Share of common letter pairs over which two titles are wordings of one. Of 171,636 pairs of unrelated headlines in
#: one language, 99 % have less than 0.31; rewritten headlines measured 0.30 to 0.81 with few exceptions (0.20).
_ALIKE = 0.3
_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An entry with the keys it may be known under."""

    entry: Entry
    #: canonical link
    url: str | None
    #: guid, else link, else hash: what other entries may share
    shared: str
    #: guid and link together, or guid and title where the link adds nothing: for a guid that is used again
    precise: str
    #: the key it gets as a new item
    own: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key to look up, the surest first."""
        return tuple(dict.fromkeys((self.own, self.precise, self.shared)))


def identify(entries: Sequence[Entry]) -> tuple[Identified, ...]:
    """Give every entry of one document its keys; whatever their order, the same entries get the same keys.

    Duplicates collapse into the entry with the latest date; the others keep the order of the document.
    """
    groups: dict[str, list[tuple[int, Entry, str | None]]] = defaultdict(list)
    for place, entry in enumerate(entries):
        url = canonical_url(entry.url)
        groups[_shared(entry, url)].append((place, entry, url))
    placed = [found for shared, group in groups.items() for found in _tell_apart(shared, group)]
    return tuple(identified for _, identified in sorted(placed, key=lambda pair: pair[0]))


def assign(found: Sequence[Identified], known: Mapping[str, KnownItem]) -> list[tuple[Identified, str]]:
    """Decide under which key each entry is stored: that of the known item it is, else one of its own.

    ``known`` are the items stored under any of the entries' ``keys``. No two entries get the same key.
    """
    if not known:
        return [(one, one.own) for one in found]
    claims = sorted(
        (_closeness(one, known[key], rank), place, key)
        for place, one in enumerate(found)
        for rank, key in enumerate(one.keys)
        if key in known and (key != one.shared or _same_story(one, known[key]))
    )
    keys: dict[int, str] = {}
    taken: set[str] = set()
    for _, place, key in claims:
        if place not in keys and key not in taken:
            keys[place] = key
            taken.add(key)
    return [(one, keys.get(place) or (one.precise if one.own in known else one.own)) for place, one in enumerate(found)]


def alike(one: str, other: str) -> bool:
    """Tell whether two titles are wordings of one, by the letter pairs they share (Jaccard).

    >>> alike("Kim visits the Vostochny launch site", "Kim Jong Un visits launch site at Vostochny")
    True
    >>> alike("Kim visits the Vostochny launch site", "Japan raises its defence budget")
    False
    """
    a, b = _pairs(one), _pairs(other)
    return a == b or len(a & b) > _ALIKE * len(a | b)


def _pairs(title: str) -> frozenset[str]:
    letters = "".join(character for character in fold(title) if character.isalnum())
    return frozenset(letters[at : at + 2] for at in range(max(len(letters) - 1, 1)))


def _shared(entry: Entry, url: str | None) -> str:
    return _key(entry.guid or url or stable_id("text", entry.title or entry.summary or entry.body))


def _key(text: str) -> str:
    return text if len(text) <= _LONGEST_KEY else stable_id(text)


def _tell_apart(shared: str, group: list[tuple[int, Entry, str | None]]) -> list[tuple[int, Identified]]:
    """Give the entries that share a key keys of their own, from the first thing that tells each from all others."""
    if len(group) == 1:
        [(place, entry, url)] = group
        precise = _precise(shared, entry, url)
        return [(place, Identified(entry=entry, url=url, shared=shared, precise=precise, own=shared))]
    ladders = [_ladder(shared, entry, url) for _, entry, url in group]
    made: dict[str, tuple[int, Identified]] = {}
    steps = len(ladders[0])
    counts = [Counter(ladder[step] for ladder in ladders) for step in range(steps)]
    for (place, entry, url), ladder in zip(group, ladders, strict=True):
        own = next((key for step, key in enumerate(ladder) if counts[step][key] == 1), ladder[-1])
        identified = Identified(entry=entry, url=url, shared=shared, precise=ladder[1], own=own)
        if own not in made or _age(entry) > _age(made[own][1].entry):
            made[own] = (place, identified)
    return list(made.values())


def _ladder(shared: str, entry: Entry, url: str | None) -> tuple[str, ...]:
    """Keys from what is shared to what is particular; the text counts only where there is neither guid nor link."""
    precise = _precise(shared, entry, url)
    titled = stable_id(precise, "title", entry.title)
    if entry.guid or url:
        return shared, precise, titled
    return shared, precise, titled, stable_id(titled, "text", entry.summary, entry.body)


def _precise(shared: str, entry: Entry, url: str | None) -> str:
    by_link = url is not None and url != entry.guid
    return stable_id(shared, "link", url or "") if by_link else stable_id(shared, "title", entry.title)


def _age(entry: Entry) -> tuple[datetime, datetime, str, str, str, str, str]:
    """Sorts duplicates: the latest last, and the same ones in the same order wherever they stand."""
    texts = entry.title, entry.summary, entry.body, entry.url or "", entry.guid or ""
    return entry.updated or _NO_DATE, entry.published or _NO_DATE, *texts


def _same_story(one: Identified, known: KnownItem) -> bool:
    """Tell whether the item known by a key that others may share is this one.

    It is, unless link and title both say otherwise; in a crowd under one guid or link, only the title counts.
    """
    if alike(one.entry.title, known.title):
        return True
    crowd = one.own != one.shared
    return not crowd and (one.url == known.url or one.url is None or known.url is None)


def _closeness(one: Identified, known: KnownItem, rank: int) -> tuple[bool, bool, int, tuple[str, str, str]]:
    """Sorts claims on known items: the same link first, then the same title, then the surer key."""
    entry = one.entry
    return one.url != known.url, entry.title != known.title, rank, (entry.title, entry.summary, entry.body)
