from __future__ import annotations

import shutil
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[2] / "data" / "configs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a small configuration that is right."""
    return Path(shutil.copytree(CONFIGS / "good", tmp_path / "good"))
