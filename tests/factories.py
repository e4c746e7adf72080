"""Values for tests: every maker has sensible defaults, and any field can be given by keyword.

Texts and hashes that belong together are derived from one another, so ``item(key="a")`` and ``item(key="b")``
are two items, and ``revised(item(), title="New")`` is the next revision of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watchtower.assess import Method
from watchtower.types import (
    Alert,
    AlertKind,
    Classified,
    Confidence,
    Definition,
    Digest,
    DigestStory,
    Entry,
    Evidence,
    Feed,
    FeedState,
    Grouping,
    Health,
    Indicator,
    Item,
    Judgement,
    Likelihood,
    Made,
    Match,
    Message,
    Reset,
    Section,
    Sighting,
    Source,
    StoredItem,
    StoredModel,
    StoryItem,
    Target,
    TargetKind,
    Verdict,
    Visit,
    VisitKind,
    stable_id,
)

#: the moment at which most tests play
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def feed(id: str = "harbour-news", **given: Any) -> Feed:
    """Make a feed; its address, title and owner follow from its id."""
    derived = {"url": f"https://{id}.example/feed.xml", "title": id.replace("-", " ").title(), "language": "en"}
    return Feed(**{"id": id, "owner": f"{id} Ltd", "kind": "newspaper", "reliability": "B", **derived, **given})


def target(id: str = "dams", **given: Any) -> Target:
    """Make a watch point without indicators."""
    return Target(**{"id": id, "kind": TargetKind.WATCH_POINT, "title": id.replace("-", " ").title(), **given})


def indicator(id: str = "dam-opens", **given: Any) -> Indicator:
    """Make an indicator."""
    return Indicator(**{"id": id, "says": id.replace("-", " "), **given})


def entry(**given: Any) -> Entry:
    """Make an entry of a feed document, an hour old."""
    derived = {"guid": "urn:dam-opens", "url": "https://harbour-news.example/dam-opens", "title": "Dam opens"}
    return Entry(**{**derived, "published": NOW - timedelta(hours=1), **given})


def item(**given: Any) -> Item:
    """Make an item in its first revision, first seen at ``NOW`` and published an hour before.

    Its id follows from feed and key, its URL from the key, its content hash from the text, ``dated`` from
    ``published`` or else ``first_seen``.
    """
    feed_id, key = given.get("feed_id", "harbour-news"), given.get("key", "dam-opens")
    texts = {"title": "Dam opens", "summary": "The river dam was opened on Sunday.", "body": ""}
    texts |= {name: given[name] for name in texts if name in given}
    first_seen, published = given.get("first_seen", NOW), given.get("published", NOW - timedelta(hours=1))
    derived = {
        "id": stable_id(feed_id, key),
        "url": f"https://{feed_id}.example/{key}",
        "content_hash": stable_id(*texts.values()),
        "language": "en",
        "first_seen": first_seen,
        "published": published,
        "dated": published or first_seen,
    }
    return Item(**{"feed_id": feed_id, "key": key, **texts, **derived, **given})


# for the makers below, whose parameter has the same name
_an_item = item


def items(count: int, **given: Any) -> tuple[Item, ...]:
    """Make many items of one feed, with keys of their own, each a second later than the one before."""
    first_seen = given.pop("first_seen", NOW)
    return tuple(
        item(
            key=f"entry-{n:06}",
            title=f"Report {n}",
            first_seen=first_seen,
            published=first_seen - timedelta(hours=12) + timedelta(seconds=n),
            **given,
        )
        for n in range(count)
    )


def revised(earlier: Item, **given: Any) -> Item:
    """Make the next revision of an item; the content hash follows from the new text."""
    later = replace(earlier, revision=earlier.revision + 1, **given)
    return replace(later, content_hash=stable_id(later.title, later.summary, later.body))


def state(feed_id: str = "harbour-news", **given: Any) -> FeedState:
    """Make the state of a feed that was read at ``NOW`` and is due in an hour."""
    read = {"last_attempt": NOW, "last_success": NOW, "next_check": NOW + timedelta(hours=1)}
    return FeedState(**{"feed_id": feed_id, "url": f"https://{feed_id}.example/feed.xml", **read, **given})


def visit(*new: Item, **given: Any) -> Visit:
    """Make a visit at ``NOW`` that brought these new items; the feed is that of the first of them."""
    brought = (*new, *given.get("revised", ()))
    feed_id = given.get("feed_id", brought[0].feed_id if brought else "harbour-news")
    at = given.get("at", NOW)
    derived = {"at": at, "kind": VisitKind.FETCHED, "state": state(feed_id, last_attempt=at, last_success=at)}
    return Visit(**{"feed_id": feed_id, "new": new, **derived, **given})


def story_item(item: Item, story: str | None = None, strand: str | None = None) -> StoryItem:
    """Make what grouping reads of an item."""
    return StoryItem(
        item_id=item.id,
        feed_id=item.feed_id,
        title=item.title,
        summary=item.summary,
        language=item.language,
        dated=item.dated,
        body=item.body[: StoryItem.BODY],
        story=story,
        strand=strand or story,
    )


def story(id: str, *members: Item) -> Grouping:
    """Make the decision that these items report the same development."""
    return Grouping(stories={member.id: id for member in members})


def evidence(**given: Any) -> Evidence:
    """Make one reason for a match: the first word of the default title."""
    span = {"field": "title", "start": 0, "end": 3}
    return Evidence(**{"kind": "concept", "text": "Dam", "weight": 1.5, "name": "dam", **span, **given})


def match(item: Item | None = None, **given: Any) -> Match:
    """Make a match of an item's present revision with the target ``dams``."""
    bearer = _an_item() if item is None else item
    made = {"model": "model-1", "configuration": "configuration-1"}
    scored = {"target": "dams", "score": 0.9, "threshold": 0.5, "evidence": (evidence(),)}
    return Match(**{"item_id": bearer.id, "revision": bearer.revision, **scored, **made, **given})


def classified(item: Item, *matches: Match, **given: Any) -> Classified:
    """Make what the classifier says of an item: these matches, and their scores."""
    scores = {one.target: one.score for one in matches}
    return Classified(**{"item_id": item.id, "revision": item.revision, "scores": scores, "matches": matches, **given})


def stored(item: Item, *matches: Match, **given: Any) -> StoredItem:
    """Make an item as stored, in a story of its own, read by ``model-1``."""
    derived = {"story": f"story-{item.id}", "matches": matches, "classified_by": "model-1", "in_view": bool(matches)}
    return StoredItem(**{"item": item, **derived, **given})


def source(**given: Any) -> Source:
    """Make one copy of a story, as a digest names it."""
    read, sender = item(), feed()
    told = {"item": read.id, "headline": read.title, "url": read.url, "dated": read.dated, "language": read.language}
    grade = {"owner": sender.owner, "kind": sender.kind, "state": None, "reliability": sender.reliability}
    return Source(**{"feed": sender.id, "title": sender.title, **grade, **told, **given})


def digest_story(**given: Any) -> DigestStory:
    """Make a story as a section tells it, with one source."""
    told = {"story": "story-1", "title": "Dam opens", "lead": "The river dam was opened on Sunday.", "first_seen": NOW}
    weighed = {"origins": 1, "score": 0.9, "evidence": (evidence(),)}
    return DigestStory(**{**told, "sources": (source(),), **weighed, "item": item().id, **given})


def section(*stories: DigestStory, **given: Any) -> Section:
    """Make a section about the target ``dams``."""
    about = {"target": "dams", "kind": TargetKind.WATCH_POINT, "title": "Dams"}
    return Section(**{**about, "stories": stories, "count": len(stories), **given})


def digest(*sections: Section, **given: Any) -> Digest:
    """Make the digest of the day up to ``NOW``; its id follows from analysis and period."""
    period = {"since": given.get("since", NOW - timedelta(days=1)), "until": given.get("until", NOW), "zone": "UTC"}
    analysis = given.get("analysis", "rivers")
    made = Made(configuration="configuration-1", model="model-1", cut_off=period["until"], version="1.0.0")
    derived = {
        "id": stable_id("digest", analysis, period["since"].isoformat(), period["until"].isoformat()),
        "analysis": analysis,
        "summary": ("One new story.",),
        "health": Health(feeds=1, read=1, items=1),
        "made": made,
    }
    return Digest(**{**derived, **period, "sections": sections, **given})


_a_digest = digest


def message(digest: Digest | None = None, **given: Any) -> Message:
    """Make one file of a digest on its way out; its id follows from digest, channel and recipient."""
    digest_id = given["digest_id"] if "digest_id" in given else (_a_digest() if digest is None else digest).id
    channel, recipient = given.get("channel", "file"), given.get("recipient", "2026-11-23.md")
    derived = {
        "id": stable_id(str(digest_id), channel, recipient),
        "content_type": "text/markdown",
        "body": "# Digest\n",
    }
    return Message(**{"digest_id": digest_id, "channel": channel, "recipient": recipient, **derived, **given})


def alert(**given: Any) -> Alert:
    """Make an alert of a surge of the target ``dams``."""
    found = {"key": "surge/dams/2026-11-23", "kind": AlertKind.SURGE, "target": "dams", "at": NOW}
    told = {"says": "Surge on Dams: expected 2.1, saw 9.", "url": "https://harbour-news.example/1"}
    return Alert(**{"analysis": "rivers", **found, **told, **given})


def stored_model(**given: Any) -> StoredModel:
    """Make a fitted model."""
    kept = {"configuration": "configuration-1", "format": 1, "made": NOW, "data": b"\x00model\xff"}
    return StoredModel(**{"id": "model-1", **kept, **given})


def verdict(**given: Any) -> Verdict:
    """Make an imported judgement: the default item belongs to the target ``dams``, held against two."""
    judged = _an_item()
    text = {"item_id": judged.id, "title": judged.title, "summary": judged.summary, "language": "en"}
    made = {"labels": {"dams": ""}, "judged": ("dams", "floods"), "by": "ann", "at": NOW, "source": "import"}
    return Verdict(**{**text, **made, **given})


def method(**given: Any) -> Method:
    """Make the settings of assessing, all at their defaults."""
    usual = {"days": 90, "half_life": timedelta(days=30), "half_life_set": False, "false_surges": 0.05}
    return Method(**{**usual, **given})


def sighting(item: Item | None = None, **given: Any) -> Sighting:
    """Make a match as an assessment reads it, of an item in a story of its own."""
    seen = _an_item() if item is None else item
    read = {"item": seen.id, "feed": seen.feed_id, "story": f"story-{seen.id}", "dated": seen.dated}
    found = {"target": "dams", "indicator": None, "answer": None}
    return Sighting(**{**read, **found, "score": 0.9, "configuration": "configuration-1", **given})


def judgement(**given: Any) -> Judgement:
    """Make a judgement that is open: the answer ``held`` to ``will-it-hold`` is likely."""
    said = {"likelihood": Likelihood.LIKELY, "confidence": Confidence.MODERATE, "author": "ann", "at": NOW}
    settled = {"by": NOW.date() + timedelta(days=90), "criteria": "the dam stands"}
    about = {"id": "judgement-1", "analysis": "rivers", "question": "will-it-hold", "answer": "held"}
    return Judgement(**{**about, **said, **settled, **given})


def definition(**given: Any) -> Definition:
    """Make what the target ``dams`` is defined as from ``NOW`` on."""
    first = {"version": "version-1", "configuration": "configuration-1", "at": NOW}
    return Definition(**{"analysis": "rivers", "target": "dams", **first, **given})


def reset(**given: Any) -> Reset:
    """Make the reset of a ledger at ``NOW``."""
    return Reset(**{"analysis": "rivers", "question": "will-it-hold", "at": NOW, "author": "ann", **given})


def keys(items: Sequence[Item]) -> list[str]:
    """Give the keys of items, in their order."""
    return [item.key for item in items]
