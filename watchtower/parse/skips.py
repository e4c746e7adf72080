"""Hours and days in which an RSS document asks not to be read (skipHours, skipDays; RSS 2.0 Specification)."""

from __future__ import annotations

import re

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LISTS = {
    name: re.compile(rf"<skip{name}s\s*>(.{{0,2000}}?)</skip{name}s\s*>", re.S | re.I) for name in ("hour", "day")
}
_VALUES = {name: re.compile(rf"<{name}\s*>\s*(\w{{1,9}})\s*</{name}\s*>", re.I) for name in ("hour", "day")}
_MENTIONED = re.compile(r"<skip", re.I)
_ITEM = re.compile(r"<item\b", re.I)


def skips(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Read hours (0 to 23, GMT) and days (0 is Monday), sorted; both empty where the document asks for nothing.

    >>> skips("<channel><skipHours><hour>3</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>")
    ((0, 3), (6,))
    """
    if not _MENTIONED.search(text):
        return (), ()
    head = _channel(text)
    hours = {int(value) % 24 for value in _listed(head, "hour") if value.isascii() and value.isdigit()}
    days = {_DAYS.index(value.lower()) for value in _listed(head, "day") if value.lower() in _DAYS}
    return tuple(sorted(hours)), tuple(sorted(days))


def _channel(text: str) -> str:
    """What stands before the first item and after the last: an item may speak of these elements."""
    first = _ITEM.search(text)
    if first is None:
        return text
    return text[: first.start()] + text[text.rfind("</item") :]


def _listed(head: str, name: str) -> list[str]:
    found = _LISTS[name].search(head)
    return _VALUES[name].findall(found[1]) if found else []
