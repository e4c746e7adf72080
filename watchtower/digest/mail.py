"""The digest as the page of a mail: short, in what mail programs know of HTML, with its pictures in it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from watchtower.digest import assessed, blocks, wording
from watchtower.digest.brief import heading
from watchtower.digest.chart import HEIGHT, Chart, chart
from watchtower.digest.html import template
from watchtower.digest.page import Page
from watchtower.digest.picture import png
from watchtower.digest.summary import reading, silence
from watchtower.text import counted, web_address
from watchtower.types import Digest, DigestStory, Section

#: stories that a section shows in a mail; the whole digest has the rest. Gmail cuts a page off at 102 KB
STORIES = 8
# Outlets named for one story.
_OUTLETS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as the mail shows it; ``url`` is safe to link to, or None."""

    story: DigestStory
    url: str | None
    language: str | None
    reports: tuple[str, ...]
    #: who tells it; empty where it is told whole in another section
    sources: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section as the mail shows it; ``picture`` is a PNG in base64."""

    section: Section
    caption: str
    blocks: tuple[blocks.Block, ...]
    chart: Chart | None
    picture: str
    stories: tuple[StoryView, ...]
    more: tuple[str, ...]


def mail_page(digest: Digest) -> tuple[str, str]:
    """Write a digest as the page of a mail: the content type and the text.

    Styles stand at their elements, since many mail programs drop style sheets; pictures are data addresses.
    """
    page = Page.of(digest, STORIES)
    clock = page.clock
    text = template("mail.html.j2").render(
        digest=digest,
        heading=heading(digest),
        scope=wording.scope(digest),
        clock=clock,
        sections=[_section(section, page) for section in digest.sections],
        counted=counted,
        reading=reading(digest.health),
        silence=silence(digest.health),
        height=HEIGHT,
        matching=assessed.matching(digest, clock),
        closing=tuple(blocks.of_digest(digest, clock)),
    )
    return "text/html; charset=utf-8", text.rstrip("\n") + "\n"


def _section(section: Section, page: Page) -> SectionView:
    digest, clock = page.digest, page.clock
    drawn = chart(section.trend) if section.count else None
    return SectionView(
        section=section,
        caption=assessed.caption(section, digest.since, digest.until),
        blocks=tuple(blocks.of_section(section, digest, clock)),
        chart=drawn,
        picture=b64encode(png(drawn)).decode("ascii") if drawn else "",
        stories=tuple(_story(story, section, page) for story in section.stories[:STORIES]),
        more=(*(story.title for story in section.stories[STORIES:]), *section.left_out_titles),
    )


def _story(story: DigestStory, section: Section, page: Page) -> StoryView:
    home = page.elsewhere(story, section)
    shown = wording.shown_source(story)
    return StoryView(
        story=story,
        url=web_address(shown.url),
        language=shown.language,
        reports=(*wording.reported(story.indicators, section), *wording.reported(story.answers, section)),
        sources="" if home else f"{wording.sources_line(story)}: {', '.join(_outlets(story))}",
        facts=wording.again(story, home) if home else wording.facts(story, page.clock),
    )


def _outlets(story: DigestStory) -> Iterator[str]:
    outlets = wording.outlets(story)
    yield from map(wording.named, outlets[:_OUTLETS])
    if len(outlets) > _OUTLETS:
        yield f"and {len(outlets) - _OUTLETS} more"
