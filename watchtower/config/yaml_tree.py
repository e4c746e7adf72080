"""YAML as a tree.

It is read from parser events, not with a constructor: no Python object is ever made from a tag, every alias is
counted before it is followed, and depth is limited before the parser can go deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from watchtower.config.tree import DEEPEST, Mapping, Scalar, Sequence, Tree, TreeError, core_value

#: most nodes that all aliases of one file together may stand for
MOST_ALIASED = 5_000

_TEXT_TAG = "tag:yaml.org,2002:str"
_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")}

# What libyaml says → what an editor can act on; {line} is where the surrounding thing begins.
_STRAY = "this does not belong here: indent it like the other keys, or put the whole text in quotes"
_SYNTAX = (
    ("found a tab character", "a tab is used to indent; use spaces"),
    ("mapping values are not allowed", "a ':' cannot stand here: indent the line right, or put the text in quotes"),
    ("could not find expected ':'", "a key without ':' after it (or a text that needs quotes)"),
    ("did not find expected '-' indicator", "expected '-' here, like the other entries of the list from line {line}"),
    ("did not find expected ',' or ']'", "expected ',' or ']' here: a list is opened with '[' on line {line}"),
    ("did not find expected ',' or '}'", "expected ',' or '}}' here: a mapping is opened with '{{' on line {line}"),
    ("did not find expected key", _STRAY),
    ("block sequence entries are not allowed", "a list cannot begin here: put '-' on a line of its own below the key"),
    ("found unknown escape character", "no such escape in a double-quoted text; use single quotes"),
    ("found undefined tag handle", "custom tags (!...) are not read here"),
    ("found incompatible YAML document", "only YAML 1.1 and 1.2 are read"),
)


@dataclass(slots=True)
class _Open:
    """A list or mapping under construction."""

    line: int
    column: int
    is_mapping: bool
    anchor: str | None
    in_brackets: bool
    parts: list[Tree] = field(default_factory=list)
    #: nodes inside, what aliases stand for included
    size: int = 1
    height: int = 1
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Anchored:
    tree: Tree
    size: int
    height: int


def read_yaml(text: str) -> tuple[Tree | None, list[TreeError]]:
    """Make the tree of a YAML text, with the mistakes that leave a tree standing (such as keys given twice).

    Raises TreeError where nothing can be read: bad syntax, several documents, runaway aliases or depth.
    The tree is None for an empty document.
    """
    builder = _Builder(text)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text) from error
    except yaml.YAMLError as error:
        raise TreeError(1, 1, f"not valid YAML: {error}") from error
    return builder.root, builder.mistakes


def _events(text: str) -> Iterator[Any]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


class _Builder:
    """Turns parser events into one tree."""

    def __init__(self, text: str) -> None:
        self.root: Tree | None = None
        self.mistakes: list[TreeError] = []
        self._text = text
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._aliased = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._document(event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _error(event, "a second document begins here; keep one document a file and delete the '---'")

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        value = event.value if event.style or event.tag in ("!", _TEXT_TAG) else core_value(event.value)
        mark = event.start_mark
        scalar = Scalar(
            line=mark.line + 1,
            column=mark.column + 1,
            text=event.value,
            value=value,
            source=self._text[mark.index : event.end_mark.index],
        )
        self._add(scalar, 1, 1, event.anchor)

    def _open(self, event: Any) -> None:
        self._refuse_tag(event)
        if len(self._stack) >= DEEPEST:
            raise _error(event, f"nested more than {DEEPEST} deep", self._path())
        mark = event.start_mark
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(mark.line + 1, mark.column + 1, is_mapping, event.anchor, bool(event.flow_style)))
        if event.anchor:
            self._anchors[event.anchor] = None

    def _close(self) -> None:
        done = self._stack.pop()
        tree: Tree
        if done.is_mapping:
            tree = Mapping(line=done.line, column=done.column, entries=self._entries(done))
        else:
            tree = Sequence(line=done.line, column=done.column, items=tuple(done.parts), in_brackets=done.in_brackets)
        self._add(tree, done.size, done.height, done.anchor)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _error(event, f"'*{event.anchor}' names no anchor (&{event.anchor}) above it", self._path())
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise _error(event, f"'*{event.anchor}' stands inside what it names", self._path())
        self._aliased += anchored.size
        if self._aliased > MOST_ALIASED:
            raise _error(event, f"aliases in this file stand for more than {MOST_ALIASED} nodes", self._path())
        if len(self._stack) + anchored.height > DEEPEST:
            raise _error(event, f"'*{event.anchor}' makes this nested more than {DEEPEST} deep", self._path())
        self._add(anchored.tree, anchored.size, anchored.height, None)

    def _add(self, tree: Tree, size: int, height: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = _Anchored(tree, size, height)
        if not self._stack:
            self.root = None if isinstance(tree, Scalar) and tree.text == "" and tree.source == "" else tree
            return
        parent = self._stack[-1]
        parent.parts.append(tree)
        parent.size += size
        parent.height = max(parent.height, height + 1)

    def _entries(self, done: _Open) -> tuple[tuple[Scalar, Tree], ...]:
        first: dict[str, int] = {}
        entries = []
        for key, value in zip(done.parts[::2], done.parts[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._mistake(key, "a key has to be a word, not a list or a mapping")
            elif key.text == "<<" and key.source == "<<":
                self._mistake(key, "merge keys (<<) are not read here; write the keys out")
            elif key.text in first:
                self._mistake(key, f"the key '{key.text}' is given twice (first on line {first[key.text]})")
            else:
                first[key.text] = key.line
                entries.append((key, value))
        return tuple(entries)

    def _mistake(self, key: Tree, message: str) -> None:
        self.mistakes.append(TreeError(key.line, key.column, message, self._path()))

    def _path(self) -> str:
        """Say where in the document the parser is, as ``feeds[3].tags``."""
        path = ""
        for frame in self._stack:
            if not frame.is_mapping:
                path += f"[{len(frame.parts)}]"
            elif len(frame.parts) % 2 and isinstance(key := frame.parts[-1], Scalar):
                path += f".{key.text}" if path else key.text
        return path

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in (None, "!") and event.tag not in _CORE_TAGS:
            raise _error(event, f"the tag '{event.tag}' is not read here; delete it", self._path())


def _error(event: Any, message: str, path: str = "") -> TreeError:
    return TreeError(event.start_mark.line + 1, event.start_mark.column + 1, message, path)


def _syntax_error(error: yaml.MarkedYAMLError, text: str) -> TreeError:
    problem, context = error.problem or "", error.context or ""
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return TreeError(1, 1, f"not valid YAML: {problem}")
    message = f"not valid YAML: {problem} {context}".rstrip()
    if "quoted scalar" in context and opened and "escape" not in problem:
        mark, message = opened, "the quote that opens here is never closed"
    elif problem.startswith("found character that cannot start any token"):
        message = _bad_start(text[mark.index : mark.index + 1])
    elif "did not find expected" in problem and text[: mark.index].rstrip(" ").endswith(('"', "'")):
        message = "a text goes on behind its closing quote: is a quote missing, here or on a line above?"
    else:
        line = opened.line + 1 if opened else mark.line + 1
        message = next((said.format(line=line) for part, said in _SYNTAX if part in problem), message)
    return TreeError(mark.line + 1, mark.column + 1, message)


def _bad_start(character: str) -> str:
    if character == "\t":
        return "a tab is used to indent; use spaces"
    return f"a text cannot begin with '{character}': put it in quotes"
