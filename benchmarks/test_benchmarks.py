"""Every benchmark runs: small, and without a claim about its numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
EVAL = ROOT.parent / "shared" / "eval"
#: script to its smallest sensible arguments, and a word of what it prints
SMALL = {
    "archive.py": (["1"], "again: 0 new"),
    "classify.py": (["200"], "10,000 terms"),
    "long_texts.py": (
        [str(EVAL / name) for name in ("dev-items.jsonl", "dev-labels.jsonl", "background.jsonl")] + [str(ROOT)],
        "same subject",
    ),
    "collect.py": (["5", "2"], "floor"),
    "rules_alone.py": ([str(EVAL / "dev-items.jsonl"), str(EVAL / "dev-labels.jsonl"), str(ROOT)], "mean"),
    "soak.py": (["10", "10"], "digests"),
    "stories.py": (["800"], "items/s"),
    "day.py": (["2000", "20"], "together"),
    "surges.py": (["3", "30"], "false surge"),
    "fuzz_parse.py": (["--seconds", "2"], "documents"),
    "parse.py": (["--feeds", "1"], "quick"),
    "store.py": (["500"], "items/s|ratio"),
}
SCRIPTS = sorted(path.name for path in HERE.glob("*.py") if not path.name.startswith(("test_", "_")))


@pytest.mark.benchmark
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_benchmark_runs_small(script: str) -> None:
    arguments, said = SMALL.get(script, ([], ""))
    if any(not Path(argument).exists() for argument in arguments if "/" in argument):
        pytest.skip("the labelled news (../shared/eval) is not beside the project")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / script), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=600)
    assert result.returncode == 0, result.stderr
    assert any(word in result.stdout for word in said.split("|")), result.stdout
