"""Adds entries to ``feeds.yml`` and leaves every character that the editor wrote where it is."""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from watchtower.config.exchange import NewFeed
from watchtower.config.feeds import FEEDS, check, feeds_of
from watchtower.config.files import text_of
from watchtower.config.tree import Mapping
from watchtower.config.validate import Log, read
from watchtower.config.yaml_tree import read_yaml
from watchtower.errors import UserError
from watchtower.types import Feed

_BREAK = re.compile("\r\n|\n|\r")
#: texts that stand for themselves without quotes: they begin with a letter, and hold nothing that YAML gives a meaning
_PLAIN = re.compile(r"[^\W\d_](?:[\w.,()/&'+;?=~%@-]| (?! |$)|:(?=//))*")
#: what is no text though it begins with a letter, in YAML 1.2 or 1.1
_WORDS = frozenset("y n yes no on off true false null".split())
_MARK = b"\xef\xbb\xbf"


def append(path: Path, feeds: Iterable[NewFeed]) -> None:
    """Write the entries below the last one of the file, whole or not at all.

    Raises ``UserError`` where the file is written in a way that leaves no room for them, or changed meanwhile.
    """
    target = path.resolve()  # a link stays a link
    before = target.read_bytes()
    grown = grow(text_of(path), feeds, str(path))
    mark = _MARK if before.startswith(_MARK) else b""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(mark + grown.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(target.stat().st_mode))
        if target.read_bytes() != before:
            raise UserError(f"{path} was changed meanwhile; nothing was written, run the command again")
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def grow(text: str, feeds: Iterable[NewFeed], name: str) -> str:
    """Return the text of a valid feeds file with these entries after its last one.

    Raises ``UserError`` where the list of feeds stands in brackets.
    """
    feeds = tuple(feeds)
    at, indent = _end_of_list(text, name)
    newline = found[0] if (found := _BREAK.search(text)) else "\n"
    lead = "" if text[:at].endswith(("\n", "\r")) else newline
    grown = text[:at] + lead + written(feeds, indent).replace("\n", newline) + text[at:]
    if [feed.id for feed in feeds_in(grown)] != [
        *(feed.id for feed in feeds_in(text)),
        *(f.entry["id"] for f in feeds),
    ]:
        raise UserError(f"{name}: no place for new entries was found; add them by hand (--dry-run prints them)")
    return grown


def feeds_in(text: str) -> tuple[Feed, ...]:
    """Read the feeds of a file's text; none where it has problems."""
    log = Log(file="")
    tree, mistakes = read_yaml(text)
    found = read(FEEDS, tree, "", log) if tree is not None else None
    if found is None:
        return ()
    check(found, log)
    return () if mistakes or not all(problem.harmless for problem in log.problems) else feeds_of(found)


def written(feeds: Iterable[NewFeed], indent: int = 2) -> str:
    """Write entries as YAML, the folders that they stood in as comments."""
    lines, folders = [], None
    margin = " " * indent
    for feed in feeds:
        if feed.folders != folders:
            folders = feed.folders
            lines += [f"{margin}# {' / '.join(folders)}"] if folders else []
        for place, (key, value) in enumerate(feed.entry.items()):
            lines.append(f"{margin}{'  ' if place else '- '}{key}: {scalar(value)}")
    return "".join(f"{line}\n" for line in lines)


def scalar(value: str | bool | None) -> str:
    """Write a value so that it is read back as it is, in quotes only where they are needed.

    >>> scalar("Harbour News"), scalar("no: really"), scalar("007"), scalar(True)
    ('Harbour News', '"no: really"', '"007"', 'true')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _end_of_list(text: str, name: str) -> tuple[int, int]:
    """Where new entries belong, as an offset, and how far their dashes are indented.

    That is the end of the file, or above what stands before the next key.
    """
    tree, _ = read_yaml(text)
    entries = tree.entries if isinstance(tree, Mapping) else ()
    place = next(place for place, (key, _) in enumerate(entries) if key.text == "feeds")
    listed = entries[place][1]
    lines = re.split("(?<=\n)|(?<=\r)(?!\n)", text)
    if lines[listed.line - 1][listed.column - 1 :].startswith("["):
        message = "the feeds stand in brackets; write each as an entry of its own that begins with '- '"
        raise UserError(f"{name}:{listed.line}: {message}")
    end = entries[place + 1][0].line - 1 if place + 1 < len(entries) else len(lines)
    while place + 1 < len(entries) and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return sum(map(len, lines[:end])), listed.column - 1
