"""Every file in tests/data/configs is wrong in one way; beside it stands what has to be said about it.

A new case is a new file. ``WATCHTOWER_TEST_GOLDEN=1 pytest`` writes what is said now, to be read before it is kept.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from watchtower.config import load
from watchtower.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / "data" / "configs"
REPLACES = {
    "feeds": "feeds.yml",
    "watchpoints": "watchpoints.yml",
    "settings": "config/settings.yml",
    "examples": "config/examples/straits.jsonl",
}
CASES = sorted(path for path in CONFIGS.iterdir() if path.suffix in (".yml", ".jsonl"))


def problems_in(folder: Path) -> str:
    try:
        problems = load(folder, {}).warnings
    except ConfigError as error:
        problems = error.problems
    return "".join(f"{problem}\n" for problem in problems).replace(f"{folder}{os.sep}", "")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_mistake_is_named_with_its_place(case: Path, folder: Path) -> None:
    shutil.copy(case, folder / REPLACES[case.stem.partition("-")[0]])
    expected = case.with_suffix(".problems")
    said = problems_in(folder)
    if os.environ.get("WATCHTOWER_TEST_GOLDEN"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    assert said, "a bad file has to be reported"


def test_every_case_has_its_expectation_and_the_other_way_round() -> None:
    assert {path.stem for path in CASES} == {path.stem for path in CONFIGS.glob("*.problems")}


def test_no_message_shows_a_secret() -> None:
    assert not [path.name for path in CONFIGS.glob("*.problems") if "hunter2" in path.read_text(encoding="utf-8")]


def test_the_good_files_have_no_problems(folder: Path) -> None:
    assert problems_in(folder) == ""
