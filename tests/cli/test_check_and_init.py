"""``check`` and ``init``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command
from tests.unit.classify import rivers


def test_what_is_right_is_summed_up(command: Command, folder: Path) -> None:
    result = command("check", "--config", folder)
    assert (result.status, result.err) == (0, "")
    last = result.out.splitlines()[-1]
    assert last == "no problems: 2 feeds, 3 targets, 4 indicators, 4 concepts, 0 scenarios, 180 training items"


def test_every_problem_is_named_with_its_place(command: Command, folder: Path) -> None:
    feeds, points = folder / "feeds.yml", folder / "watchpoints.yml"
    feeds.write_text(rivers.FEEDS.replace("language: en", "langauge: en", 1))
    points.write_text(rivers.WATCHPOINTS.replace("when: dam\n", "when: damm\n"))
    result = command("check", "--config", folder)
    assert result.status == 2
    first, second = result.out.splitlines()
    assert first.startswith(f"{feeds}:3:") and "langauge" in first and "language" in first
    assert second.startswith(f"{points}:") and "did you mean 'dam'" in second
    assert result.err == "2 problems\n"
    assert "Traceback" not in result.out + result.err


def test_json_names_problems_and_advice(command: Command, folder: Path) -> None:
    right = command("check", "--config", folder, "--json")
    assert right.status == 0 and right.json["problems"] == []
    assert all(set(tip) == {"file", "line", "column", "path", "message", "harmless"} for tip in right.json["advice"])
    (folder / "feeds.yml").unlink()
    wrong = command("check", "--config", folder, "--json")
    assert wrong.status == 2
    [problem] = wrong.json["problems"]
    assert problem["file"] == str(folder / "feeds.yml") and "watchtower init" in problem["message"]


def test_a_feed_written_twice_is_refused_by_check_and_tolerated_by_the_others(command: Command, folder: Path) -> None:
    (folder / "feeds.yml").write_text(rivers.FEEDS + rivers.FEEDS.splitlines()[-1] + "\n")
    checked = command("check", "--config", folder)
    assert checked.status == 2 and "1 problem\n" in checked.err
    used = command("classify", "--config", folder, stdin=b'{"id": "a", "title": "Dam"}')
    assert used.status == 0 and used.lines[0]["id"] == "a"
    assert used.err.startswith("warning: ") and "upland-post" in used.err


def test_one_of_the_files_can_be_named_instead_of_the_folder(command: Command, folder: Path) -> None:
    assert command("check", "--config", folder / "watchpoints.yml").status == 0
    nowhere = command("check", "--config", folder / "nowhere")
    assert nowhere.status == 2 and "no such folder" in nowhere.out


def test_init_writes_files_that_pass_the_check_and_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    place = tmp_path / "new place"
    made = command("init", place)
    assert made.status == 0 and f"wrote {place / 'watchpoints.yml'}" in made.out
    assert command("check", "--config", place).status == 0
    (place / "feeds.yml").write_text("mine")
    again = command("init", place)
    assert again.status == 2 and "already there; nothing was written" in again.err
    assert (place / "feeds.yml").read_text() == "mine"
