"""``group``: which lines report the same development."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.cli.conftest import Command
from tests.unit.stories.arrivals import partition

OPENS = "The gates of the Velin dam were opened at dawn, the river board said; 412 people had to leave."
ROWS: list[dict[str, object]] = [
    {"id": "en", "title": "Velin dam opens, flood near", "summary": OPENS, "published": "2026-01-02T08:00:00Z"},
    {"id": "copy", "title": "Velin dam opens, flood near - Coast News", "published": "2026-01-02T09:00:00+01:00"},
    {"id": "ko", "title": "벨린 댐 방류로 홍수 우려", "body": "주민 412명이 대피했다.", "published": "2026-01-02"},
    {"id": "next day", "title": "Velin dam opens, flood near", "summary": "Again.", "published": "2026-01-09"},
    {"id": "other", "title": "Ministers sign treaty on salt", "summary": "", "language": None},
]


def lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_each_line_has_its_story_in_the_same_order(command: Command, folder: Path) -> None:
    result = command("group", "--config", folder, stdin=lines(ROWS))
    assert (result.status, result.err) == (0, "")
    assert [row["id"] for row in result.lines] == [row["id"] for row in ROWS]
    assert all(set(row) == {"id", "story"} for row in result.lines)
    english, copy, korean, next_day, other = (row["story"] for row in result.lines)
    assert english == copy
    assert len({english, next_day, other}) == 3
    assert korean not in (next_day, other)


def test_the_order_of_lines_means_nothing(command: Command, folder: Path) -> None:
    grouped = {row["id"]: row["story"] for row in command("group", "--config", folder, stdin=lines(ROWS)).lines}
    for seed in range(3):
        shuffled = random.Random(seed).sample(ROWS, len(ROWS))
        again = {row["id"]: row["story"] for row in command("group", "--config", folder, stdin=lines(shuffled)).lines}
        assert partition(again) == partition(grouped)


def test_items_without_a_date_are_of_one_time(command: Command, folder: Path) -> None:
    undated = [{key: value for key, value in row.items() if key != "published"} for row in ROWS[:2]]
    first, second = command("group", "--config", folder, stdin=lines(undated)).lines
    assert first["story"] == second["story"]
    third = command("group", "--config", folder, stdin=lines([ROWS[0], undated[1]])).lines
    assert third[0]["story"] == third[1]["story"]


def test_an_id_that_comes_twice_is_two_items(command: Command, folder: Path) -> None:
    rows = [{"id": "x", "title": "Velin dam opens, flood near"}, {"id": "x", "title": "Ministers sign treaty on salt"}]
    first, second = command("group", "--config", folder, stdin=lines(rows)).lines
    assert first["id"] == second["id"] == "x" and first["story"] != second["story"]


def test_a_line_that_is_no_item_has_its_error_and_the_others_their_story(command: Command, folder: Path) -> None:
    bad = b'not json\n{"title": "No id"}\n{"id": "e", "title": ""}\n{"id": 7, "title": "Number"}\n'
    result = command("group", "--config", folder, stdin=lines(ROWS[:1]) + bad + b"\n" + lines(ROWS[1:2]))
    assert (result.status, result.err) == (1, "4 lines were no item; each has its error in the output\n")
    assert [row.get("line") for row in result.lines] == [None, 2, 3, 4, 5, None]
    assert result.lines[2]["error"] == "id is missing"
    assert result.lines[0]["story"] == result.lines[-1]["story"]


def test_nothing_in_is_nothing_out(command: Command, folder: Path) -> None:
    assert command("group", "--config", folder).out == ""


def test_no_database_is_opened(command: Command, folder: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(ROWS))
    assert command("group", "--config", folder, "--input", source, "--output", target).status == 0
    assert len(target.read_text().splitlines()) == len(ROWS)
    assert not list(folder.glob("*.db"))
    assert "is the input" in command("group", "--config", folder, "--input", source, "--output", source).err
