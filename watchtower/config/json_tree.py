"""JSON as a tree that remembers where every node stands."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # documented nowhere, there since Python 2.6

from watchtower.config.tree import DEEPEST, Mapping, Scalar, Sequence, Tree, TreeError

_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_json(text: str, line: int) -> tuple[Tree, list[TreeError]]:
    """Make the tree of one line of JSON, with the keys that were given twice; raises TreeError on bad syntax."""
    reader = _Reader(text, line)
    tree, end = reader.value(_skip(text, 0), 0)
    if end < len(text):
        raise reader.error(end, "expected the end of the line: one JSON value a line")
    return tree, reader.mistakes


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _string_mistake(said: str) -> str:
    if said.startswith("Unterminated"):
        return "the text that opens here is never closed"
    return f"not valid JSON: {said[:1].lower()}{said[1:].removesuffix(' at').rstrip(': ')}"


class _Reader:
    """Recursive descent over one line; every method returns where it stopped, past white space."""

    def __init__(self, text: str, line: int) -> None:
        self.mistakes: list[TreeError] = []
        self._text = text
        self._line = line

    def error(self, at: int, message: str) -> TreeError:
        return TreeError(self._line, at + 1, message)

    def value(self, at: int, depth: int) -> tuple[Tree, int]:
        if depth > DEEPEST:
            raise self.error(at, f"nested more than {DEEPEST} deep")
        match self._text[at : at + 1]:
            case "{":
                return self._mapping(at, depth)
            case "[":
                return self._sequence(at, depth)
            case '"':
                return self._string(at)
        return self._word(at)

    def _word(self, at: int) -> tuple[Scalar, int]:
        found = _WORD.match(self._text, at)
        if not found:
            raise self.error(at, 'expected JSON: an object in {...}, a list in [...] or a text in "..."')
        return self._scalar(at, found[0], json.loads(found[0])), _skip(self._text, found.end())

    def _string(self, at: int) -> tuple[Scalar, int]:
        try:
            text, end = scanstring(self._text, at + 1)
        except json.JSONDecodeError as error:
            raise self.error(error.pos, _string_mistake(error.msg)) from error
        return self._scalar(at, text, text), _skip(self._text, end)

    def _scalar(self, at: int, text: str, value: str | int | float | bool | None) -> Scalar:
        return Scalar(line=self._line, column=at + 1, text=text, value=value)

    def _sequence(self, start: int, depth: int) -> tuple[Sequence, int]:
        items: list[Tree] = []
        at = _skip(self._text, start + 1)
        while self._text[at : at + 1] != "]":
            if items:
                at = self._sign(at, ",", "',' or ']'")
            item, at = self.value(at, depth + 1)
            items.append(item)
        return Sequence(line=self._line, column=start + 1, items=tuple(items)), _skip(self._text, at + 1)

    def _mapping(self, start: int, depth: int) -> tuple[Mapping, int]:
        entries: dict[str, tuple[Scalar, Tree]] = {}
        at, is_first = _skip(self._text, start + 1), True
        while self._text[at : at + 1] != "}":
            if not is_first:
                at = self._sign(at, ",", "',' or '}'")
            if self._text[at : at + 1] != '"':
                raise self.error(at, 'expected a key in "..."')
            key, at = self._string(at)
            value, at = self.value(self._sign(at, ":", "':'"), depth + 1)
            if key.text in entries:
                self.mistakes.append(self.error(key.column - 1, f"the key '{key.text}' is given twice"))
            entries.setdefault(key.text, (key, value))
            is_first = False
        tree = Mapping(line=self._line, column=start + 1, entries=tuple(entries.values()))
        return tree, _skip(self._text, at + 1)

    def _sign(self, at: int, sign: str, wanted: str) -> int:
        if self._text[at : at + 1] != sign:
            raise self.error(at, f"not valid JSON: expected {wanted}")
        return _skip(self._text, at + 1)
