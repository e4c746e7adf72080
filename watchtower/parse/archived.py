"""What a piece of an archive brings: items of the past, with their own dates. No I/O, no clock.

The pipeline calls ``read``, looks up ``Collected.keys`` and ``Collected.addresses`` in the store, and stores what
``decide`` returns whole. An archive adds items and never changes one: what is known stays as it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watchtower.errors import ParseError
from watchtower.parse.belonging import Belonging
from watchtower.parse.dates import read_date
from watchtower.parse.identity import Identified, alike, assign, identify
from watchtower.parse.rhythm import FIRST_PLAUSIBLE
from watchtower.parse.texts import label, texts_of
from watchtower.parse.urls import absolute
from watchtower.parse.visit import item_of, saying
from watchtower.seams import Parser
from watchtower.text import clean, cut
from watchtower.types import Archived, Entry, Feed, Item, KnownItem, Piece

#: the keys of a line that are read, each a text; others are passed over
FIELDS = ("id", "title", "summary", "body", "language", "published", "source", "url")
#: where a document names its own address: Atom and RSS with atom:link, JSON Feed
_SELF_LINK = re.compile(r"""<(?:\w+:)?link\b[^<>]*\brel\s*=\s*["']self["'][^<>]*>""", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"'<>]+)["']""", re.I)
_FEED_URL = re.compile(r'"feed_url"\s*:\s*"([^"]+)"')
#: characters of a document in which its own address is looked for
_HEAD = 20_000


@dataclass(slots=True, kw_only=True)
class Collected:
    """The entries of a piece, by feed, and what could not be taken in."""

    #: feed id to the feed and its entries with the keys they may be known under
    feeds: dict[str, tuple[Feed, tuple[Identified, ...]]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def keys(self) -> dict[str, list[str]]:
        """Feed id to every key to look up in the store before deciding."""
        return {
            id: list(dict.fromkeys(key for one in found for key in one.keys)) for id, (_, found) in self.feeds.items()
        }

    @property
    def addresses(self) -> dict[str, list[str]]:
        """Feed id to every address to look up in the store before deciding."""
        every = ((id, [one.url for one in found if one.url]) for id, (_, found) in self.feeds.items())
        return {id: list(dict.fromkeys(urls)) for id, urls in every}


def read(piece: Piece, belonging: Belonging, parser: Parser) -> Collected:
    """Read a document or lines; never raises: what cannot be read is among the problems."""
    collected = _lines(piece, belonging) if piece.lines else Collected()
    if piece.document:
        _document(piece, belonging, parser, collected)
    collected.problems[:0] = piece.problems
    return collected


def _document(piece: Piece, belonging: Belonging, parser: Parser, collected: Collected) -> None:
    feed = belonging.of((*piece.names, *_own_address(piece.document)))
    try:
        parsed = parser.parse(piece.document, {}, feed.url if feed else "")
    except ParseError as error:
        collected.problems.append(f"{piece.name}: {error}")
        return
    if feed is None:
        collected.unknown[piece.name] += len(parsed.entries)
        return
    collected.feeds[feed.id] = (feed, identify(saying(parsed.entries)))
    collected.problems += [f"{piece.name}: {said}" for said in parsed.warnings if "were read" in said]


def _own_address(document: bytes) -> Iterator[str]:
    head = document[:_HEAD].decode("utf-8", "replace")
    links = [found for link in _SELF_LINK.findall(head) if (found := _HREF.search(link))]
    yield from (clean(found[1].replace("&amp;", "&")) for found in links)
    yield from _FEED_URL.findall(head)


def _lines(piece: Piece, belonging: Belonging) -> Collected:
    collected = Collected()
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    feeds: dict[str, Feed] = {}
    for number, line in piece.lines:
        try:
            entry, source = read_line(line)
        except ParseError as error:
            collected.problems.append(f"{piece.name}:{number}: {error}")
            continue
        feed = belonging.of([source] if source else piece.names)
        if feed is None:
            collected.unknown[source or piece.name] += 1
        else:
            feeds[feed.id] = feed
            entries[feed.id].append(entry)
    collected.feeds = {id: (feeds[id], identify(found)) for id, found in entries.items()}
    return collected


def read_line(line: bytes) -> tuple[Entry, str]:
    """Read an item from a line of JSON, with what it calls its source; raises ``ParseError`` where it is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON in UTF-8: {cut(clean(str(error)), 100)}") from error
    if not isinstance(row, dict):
        raise ParseError(f"expected an object with a title, got {type(row).__name__}")
    wrong = next((key for key in FIELDS if row.get(key) is not None and not isinstance(row[key], str)), None)
    if wrong:
        raise ParseError(f"{wrong} must be a text")
    text = {key: row.get(key) or "" for key in FIELDS}
    summary, body = texts_of(text["summary"], text["body"])
    entry = Entry(
        guid=clean(text["id"]) or None,
        url=absolute("", text["url"]),
        title=label(text["title"], 500),
        summary=summary,
        body=body,
        published=read_date(text["published"]),
        language=text["language"] or None,
    )
    if not (entry.title or entry.summary or entry.body):
        raise ParseError("nothing to read: title, summary and body are empty")
    return entry, cut(clean(text["source"]), 200)


def decide(
    collected: Collected,
    known: Mapping[str, Mapping[str, KnownItem]],
    there: Mapping[str, Mapping[str, Sequence[KnownItem]]],
    piece: Piece,
    now: datetime,
) -> Archived:
    """Decide all that a piece brings.

    ``known`` are the items stored under ``Collected.keys``, ``there`` those stored at ``Collected.addresses``: an item
    that came by another way has another key, but the same address and a title like it.
    """
    new: list[Item] = []
    entries = 0
    for id, (feed, found) in collected.feeds.items():
        entries += len(found)
        stored, at = known.get(id, {}), there.get(id, {})
        for one, key in assign(found, stored):
            same = (item for item in at.get(one.url or "", ()) if alike(one.entry.title, item.title))
            if key not in stored and next(same, None) is None and (item := item_of(feed, one, key, None, now)):
                new.append(_of_the_past(item, piece.written or now, now))
    left_out = len(collected.problems) + sum(collected.unknown.values())
    whole = piece.mark is not None and (piece.lines or not left_out)
    return Archived(
        mark=replace(piece.mark, left_out=piece.mark.left_out + left_out) if piece.mark and whole else None,
        new=tuple(new),
        known=entries - len(new),
        undated=sum(_has_no_date(item, now) for item in new),
        problems=tuple(collected.problems),
        unknown=dict(collected.unknown),
    )


def _of_the_past(item: Item, written: datetime, now: datetime) -> Item:
    """Mark an item as backfill; one without a date counts for the time its file was written, not for today."""
    return replace(item, backfill=True, dated=min(written, now) if _has_no_date(item, now) else item.dated)


def _has_no_date(item: Item, now: datetime) -> bool:
    return item.published is None or not FIRST_PLAUSIBLE <= item.published <= now
