"""A digest in a few lines, for chat; and the heading of mails and chat messages."""

from __future__ import annotations

from collections.abc import Iterator

from watchtower.digest.calendar import local_time
from watchtower.digest.wording import scope, shown_source
from watchtower.text import counted, cut, web_address
from watchtower.types import Digest, Section

#: characters of a chat message: the least that a widely used service takes is 2,000 (Discord), minus room for a heading
MOST = 1800
# Characters of one headline.
_HEADLINE = 120


def heading(digest: Digest) -> str:
    """As in ``Rivers: 12 stories, Monday, 23 November 2026``."""
    day = local_time(digest.zone, digest.since, digest.until).day()
    shown = {story.story for section in digest.sections for story in section.stories}
    stories = len(shown) + sum(section.left_out for section in digest.sections)
    late = " (late)" if digest.late else ""
    return f"{digest.title or digest.analysis}: {counted(stories, 'story', 'stories')}, {day}{late}"


def brief(digest: Digest) -> str:
    """Tell what changed and each section's first headline, in at most ``MOST`` characters; what is cut is counted."""
    kept: list[str] = []
    lines = list(_lines(digest))
    for number, line in enumerate(lines):
        more = f"… and {counted(len(lines) - number, 'line')} more in the digest"
        if sum(len(one) + 1 for one in kept) + len(line) + 1 + len(more) > MOST:
            kept.append(more)
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    if asked := scope(digest):
        yield asked
    for line in digest.summary:
        yield f"- {line}"
    for section in digest.sections:
        if section.stories:
            yield from _section(section)
    for note in digest.notes:
        yield f"- {note}"


def _section(section: Section) -> Iterator[str]:
    first = section.stories[0]
    yield f"{section.title}: {counted(section.count, 'story', 'stories')}"
    address = web_address(shown_source(first).url)
    yield f"  {cut(first.title, _HEADLINE)}" + (f" {address}" if address else "")
