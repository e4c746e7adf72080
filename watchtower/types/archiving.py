"""Archives: stored documents and items that are taken in from disk, a piece at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watchtower.types.collecting import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a file of an archive has been taken in; stored with what it brought."""

    #: its absolute path
    file: str
    #: tells whether file and feeds are still the same; else it is read from the start
    fingerprint: str
    #: bytes that have been taken in, unpacked
    position: int
    #: the number of the last line that has been read; 0 for a document
    line: int = 0
    #: lines that could not be taken in
    left_out: int = 0
    #: nothing is left to read
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A document, or some lines of a file of JSON Lines, that is taken in whole."""

    #: the file's path as people gave it, for messages
    name: str
    #: where reading has come to once this piece is taken in; None where there is nothing to take in
    mark: Mark | None = None
    #: bytes on disk, of all files, that have been read with it
    read: int
    #: what may tell the feed, the surest first: what a list calls it, the file's name, its folders' names
    names: tuple[str, ...] = ()
    #: when the file was last written
    written: datetime | None = None
    #: the document; empty where there are lines, or nothing to take in
    document: bytes = b""
    #: number and bytes of each line
    lines: tuple[tuple[int, bytes], ...] = ()
    #: what cannot be taken in of the file, one sentence each, which names the place
    problems: tuple[str, ...] = ()
    #: the whole file had been taken in before
    before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """All that one piece of an archive brings; stored whole, in one transaction."""

    mark: Mark | None
    new: tuple[Item, ...] = ()
    #: items that were there before; they stay as they are
    known: int = 0
    #: of the new ones, those that state no date, or none that can be
    undated: int = 0
    problems: tuple[str, ...] = ()
    #: sources that belong to no feed, with how many items each has
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReport:
    """What taking in an archive did."""

    #: files that were read now, and files that had been taken in before
    files: int
    before: int
    #: lines of the latter that could not be taken in then
    left_out_before: int
    #: of the new items, those that count for the time their file was written
    undated: int
    #: items that could not be taken in, for they belong to no feed; by source
    unknown: Mapping[str, int]
    #: the first problems, and how many there were
    problems: tuple[str, ...]
    problem_count: int
    new: int
    known: int
    stories_new: int
    stories_grown: int
    matches: int
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Tell whether everything in the archive was taken in."""
        return not self.unknown and not self.problem_count
