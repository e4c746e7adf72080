"""One story told: which copy speaks for it, its lead, its sources and its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from watchtower.digest.gather import Copy, Gathered
from watchtower.digest.importance import reliability
from watchtower.text import cut, fold, primary_language, web_address
from watchtower.types import DigestStory, Source, borne_out

#: characters of a lead
LEAD = 240


def tell(story: Gathered, languages: Sequence[str], importance: float, answer: str | None = None) -> DigestStory:
    """Put a story into words: headline and lead of its best copy, every copy as a source.

    ``answer`` is what the ledger of the question counts it for. What no ledger counts, such as a day of an archive,
    points where its surest match does.

    The copy shown is one that matches the target, so that the evidence's offsets fit it: in the reader's first language
    if there is one, then from the most reliable feed, then the earliest.
    """
    shown, match = min(story.matched, key=lambda pair: _preference(pair[0], languages))
    told = sorted((match for _, match in story.matched), key=lambda match: -match.score)
    indicators = [match.indicator for match in told]
    borne = borne_out(indicators)
    return DigestStory(
        story=story.story,
        title=shown.item.title,
        lead=lead(shown.item.title, shown.item.summary),
        first_seen=story.copies[0].item.dated,
        sources=tuple(_source(copy) for copy in story.copies),
        origins=len(story.lineage.origins),
        lineage=story.lineage,
        score=story.best.score,
        evidence=match.evidence,
        item=shown.item.id,
        summary=shown.item.summary,
        indicators=_named(one for one in indicators if one in borne),
        answers=(answer,) if answer else _named(match.answer for match in told)[:1],
        late=story.late,
        importance=round(importance, 4),
    )


def lead(title: str, summary: str) -> str:
    """Cut a summary to at most ``LEAD`` characters, without a headline repeated at its beginning; empty if that is all.

    >>> lead("Talks end", "Talks end - Both sides left.")
    'Both sides left.'
    """
    rest = summary.strip()
    if fold(title).startswith(fold(rest.rstrip(" .…"))):
        return ""
    if title and fold(rest[: len(title)]) == fold(title) and not rest[len(title) : len(title) + 1].isalnum():
        rest = rest[len(title) :].lstrip(" .:;,|-–—…")
    return cut(rest, LEAD)


def _preference(copy: Copy, languages: Sequence[str]) -> tuple[int, float, datetime, str]:
    language = primary_language(copy.item.language or copy.feed.language)
    rank = languages.index(language) if language in languages else len(languages)
    return (rank, -reliability(copy), copy.item.dated, copy.item.id)


def _named(names: Iterable[str | None]) -> tuple[str, ...]:
    """What is named, each once and in order."""
    return tuple(dict.fromkeys(name for name in names if name))


def _source(copy: Copy) -> Source:
    item, feed = copy.item, copy.feed
    return Source(
        feed=feed.id,
        title=feed.title,
        owner=feed.owner,
        kind=feed.kind,
        state=feed.state,
        language=item.language or feed.language or None,
        reliability=feed.reliability,
        item=item.id,
        headline=item.title,
        url=web_address(item.url),
        dated=item.dated,
        revision=item.revision,
    )
