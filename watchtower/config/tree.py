"""Trees that remember where every node stands; scalars by the YAML 1.2 core schema.

The core schema (https://yaml.org/spec/1.2.2/#103-core-schema) knows only true and false as booleans and no dates or
sexagesimal numbers: ``no``, ``on`` and ``06:30`` are texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

#: deepest nesting of lists and mappings; the deepest that the three files need is 7
DEEPEST = 32

_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

Plain: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text, number, boolean or null; ``value`` by the core schema, ``text`` as written."""

    line: int
    column: int
    text: str
    value: Plain
    #: the node's source, quotes and block header included; empty where the text stands for itself
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: tuple[Tree, ...]
    #: written in brackets, its items parted by commas
    in_brackets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping; of a key given twice only the first is here."""

    line: int
    column: int
    entries: tuple[tuple[Scalar, Tree], ...]


Tree: TypeAlias = Scalar | Sequence | Mapping


class TreeError(ValueError):
    """The text is no YAML or JSON that is read here."""

    def __init__(self, line: int, column: int, message: str, path: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.path = line, column, message, path


def plain_data(tree: Tree) -> Any:
    """Return the tree as a JSON Schema validator would see it: keys as written, scalars by the core schema."""
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [plain_data(item) for item in tree.items]
        case Mapping():
            return {key.text: plain_data(value) for key, value in tree.entries}


def core_value(text: str) -> Plain:
    """Resolve a plain scalar by the YAML 1.2 core schema.

    >>> core_value("no"), core_value("06:30"), core_value("true"), core_value("0x1f"), core_value("1e3")
    ('no', '06:30', True, 31, 1000.0)
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 300:  # int() of more digits than sys.int_info allows raises; no setting is that large
        if _INT.fullmatch(text):
            return int(text)
        if _OCTAL_OR_HEX.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def position_in(scalar: Scalar, offset: int) -> tuple[int, int]:
    """Return line and column of the character at ``offset`` of a scalar's text; the scalar's start where unknown.

    Folding changes only white space, so the n-th other character of the text is the n-th of the source.
    """
    body, skipped = _body(scalar.source)
    if "".join(body.split()) != "".join(scalar.text.split()):
        return scalar.line, scalar.column
    wanted = len("".join(scalar.text[:offset].split()))
    solid = [i for i, character in enumerate(body) if not character.isspace()]
    if not solid:
        return scalar.line, scalar.column
    index = skipped + (solid[wanted] if wanted < len(solid) else solid[-1] + 1)
    before = scalar.source[:index]
    newlines = before.count("\n")
    column = len(before) - before.rfind("\n") if newlines else scalar.column + len(before)
    return scalar.line + newlines, column


def _body(source: str) -> tuple[str, int]:
    """Return a scalar's source without quotes or block header, and how many characters went at its start."""
    if source[:1] in ("'", '"'):
        return source[1:-1], 1
    if source[:1] in ("|", ">"):
        header = source.find("\n") + 1 or len(source)
        return source[header:], header
    return source, 0
