"""What feedparser would call each element of a document: its namespace's usual prefix and its name in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from lxml import etree

R = TypeVar("R")
_NAMESPACES = {
    "": """http://backend.userland.com/rss http://blogs.law.harvard.edu/tech/rss http://purl.org/rss/1.0/
        http://my.netscape.com/rdf/simple/0.9/ http://purl.org/atom/ns# http://www.w3.org/2005/Atom
        http://purl.org/rss/1.0/modules/rss091#""",
    "cc": "http://creativecommons.org/ns#license http://web.resource.org/cc/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativecommons": """http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html
        http://backend.userland.com/creativeCommonsRssModule""",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss http://search.yahoo.com/mrss/",
    "psc": "http://podlove.org/simple-chapters",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
#: Namespaces, in lower case, to their usual prefixes; of those that feedparser knows, all whose elements it does
#: something with. The elements of the others are its unknown ones, whatever their prefix.
USUAL_PREFIX = {"": ""} | {uri.lower(): prefix for prefix, uris in _NAMESPACES.items() for uri in uris.split()}
#: every prefix that feedparser knows, in lower case; a document that means something else by one is left to it
KNOWN_PREFIXES = frozenset(
    "admin ag annotate audio blogchannel cc co content cp creativecommons dc dcterms email ev feedburner fm foaf geo "
    "georss gml icbm image itunes l media pingback prism psc rdf rdfs ref reqv search slash soap ss str sub sy szf "
    "taxo thr ti trackback wfw wiki xhtml xlink xml".split()
)
#: every element that feedparser does something with, by its name
HANDLED = frozenset(
    """abstract author body category cc_license channel cloud content content_encoded contributor copyright created
    creativecommons_license dc_author dc_contributor dc_creator dc_date dc_description dc_language dc_publisher
    dc_rights dc_subject dc_title dcterms_created dcterms_issued dcterms_modified dcterms_valid description email
    enclosure entry expirationdate feed feedburner_browserfriendly fullitem generator geom georss_box georss_line
    georss_point georss_polygon georss_where georssgeom gml_exterior gml_linearring gml_linestring gml_point
    gml_polygon gml_pos gml_poslist guid height homepage id image info issued item itunes_author itunes_block
    itunes_category itunes_email itunes_explicit itunes_image itunes_keywords itunes_link itunes_name itunes_owner
    itunes_subtitle itunes_summary keywords language lastbuilddate link managingeditor media_category media_content
    media_credit media_description media_group media_keywords media_license media_player media_rating
    media_restriction media_thumbnail media_title modified name newlocation psc_chapter psc_chapters pubdate published
    rights rss source subtitle summary tagline tags textinput title updated uri url webmaster where width
    xhtml_body""".split()
)
#: unknown elements that feedparser stores under the name of something else
_MISTAKEN = re.compile(r"date|links|authors|contributors|\w+_(?:detail|parsed)")
#: lxml takes a time that grows with their square to list them
_MOST_ATTRIBUTES = 100
_NOT_PLAIN = re.compile(r"[&\s]")
_DECLARATION = re.compile(r"xmlns(?::([^\s=]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Unusual(Exception):
    """Something in the document is left to feedparser."""


class Names(dict[str, str]):
    """The elements of one document by their tags: what feedparser calls them, such as ``title`` or ``dc_date``.

    The name is empty for elements of namespaces that it does not know. Raises ``Unusual`` where a prefix is declared
    to mean two things, or a well-known one to mean another well-known thing.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._own = _declared(text)

    def __missing__(self, tag: str) -> str:
        if not tag.isascii():
            raise Unusual(f"the name {tag}, for which not all parsers of XML have the same rule")
        uri, local = split(tag)
        prefix = self._own.get(uri, usual_prefix(uri))
        self[tag] = name = "" if prefix is None else f"{prefix}_{local}" if prefix else local
        return name

    def only(self, elements: Iterable[etree._Element], names: frozenset[str]) -> bool:
        """Tell whether these are all leaves with one of these names."""
        return all(len(element) == 0 and self[element.tag] in names for element in elements)


class Rules(dict[str, R | None]):
    """The rules for the elements of one document by their tags."""

    def __init__(self, names: Names, rules: Mapping[str, R | None]) -> None:
        super().__init__()
        self._names, self._rules = names, rules

    def __missing__(self, tag: str) -> R | None:
        name = self._names[tag]
        if name not in self._rules and (name in HANDLED or _MISTAKEN.fullmatch(name)):
            raise Unusual(f"<{tag}> where it stands")
        self[tag] = rule = self._rules.get(name)
        return rule


def _declared(text: str) -> dict[str, str]:
    """Unknown namespaces to the prefixes that feedparser takes them for.

    A well-known prefix counts as what it usually means, and elements without a prefix as those of the feed formats.
    """
    meant: dict[str, str] = {}
    own: dict[str, str] = {}
    for prefix, double, single in _DECLARATION.findall(text):
        uri = double or single
        if _NOT_PLAIN.search(uri):
            raise Unusual(f"the namespace {uri} is not written as it is")
        if prefix and meant.setdefault(prefix, uri) != uri:
            raise Unusual(f"the prefix {prefix} means two things")
        if usual_prefix(uri) is None and own.setdefault(uri, prefix.lower()) != prefix.lower():
            raise Unusual(f"two prefixes for {uri}")
    usual = {prefix: usual_prefix(uri) for prefix, uri in meant.items()}
    for prefix, means in usual.items():
        if means is not None and means != prefix.lower() in usual.values():
            raise Unusual(f"the prefix {prefix} means {means}")
    return {uri: prefix for uri, prefix in own.items() if not prefix or prefix in KNOWN_PREFIXES}


def usual_prefix(uri: str) -> str | None:
    """The usual prefix of a namespace: empty for the feed formats themselves or for none, None for an unknown one."""
    uri = uri.lower()
    return "" if "backend.userland.com/rss" in uri else USUAL_PREFIX.get(uri)


def split(tag: str) -> tuple[str, str]:
    """Namespace, empty where there is none, and local name in lower case."""
    uri, _, local = tag.rpartition("}")
    return uri[1:], local.lower()


def attributes(element: etree._Element) -> dict[str, str]:
    """The attributes by their names in lower case, with the usual prefix of a known namespace."""
    own, foreign = {}, {}
    for key, value in written(element):
        if "}" not in key:
            own[key.lower()] = value
        else:
            uri, name = split(key)
            prefix = usual_prefix(uri)
            foreign[f"{prefix}:{name}" if prefix else name] = value
    return foreign | own if foreign else own


def written(element: etree._Element) -> list[tuple[str, str]]:
    """The attributes of an element under their full names."""
    if len(element.attrib) > _MOST_ATTRIBUTES:
        raise Unusual("very many attributes")
    return cast(list[tuple[str, str]], element.items())
