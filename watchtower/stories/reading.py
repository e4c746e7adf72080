"""One item as grouping reads it: what is costly is worked out when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from watchtower.stories.figures import Figures, figures
from watchtower.stories.words import content, flatten, headline, is_paired, shingles
from watchtower.text import fold
from watchtower.types import StoryItem

# Characters of a summary that are compared: the first sentences tell the news, the rest is background
# that wires repeat from day to day.
_LEAD = 400
# A lead of fewer characters says nothing of its own; in scripts read by pairs half as many say as much.
_SHORT = 40


@dataclass(frozen=True, eq=False)
class Reading:
    """An item's words, shingles and figures."""

    item: StoryItem

    @property
    def dated(self) -> datetime:
        return self.item.dated

    @cached_property
    def headline(self) -> str:
        return headline(self.item.title)

    @cached_property
    def lead(self) -> str:
        """The summary without the headline where one begins with the other, or nothing where little is left.

        What is said twice is one sign, not two; and a few words ("part 2", "read more") are no text to compare.
        """
        whole = flatten(fold(self.item.summary[:_LEAD]))
        rest = "" if self.headline.startswith(whole) else whole.removeprefix(self.headline).strip()
        return rest if len(rest) >= (_SHORT // 2 if is_paired(rest) else _SHORT) else ""

    @cached_property
    def title_words(self) -> frozenset[str]:
        return content(self.headline)

    @cached_property
    def lead_words(self) -> frozenset[str]:
        return content(self.lead)

    @cached_property
    def words(self) -> frozenset[str]:
        return self.title_words | self.lead_words

    @cached_property
    def title_shingles(self) -> frozenset[str]:
        return frozenset(shingles(self.headline))

    @cached_property
    def title_figures(self) -> Figures:
        return figures(fold(self.item.title))

    @cached_property
    def figures(self) -> Figures:
        return figures(fold(f"{self.item.title} . {self.item.summary[:_LEAD]}"))

    @cached_property
    def is_paired(self) -> bool:
        return is_paired(self.headline)
