"""Bounded plain text for the fields of an entry; shared by the readers of all formats."""

from __future__ import annotations

from collections.abc import Iterable

from watchtower.text import cut, plain

#: entries of one document; more are left out, with a warning
MOST_ENTRIES = 10_000
LONGEST_TITLE = 500
LONGEST_SUMMARY = 2_000
LONGEST_BODY = 100_000
#: markup read of one field: body text rarely is less than a tenth of its markup
_LONGEST_MARKUP = 10 * LONGEST_BODY
_MOST_LABELS = 50


def texts_of(summary: str, content: str) -> tuple[str, str]:
    """Make summary and body of what an entry calls summary and content; the body is empty where it adds nothing."""
    short = plain(summary[:_LONGEST_MARKUP])
    full = plain(content[:_LONGEST_MARKUP]) if content and content != summary else short
    shown = cut(short or full, LONGEST_SUMMARY)
    return shown, "" if full == shown else cut(full, LONGEST_BODY)


def label(markup: str, limit: int = 200) -> str:
    """One short text, such as a title or a name."""
    return cut(plain(markup[:_LONGEST_MARKUP]), limit)


def labels(values: Iterable[str | None]) -> tuple[str, ...]:
    """Short texts, each once, in their order; at most fifty."""
    made: dict[str, None] = {}
    for value in values:
        if isinstance(value, str) and (short := label(value)):
            made[short] = None
    return tuple(made)[:_MOST_LABELS]


def is_cut(markup: str, made: str, limit: int) -> bool:
    """Tell whether a text of an entry was longer than is kept or read."""
    return len(markup) > limit and (made.endswith("…") or len(markup) > _LONGEST_MARKUP)


def cut_short(texts: int) -> list[str]:
    """The warning for texts that were cut."""
    return (
        [f"{texts:,} texts were cut: a title has at most {LONGEST_TITLE}, a text {LONGEST_BODY:,} characters"]
        if texts
        else []
    )


def too_many(entries: int) -> list[str]:
    """The warning for a document with more entries than are read."""
    if entries <= MOST_ENTRIES:
        return []
    return [f"{entries} entries; only the first {MOST_ENTRIES:,} were read"]
