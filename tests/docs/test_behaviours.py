"""The page of behaviours has every row, and the tests that it names are there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
#: the numbers have gaps where rows were merged
WANTED = {
    "F": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 18, 19, 20, 21),
    "S": (1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13),
    "P": (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12),
    "D": (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13),
    "O": (1, 2, 3, 4),
    "C": (1, 2),
    "X": (1, 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One row of the page."""

    id: str
    says: str
    kept: str
    tests: tuple[str, ...]


ROWS = [
    Behaviour(id=id, says=says, kept=kept, tests=tuple(re.findall("`([^`]+)`", tests)))
    for id, says, kept, tests in re.findall(r"^\| ([A-Z]\d+) \| (.*?) \| (.*?) \| (.*?) ?\|$", PAGE, re.M)
]


def test_every_row_is_there_once() -> None:
    assert [row.id for row in ROWS] == [f"{letter}{number}" for letter, numbers in WANTED.items() for number in numbers]


def test_the_readme_counts_them() -> None:
    assert len(ROWS) == 60
    assert "[Sixty behaviours](docs/behaviours.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_kept_by_tests_that_exist_or_says_why_not(row: Behaviour) -> None:
    assert row.says.endswith(".")
    assert re.fullmatch(r"yes|(?:partly|no): .+", row.kept)
    assert bool(row.tests) == (not row.kept.startswith("no"))
    for named in row.tests:
        path, _, name = named.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M), named


def test_what_a_test_is_named_after_is_a_row() -> None:
    rows = {row.id.lower() for row in ROWS}
    files = (ROOT / "tests").rglob("test_*.py")
    named = {found for path in files for found in re.findall(r"^def test_([a-z]\d+)_", path.read_text("utf-8"), re.M)}
    assert len(named) > 20
    assert named <= rows
