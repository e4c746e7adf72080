"""Reads the bytes of a configuration file and makes them text, or says at which byte they are none."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path

from watchtower.config.tree import TreeError

#: largest configuration file that is read, in bytes
LARGEST = 10 * 1024 * 1024

_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# What YAML 1.2 does not call printable, and the line ends that only some programs count as such.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unreadable(TreeError):
    """The file is not there, or is none that can be read."""


def text_of(path: Path, largest: int = LARGEST) -> str:
    """Return a file's text, without byte order mark.

    Raises Unreadable for what is no file to read (missing, a folder, no permission, too large), and TreeError with
    the place for what is no text (another encoding, control characters).
    """
    return _decoded(_bytes(path, largest))


def _bytes(path: Path, largest: int) -> bytes:
    try:
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            raise Unreadable(1, 1, "this is a folder; a file is wanted")
        if not stat.S_ISREG(mode):  # reading a pipe or a device could take for ever
            raise Unreadable(1, 1, "this is no regular file")
        with open(path, "rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError as error:
        raise Unreadable(1, 1, "no such file") from error
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        raise Unreadable(1, 1, f"cannot be read: {reason}") from error
    if len(data) > largest:
        raise Unreadable(1, 1, f"larger than {largest // 1024} KiB; this cannot be meant as configuration")
    return data


def _mode(path: Path) -> int:
    try:
        return os.stat(path).st_mode
    except ValueError as error:  # a NUL or a lone surrogate: no file can be called that
        raise FileNotFoundError from error


def _decoded(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise TreeError(1, 1, f"the file is written in {name}; save it as UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data[: error.start].decode("utf-8")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise TreeError(*_place(text, len(text)), message) from error
    text = text.removeprefix("\ufeff")
    if found := _UNREADABLE.search(text):
        message = f"the character {_name(found[0])} cannot stand in this file; delete it"
        raise TreeError(*_place(text, found.start()), message)
    return text


def _name(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({'NUL' if character == chr(0) else name.lower()})"


def _place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of the character at an offset; CR LF, CR and LF end lines."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
