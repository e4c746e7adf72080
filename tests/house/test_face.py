"""What the package shows, what it costs to import, and what must not stand in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import watchtower

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sklearn", "scipy", "sqlalchemy", "feedparser", "aiohttp", "lxml", "apscheduler", "rich", "jinja2")


def test_the_face_is_what_all_says() -> None:
    assert sorted(watchtower.__all__) == watchtower.__all__
    assert all(hasattr(watchtower, name) for name in watchtower.__all__)


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from watchtower.cli.main import run; run(['--help']);"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip().endswith("loaded []"), result.stdout


def test_the_floors_hold() -> None:
    # beside the interpreter, not on the PATH: nothing activates .venv in make test or in CI
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
