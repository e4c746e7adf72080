"""The text of one element, as feedparser gives it."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from lxml import etree

from watchtower.parse.strict.names import HANDLED, Names, Unusual, attributes

_XHTML = frozenset({"xhtml", "application/xhtml+xml"})
_ESCAPED = frozenset({"text", "plain", "html", "text/plain", "text/html"})
#: elements whose content is no text; where they stand in inline markup, how they are written matters
_CODE = frozenset("script style template noscript svg math iframe object".split())
#: C1 controls as what they are in windows-1252, of which they are a mistaken reading
_C1 = re.compile("[\x80-\x9f]")
_WINDOWS_1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
#: a link that comes out the same against each of them is relative to none
_SOME_BASES = "http://a.example/b/", "https://a.example/b/"
#: an attribute that holds for all that an element contains, in a spelling that anybody uses
_INHERITED = etree.XPath("boolean(//@*[contains('base Base BASE lang Lang LANG', local-name())])")
_LANGUAGE = etree.XPath("boolean(//@*[translate(local-name(), 'LANG', 'lang') = 'lang'])")
_BASES = etree.XPath("//@*[translate(local-name(), 'BASE', 'base') = 'base']", smart_strings=False)
#: links for each of which the addresses around it are put together
_MOST_JOINS = 30_000
_LONGEST_INLINE = 100_000


def text(element: etree._Element) -> str:
    """The text of an element without children."""
    if len(element):
        raise Unusual(f"elements inside <{element.tag}>")
    value = (element.text or "").strip()
    return value if value.isascii() else settled(value)


def settled(value: str) -> str:
    """Undo what publishing software does to characters: UTF-8 read as Latin-1, and windows-1252 read as Latin-1."""
    try:
        value = value.encode("iso-8859-1").decode()
    except UnicodeError:
        pass
    return value.translate(_WINDOWS_1252) if _C1.search(value) else value


class Inherited:
    """What holds for elements because it is said further out: the language, and the address that links start from."""

    __slots__ = ("_base", "_joins", "_language", "_parent", "bases", "languages")

    def __init__(self, root: etree._Element) -> None:
        found = bool(_INHERITED(root))
        #: some element says it
        self.languages = found and bool(_LANGUAGE(root))
        self.bases = found and bool(_BASES(root))
        self._base = _stated(root, "base") or ""
        if self.bases and not all(_joined(_SOME_BASES[0], base) for base in cast(list[str], _BASES(root))):
            raise Unusual("an address that is none")
        self._joins = 0
        self._parent: etree._Element | None = None
        self._language: str | None = None

    def language(self, element: etree._Element) -> str | None:
        """The language of an element: its own, or that of what it stands in."""
        stated = _stated(element, "lang")
        if stated is not None:
            return stated.replace("_", "-") or None
        parent = element.getparent()
        if parent is not self._parent or parent is None:
            # most of those that are asked for stand in one entry
            self._parent, self._language = parent, None if parent is None else self.language(parent)
        return self._language

    def address(self, element: etree._Element, value: str) -> str:
        """A link in an element, made absolute where the document says what to start from."""
        if not self.bases:
            return _joined("", value)
        if self._base:
            self._joins += 1
            if self._joins > _MOST_JOINS:
                raise Unusual("very many links that are relative to something")
            return _joined(_base_of(element), value)
        # feedparser lets what one element says hold for all that follow
        if any(_joined(base, value) != value for base in _SOME_BASES):
            raise Unusual("a relative link where only some parts say what to")
        return value


def _base_of(element: etree._Element) -> str:
    """Put the addresses together that an element and those around it say, from the outermost on."""
    base = ""
    for one in reversed([element, *element.iterancestors()]):
        base = _joined(base, _stated(one, "base") or base)
        if not base.startswith(("http://", "https://")):
            raise Unusual("links that are relative to no whole address")
    return base


def _stated(element: etree._Element, name: str) -> str | None:
    given = attributes(element) if element.keys() else {}
    return given.get(f"xml:{name}", given.get(name))


def _joined(base: str, value: str) -> str:
    """An address made absolute, with two slashes after the scheme where there are more."""
    value = _EXTRA_SLASHES.sub(r"\1", value) if ":///" in value else value
    try:
        return urljoin(base, value) if base else value
    except ValueError:
        return ""


def markup(element: etree._Element, names: Names) -> str:
    """The content of a text construct as HTML: escaped or plain, or XHTML that stands inline."""
    if len(element):
        check_inline(element, names)
        return settled(_as_text(element))
    value = (element.text or "").strip()
    if element.keys() and _kind(element) in _XHTML:
        value = escape(value)
    return value if value.isascii() else settled(value)


def check_inline(element: etree._Element, names: Names) -> None:
    """Raise ``Unusual`` unless what stands inside an element is XHTML that feedparser copies as it is."""
    if _kind(element) not in _XHTML:
        raise Unusual(f"elements inside <{element.tag}>")
    for inside in element.iterdescendants():
        name = names[inside.tag]
        if inside.prefix is not None or name in HANDLED or name.removeprefix("xhtml_") in _CODE:
            raise Unusual(f"<{inside.tag}> in XHTML")


def _kind(element: etree._Element) -> str:
    given = attributes(element)
    kind = given.get("type", "text").lower()
    if given.get("mode") == "base64" or kind not in _XHTML | _ESCAPED:
        raise Unusual(f"a text of type {kind}")
    return kind


def _as_text(element: etree._Element) -> str:
    """XHTML as text; it is begun by the tag of the element itself, which a reader of HTML does not see."""
    written = etree.tostring(element, encoding="unicode", with_tail=False)
    if len(written) > _LONGEST_INLINE:
        raise Unusual("a very long text in XHTML")
    return written
