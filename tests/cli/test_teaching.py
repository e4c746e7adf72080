"""Verdicts, learning and evaluation as the analyst asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.unit.classify import rivers

TARGETS = [target.id for target in rivers.analysis().targets]
HEADLINES = (
    ("Engineers raise the {} dam by two metres", "first"),
    ("Water runs over the wall of the {} dam", "first"),
    ("Council of {} approves dam repairs", "first"),
    ("Baker from {} wins bread prize", ""),
    ("Train to {} late again", ""),
    ("School choir of {} sings at the fair", ""),
)
PLACES = ("Aldern", "Brook", "Carse", "Dunmere", "Elstow", "Farrow", "Gorse", "Holm")


def verdicts(folder: Path, *, labels: str = TARGETS[0]) -> Path:
    path = folder / "verdicts.jsonl"
    rows = [
        {
            "id": f"{at}-{place}",
            "title": headline.format(place),
            "language": "en",
            "source": "Valley Post",
            "labels": {labels: ""} if kind else {},
        }
        for place in PLACES
        for at, (headline, kind) in enumerate(HEADLINES)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_verdicts_are_taken_in_once(command: Command, folder: Path) -> None:
    path = verdicts(folder)
    first = command("verdicts", "import", path, "--config", folder, "--json")
    again = command("verdicts", "import", path, "--config", folder, "--json")
    assert first.status == again.status == 0
    assert first.json == {"new": 48, "changed": 0, "known": 0}
    assert again.json == {"new": 0, "changed": 0, "known": 48}


def test_what_is_exported_can_be_taken_in(command: Command, folder: Path, tmp_path: Path) -> None:
    command("verdicts", "import", verdicts(folder), "--config", folder)
    exported = command("verdicts", "export", "--config", folder)
    assert len(exported.lines) == 48
    path = tmp_path / "out.jsonl"
    path.write_text(exported.out, encoding="utf-8")
    assert command("verdicts", "import", path, "--config", folder, "--json").json["known"] == 48


def test_one_bad_line_keeps_all_out_and_is_named(command: Command, folder: Path) -> None:
    path = verdicts(folder)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"title": "Dam", "labels": {"no-such-target": ""}}\n{"title": 3}\n')
    result = command("verdicts", "import", path, "--config", folder)
    assert result.status == 2
    assert ":49:" in result.err and ":50:" in result.err and "no-such-target" in result.err
    assert command("verdicts", "export", "--config", folder).out == ""


def test_learning_without_verdicts_says_what_to_do(command: Command, folder: Path) -> None:
    result = command("learn", "--config", folder)
    assert result.status == 2 and "watchtower verdicts import" in result.err


def test_learning_changes_scores_and_lasts(command: Command, folder: Path) -> None:
    line = json.dumps({"id": "1", "title": "Council of Ivel approves dam repairs"}).encode()

    def score() -> float:
        [row] = command("classify", "--config", folder, stdin=line).lines
        return float(row["scores"][TARGETS[0]])

    before = score()
    command("verdicts", "import", verdicts(folder), "--config", folder)
    learned = command("learn", "--config", folder, "--json").json
    assert learned["verdicts"] == 48
    assert learned["installed"], learned["why"]
    after = score()
    assert after != before
    assert score() == after


def test_learning_prints_both_models_for_people(command: Command, folder: Path) -> None:
    command("verdicts", "import", verdicts(folder), "--config", folder)
    result = command("learn", "--config", folder)
    assert result.status == 0
    assert TARGETS[0] in result.out and "too few labels" in result.out


def test_evaluate_measures_stored_verdicts_and_a_file(command: Command, folder: Path, tmp_path: Path) -> None:
    path, picture = verdicts(folder), tmp_path / "curves.svg"
    of_file = command("evaluate", "--labels", path, "--config", folder, "--json")
    assert of_file.status == 0 and of_file.json
    command("verdicts", "import", path, "--config", folder)
    stored = command("evaluate", "--config", folder, "--picture", picture)
    assert stored.status == 0 and TARGETS[0] in stored.out
    assert picture.read_text(encoding="utf-8").lstrip().startswith("<svg")


def test_evaluate_without_labels_says_what_to_do(command: Command, folder: Path) -> None:
    result = command("evaluate", "--config", folder)
    assert result.status == 2 and "watchtower verdicts import" in result.err


@pytest.mark.parametrize("beta", ["0", "nonsense", "-1"])
def test_beta_is_checked(command: Command, folder: Path, beta: str) -> None:
    assert command("learn", "--beta", beta, "--config", folder).status == 2
