"""Each story is told whole once, where it matters most; elsewhere a line refers to it with what is specific there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchtower.types import DigestStory, Section


def homes(sections: Sequence[Section]) -> Mapping[str, Section]:
    """Say in which section each story is told whole: where it is most important, of equals the first that shows it.

    The JSON tells every story whole everywhere; sections and their order are the same in all formats.
    """
    found: dict[str, tuple[float, Section]] = {}
    for section in sections:
        for story in section.stories:
            if story.story not in found or story.importance > found[story.story][0]:
                found[story.story] = (story.importance, section)
    return {story: section for story, (_, section) in found.items()}


def elsewhere(story: DigestStory, section: Section, homes: Mapping[str, Section]) -> Section | None:
    """The other section in which a story is told whole; None where it is this one."""
    home = homes[story.story]
    return None if home.target == section.target else home
