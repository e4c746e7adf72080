"""What every part of a written digest needs: its clock, and where each story is told whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from watchtower.digest.calendar import LocalTime, local_time
from watchtower.digest.wording import in_percent
from watchtower.types import Digest, DigestStory, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A digest on its way into a format."""

    digest: Digest
    clock: LocalTime
    #: story to the section that tells it whole; elsewhere a line refers to it with what is specific there
    homes: Mapping[str, Section]

    @classmethod
    def of(cls, digest: Digest, most: int | None = None) -> Page:
        """Lay out a digest, or the first so many stories of each of its sections.

        A story is told whole where it matches best, to the percent that is shown; of equals where it is shown first.
        """
        sections = tuple(replace(section, stories=section.stories[:most]) for section in digest.sections)
        found: dict[str, tuple[int, Section]] = {}
        for section in sections:
            for story in section.stories:
                match = in_percent(story.score)
                if story.story not in found or match > found[story.story][0]:
                    found[story.story] = (match, section)
        homes = {story: section for story, (_, section) in found.items()}
        return cls(digest=digest, clock=local_time(digest.zone, digest.since, digest.until), homes=homes)

    def elsewhere(self, story: DigestStory, section: Section) -> Section | None:
        """The other section in which a story is told whole; None where it is this one."""
        home = self.homes[story.story]
        return None if home.target == section.target else home
