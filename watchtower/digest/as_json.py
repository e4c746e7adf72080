"""The digest for programs. The keys are stable: they are documented in ``docs/reference/digest.md``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum

from watchtower.types import Digest, DigestStory, FeedHealth, Health, Section, Source, Trend

Json = Mapping[str, object]


def as_json(digest: Digest) -> dict[str, object]:
    """Put a digest into plain dicts, lists, strings and numbers; times are ISO 8601 in UTC."""
    return {
        "id": digest.id,
        "analysis": digest.analysis,
        "title": digest.title,
        "since": _time(digest.since),
        "until": _time(digest.until),
        "zone": digest.zone,
        "reader": digest.reader,
        "languages": list(digest.languages),
        "other_targets": digest.other_targets,
        "late": digest.late,
        "summary": list(digest.summary),
        "sections": [_section(section) for section in digest.sections],
        "ledger": plain(digest.ledger),
        "scenarios": plain(digest.scenarios),
        "scenario_ledger": plain(digest.scenario_ledger),
        "coverage": plain(digest.coverage),
        "corrections": plain(digest.corrections),
        "quality": plain(digest.quality),
        "health": _health(digest.health),
        "concepts": dict(digest.concepts),
        "notes": list(digest.notes),
        "made": {
            "configuration": digest.made.configuration,
            "model": digest.made.model,
            "cut_off": _time(digest.made.cut_off),
            "version": digest.made.version,
        },
    }


def render_json(digest: Digest) -> str:
    """Write a digest as JSON text, keys in documented order, ending in a line feed."""
    return json.dumps(as_json(digest), ensure_ascii=False, indent=2) + "\n"


def plain(value: object) -> object:
    """Put an assessment's value into dicts by field name, lists, texts and numbers; numbers keep four decimals."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return round(value, 4) if isinstance(value, float) else value


def _section(section: Section) -> Json:
    return {
        "target": section.target,
        "kind": section.kind.value,
        "title": section.title,
        "count": section.count,
        "before": [{"day": day.day.isoformat(), "stories": day.stories} for day in section.before],
        "indicators": [asdict(tally) for tally in section.indicators],
        "answers": [asdict(tally) for tally in section.answers],
        "trend": _trend(section.trend),
        "indicator_trends": [_trend(trend) for trend in section.indicator_trends],
        "silences": plain(section.silences),
        "stories": [_story(story) for story in section.stories],
        "left_out": section.left_out,
        "left_out_titles": list(section.left_out_titles),
    }


def _trend(trend: Trend | None) -> object:
    """Give the span only where it is more than the period: a digest recorded without it reads as it always did."""
    told = plain(trend)
    if isinstance(told, dict) and told["span"] == 1:
        del told["span"]
    return told


def _story(story: DigestStory) -> Json:
    return {
        "story": story.story,
        "item": story.item,
        "title": story.title,
        "lead": story.lead,
        "summary": story.summary,
        "first_seen": _time(story.first_seen),
        "late": story.late,
        "sources": [_source(source) for source in story.sources],
        "origins": story.origins,
        "lineage": plain(story.lineage),
        "score": story.score,
        "importance": story.importance,
        "indicators": list(story.indicators),
        "answers": list(story.answers),
        "evidence": [asdict(reason) for reason in story.evidence],
    }


def _source(source: Source) -> Json:
    return {
        "feed": source.feed,
        "title": source.title,
        "owner": source.owner,
        "kind": source.kind,
        "state": source.state,
        "language": source.language,
        "reliability": source.reliability,
        "item": source.item,
        "headline": source.headline,
        "url": source.url,
        "dated": _time(source.dated),
        "revision": source.revision,
    }


def _health(health: Health) -> Json:
    return {
        "feeds": health.feeds,
        "read": health.read,
        "items": health.items,
        "failing": [_feed(feed) for feed in health.failing],
        "quiet": [_feed(feed) for feed in health.quiet],
        "never_read": list(health.never_read),
        "moved": [_feed(feed) for feed in health.moved],
    }


def _feed(feed: FeedHealth) -> Json:
    return {
        "feed": feed.feed,
        "title": feed.title,
        "condition": feed.condition,
        "problem": feed.problem,
        "failures": feed.failures,
        "last_success": _time(feed.last_success),
        "next_check": _time(feed.next_check),
        "moved_to": feed.moved_to,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
