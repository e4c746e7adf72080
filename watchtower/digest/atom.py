"""The stories of one digest as an Atom feed (RFC 4287), for feed readers and programs that know feeds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from watchtower.digest.brief import heading
from watchtower.digest.calendar import LocalTime, local_time, written
from watchtower.digest.wording import facts, shown_source, sources_line
from watchtower.text import clean, web_address
from watchtower.types import Digest, DigestStory, Section

# Names an entry by analysis and story, so that it is the same one in every digest that tells of it.
_NAMESPACE = UUID("0f7c5b52-6d0e-4c43-9f0b-5d9d4a3f2a61")


def render_atom(digest: Digest) -> str:
    """Write a feed with one entry a story, by section and importance; a story of several targets has their categories.

    Ids go by analysis and story: in the next digest the same story is the same entry, updated.
    """
    clock = local_time(digest.zone, digest.since, digest.until)
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _text(feed, "id", _id(digest.analysis, "feed", digest.reader))
    _text(feed, "title", digest.title or digest.analysis)
    _text(feed, "subtitle", heading(digest))
    _text(feed, "updated", written(digest.until))
    _text(feed, "generator", "watchtower").set("version", digest.made.version)
    for story, sections in _stories(digest):
        feed.append(_entry(digest.analysis, story, sections, clock))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"


def _stories(digest: Digest) -> list[tuple[DigestStory, list[Section]]]:
    found: dict[str, tuple[DigestStory, list[Section]]] = {}
    for section in digest.sections:
        for story in section.stories:
            found.setdefault(story.story, (story, []))[1].append(section)
    return list(found.values())


def _entry(analysis: str, story: DigestStory, sections: Sequence[Section], clock: LocalTime) -> Element:
    entry, shown = Element("entry"), shown_source(story)
    _text(entry, "id", _id(analysis, "story", story.story))
    _text(entry, "title", story.title or "(no title)")
    _text(entry, "updated", written(max(source.dated for source in story.sources)))
    _text(entry, "published", written(story.first_seen))
    _text(SubElement(entry, "author"), "name", shown.title)
    if address := web_address(shown.url):
        SubElement(entry, "link", {"rel": "alternate", "href": address})
    for section in sections:
        SubElement(entry, "category", {"term": section.target, "label": clean(section.title)})
    # content, not summary: an entry without content must have a link (RFC 4287, 4.1.2), and some stories have none
    told = filter(None, (story.lead, f"[{sources_line(story)}. {facts(story, clock)}.]"))
    _text(entry, "content", " ".join(told)).set("type", "text")
    return entry


def _text(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = clean(text)  # no control characters, which XML cannot hold
    return made


def _id(*parts: str) -> str:
    return uuid5(_NAMESPACE, "/".join(parts)).urn
