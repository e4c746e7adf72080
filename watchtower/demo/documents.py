"""Entries to feed documents: RSS 2.0, RSS 1.0, Atom and JSON Feed, in any encoding, sound or broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from io import BytesIO
from typing import Any

from lxml import etree

from watchtower.demo.samples import Quirk, SampleEntry, SampleFeed

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"

#: what XML 1.0 cannot say at all, not even escaped (its production 2, Char)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document as it is sent."""

    body: bytes
    content_type: str


def document(feed: SampleFeed, entries: Sequence[SampleEntry]) -> Document:
    """Write the entries, in the order given, as the document that the feed would send.

    A ``broken`` feed forgets to escape its ampersands and breaks off in the tags that should close it; all its
    entries are there.
    """
    if feed.format == "jsonfeed":
        return _json_feed(feed, entries)
    build, media_type = _XML[feed.format]
    buffer = BytesIO()
    # what the encoding cannot say is written as character references
    etree.ElementTree(build(feed, entries)).write(
        buffer, encoding=feed.encoding, xml_declaration=True, pretty_print=True
    )
    body = buffer.getvalue()
    if feed.quirk is Quirk.BROKEN:
        body = body.replace(b"&amp;", b"&")
        body = body[: body.rindex(b"</channel>") + len(b"</chan")]
    return Document(body=body, content_type=f"{media_type}; charset={feed.encoding}")


def _rss2(feed: SampleFeed, entries: Sequence[SampleEntry]) -> etree._Element:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"content": CONTENT, "dc": DC})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", _home(feed))
    _add(channel, "description", feed.title)
    _add(channel, "language", feed.language)
    if entries:
        _add(channel, "lastBuildDate", _rfc822(_last_written(entries)))
    for entry in entries:
        item = etree.SubElement(channel, "item")
        _add(item, "title", entry.title)
        _add(item, "link", entry.url)
        _add(item, "guid", entry.guid, {"isPermaLink": "true" if entry.guid == entry.url else "false"})
        _add(item, "pubDate", _rfc822(entry.published))
        _add(item, "description", entry.summary)
        _add(item, f"{{{CONTENT}}}encoded", entry.content)
        _add(item, f"{{{DC}}}creator", entry.author)
        for category in entry.categories:
            _add(item, "category", category)
    return root


def _rss1(feed: SampleFeed, entries: Sequence[SampleEntry]) -> etree._Element:
    about = f"{{{RDF}}}about"
    names: Any = {None: RSS1, "rdf": RDF, "content": CONTENT, "dc": DC}  # lxml-stubs know no default namespace
    root = etree.Element(f"{{{RDF}}}RDF", nsmap=names)
    channel = etree.SubElement(root, f"{{{RSS1}}}channel", {about: _home(feed)})
    _add(channel, f"{{{RSS1}}}title", feed.title)
    _add(channel, f"{{{RSS1}}}link", _home(feed))
    _add(channel, f"{{{RSS1}}}description", feed.title)
    _add(channel, f"{{{DC}}}language", feed.language)
    order = etree.SubElement(etree.SubElement(channel, f"{{{RSS1}}}items"), f"{{{RDF}}}Seq")
    for entry in entries:
        etree.SubElement(order, f"{{{RDF}}}li", {f"{{{RDF}}}resource": entry.guid})
        item = etree.SubElement(root, f"{{{RSS1}}}item", {about: entry.guid})
        _add(item, f"{{{RSS1}}}title", entry.title)
        _add(item, f"{{{RSS1}}}link", entry.url)
        _add(item, f"{{{RSS1}}}description", entry.summary)
        _add(item, f"{{{CONTENT}}}encoded", entry.content)
        _add(item, f"{{{DC}}}date", _rfc3339(entry.published))
        _add(item, f"{{{DC}}}creator", entry.author)
        for category in entry.categories:
            _add(item, f"{{{DC}}}subject", category)
    return root


def _atom(feed: SampleFeed, entries: Sequence[SampleEntry]) -> etree._Element:
    names: Any = {None: ATOM}  # lxml-stubs know no default namespace
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=names)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _add(root, f"{{{ATOM}}}id", _home(feed))
    _add(root, f"{{{ATOM}}}title", feed.title)
    _add(root, f"{{{ATOM}}}link", None, {"rel": "alternate", "href": _home(feed)})
    if entries:
        _add(root, f"{{{ATOM}}}updated", _last_written(entries).isoformat())
    for entry in entries:
        item = etree.SubElement(root, f"{{{ATOM}}}entry")
        _add(item, f"{{{ATOM}}}id", entry.guid)
        _add(item, f"{{{ATOM}}}title", entry.title)
        _add(item, f"{{{ATOM}}}link", None, {"rel": "alternate", "href": entry.url})
        _add(item, f"{{{ATOM}}}published", _rfc3339(entry.published))
        _add(item, f"{{{ATOM}}}updated", entry.written.isoformat())
        _add(item, f"{{{ATOM}}}summary", entry.summary)
        _add(item, f"{{{ATOM}}}content", entry.content, {"type": "html"})
        if entry.author:
            _add(etree.SubElement(item, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", entry.author)
        for category in entry.categories:
            _add(item, f"{{{ATOM}}}category", None, {"term": category})
    return root


def _json_feed(feed: SampleFeed, entries: Sequence[SampleEntry]) -> Document:
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": _home(feed),
        "language": feed.language,
        "items": [_json_item(entry) for entry in entries],
    }
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    return Document(body=body, content_type="application/feed+json")


def _json_item(entry: SampleEntry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": _rfc3339(entry.published),
        "date_modified": entry.written.isoformat() if entry.written > entry.appears else None,
        "authors": [{"name": entry.author}] if entry.author else None,
        "tags": list(entry.categories),
    }
    if not entry.content:
        item["content_text"] = entry.summary  # one of the two is required (JSON Feed 1.1)
    return {key: value for key, value in item.items() if value}


#: format to its builder and its media type
_XML: Mapping[str, tuple[Callable[[SampleFeed, Sequence[SampleEntry]], etree._Element], str]] = {
    "rss2": (_rss2, "application/rss+xml"),
    "rss1": (_rss1, "application/rdf+xml"),
    "atom": (_atom, "application/atom+xml"),
}


def _add(parent: etree._Element, name: str, text: str | None, attributes: Mapping[str, str] | None = None) -> None:
    """Add an element, unless it would have neither text nor attributes of its own to say anything with."""
    if text or (text is None and attributes):
        element = etree.SubElement(parent, name, {key: _xml(value) for key, value in (attributes or {}).items()})
        element.text = _xml(text) if text else None


def _xml(text: str) -> str:
    return NOT_XML.sub("", text)


def _home(feed: SampleFeed) -> str:
    return f"https://{feed.id}.example/"


def _last_written(entries: Sequence[SampleEntry]) -> datetime:
    return max(entry.written for entry in entries)


def _rfc822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
