"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_MARK = re.compile(r"<!-- (?P<what>complete|from): (?P<file>\S+) -->\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block; ``mark`` and ``file`` are of the comment before it, as in ``<!-- complete: feeds.yml -->``."""

    page: Path
    language: str
    text: str
    mark: str = ""
    file: str = ""


def name(path: object) -> str:
    """Name a page in test ids."""
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        mark = _MARK.search(text[: found.start()])
        yield Block(
            page=page,
            language=found["language"],
            text=textwrap.dedent(found["text"]),
            mark=mark["what"] if mark else "",
            file=mark["file"] if mark else "",
        )


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
