"""What the demo's server answers to a request: a pure function of the feeds, the request and the moment."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus

from watchtower.demo.documents import document
from watchtower.demo.samples import Quirk, SampleFeed, shown

#: where the feeds are, and where those went that have moved
FEEDS, MOVED = "/feeds/", "/moved/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response; the server adds the lengths and the date."""

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def path_of(feed: SampleFeed) -> str:
    """Give the path under which feeds.yml has the feed."""
    return f"{FEEDS}{_name(feed)}"


def answer(feeds: tuple[SampleFeed, ...], path: str, headers: Mapping[str, str], as_of: datetime) -> Answer:
    """Answer a GET of ``path`` at a moment; ``headers`` are the request's, names in lower case.

    Conditional requests are answered as RFC 9110 §13.1 says: If-None-Match goes before If-Modified-Since.
    """
    feed = next((feed for feed in feeds if path in (path_of(feed), f"{MOVED}{_name(feed)}")), None)
    if feed is None or feed.quirk is Quirk.DEAD:
        return Answer(status=HTTPStatus.NOT_FOUND)
    if feed.quirk is Quirk.MOVED and path == path_of(feed):
        return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"{MOVED}{_name(feed)}"})
    return _send(feed, headers, as_of)


def _send(feed: SampleFeed, headers: Mapping[str, str], as_of: datetime) -> Answer:
    entries = shown(feed, as_of)
    made = document(feed, entries)
    # weak: the same for the plain and the compressed body
    validators = {"ETag": f'W/"{blake2b(made.body, digest_size=8).hexdigest()}"', "Vary": "Accept-Encoding"}
    if entries:
        changed = max(entry.written for entry in entries)
        validators["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if _unchanged(headers, validators):
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers=validators)
    about = {"Content-Type": made.content_type, **validators}
    if "gzip" in headers.get("accept-encoding", ""):
        body = gzip.compress(made.body, mtime=0)
        return Answer(status=HTTPStatus.OK, headers={**about, "Content-Encoding": "gzip"}, body=body)
    return Answer(status=HTTPStatus.OK, headers=about, body=made.body)


def _unchanged(headers: Mapping[str, str], validators: Mapping[str, str]) -> bool:
    if (known := headers.get("if-none-match")) is not None:
        return validators["ETag"] in [each.strip() for each in known.split(",")]
    since, changed = headers.get("if-modified-since"), validators.get("Last-Modified")
    return bool(since and changed) and parsedate_to_datetime(str(changed)) <= parsedate_to_datetime(str(since))


def _name(feed: SampleFeed) -> str:
    return f"{feed.id}.{'json' if feed.format == 'jsonfeed' else 'xml'}"
