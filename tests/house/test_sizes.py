"""House rules on size: a file is read in one sitting, a function in one breath."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 45
#: migrations are left out: each is one long statement of a schema, written once and never read again as code
FILES = sorted(path for path in (ROOT / "watchtower").rglob("*.py") if path.parent.name != "versions")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES_A_FILE, f"{path.name} has {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_is_read_in_one_breath(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: size for node in functions if (size := _size(node)) > MOST_LINES_A_FUNCTION}
    assert not long


def _size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    length = (function.end_lineno or 0) - function.lineno + 1
    return length - ((first.end_lineno or 0) - first.lineno + 1) if docstring else length
