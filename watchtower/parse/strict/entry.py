"""One entry of a strictly well-formed document, element by element, with the rules that feedparser has for each.

Where several elements give one field, feedparser has a rule for which of them counts, and feeds depend on it: the
rules are kept here to the letter, with the reason where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter

from lxml import etree

from watchtower.parse.dates import read_date
from watchtower.parse.raw import DATES, RawEntry
from watchtower.parse.strict import fields
from watchtower.parse.strict.names import Names, Rules, Unusual, attributes

#: a person's parts; none of them is read inside an entry but under ``author``
_PERSON = frozenset({"name", "email", "uri", "url", "homepage", "itunes_name", "itunes_email"})
#: how deep elements stand at most that are read here: what is looked for in those around one is bounded by it
DEEPEST = 12
#: longest text in which a mail address is looked for, in a time that grows with its square
_LONGEST_AUTHOR = 100
_Tag = tuple[str | None, str | None, str | None]
_IMAGE = frozenset({"title", "link", "url", "href", "width", "height"})
_SOURCE = frozenset("id title updated link subtitle rights logo icon generator category".split())
_HTML_TYPES = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_RANKS = {"alternate": 0, "related": 1, "via": 2, "enclosure": 3}
_UNKNOWN_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_MAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)


#: what is done with an element that stands so deep
EntryRule = Callable[["EntryReader", etree._Element, int], object]


class Running:
    """What goes on from one entry to the next within a document."""

    __slots__ = ("has_content", "inherited", "names", "rules", "title_depth")

    def __init__(self, names: Names, inherited: fields.Inherited, rules: Mapping[str, EntryRule | None]) -> None:
        self.names = names
        self.inherited = inherited
        self.rules: Rules[EntryRule] = Rules(names, rules)
        #: how deep the last title stood: one that stands as deep or deeper says no more; -1 for none yet
        self.title_depth = -1
        #: a content has been read, so that a further description is none
        self.has_content = False


class EntryReader:
    """Gathers what one entry says."""

    __slots__ = (
        "_authors",
        "_contents",
        "_depths",
        "_inline",
        "_known_tags",
        "_languages",
        "_link",
        "_links",
        "_running",
        "_tags",
        "_told",
        "values",
    )

    def __init__(self, running: Running) -> None:
        self._running = running
        #: one text each: id, title, summary, dates and so on
        self.values: dict[str, str] = {}
        self._depths: dict[str, int] = {}
        self._link: str | None = None
        self._links: list[tuple[str, str]] = []
        self._contents: list[str] = []
        self._inline = False
        self._authors: list[tuple[str, str]] = []
        #: one of them is given in one text
        self._told = False
        #: term, scheme and label of each
        self._tags: list[_Tag] = []
        self._known_tags: set[_Tag] = set()
        self._languages: dict[str, str | None] = {}

    def raw(self) -> RawEntry:
        """What has been gathered."""
        values = self.values
        dates = {name: values[name] for name in DATES if name in values}
        for date in dates.values():
            if not date.isascii() and read_date(date) is None:
                raise Unusual("a date in words that feedparser may know")
        return RawEntry(
            guid=values.get("id", ""),
            links=self._in_order(),
            title=values.get("title", ""),
            summary=values.get("summary", ""),
            content=max(self._contents, key=len) if self._contents else "",
            authors=[name or mail for name, mail in self._authors if name or mail] or (values.get("author", ""),),
            categories=[tag[2] or tag[0] or "" for tag in self._tags],
            dates=dates,
            languages=self._stated_languages() if self._running.inherited.languages or "language" in values else (),
        )

    def walk(self, parent: etree._Element, depth: int) -> None:
        """Read what stands in an element, so deep."""
        if depth > DEEPEST:
            raise Unusual("elements so deep")
        rules = self._running.rules
        for element in parent:
            rule = rules[element.tag]
            if rule is not None:
                rule(self, element, depth)
            elif len(element):
                self.walk(element, depth + 1)

    # --- one method for each kind of element; ``depth`` counts from the root element as 1

    def put(self, name: str, value: str, depth: int) -> None:
        """Keep a text: the last of those that stand least deep."""
        if depth <= self._depths.get(name, depth):
            self._depths[name] = depth
            self.values[name] = value

    def title(self, element: etree._Element, depth: int) -> None:
        """The first title that says something; what media files are called only until then."""
        if self.media_title(element, depth):
            self._running.title_depth = depth

    def media_title(self, element: etree._Element, depth: int) -> str:
        value = fields.markup(element, self._running.names)
        if not -1 < self._running.title_depth <= depth:
            self.put("title", value, depth)
            self._speaks("title", element)
        return value

    def summary(self, element: etree._Element, depth: int) -> None:
        """The first is a summary, the second a content unless there is one already."""
        if "summary" in self.values and not self._running.has_content:
            self.content(element, depth)
        else:
            self.put("summary", fields.markup(element, self._running.names), depth)
            self._speaks("summary", element)

    def content(self, element: etree._Element, depth: int) -> None:
        """A content; also the summary, until another is given."""
        self._running.has_content = True
        value = fields.markup(element, self._running.names)
        self._contents.append(value)
        self._inline |= len(element) > 0
        if self._inline and len(self._contents) > 1:
            raise Unusual("several contents, which of them is the longest depends on how XHTML is written")
        self.values.setdefault("summary", value)

    def guid(self, element: etree._Element, depth: int) -> None:
        """The identity; also the link where nothing else is, unless it says that it is none."""
        is_link = (attributes(element) if element.keys() else {}).get("ispermalink", "true") == "true"
        value = fields.text(element)
        if is_link:
            value = self._address(value, element) if value else ""
            self._link = value if self._link is None else self._link
        self.put("id", value, depth)

    def about(self, element: etree._Element) -> None:
        """The attributes of the entry itself."""
        given = attributes(element)
        if given.keys() & {"lastmod", "href", "about"}:
            raise Unusual("an entry of CDF, or of another RDF")
        if given.get("rdf:about"):
            self.values["id"] = given["rdf:about"]

    def link(self, element: etree._Element, depth: int) -> None:
        """A link as text (RSS) or as an attribute (Atom)."""
        given = attributes(element) if element.keys() else {}
        rel, href = given.get("rel", "alternate").lower(), _href(given)
        if href is None:
            value = fields.text(element)
            value = self._address(value, element) if value else ""
            if "&" in value:
                # feedparser takes "&b;" in "?a=1&b;=2" for a reference that a lenient parser made up
                value = _UNKNOWN_REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))
            self._link = value
            self._links.append((rel, value))
            return
        href = self._address(href, element)
        if len(element):
            raise Unusual("elements inside a link")
        self._links.append((rel, href))
        if rel == "alternate" and given.get("type", "text/html").lower() in _HTML_TYPES:
            self._link = href

    def enclosure(self, element: etree._Element, depth: int) -> None:
        if len(element):
            raise Unusual("elements inside an enclosure")
        self._links.append(("enclosure", _href(attributes(element)) or ""))

    def category(self, element: etree._Element, depth: int) -> None:
        if element.keys():
            given = attributes(element)
            self._tag(given.get("term"), given.get("scheme", given.get("domain")), given.get("label"))
        self._named(fields.text(element))

    def media_category(self, element: etree._Element, depth: int) -> None:
        given = {"scheme": "http://search.yahoo.com/mrss/category_schema"} | attributes(element)
        self._tag(given.get("term"), given["scheme"], given.get("label"))
        self._named(fields.text(element))

    def itunes_category(self, element: etree._Element, depth: int) -> None:
        self._tag(attributes(element).get("text"), "http://www.itunes.com/", None)
        self._named(fields.text(element))

    def itunes_keywords(self, element: etree._Element, depth: int) -> None:
        self._keywords(element, "http://www.itunes.com/")

    def media_keywords(self, element: etree._Element, depth: int) -> None:
        self._keywords(element, None)

    def author(self, element: etree._Element, depth: int) -> None:
        """A name, a mail address or both in one text (RSS), or in elements of their own (Atom)."""
        if len(element):
            if self._told:
                raise Unusual("an author in elements after one in a text, whose name feedparser overwrites")
            name, mail = self._person(element, depth)
            if mail and not name and any(known for known, _ in self._authors):
                raise Unusual("an author without a name, whom feedparser gives the name of the one before")
            self.put("author", "", depth)
            if name or mail:
                self.values["author"] = f"{name} ({mail})" if name and mail else name or mail
        else:
            self.put("author", fields.text(element), depth)
            name, mail = _told_apart(self.values["author"])
            self._told |= bool(name or mail)
        self._authors.append((name, mail))

    def origlink(self, element: etree._Element, depth: int) -> None:
        """FeedBurner's word on where the page really is."""
        value = fields.text(element)
        if element.keys():
            self.values["feedburner_origlink"] = ""
        else:
            self.put("feedburner_origlink", value, depth)

    def source(self, element: etree._Element, depth: int) -> None:
        """The feed that the entry was taken from: nothing of it is the entry's, but a title may follow again."""
        self._running.title_depth = -1
        names = self._running.names
        for inside in element:
            name = names[inside.tag]
            if name in ("author", "contributor") and names.only(inside, _PERSON):
                continue
            if len(inside) or (name and name not in _SOURCE):
                raise Unusual(f"<{inside.tag}> in a source")
            if name == "title" and fields.markup(inside, self._running.names):
                self._running.title_depth = depth + 1

    def skipped(self, element: etree._Element, depth: int) -> None:
        """A text that is not kept; in XHTML, what stands in it is not read."""
        if len(element):
            fields.check_inline(element, self._running.names)

    def image(self, element: etree._Element, depth: int) -> None:
        """A picture; what it is called is the title of an entry without one, and another title may follow."""
        self._running.title_depth = -1
        if not self._running.names.only(element, _IMAGE):
            raise Unusual(f"elements inside <{element.tag}>")
        for inside in element:
            name = self._running.names[inside.tag]
            if name == "title":
                self.title(inside, depth + 1)
            elif name == "link" and inside.keys():
                raise Unusual("a link of the entry in a picture")

    def person(self, element: etree._Element, depth: int) -> None:
        """Somebody who is not the author."""
        if not self._running.names.only(element, _PERSON):
            raise Unusual(f"elements inside <{element.tag}>")

    def license(self, element: etree._Element, depth: int) -> None:
        if len(element) or depth != self._depths.setdefault("license", depth):
            raise Unusual("licences of several depths")

    # --- parts of them

    def _speaks(self, name: str, element: etree._Element) -> None:
        if self._running.inherited.languages:
            self._languages[name] = self._running.inherited.language(element)

    def _address(self, value: str, element: etree._Element) -> str:
        inherited = self._running.inherited
        return inherited.address(element, value) if inherited.bases or ":///" in value else value

    def _person(self, element: etree._Element, depth: int) -> tuple[str, str]:
        """Name and mail address in elements; a title there counts as one of the entry."""
        parts = {"name": "", "email": ""}
        for inside in element:
            name = self._running.names[inside.tag].removeprefix("itunes_")
            if name == "title":
                self.title(inside, depth + 1)
            elif len(inside) or (name not in _PERSON and self._running.rules[inside.tag] is not None):
                raise Unusual(f"<{inside.tag}> in an author")
            parts[name] = (inside.text or "").strip()
        strays = (inside.text for inside in element if inside.keys())
        if any((own or "").strip() for own in (element.text, *strays, *(inside.tail for inside in element))):
            raise Unusual("text in an author")
        return parts["name"], parts["email"]

    def _stated_languages(self) -> tuple[str | None, ...]:
        return self.values.get("language"), self._languages.get("title"), self._languages.get("summary")

    def _in_order(self) -> list[str]:
        """Where the page may be: where FeedBurner says it is, the link, others by what they are called."""
        ranked = [(_RANKS[rel], link) for rel, link in self._links if rel in _RANKS]
        if len(ranked) > 1:
            ranked.sort(key=itemgetter(0))
        first = (self.values.get("feedburner_origlink"), self._link)
        return [link for link in first if link] + [link for _, link in ranked]

    def _tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tag = term, scheme, label
        if (term or scheme or label) and tag not in self._known_tags:
            self._tags.append(tag)
            self._known_tags.add(tag)

    def _named(self, term: str) -> None:
        """The text of a category: the term of the tag that has none, or a tag of its own."""
        if term and self._tags and not self._tags[-1][0]:
            _, scheme, label = nameless = self._tags.pop()
            self._known_tags.discard(nameless)
            # as feedparser does, whether or not there is another one like it
            self._tags.append((term, scheme, label))
            self._known_tags.add((term, scheme, label))
        elif term:
            self._tag(term, None, None)

    def _keywords(self, element: etree._Element, scheme: str | None) -> None:
        if element.keys():
            if len(element):
                raise Unusual("elements inside keywords")
            return
        for term in fields.text(element).split(","):
            if term.strip():
                self._tag(term.strip(), scheme, None)


def _href(given: dict[str, str]) -> str | None:
    """The address of a link; ``url`` and ``uri`` are other names for it."""
    return given.get("url", given.get("uri", given.get("href"))) or given.get("href")


def _told_apart(author: str) -> tuple[str, str]:
    """Name and mail address in one text, such as ``mail@example.org (Name)``."""
    if "@" in author and len(author) > _LONGEST_AUTHOR:
        raise Unusual("a very long author")
    found = _MAIL.search(author) if "@" in author else None
    if found is None:
        return author, ""
    mail = found[0]
    for nothing in (mail, "()", "<>", "&lt;&gt;"):
        author = author.replace(nothing, "")
    author = author.strip().removeprefix("(").removesuffix(")").strip()
    return author, mail
