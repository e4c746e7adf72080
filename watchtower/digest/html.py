"""The digest as one self-contained page: no script, nothing loaded, everything from feeds escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from watchtower.digest import assessed, panels, wording
from watchtower.digest.calendar import LocalTime
from watchtower.digest.chart import BAR, HEIGHT, Chart, chart
from watchtower.digest.page import Page
from watchtower.digest.summary import reading, silence
from watchtower.text import counted, web_address
from watchtower.types import Digest, DigestStory, Section, Source, TargetKind

if TYPE_CHECKING:
    from jinja2 import Template

#: outlets named on a story's own line; all are in the list of copies
OUTLETS = 6
_KINDS = {TargetKind.WATCH_POINT: "Watch point", TargetKind.CRITICAL_QUESTION: "Critical question"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A copy as the page shows it; ``url`` is safe to link to, or None."""

    title: str
    url: str | None
    tags: tuple[str, ...]
    headline: str
    language: str | None
    dated: str
    grade: str
    is_state: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story as the page shows it."""

    story: DigestStory
    #: it is told whole in another section; here only what is specific to this one
    is_again: bool
    url: str | None
    language: str | None
    facts: str
    line: str
    grade: str
    outlets: tuple[SourceView, ...]
    more_outlets: int
    copies: tuple[SourceView, ...]
    indicators: tuple[str, ...]
    answers: tuple[str, ...]
    reasons: tuple[str, ...]
    title_pieces: tuple[wording.Piece, ...]
    summary_pieces: tuple[wording.Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section as the page shows it."""

    section: Section
    kind: str
    caption: str
    chart: Chart | None
    notes: tuple[assessed.Note, ...]
    ledger: panels.LedgerPanel | None
    stories: tuple[StoryView, ...]


def render_html(digest: Digest) -> str:
    """Write a digest as an HTML page."""
    page = Page.of(digest)
    clock = page.clock
    text = template("digest.html.j2").render(
        digest=digest,
        scope=wording.scope(digest),
        clock=clock,
        sections=[_section(section, page) for section in digest.sections],
        counted=counted,
        reading=reading(digest.health),
        silence=silence(digest.health),
        next_try=wording.next_try,
        copies_words=wording.copies_words,
        bar=BAR,
        height=HEIGHT,
        board=panels.scenario_board(digest, clock),
        scenario_ledger=panels.ledger_panel(digest.scenario_ledger, clock, what="Scenario")
        if digest.scenario_ledger
        else None,
        matching=assessed.matching(digest, clock),
        matrices=panels.coverage_matrices(digest),
    )
    return text.rstrip("\n") + "\n"


@cache
def template(name: str) -> Template:
    """Load a page's template, with everything that is put into it escaped."""
    # Imported when first used: jinja2 takes longer to load than all else that `watchtower --help` needs.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("watchtower.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _section(section: Section, page: Page) -> SectionView:
    digest, clock = page.digest, page.clock
    return SectionView(
        section=section,
        kind=_KINDS[section.kind],
        caption=assessed.caption(section, digest.since, digest.until),
        chart=chart(section.trend),
        notes=assessed.notes(section),
        ledger=next((panels.ledger_panel(one, clock) for one in digest.ledger if one.question == section.target), None),
        stories=tuple(_story(story, section, page) for story in section.stories),
    )


def _story(story: DigestStory, section: Section, page: Page) -> StoryView:
    clock, home = page.clock, page.elsewhere(story, section)
    shown, outlets = wording.shown_source(story), wording.outlets(story)
    return StoryView(
        story=story,
        is_again=home is not None,
        url=web_address(shown.url),
        language=shown.language,
        facts=wording.again(story, home) if home else wording.facts(story, clock),
        line=wording.sources_line(story),
        grade=wording.grade(story),
        outlets=_sources(outlets[:OUTLETS], clock),
        more_outlets=max(len(outlets) - OUTLETS, 0),
        copies=_sources(story.sources, clock),
        indicators=wording.reported(story.indicators, section),
        answers=wording.reported(story.answers, section),
        reasons=wording.reasons(story, section.target, page.digest.concepts),
        title_pieces=wording.title_pieces(story),
        summary_pieces=wording.summary_pieces(story),
    )


def _sources(sources: Sequence[Source], clock: LocalTime) -> tuple[SourceView, ...]:
    return tuple(
        SourceView(
            title=source.title,
            url=web_address(source.url),
            tags=wording.source_tags(source),
            headline=source.headline,
            language=source.language,
            dated=clock.brief(source.dated),
            grade=source.reliability,
            is_state=source.state is not None,
        )
        for source in sources
    )
