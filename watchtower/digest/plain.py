"""The digest as plain text, 78 columns wide, for terminals and text mail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from watchtower.digest import assessed, blocks
from watchtower.digest.calendar import LocalTime
from watchtower.digest.page import Page
from watchtower.digest.summary import reading, silence
from watchtower.digest.wording import (
    again,
    facts,
    grade,
    named,
    next_try,
    outlets,
    reasons,
    reported,
    scope,
    shown_source,
    sources_line,
)
from watchtower.text import clean, counted, web_address
from watchtower.types import Digest, DigestStory, FeedHealth, Health, Section

_WIDTH = 78


def render_plain(digest: Digest) -> str:
    """Write a digest as plain text; addresses stand alone on their lines, unbroken."""
    return "\n".join(_lines(Page.of(digest))).rstrip("\n") + "\n"


def wrap(text: str, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Break text into lines of at most 78 columns, counting wide characters as two; between them any place will do."""
    line, room = first if first is not None else indent, False
    for word in _breakable(clean(text)):
        if room and _columns(line + word.rstrip()) > _WIDTH:
            yield line.rstrip()
            line, room = indent, False
        line, room = line + (word if room else word.lstrip()), True
    if room:
        yield line.rstrip()


def _breakable(text: str) -> Iterator[str]:
    """Words with the space behind them; wide characters one by one."""
    word = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if word and wide:
            yield word
            word = ""
        word += character
        if wide or character == " ":
            yield word
            word = ""
    if word:
        yield word


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _lines(page: Page) -> Iterator[str]:
    digest, clock = page.digest, page.clock
    yield from wrap(digest.title or digest.analysis)
    yield from wrap(f"{clock.day()}. {clock.period()}.")
    yield from wrap(scope(digest))
    if digest.late:
        yield "Made late: its hour had passed."
    yield ""
    for line in digest.summary:
        yield from wrap(line, "  ", "- ")
    for section in digest.sections:
        yield from _section(section, page)
    for block in blocks.of_digest(digest, clock):
        yield from _heading(block.heading, "=")
        for line in block.lines:
            yield from wrap(line, "  ", "- ")
    yield from _health(digest.health, clock)
    for note in (assessed.matching(digest, clock), *digest.notes):
        yield ""
        yield from wrap(note)
    made = digest.made
    yield ""
    yield from wrap(
        f"Made by watchtower {made.version} from what was known at {clock.moment(made.cut_off)}; "
        f"configuration {made.configuration}, model {made.model}."
    )


def _heading(text: str, under: str) -> Iterator[str]:
    lines = list(wrap(text))
    yield ""
    yield ""
    yield from lines
    yield under * min(max(map(_columns, lines), default=0), _WIDTH)


def _section(section: Section, page: Page) -> Iterator[str]:
    digest = page.digest
    yield from _heading(section.title, "=")
    yield from wrap(f"{assessed.caption(section, digest.since, digest.until)}.")
    for name, tallies in (("Indicators reported", section.indicators), ("Points to", section.answers)):
        if tallies:
            told = (f"{tally.says} ({tally.stories}{', first time' if tally.first else ''})" for tally in tallies)
            yield from wrap(f"{name}: {'; '.join(told)}.", "  ", "")
    for block in blocks.of_section(section, digest, page.clock):
        yield ""
        yield from wrap(f"{block.heading}:")
        for line in block.lines:
            yield from wrap(line, "  ", "- ")
    if not section.count:
        yield ""
        yield silence(digest.health)
    for number, story in enumerate(section.stories, 1):
        yield from _story(number, story, section, page)
    if section.left_out:
        yield ""
        yield f"Left out, {counted(section.left_out, 'story', 'stories')} over the limit of this section:"
        for title in section.left_out_titles:
            yield from wrap(title, "  ", "- ")


def _story(number: int, story: DigestStory, section: Section, page: Page) -> Iterator[str]:
    yield ""
    mark = f"{number}. "
    indent = " " * len(mark)
    yield from wrap(story.title or "(no title)", indent, mark)
    if home := page.elsewhere(story, section):
        yield from wrap(again(story, home), indent)
    else:
        yield from _whole(story, page.clock, indent)
    for name, words in (
        ("Reports", reported(story.indicators, section)),
        ("Points to", reported(story.answers, section)),
        ("Why", reasons(story, section.target, page.digest.concepts)),
    ):
        if words:
            yield from wrap(f"{name}: {'; '.join(words)}", indent)


def _whole(story: DigestStory, clock: LocalTime, indent: str) -> Iterator[str]:
    """What of a story is the same in every section: its address, lead, sources and dates."""
    if address := web_address(shown_source(story).url):
        yield f"{indent}<{address}>"
    yield from wrap(story.lead, indent)
    told = ", ".join(map(named, outlets(story)))
    graded = f" [{grade(story)}]" if grade(story) else ""
    yield from wrap(f"{sources_line(story)}{graded}: {told}", indent)
    yield from wrap(facts(story, clock), indent)


def _health(health: Health, clock: LocalTime) -> Iterator[str]:
    yield from _heading("Coverage", "=")
    yield reading(health)
    for name, feeds in (("Failing", health.failing), ("Quiet", health.quiet), ("Moved", health.moved)):
        if feeds:
            yield f"{name}:"
            for feed in feeds:
                yield from wrap(_feed(feed, clock), "  ", "- ")
    if health.never_read:
        yield from wrap(f"Never asked yet: {', '.join(health.never_read)}", "  ", "")


def _feed(feed: FeedHealth, clock: LocalTime) -> str:
    return f"{feed.title}: {feed.problem}; {next_try(feed, clock)}"
