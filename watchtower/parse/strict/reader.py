"""From the root of a strictly well-formed document to its entries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lxml import etree

from watchtower.parse.document import closes
from watchtower.parse.raw import RawEntry, RawFeed
from watchtower.parse.skips import skips
from watchtower.parse.strict import fields
from watchtower.parse.strict.entry import DEEPEST, EntryReader, Running
from watchtower.parse.strict.names import Names, Rules, Unusual, attributes
from watchtower.parse.strict.rules import ENTRY_RULES, PASSED, SKIPPED
from watchtower.parse.texts import MOST_ENTRIES

_ROOTS = frozenset({"rss", "rdf_rdf", "feed"})
_IMAGE = frozenset({"title", "link", "description", "url", "href", "width", "height"})
_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_FIRST_TAG = re.compile(r"<\w")
#: a numeric reference but for those that surely are whole and name a character that XML allows
_ODD_REFERENCE = re.compile(
    r"&#(?!(?:0{0,4}(?:9|1[03]|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|5[89][0-9]{3}|(?!6553[45])[6-9][0-9]{4}"
    r"|1[0-9]{5})|[xX]0{0,4}(?:[9aAdD]|[2-9a-fA-F][0-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F]{2}|[1-9a-cA-CeE][0-9a-fA-F]{3}"
    r"|[fF](?![fF]{2}[eEfF])[0-9a-fA-F]{3}|1[0-9a-fA-F]{4}));)"
)


class FeedReader:
    """Reads one document."""

    def __init__(self, root: etree._Element, names: Names) -> None:
        self._root = root
        self._running = Running(names, fields.Inherited(root), ENTRY_RULES)
        self._feed_rules = Rules(names, FEED_RULES)
        self._in_feed = False
        self._has_summary = False
        self._values: dict[str, str] = {}
        self._entries: list[RawEntry] = []
        self._count = 0

    def read(self) -> RawFeed:
        """Read it; raises ``Unusual``."""
        root, kind = self._root, self._running.names[self._root.tag]
        if kind not in _ROOTS:
            raise Unusual(f"the root <{root.tag}>")
        self._in_feed = kind == "feed"
        if kind != "rdf_rdf" and (stated := self._running.inherited.language(root)):
            self._values["language"] = stated
        self._walk(root, 2)
        if kind == "rdf_rdf" and not self._count:
            raise Unusual("no entries, so that it may be no feed")
        values = self._values
        return RawFeed(
            title=values.get("title", ""),
            language=values.get("language"),
            ttl=values.get("ttl", ""),
            period=values.get("sy_updateperiod", ""),
            frequency=values.get("sy_updatefrequency", ""),
            entries=self._entries,
            count=self._count,
        )

    def _walk(self, parent: etree._Element, depth: int) -> None:
        if depth > DEEPEST:
            raise Unusual("elements so deep")
        for element in parent:
            rule = self._feed_rules[element.tag]
            if rule is not None:
                rule(self, element, depth)
            elif len(element):
                self._walk(element, depth + 1)

    # --- one method for each kind of element

    def channel(self, element: etree._Element, depth: int) -> None:
        given = attributes(element) if element.keys() else {}
        if depth != 2 or self._in_feed or "lastmod" in given or "href" in given:
            raise Unusual("a channel out of place, or of CDF")
        self._in_feed = True
        self._walk(element, depth + 1)
        self._in_feed = False

    def entry(self, element: etree._Element, depth: int) -> None:
        self._count += 1
        if self._count > MOST_ENTRIES:
            return
        self._running.title_depth = -1
        entry = EntryReader(self._running)
        if element.keys():
            entry.about(element)
        entry.walk(element, depth + 1)
        self._running.has_content = False
        self._entries.append(entry.raw())

    def title(self, element: etree._Element, depth: int) -> None:
        if self.media_title(element, depth):
            self._running.title_depth = depth

    def media_title(self, element: etree._Element, depth: int) -> str:
        value = fields.markup(element, self._running.names)
        if self._in_feed and not -1 < self._running.title_depth <= depth:
            self._values["title"] = value
        return value

    def text(self, element: etree._Element, depth: int, name: str) -> None:
        """A text of the feed that is kept, the last of several."""
        value = fields.text(element)
        if name != "language" and element.keys():
            self._values[name] = ""
        elif self._in_feed:
            self._values[name] = value

    def description(self, element: etree._Element, depth: int) -> None:
        """Nothing that is kept; but after a summary of the feed it counts as content for the entry that follows."""
        self.skipped(element, depth)
        self._running.has_content |= self._has_summary

    def summary(self, element: etree._Element, depth: int) -> None:
        self.description(element, depth)
        self._has_summary |= self._in_feed

    def skipped(self, element: etree._Element, depth: int) -> None:
        """A text that is not kept; in XHTML, what stands in it is not read."""
        if len(element):
            fields.check_inline(element, self._running.names)

    def image(self, element: etree._Element, depth: int) -> None:
        self._named(element, depth, _IMAGE)

    def text_input(self, element: etree._Element, depth: int) -> None:
        self._named(element, depth, _TEXT_INPUT)

    def _named(self, element: etree._Element, depth: int, names: frozenset[str]) -> None:
        """Something with a title of its own, after which that of the feed may still come."""
        if not self._running.names.only(element, names):
            raise Unusual(f"elements inside <{element.tag}>")
        self._running.title_depth = -1
        for inside in element:
            if self._running.names[inside.tag] == "title" and fields.markup(inside, self._running.names):
                self._running.title_depth = depth + 1

    def license(self, element: etree._Element, depth: int) -> None:
        if len(element) or not self._in_feed:
            raise Unusual("a licence out of place")


#: elements that say nothing that is kept out of an entry
_PASSED_IN_FEED = """link enclosure guid id category keywords dc_subject media_category itunes_category itunes_keywords
    media_keywords author managingeditor dc_author dc_creator itunes_author published issued pubdate dcterms_issued
    updated modified lastbuilddate dc_date dcterms_modified created dcterms_created contributor itunes_owner"""
FeedRule = Callable[[FeedReader, etree._Element, int], object] | None
FEED_RULES: dict[str, FeedRule] = {
    **dict.fromkeys((*PASSED.split(), *_PASSED_IN_FEED.split())),
    **dict.fromkeys((*SKIPPED.split(), "abstract"), FeedReader.skipped),
    **dict.fromkeys(("title", "dc_title"), FeedReader.title),
    "media_title": FeedReader.media_title,
    **dict.fromkeys(("description", "dc_description", "media_description"), FeedReader.description),
    **dict.fromkeys(("summary", "itunes_summary"), FeedReader.summary),
    **dict.fromkeys(("language", "dc_language"), partial(FeedReader.text, name="language")),
    **{name: partial(FeedReader.text, name=name) for name in ("ttl", "sy_updateperiod", "sy_updatefrequency")},
    **dict.fromkeys(("item", "entry"), FeedReader.entry),
    "channel": FeedReader.channel,
    "image": FeedReader.image,
    "textinput": FeedReader.text_input,
    "creativecommons_license": FeedReader.license,
}


def read_strictly(text: str) -> RawFeed | None:
    """Read a document; None where it is not strictly well-formed, has a document type or is left to feedparser."""
    start = _FIRST_TAG.search(text)
    if start is None or "<!DOCTYPE" in text[: start.start()] or _has_odd_references(text):
        return None
    # made anew each time: a parser keeps its errors, and holds a lock
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
        if root.getroottree().docinfo.internalDTD is not None or not _is_closed(text, root):
            return None
        return replace(FeedReader(root, Names(text)).read(), skips=skips(text))
    except (etree.XMLSyntaxError, Unusual):
        return None


def _has_odd_references(text: str) -> bool:
    """Tell whether CDATA holds a numeric reference that a careful reader puts right; elsewhere there can be none."""
    return "<![CDATA[" in text and _ODD_REFERENCE.search(text) is not None


def _is_closed(text: str, root: etree._Element) -> bool:
    """Tell whether a careful reader sees the end of the root element, whatever follows it."""
    name = etree.QName(root).localname
    return closes(text, f"{root.prefix}:{name}" if root.prefix else name)
