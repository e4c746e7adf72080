"""How many independent origins a story's copies come down to.

One owner is one origin, however many feeds it runs; so is a wire agency and everyone who credits it, and so are two
texts that are nearly the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from watchtower.text import fold
from watchtower.types import Feed, Item

# Wire agencies and how they are credited in folded text: in brackets, in a dateline, or behind the headline.
_WIRES: Mapping[str, str] = {
    "reuters": r"reuters|рейтер|로이터|路透社?|ロイター",
    "associated press": r"ap|associated press|美联社|美聯社",
    "agence france-presse": r"afp|agence france-presse|法新社",
    "yonhap": r"yonhap(?: news(?: agency)?)?|연합뉴스|韩联社|聯合ニュース",
    "kyodo": r"kyodo(?: news)?|共同(?:社|通信)?",
    "tass": r"tass|тасс|塔斯社|타스",
    "ria novosti": r"ria novosti|риа новости",
    "interfax": r"interfax|интерфакс",
    "xinhua": r"xinhua(?: news agency)?|新华社|新華社|신화",
    "kcna": r"kcna|цтак|朝中社|조선중앙통신",
    "deutsche presse-agentur": r"dpa",
    "united press international": r"upi",
}
_NAMES = "|".join(f"(?P<w{number}>{names})" for number, names in enumerate(_WIRES.values()))
_CREDIT = re.compile(
    rf"[(（/=【](?:[^()（）/=【】]{{0,30}}[=,/] ?)?(?:{_NAMES})[)）/】]|\s[-–—|] (?:{_NAMES.replace('<w', '<v')})$"
)
_OWNER = re.compile(rf"\b(?:{_NAMES})\b")
# Share of words in common from which two texts are one text, and the words that either needs for that to mean anything.
_SAME, _ENOUGH = 0.8, 12
_WORD = re.compile(r"\w+")


def count_origins(copies: Sequence[tuple[Item, Feed]]) -> int:
    """Count the independent origins of a story's copies; at least 1 where there is a copy."""
    ties: dict[str, str] = {}

    def root(key: str) -> str:
        while (parent := ties.setdefault(key, key)) != key:
            key = parent
        return key

    texts: list[tuple[str, frozenset[str]]] = []
    for item, feed in copies:
        owner = origin_of(feed)
        credit = _credited(item)
        ties[root(owner)] = root(credit or owner)
        texts.append((owner, frozenset(_WORD.findall(fold(f"{item.title} {item.summary}")))))
    for (a, ours), (b, theirs) in combinations(texts, 2):
        if root(a) != root(b) and _nearly_same(ours, theirs):
            ties[root(a)] = root(b)
    return len({root(owner) for owner, _ in texts})


def origin_of(feed: Feed) -> str:
    """Name who speaks through a feed: its owner, or the wire agency that the owner is."""
    owner = fold(feed.owner)
    found = _OWNER.search(owner)
    return _wire(found) if found else owner


def _credited(item: Item) -> str | None:
    found = _CREDIT.search(fold(item.title)) or _CREDIT.search(fold(item.summary[:200]))
    return _wire(found) if found else None


def _wire(found: re.Match[str]) -> str:
    group = next(name for name, value in found.groupdict().items() if value)
    return list(_WIRES)[int(group[1:])]


def _nearly_same(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    shared = len(ours & theirs)
    return min(len(ours), len(theirs)) >= _ENOUGH and shared >= _SAME * (len(ours) + len(theirs) - shared)
