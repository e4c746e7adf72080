"""One item as grouping reads it: what is costly is worked out when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from watchtower.stories.figures import Figures, figures
from watchtower.stories.measures import Measure, measures
from watchtower.stories.names import names
from watchtower.stories.words import content, flatten, headline, is_paired, shingles
from watchtower.text import fold
from watchtower.types import StoryItem

# Characters of a summary that copies are compared by: the first sentences tell the news, the rest is background that
# wires repeat from day to day.
_LEAD = 400
# A lead of fewer characters says nothing of its own; in scripts read by pairs half as many say as much.
_SHORT = 40
# Characters of summary and body that are searched for what another outlet's headline says.
_TOLD = 1200
# Numbers that say little: small ones, and years.
_SMALL, _YEARS = 2, range(1900, 2101)
_SCRIPTS = (
    ("hangul", re.compile(r"[\uac00-\ud7a3]")),
    ("kana", re.compile(r"[\u3041-\u30ff]")),
    ("han", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("cyrillic", re.compile(r"[\u0400-\u04ff]")),
)


@dataclass(frozen=True, eq=False)
class Reading:
    """An item's words, shingles, names, figures and measures."""

    item: StoryItem

    @property
    def dated(self) -> datetime:
        return self.item.dated

    def forget(self) -> None:
        """Let go of what takes much memory; it is worked out again where it is asked for again."""
        for name in (
            "_flat_opening",
            "lead",
            "title_words",
            "lead_words",
            "told",
            "names",
            "title_shingles",
            "numbers",
        ):
            self.__dict__.pop(name, None)

    @cached_property
    def headline(self) -> str:
        return headline(self.item.title)

    @property
    def text(self) -> str:
        """What stands behind the headline: the summary and the body, or the longer where they begin alike."""
        summary, body = self.item.summary, self.item.body
        if not body or body[:_SHORT] == summary[:_SHORT]:
            return max(summary, body, key=len)
        return f"{summary} {body}".strip()

    @property
    def opening(self) -> str:
        return (self.item.summary or self.item.body)[:_LEAD]

    @cached_property
    def lead(self) -> str:
        """The opening without the headline where one begins with the other, or nothing where little is left.

        What is said twice is one sign, not two; and a few words ("part 2", "read more") are no text to compare.
        """
        whole = self._flat_opening
        rest = "" if self.headline.startswith(whole) else whole.removeprefix(self.headline).strip()
        return rest if len(rest) >= (_SHORT // 2 if is_paired(rest) else _SHORT) else ""

    @cached_property
    def _flat_opening(self) -> str:
        return flatten(fold(self.opening))

    @cached_property
    def title_words(self) -> frozenset[str]:
        return content(self.headline)

    @cached_property
    def lead_words(self) -> frozenset[str]:
        return content(self.lead)

    @cached_property
    def told(self) -> frozenset[str]:
        """The words of headline and text."""
        text = self.text[:_TOLD]
        flat = self._flat_opening if text == self.opening else flatten(fold(text))
        return self.title_words | (self.lead_words if flat == self.lead else content(flat))

    @cached_property
    def names(self) -> frozenset[str]:
        return names(f"{self.item.title} . {self.text[:_TOLD]}")

    @cached_property
    def title_shingles(self) -> frozenset[str]:
        return frozenset(shingles(self.headline))

    @cached_property
    def title_figures(self) -> Figures:
        return figures(fold(self.item.title))

    @cached_property
    def figures(self) -> Figures:
        return figures(fold(f"{self.item.title} . {self.opening}"))

    @cached_property
    def numbers(self) -> frozenset[float]:
        """The numbers of headline and text that two reports of one event share and others hardly do."""
        found = figures(fold(f"{self.item.title} . {self.text[:_TOLD]}")).numbers
        return frozenset(number for number in found if number > _SMALL and number not in _YEARS)

    @cached_property
    def measures(self) -> frozenset[Measure]:
        return measures(fold(f"{self.item.title} . {self.opening}"))

    @cached_property
    def is_paired(self) -> bool:
        return is_paired(self.headline)

    @cached_property
    def script(self) -> str:
        """The script of the headline, which tells the five languages apart without being told."""
        return next((name for name, letter in _SCRIPTS if letter.search(self.item.title)), "latin")


def named(items: Sequence[StoryItem], naming: Callable[[Sequence[str]], Sequence[frozenset[str]]]) -> list[StoryItem]:
    """Give the items their concepts."""
    found = naming([f"{item.title}\n{Reading(item).opening}" for item in items])
    return [replace(item, concepts=concepts) for item, concepts in zip(items, found, strict=True)]
