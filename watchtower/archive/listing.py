"""Which files an archive has, in which order, and what may tell the feed of each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchtower.errors import UserError
from watchtower.opml import PREFIX, Outline, read_opml

LINES = frozenset({".jsonl", ".ndjson", ".jsonlines"})
#: endings under which feed documents are stored; a file without one is taken for a document too
DOCUMENTS = frozenset({"", ".xml", ".rss", ".atom", ".rdf", ".json", ".feed"})
PACKED = ".gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file of an archive."""

    path: Path
    #: what may tell its feed, the surest first
    names: tuple[str, ...]

    @property
    def ending(self) -> str:
        """The ending that tells the format, in small letters, without ``.gz``."""
        return Path(self.path.name.lower().removesuffix(PACKED)).suffix


def listed(path: Path) -> tuple[list[Listed], list[Path]]:
    """List the files of an archive, and those in its folders that are of no known format.

    ``path`` is a file, a folder, or an OPML list whose outlines point to files and folders. Raises ``UserError`` where
    there is nothing to read.
    """
    if not path.exists():
        raise UserError(f"no such file or folder: {path}")
    if path.suffix.lower() == ".opml":
        found = _of_list(path)
    elif path.is_dir():
        found = _of_folder(path, (path.absolute().name,))
    else:
        found = [_of_file(path, ())]
    files = [one for one in found if one.ending in LINES | DOCUMENTS]
    others = [one.path for one in found if one.ending not in LINES | DOCUMENTS]
    if not path.is_dir() and path.suffix.lower() != ".opml":
        files, others = found, []  # named by the user: its ending does not matter
    if not files:
        raise UserError(
            f"{path}: nothing to take in; feed documents end in .xml, .rss, .atom or .json, items in .jsonl"
        )
    return files, others


def _of_folder(folder: Path, names: tuple[str, ...]) -> list[Listed]:
    found = []
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inner = Path(here).relative_to(folder).parts
        found += [
            _of_file(Path(here, name), (*reversed(inner), *names)) for name in sorted(files) if not name.startswith(".")
        ]
    return found


def _of_file(path: Path, names: tuple[str, ...]) -> Listed:
    return Listed(path=path, names=(path.name.partition(".")[0], *names))


def _of_list(path: Path) -> list[Listed]:
    """Read the outlines of an OPML list that point to files or folders; one that points to neither is refused."""
    outlines = read_opml(path.read_bytes(), str(path))
    found = [one for outline in outlines for one in _pointed(path, outline)]
    if not outlines:
        raise UserError(f"{path}: no outline has an address (xmlUrl)")
    return found


def _pointed(path: Path, outline: Outline) -> Iterator[Listed]:
    parts = urlsplit(outline.address)
    if parts.scheme in ("http", "https", "feed"):
        raise UserError(
            f"{path}:{outline.line}: an address, not a file: `watchtower feeds import` takes lists of addresses, "
            "`pull --from` those whose xmlUrl points to stored files"
        )
    target = path.parent / (unquote(parts.path) if parts.scheme == "file" else outline.address)
    names = tuple(name for name in (outline.attributes.get(f"{PREFIX}:id"), outline.title) if name)
    if not target.exists():
        raise UserError(f"{path}:{outline.line}: no such file or folder: {target}")
    if target.is_dir():
        yield from (Listed(path=one.path, names=(*names, *one.names)) for one in _of_folder(target, (target.name,)))
    else:
        one = _of_file(target, ())
        yield Listed(path=target, names=(*names, *one.names))
