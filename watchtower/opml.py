"""OPML, in which feed readers exchange lists of feeds (https://opml.org/spec2.opml): bytes to outlines, and back.

Reading is by expat, which fetches nothing; a document that declares entities is refused before one can unfold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from watchtower.errors import UserError
from watchtower.text import clean

#: the namespace of the keys that OPML has no name for
NAMESPACE = "https://github.com/watchtower-monitor/watchtower/opml"
PREFIX = "watchtower"
#: deepest nesting of folders
DEEPEST = 50
#: most outlines of one list: the largest public lists have some ten thousand
MOST_OUTLINES = 100_000
_SEPARATOR = " "
_OWN = NAMESPACE + _SEPARATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One outline that stands for a feed or a file."""

    #: where it begins, counted from 1
    line: int
    #: the outlines that it stands in, outermost first
    folders: tuple[str, ...] = ()
    #: its attributes as plain text, names in small letters, those of our own namespace as ``watchtower:owner``
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """What ``xmlUrl`` says; empty where it says nothing."""
        return self.attributes.get("xmlurl", "")

    @property
    def title(self) -> str:
        """What readers call it; empty where it has no name."""
        return self.attributes.get("title") or self.attributes.get("text", "")


def read_opml(data: bytes, name: str) -> tuple[Outline, ...]:
    """Read the outlines that have an address, in their order.

    Raises ``UserError``, which begins with ``name`` and the place, for what is no OPML or is made to do harm.
    """
    return _Reader(name).read(data)


class _Reader:
    """Takes expat's events of one document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._open: list[Outline] = []
        self._found: list[Outline] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity

    def read(self, data: bytes) -> tuple[Outline, ...]:
        if not data.strip():
            self._refuse("the file is empty: expected an OPML document", 1, 0)
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            self._refuse(f"not well-formed XML: {expat.ErrorString(error.code)}", error.lineno, error.offset)
        except (LookupError, ValueError) as error:  # an encoding that expat does not know, or one of several bytes
            self._refuse(f"cannot be read: {error}", 1, 0)
        return tuple(self._found)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if not self._path and element.lower() != "opml":
            what = "an HTML page" if element.lower().endswith("html") else f"a document of <{clean(element)[:40]}>"
            self._refuse(f"expected an OPML document, which begins with <opml>; this is {what}")
        if len(self._path) > DEEPEST:
            self._refuse(f"outlines are nested more than {DEEPEST} deep")
        self._path.append(element)
        if element.lower() == "outline":
            self._outline(attributes)

    def _outline(self, attributes: dict[str, str]) -> None:
        plain = {name.lower().replace(_OWN, f"{PREFIX}:"): clean(value) for name, value in attributes.items()}
        folders = tuple(outline.title for outline in self._open)
        outline = Outline(line=self._parser.CurrentLineNumber, folders=folders, attributes=plain)
        self._open.append(outline)
        if outline.address:
            self._found.append(outline)
        if len(self._found) > MOST_OUTLINES:
            self._refuse(f"more than {MOST_OUTLINES:,} outlines; split the list")

    def _end(self, element: str) -> None:
        self._path.pop()
        if element.lower() == "outline":
            self._open.pop()

    def _entity(self, *declaration: object) -> None:
        self._refuse("entities are declared here, which no list of feeds needs; delete the <!DOCTYPE ...>")

    def _refuse(self, message: str, line: int | None = None, column: int | None = None) -> NoReturn:
        line = self._parser.CurrentLineNumber if line is None else line
        column = self._parser.CurrentColumnNumber if column is None else column
        raise UserError(f"{self._name}:{line}:{column + 1}: {message}")


def write_opml(title: str, outlines: Iterable[Mapping[str, str]]) -> str:
    """Write a flat list of outlines, each by its attributes; those of our own namespace as ``watchtower:owner``."""
    lines = [f"    <outline {_attributes(outline)}/>\n" for outline in outlines]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0" xmlns:{PREFIX}="{NAMESPACE}">\n'
        f"  <head>\n    <title>{_text(title)}</title>\n  </head>\n"
        f"  <body>\n{''.join(lines)}  </body>\n</opml>\n"
    )


def _attributes(outline: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(clean(value))}" for name, value in outline.items())


def _text(text: str) -> str:
    return clean(text).replace("&", "&amp;").replace("<", "&lt;")
