"""The pieces of an archive's files, one after the other, from where reading stopped before."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import IO, TypeAlias

from watchtower.archive.listing import LINES, PACKED, Listed, listed
from watchtower.types import Mark, Piece, stable_id

#: lines of one piece, and bytes from which on it gets no further line: bounds memory
MOST_LINES = 2_000
MOST_BYTES = 4 * 1024 * 1024
#: longest line that is read, in bytes; the longest articles have some 100 KB
LONGEST_LINE = 4 * 1024 * 1024
#: bytes that are looked at to tell JSON Lines from a JSON Feed
_HEAD = 64 * 1024
_File: TypeAlias = IO[bytes] | gzip.GzipFile
#: what a file raises that cannot be read or unpacked
_UNREADABLE = (OSError, EOFError, zlib.error)


class FileArchive:
    """Reads an archive from disk; never holds more than one piece in memory. Implements ``seams.Archive``.

    ``belonging`` stands for the feeds that its items may belong to: where it is another than before, files are read
    from their start. ``max_bytes`` is the most that a document may have. Raises ``UserError`` where there is nothing.
    """

    def __init__(self, path: Path, *, max_bytes: int, belonging: str) -> None:
        self._files, self.passed_over = listed(path)
        self._max_bytes = max_bytes
        self._belonging = belonging
        self._ends = list(accumulate(_size(one.path) for one in self._files))
        self.size = self._ends[-1]

    def pieces(self, marks: Mapping[str, Mark]) -> Generator[Piece, None, None]:
        """See ``seams.Archive``."""
        for one, end in zip(self._files, self._ends, strict=True):
            try:
                yield from self._of(one, end, marks)
            except _UNREADABLE as error:
                said = getattr(error, "strerror", None) or str(error)
                yield Piece(name=str(one.path), read=end, problems=(f"{one.path}: cannot be read: {said}",))

    def _of(self, one: Listed, end: int, marks: Mapping[str, Mark]) -> Iterator[Piece]:
        stat = one.path.stat()
        fingerprint = stable_id(str(stat.st_size), str(stat.st_mtime_ns), *one.names, self._belonging)
        mark = Mark(file=str(one.path.absolute()), fingerprint=fingerprint, position=0)
        if (before := marks.get(mark.file)) and before.fingerprint == fingerprint:
            mark = before
        written = datetime.fromtimestamp(stat.st_mtime, UTC)
        piece = Piece(name=str(one.path), names=one.names, written=written, read=end)
        if mark.done:
            yield replace(piece, mark=mark, before=True)
            return
        with one.path.open("rb") as raw:
            file: _File = gzip.GzipFile(fileobj=raw) if one.path.name.lower().endswith(PACKED) else raw
            if _has_lines(one, file):
                yield from _lines(piece, mark, raw, file, end - stat.st_size)
            else:
                yield self._document(piece, mark, file)

    def _document(self, piece: Piece, mark: Mark, file: _File) -> Piece:
        body = file.read(self._max_bytes + 1)
        if len(body) > self._max_bytes:
            problem = f"{piece.name}: larger than {self._max_bytes:,} bytes (fetch.max_bytes)"
            return replace(piece, problems=(problem,))
        if not body.strip():
            return replace(piece, problems=(f"{piece.name}: the document is empty",))
        return replace(piece, mark=replace(mark, position=len(body), done=True), document=body)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # said when the file's turn comes
        return 0


def _has_lines(one: Listed, file: _File) -> bool:
    """Tell whether a file holds items, one a line; leaves it at its beginning."""
    if one.ending in LINES:
        return True
    head = file.readline(_HEAD)
    file.seek(0)
    if one.ending not in ("", ".json") or not head.lstrip().startswith(b"{"):
        return False
    try:
        return "items" not in json.loads(head)
    except ValueError:
        return False


def _lines(piece: Piece, mark: Mark, raw: IO[bytes], file: _File, start: int) -> Iterator[Piece]:
    """Yield the lines of a file from its mark on; ``start`` are the bytes of all files before it."""
    file.seek(mark.position)
    while not mark.done:
        lines, number, problems, done = _some(piece.name, file, mark.line)
        mark = replace(mark, position=file.tell(), line=number, done=done)
        yield replace(piece, lines=tuple(lines), problems=tuple(problems), mark=mark, read=start + raw.tell())


def _some(name: str, file: _File, number: int) -> tuple[list[tuple[int, bytes]], int, list[str], bool]:
    """Read some lines after the one of this number: lines, last number, problems, and whether that was the end."""
    lines: list[tuple[int, bytes]] = []
    problems: list[str] = []
    size = 0
    while len(lines) + len(problems) < MOST_LINES and size < MOST_BYTES:
        line = file.readline(LONGEST_LINE + 1)
        if not line:
            return lines, number, problems, True
        number += 1
        if len(line) > LONGEST_LINE:
            problems.append(f"{name}:{number}: longer than {LONGEST_LINE // 1024**2} MiB")
            while line and not line.endswith(b"\n"):
                line = file.readline(_HEAD)
        elif line.strip():
            lines.append((number, line))
            size += len(line)
    return lines, number, problems, False
