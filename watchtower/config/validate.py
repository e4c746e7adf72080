"""Holds a tree against a shape: what is right comes back with its place, what is wrong becomes a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from watchtower.config.formats import shown
from watchtower.config.shapes import Either, Field, Flag, ListOf, Number, Record, Shape, TableOf, Text, fits
from watchtower.config.tree import Mapping, Scalar, Sequence, Tree, core_value, position_in
from watchtower.errors import Problem
from watchtower.text import clean, closest, cut, did_you_mean

# In a list in brackets: a text behind which another one begins in quotes, or on a line of its own.
_JOINED = re.compile(r"""\s+(?:"[^"]*"|'[^']*')\s*$|[^\S\n]*\n\s*""")
_YES = {"yes": "true", "on": "true", "y": "true", "1": "true", "no": "false", "off": "false", "n": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value that is right in itself, and where it stands.

    ``value`` is a dict of Found (records and tables), a tuple of Found or None (lists, None where an entry is wrong),
    or what the shape makes of a scalar.
    """

    value: Any
    tree: Tree
    path: str
    #: the keys of a record or table
    keys: dict[str, Scalar] = field(default_factory=dict)

    def at(self, name: str) -> Found | None:
        """Return a key's value, or None where it is missing, null or wrong."""
        found: Found | None = self.value.get(name)
        return found if found is not None and found.value is not None else None

    def each(self, name: str) -> tuple[Found, ...]:
        """Return the entries of a list that are right."""
        found = self.at(name)
        return tuple(entry for entry in found.value if entry is not None) if found else ()

    def table(self, name: str) -> dict[str, Found]:
        """Return a mapping's values that are right, by their keys."""
        found = self.at(name)
        return found.value if found else {}

    def plain(self) -> Any:
        """Return the bare values: dicts, tuples and scalars."""
        if isinstance(self.value, dict):
            return {name: found.plain() for name, found in self.value.items()}
        if isinstance(self.value, tuple):
            return tuple(found.plain() for found in self.value if found is not None)
        return self.value


@dataclass(slots=True)
class Log:
    """Collects the problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    #: problems that a JSON Schema can find too
    structural: int = 0

    def add(self, tree: Tree, path: str, message: str, *, offset: int | None = None, harmless: bool = False) -> None:
        """Report a problem at a node, or at a character of its text."""
        place = (tree.line, tree.column)
        if offset is not None and isinstance(tree, Scalar):
            place = position_in(tree, offset)
        self.add_at(*place, path, message, harmless=harmless)

    def add_at(self, line: int, column: int, path: str, message: str, *, harmless: bool = False) -> None:
        """Report a problem at a line and column counted from 1."""
        self.problems.append(
            Problem(
                file=self.file,
                line=line,
                column=column,
                path=cut(clean(path), 200),
                message=clean(message),
                harmless=harmless,
            )
        )

    def structure(self, tree: Tree, path: str, message: str) -> None:
        """Report a problem that a JSON Schema can find too."""
        self.structural += 1
        self.add(tree, path, message)


def read(shape: Shape, tree: Tree, path: str, log: Log) -> Found | None:
    """Hold a tree against a shape; return what it comes to, or None where it is wrong as a whole."""
    match shape:
        case Text():
            return _text(shape, tree, path, log)
        case Number():
            return _number(shape, tree, path, log)
        case Flag():
            return _flag(shape, tree, path, log)
        case ListOf():
            return _list(shape, tree, path, log)
        case TableOf():
            return _table(shape, tree, path, log)
        case Either():
            return _either(shape, tree, path, log)
        case Record():
            return _record(shape, tree, path, log)


def _text(shape: Text, tree: Tree, path: str, log: Log) -> Found | None:
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        hint = "; quote it" if isinstance(tree, Scalar) and tree.value is not None and _is(shape, tree.text) else ""
        log.structure(tree, path, _expected(shape, tree) + hint)
        return None
    if not _is(shape, tree.value):
        log.structure(tree, path, _expected(shape, tree) + _meant(shape, tree.value))
        return None
    if shape.make is None:
        return Found(value=tree.value, tree=tree, path=path)
    try:
        return Found(value=shape.make(tree.value), tree=tree, path=path)
    except ValueError as error:
        log.add(tree, path, str(error), offset=getattr(error, "position", None))
        return None


def _is(shape: Text, text: str) -> bool:
    return text in shape.choices if shape.choices else fits(shape.pattern, text)


def _meant(shape: Text, text: str) -> str:
    if shape.choices:
        return did_you_mean(text, shape.choices)
    meant = shape.meant(text) if shape.meant else None
    return f"; did you mean '{meant}'?" if meant and _is(shape, meant) else ""


def _number(shape: Number, tree: Tree, path: str, log: Log) -> Found | None:
    value = tree.value if isinstance(tree, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        number = core_value(value.strip()) if isinstance(value, str) else None
        quoted = isinstance(number, int | float) and not isinstance(number, bool)
        log.structure(tree, path, _expected(shape, tree) + ("; take the quotes away" if quoted else ""))
        return None
    if not shape.low <= value <= shape.high or (shape.whole and value != int(value)):
        log.structure(tree, path, _expected(shape, tree))
        return None
    return Found(value=int(value) if shape.whole else float(value), tree=tree, path=path)


def _flag(shape: Flag, tree: Tree, path: str, log: Log) -> Found | None:
    if isinstance(tree, Scalar) and isinstance(tree.value, bool):
        return Found(value=tree.value, tree=tree, path=path)
    text = tree.text.lower() if isinstance(tree, Scalar) else ""
    hint = f"; did you mean {_YES[text]}?" if text in _YES else ""
    if text in ("true", "false"):
        hint = "; take the quotes away"
    log.structure(tree, path, _expected(shape, tree) + hint)
    return None


def _list(shape: ListOf, tree: Tree, path: str, log: Log) -> Found | None:
    if not isinstance(tree, Sequence):
        hint = "; write it as a list" if isinstance(tree, Scalar) and tree.value is not None else ""
        log.structure(tree, path, _expected(shape, tree) + hint)
        return None
    if len(tree.items) < shape.least:
        log.structure(tree, path, f"expected a list of at least {shape.least}, got {len(tree.items) or 'an empty one'}")
    if shape.distinct:
        _refuse_repeats(tree, path, log)
    if tree.in_brackets:
        _miss_commas(tree, path, log)
    found = tuple(read(shape.item, item, f"{path}[{index}]", log) for index, item in enumerate(tree.items))
    return Found(value=found, tree=tree, path=path)


def _miss_commas(tree: Sequence, path: str, log: Log) -> None:
    """Warn of items in brackets that read as two with no comma between: YAML takes them for one text."""
    for index, item in enumerate(tree.items):
        is_plain = isinstance(item, Scalar) and not item.source.startswith(("'", '"'))
        if isinstance(item, Scalar) and is_plain and (joined := _JOINED.search(item.source)):
            message = f"{shown(item.text)} is read as one text: is a comma missing? If not, put it in quotes"
            log.add(item, f"{path}[{index}]", message, offset=joined.start(), harmless=True)


def _refuse_repeats(tree: Sequence, path: str, log: Log) -> None:
    first: dict[str, int] = {}
    for index, item in enumerate(tree.items):
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            continue
        if item.value in first:
            log.structure(item, f"{path}[{index}]", f"{shown(item.value)} is in this list twice")
        first.setdefault(item.value, index)


def _table(shape: TableOf, tree: Tree, path: str, log: Log) -> Found | None:
    if not isinstance(tree, Mapping):
        log.structure(tree, path, _expected(shape, tree))
        return None
    values, keys = {}, {}
    known = {field.name: field for field in shape.fields}
    for key, value in tree.entries:
        if key.text not in known and not _is(shape.key, key.text):
            log.structure(key, path, f"expected {shape.key.wanted}, got {shown(key.text)}{_meant(shape.key, key.text)}")
            continue
        keys[key.text] = key
        below = _below(path, key.text)
        entry = known.get(key.text)
        if (found := _field(entry, value, below, log) if entry else read(shape.value, value, below, log)) is not None:
            values[key.text] = found
    return Found(value=values, tree=tree, path=path, keys=keys)


def _either(shape: Either, tree: Tree, path: str, log: Log) -> Found | None:
    for form in shape.shapes:
        if _has_type_of(form, tree):
            return read(form, tree, path, log)
    log.structure(tree, path, _expected(shape, tree))
    return None


def _has_type_of(form: Text | Number | ListOf, tree: Tree) -> bool:
    match form, tree:
        case (ListOf(), Sequence()) | (Text(), Scalar(value=str())):
            return True
        case (Number(), Scalar(value=int() | float() as value)):
            return not isinstance(value, bool)
    return False


def _record(shape: Record, tree: Tree, path: str, log: Log) -> Found | None:
    if not isinstance(tree, Mapping):
        log.structure(tree, path, _expected(shape, tree))
        return None
    known = {field.name: field for field in shape.fields}
    values, keys = {}, {}
    meant: set[str | None] = set()
    for key, value in tree.entries:
        below = _below(path, key.text)
        entry = known.get(key.text)
        if entry is None:
            meant.add(near := closest(key.text, known))
            log.structure(key, below, f"no such key; did you mean '{near}'?" if near else _known_keys(known))
        elif entry.secret:
            log.structure(key, below, f"a secret does not belong in a file that is shared: {entry.instead}")
        elif (found := _field(entry, value, below, log)) is not None:
            values[key.text], keys[key.text] = found, key
    _refuse_gaps(shape, tree, path, meant, log)
    return Found(value=values, tree=tree, path=path, keys=keys)


def _field(entry: Field, tree: Tree, path: str, log: Log) -> Found | None:
    if isinstance(tree, Scalar) and tree.value is None:
        if entry.nullable:
            return Found(value=None, tree=tree, path=path)
        log.structure(tree, path, f"there is nothing here: {_or_delete(entry)}")
        return None
    return read(entry.shape, tree, path, log)


def _or_delete(entry: Field) -> str:
    return f"write {entry.shape.wanted}" + ("" if entry.required else ", or delete the key")


def _known_keys(known: dict[str, Field]) -> str:
    return f"no such key; known here: {', '.join(known)}"


def _refuse_gaps(shape: Record, tree: Mapping, path: str, meant: set[str | None], log: Log) -> None:
    """Report keys that are missing, but not those that an unknown key was probably meant to be."""
    given = {key.text for key, _ in tree.entries}
    for entry in shape.fields:
        if entry.required and entry.name not in given and entry.name not in meant:
            log.structure(tree, path, f"the key '{entry.name}' is missing: {entry.says}")
    if shape.exactly_one and len(given.intersection(shape.exactly_one)) != 1:
        log.structure(tree, path, f"expected exactly one of the keys {', '.join(shape.exactly_one)}")
    if shape.at_least_one and not given.intersection(shape.at_least_one):
        log.structure(tree, path, f"expected at least one of the keys {', '.join(shape.at_least_one)}")


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _expected(shape: Shape, tree: Tree) -> str:
    unquoted = isinstance(shape, Text) and shape.wanted == Text().wanted and isinstance(tree, Mapping)
    hint = "; a text with ': ' in it needs quotes around it" if unquoted else ""
    return f"expected {shape.wanted}, got {_kind(tree)}{hint}"


def _kind(tree: Tree) -> str:
    match tree:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=str(), text=text):
            return shown(text) if text.strip() else "an empty text"
        case Scalar(value=bool(), text=text):
            return text
        case Scalar(text=text):
            return f"the number {text[:40]}"


def places(found: Found | None, prefix: str = "", key: Scalar | None = None) -> Iterator[tuple[str, Tree, str]]:
    """Yield the stable path, the node and the path of every value below one.

    In a stable path entries that have an id go by it. The node of a list or mapping is its key where it has one.
    """
    if found is None:
        return
    yield prefix, (found.tree if key is None or isinstance(found.tree, Scalar) else key), found.path
    if isinstance(found.value, dict):
        for name, inner in found.value.items():
            yield from places(inner, _below(prefix, name), found.keys.get(name))
    elif isinstance(found.value, tuple):
        for index, inner in enumerate(found.value):
            yield from places(inner, _entry(prefix, index, inner))


def _entry(prefix: str, index: int, found: Found | None) -> str:
    id_ = found.value.get("id") if found and isinstance(found.value, dict) else None
    return f"{prefix}.{id_.value}" if id_ else f"{prefix}[{index}]"
