"""What kind of document the bytes are, made fit for an XML parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from watchtower.errors import ParseError
from watchtower.parse.encoding import decode
from watchtower.parse.references import repair_references
from watchtower.text import cut, plain

#: characters that XML 1.0 section 2.2 does not allow, and lone surrogates; one of them would fail the whole document
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I)
_ENTITY = re.compile(r"<!ENTITY\s+(\S+)\s+[\"']([^\"']*)[\"']", re.I)
_FIRST_TAG = re.compile(r"<\w")
#: entities that a document may declare: HTML 4 has 252
_MOST_ENTITIES = 500
#: tags that may be left open: feedparser's lenient reader takes 12 microseconds for each
_MOST_OPEN_TAGS = 20_000
#: characters that the uses of declared entities may unfold to
_MOST_UNFOLDED = 1_000_000
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
#: characters at the end among which the root element must close: scripts and comments may follow it
_TRAILER = 5_000
_TITLE = re.compile(r"<title\b[^>]*>([^<]*)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as text."""

    text: str
    #: local name of the root element in lower case, "json", or empty where there is none
    root: str
    #: the root element is closed at the end
    whole: bool
    warnings: tuple[str, ...] = ()


def read_document(body: bytes, content_type: str) -> Document:
    """Decode a document, drop what no XML parser can read, and tell its kind; raises ``ParseError`` for no document.

    What stands before the root element goes, document type included: entities that it declares as plain text are
    put in here, external and nested ones are never read.
    """
    decoded = decode(body, content_type)
    text, dropped = _ILLEGAL.subn("", decoded.text)
    text = text.strip()
    warnings = list(decoded.warnings)
    if dropped:
        warnings.append(f"{dropped} characters that XML forbids were left out")
    if not text:
        raise ParseError("not a feed: the document is empty")
    if text[0] in "{[":
        return Document(text=text, root="json", whole=text[-1] in "}]", warnings=tuple(warnings))
    declared = _declared_entities(text)
    text = text[_root_at(text) :]
    repaired = repair_references(text, declared) if "&" in text else text
    if repaired != text:
        warnings.append("bare ampersands or unknown references were put right")
        text = repaired
    if text.count("<") > text.count(">") + _MOST_OPEN_TAGS:
        raise ParseError("the document is too damaged to be read: most of its tags are never closed")
    name = found[1] if (found := _ROOT.match(text)) else ""
    return Document(
        text=text,
        root=name.rpartition(":")[2].lower(),
        whole=not name or closes(text, name),
        warnings=tuple(warnings),
    )


def closes(text: str, root: str) -> bool:
    """Tell whether a document ends with its root element, or nearly so."""
    end = text[-_TRAILER:]
    return f"</{root}" in end or end.endswith("/>")


def refuse_what_is_no_feed(document: Document) -> None:
    """Raise ``ParseError`` for pages and subscription lists, saying what came instead of a feed."""
    if document.root == "html":
        title = found[1] if (found := _TITLE.search(document.text[:50_000])) else ""
        named = f' titled "{cut(plain(title), 80)}"' if title.strip() else ""
        raise ParseError(f"not a feed: an HTML page{named}; `watchtower feeds discover` looks for its feed")
    if document.root == "opml":
        raise ParseError("not a feed: an OPML list of subscriptions; `watchtower feeds import` takes it in")


def _root_at(text: str) -> int:
    """Where the root element begins: after declarations, comments and the document type; 0 where there is none."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    return at if _ROOT.match(text, at) else 0


def _declared_entities(text: str) -> dict[str, str]:
    """Names and texts of the entities that a document declares; not external ones, nor any that names another.

    Raises ``ParseError`` where they would unfold to far more than the document is itself: a long one that is used
    often is as good a bomb as a nested one.
    """
    first = _FIRST_TAG.search(text)
    declared = dict(_ENTITY.findall(text, 0, first.start())) if first else {}
    too_many = len(declared) > _MOST_ENTITIES
    if too_many or sum(len(value) * text.count(f"&{name};") for name, value in declared.items()) > _MOST_UNFOLDED:
        raise ParseError("the document declares entities that unfold to too much text")
    values = ((name, unescape(value)) for name, value in declared.items())
    return {name: value for name, value in values if "&" not in value}
