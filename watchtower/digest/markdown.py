"""The digest in CommonMark: text from feeds can neither form markup nor links of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watchtower.digest import assessed, blocks
from watchtower.digest.calendar import LocalTime
from watchtower.digest.page import Page
from watchtower.digest.summary import reading, silence
from watchtower.digest.wording import (
    again,
    facts,
    grade,
    next_try,
    outlets,
    reasons,
    reported,
    scope,
    shown_source,
    source_tags,
    sources_line,
)
from watchtower.text import clean, counted, web_address
from watchtower.types import Digest, DigestStory, FeedHealth, Health, Section

# What CommonMark and GitHub's dialect read as markup anywhere in a line: escapes, code, emphasis, links, HTML,
# entities, tables, strikethrough, mathematics, mentions.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#<>|~!&$@^=])")
# What they read as markup at the start of a line: lists, quotes, rules.
_STARTS = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+:])")
# Bare addresses, which GitHub's dialect turns into links.
_BARE = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")
# What ends or bends a link's target; already encoded characters stay as they are.
_TARGET = re.compile(r"[\s()<>\\\"'`*_\[\]{}|^~]")


def render_markdown(digest: Digest) -> str:
    """Write a digest as CommonMark."""
    return "\n".join(_lines(Page.of(digest))).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """Make text that CommonMark shows as it stands, anywhere in a line.

    >>> escape("[a](b) 1. #c")
    '\\\\[a\\\\]\\\\(b\\\\) 1. \\\\#c'
    """
    escaped = _SPECIAL.sub(r"\\\1", _clean(text))
    escaped = _STARTS.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", escaped)
    return _BARE.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", escaped)


def link(text: str, url: str | None) -> str:
    """Link text to an address if that is safe to link to; else the text alone."""
    address = web_address(url)
    if address is None:
        return escape(text)
    target = _TARGET.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
    return f"[{escape(text)}]({target.replace('&', '&amp;')})"


def _clean(text: str) -> str:
    return clean(text) or "(no title)"


def _lines(page: Page) -> Iterator[str]:
    digest, clock = page.digest, page.clock
    yield f"# {escape(digest.title or digest.analysis)}"
    yield ""
    yield f"{clock.day()}. {clock.period()}."
    if asked := scope(digest):
        yield ""
        yield escape(asked)
    if digest.late:
        yield ""
        yield "Made late: its hour had passed."
    yield ""
    for line in digest.summary:
        yield f"- {escape(line)}"
    for section in digest.sections:
        yield from _section(section, page)
    yield from _closing(digest, clock)
    yield from _health(digest.health, clock)
    for note in (assessed.matching(digest, clock), *digest.notes):
        yield ""
        yield escape(note)
    made = digest.made
    yield ""
    yield "---"
    yield ""
    yield (
        f"Made by watchtower {escape(made.version)} from what was known at {clock.moment(made.cut_off)}; "
        f"configuration {escape(made.configuration)}, model {escape(made.model)}."
    )


def _section(section: Section, page: Page) -> Iterator[str]:
    digest = page.digest
    yield ""
    yield f"## {escape(section.title)}"
    yield ""
    yield f"{escape(assessed.caption(section, digest.since, digest.until))}."
    for name, tallies in (("Indicators reported", section.indicators), ("Points to", section.answers)):
        if tallies:
            yield ""
            told = (
                f"{escape(tally.says)} ({tally.stories}{', first time' if tally.first else ''})" for tally in tallies
            )
            yield f"{name}: {'; '.join(told)}."
    for block in blocks.of_section(section, digest, page.clock):
        yield from _block(block)
    if not section.count:
        yield ""
        yield silence(digest.health)
    for story in section.stories:
        yield from _story(story, section, page)
    if section.left_out:
        yield ""
        yield f"Left out, {counted(section.left_out, 'story', 'stories')} over the limit of this section:"
        yield ""
        for title in section.left_out_titles:
            yield f"- {escape(title)}"


def _closing(digest: Digest, clock: LocalTime) -> Iterator[str]:
    for block in blocks.of_digest(digest, clock):
        yield ""
        yield f"## {escape(block.heading)}"
        yield ""
        yield from (f"- {escape(line)}" for line in block.lines)


def _block(block: blocks.Block) -> Iterator[str]:
    yield ""
    yield f"{escape(block.heading)}:"
    yield ""
    yield from (f"- {escape(line)}" for line in block.lines)


def _story(story: DigestStory, section: Section, page: Page) -> Iterator[str]:
    matched = _matched(story, section, page)
    yield ""
    if home := page.elsewhere(story, section):
        line = ". ".join((escape(again(story, home)), *matched))
        yield f"**{link(story.title, shown_source(story).url)}** {line}"
        return
    yield f"### {link(story.title, shown_source(story).url)}"
    if story.lead:
        yield ""
        yield escape(story.lead)
    yield ""
    told = (link(source.title, source.url) + _tags(source_tags(source)) for source in outlets(story))
    yield f"- {escape(sources_line(story))}{_tags(tuple(filter(None, (grade(story),))))}: {', '.join(told)}"
    yield f"- {facts(story, page.clock)}"
    yield from (f"- {line}" for line in matched)


def _matched(story: DigestStory, section: Section, page: Page) -> Iterator[str]:
    """What a story says of a target, and why it is in its section."""
    if story.indicators:
        yield f"Reports: {escape('; '.join(reported(story.indicators, section)))}"
    if story.answers:
        yield f"Points to: {escape('; '.join(reported(story.answers, section)))}"
    if why := reasons(story, section.target, page.digest.concepts):
        yield f"Why: {escape('; '.join(why))}"


def _tags(tags: tuple[str, ...]) -> str:
    return f" ({escape('; '.join(tags))})" if tags else ""


def _health(health: Health, clock: LocalTime) -> Iterator[str]:
    yield ""
    yield "## Coverage"
    yield ""
    yield reading(health)
    for name, feeds in (("Failing", health.failing), ("Quiet", health.quiet), ("Moved", health.moved)):
        if feeds:
            yield ""
            yield f"{name}:"
            yield ""
            yield from (f"- {_feed(feed, clock)}" for feed in feeds)
    if health.never_read:
        yield ""
        yield f"Never asked yet: {escape(', '.join(health.never_read))}"


def _feed(feed: FeedHealth, clock: LocalTime) -> str:
    return f"{escape(feed.title)}: {escape(feed.problem)}; {next_try(feed, clock)}"
