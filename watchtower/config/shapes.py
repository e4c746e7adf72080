"""What a file may hold, declared once: the validator, the JSON Schemas and the reference page are all made from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, perhaps of a given form."""

    #: how messages and the reference name it, with its article
    wanted: str = "a text"
    #: regular expression that JavaScript and Python read alike (no flags, no classes beyond ``\\S``)
    pattern: str = r"\S"
    choices: tuple[str, ...] = ()
    #: makes the value; raises ValueError saying what is wrong. What it refuses beyond the pattern no schema can tell
    make: Callable[[str], Any] | None = None
    #: another writing that may have been meant, or None
    meant: Callable[[str], str | None] | None = None
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number from ``low`` to ``high``."""

    low: float
    high: float
    whole: bool = False

    @property
    def wanted(self) -> str:
        """How messages and the reference name it."""
        return f"a {'whole ' if self.whole else ''}number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """True or false."""

    wanted: str = "true or false"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list."""

    item: Shape
    least: int = 0
    #: refuse the same text twice
    distinct: bool = False

    @property
    def wanted(self) -> str:
        """How messages and the reference name it."""
        return "a list"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOf:
    """A mapping with keys of the editor's own."""

    key: Text
    value: Shape
    wanted: str
    #: keys beside them that are known
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """One of several forms that differ in type (a text or a list, a text or a number)."""

    shapes: tuple[Text | Number | ListOf, ...]

    @property
    def wanted(self) -> str:
        """How messages and the reference name it."""
        return " or ".join(shape.wanted for shape in self.shapes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a record."""

    name: str
    shape: Shape
    #: one sentence for the schema, the reference and the message when it is missing
    says: str
    required: bool = False
    #: what holds where the key is left out, as written in the file
    default: str | None = None
    nullable: bool = False
    #: never in a shared file: only by environment
    secret: bool = False
    #: what to do instead of writing a secret here
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with known keys."""

    #: what one of them is called, with its article
    wanted: str
    says: str
    fields: tuple[Field, ...]
    #: exactly one of these keys has to be there
    exactly_one: tuple[str, ...] = ()
    #: at least one of these keys has to be there
    at_least_one: tuple[str, ...] = ()


Shape: TypeAlias = Text | Number | Flag | ListOf | TableOf | Either | Record


def fits(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches as JavaScript would: ``$`` is the end of the text, not of its last line.

    >>> fits("^a$", "a"), fits("^a$", "a\\n")
    (True, False)
    """
    return re.search(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern, text) is not None
