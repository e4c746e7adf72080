"""The benchmark that docs/matching.md quotes measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.rules_alone import main, measures
from tests.docs.pages import ROOT


def test_precision_recall_and_f1_are_counted_over_the_labelled_items() -> None:
    said = {"1": {"a"}, "2": {"a"}, "3": set(), "4": {"b"}}
    truth: dict[str, set[str]] = {"1": {"a"}, "2": set(), "3": {"a"}, "4": {"a"}}
    assert measures(said, truth, "a") == pytest.approx([1 / 2, 1 / 3, 2 / 5])


def test_it_holds_the_rules_of_a_configuration_against_items(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [
        {"id": "1", "title": "North Korea test-fires an intercontinental ballistic missile"},
        {"id": "2", "title": "Mayor opens flower market"},
    ]
    labels = [{"id": "1", "labels": {"nk-capabilities": ""}}, {"id": "2", "labels": {}}]
    for name, rows in (("items", items), ("labels", labels)):
        (tmp_path / name).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    main(tmp_path / "items", tmp_path / "labels", ROOT)
    printed = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert printed["nk-capabilities"] == ["P", "1.000", "R", "1.000", "F1", "1.000"]
    assert "mean" in printed
