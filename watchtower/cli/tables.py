"""Tables for people: columns as wide as what stands in them, so that they can be searched and cut as text."""

from __future__ import annotations

from collections.abc import Sequence


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows of the same length as lines, two spaces between columns; the last column is not padded.

    >>> in_columns([("id", "state"), ("harbour", "healthy")])
    ['id       state', 'harbour  healthy']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in padded]
