"""Puts right the character and entity references of a document that would fail its XML parser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.entities import html5
from xml.sax.saxutils import escape

_NUMBER = r"#[xX](?P<hex>[0-9a-fA-F]+);?|#(?P<dec>[0-9]+);?"
_NUMERIC = re.compile(rf"&(?:{_NUMBER})")
#: every ``&`` but those of the five references that XML defines
_REFERENCE = re.compile(rf"&(?!(?:amp|lt|gt|quot|apos);)(?:{_NUMBER}|(?P<name>[A-Za-z][\w.-]*);)?")
_COMMENT = "<!--"
_OPENING = re.compile(r"<!\[CDATA\[|<!--")


def repair_references(text: str, declared: Mapping[str, str]) -> str:
    """Make every reference one that XML knows; ``declared`` are what the document defines, as text.

    Outside CDATA, HTML's names become their characters, what names no character U+FFFD, and a bare ampersand
    ``&amp;``: else a lenient parser would guess, and corrupt addresses such as ``?a=1&copy=2``. Inside it, which that
    parser does not always see as such, only numbers that name no character go. Comments stay as they are.
    """

    def repaired(found: re.Match[str]) -> str:
        return _repaired(found, declared)

    made: list[str] = []
    at = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < at:
            continue
        is_comment = opening[0] == _COMMENT
        end = text.find("-->" if is_comment else "]]>", opening.end())
        if end < 0 and is_comment:
            break
        end = len(text) if end < 0 else end
        inside = text[opening.start() : end]
        made += (
            _REFERENCE.sub(repaired, text[at : opening.start()]),
            inside if is_comment else _NUMERIC.sub(_numeric, inside),
        )
        at = end
    return "".join([*made, _REFERENCE.sub(repaired, text[at:])])


def _repaired(found: re.Match[str], declared: Mapping[str, str]) -> str:
    if name := found["name"]:
        character = declared.get(name) or html5.get(f"{name};")
        return escape(character) if character is not None else f"&amp;{name};"
    return _numeric(found) if found["hex"] or found["dec"] else "&amp;"


def _numeric(found: re.Match[str]) -> str:
    """A numeric reference if XML 1.0 allows its character (section 2.2); nothing for a control, else U+FFFD."""
    digits, base = (found["hex"], 16) if found["hex"] else (found["dec"], 10)
    code = int(digits, base) if len(digits) < 9 else 0x110000
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return found[0] if found[0].endswith(";") else f"{found[0]};"
    return "" if code < 0x20 else "\ufffd"
