"""What the package shows, what it costs to import, and what must not stand in it."""

from __future__ import annotations

import re
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


def test_the_code_names_no_target_and_no_language_of_the_shipped_analysis() -> None:
    """Another analysis is only YAML: no stage knows an id of this one."""
    text = (ROOT / "watchpoints.yml").read_text(encoding="utf-8")
    ids = set(re.findall(r"^  - id: ([a-z0-9-]+)$", text, re.M))
    assert len(ids) >= 8
    stages = [path for path in (ROOT / "watchtower").rglob("*.py") if "demo" not in path.parts]
    named = {(path.name, id) for path in stages for id in ids if f'"{id}"' in path.read_text(encoding="utf-8")}
    assert not named


def test_the_floors_hold() -> None:
    result = subprocess.run(["lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
