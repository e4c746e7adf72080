"""Names in a text: what is written with a capital within a sentence."""

from __future__ import annotations

import re

from watchtower.stories.words import STOP, stem

# A capitalised word of Latin or Cyrillic letters; in running scripts every such word stands out.
_CAPITALISED = re.compile(r"[A-ZА-ЯЁ][A-Za-zА-Яа-яЁё’'-]*")
# Behind these a sentence begins, and every word has a capital.
_ENDS = frozenset(".!?…:—")
_POSSESSIVE = re.compile(r"[’']s?$")
_OPENERS = " «\"“‘('"


def names(text: str) -> frozenset[str]:
    """Give the stems of capitalised words that do not begin a sentence.

    >>> sorted(names("Talks of Anna Berg and the Port end. Nobody spoke."))
    ['anna', 'berg', 'port']
    """
    found = set()
    for match in _CAPITALISED.finditer(text):
        before = text[max(match.start() - 6, 0) : match.start()].rstrip(_OPENERS)
        word = _POSSESSIVE.sub("", match[0].lower())
        if before and before[-1] not in _ENDS and len(word) > 2 and word not in STOP:
            found.add(stem(word))
    return frozenset(found)
