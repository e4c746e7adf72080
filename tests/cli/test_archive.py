"""``pull --from`` at the prompt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Three items of the past: two of known sources, one not; and a line that is none."""
    rows = [
        {
            "id": "1",
            "title": "Velin dam opens its gates",
            "published": "2024-05-01T00:00:00Z",
            "source": "harbour-news",
        },
        {"id": "2", "title": "Velin museum reopens", "source": "Upland"},
        {"id": "3", "title": "Elsewhere", "source": "Old Wire"},
    ]
    path = tmp_path / "old.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")
    return path


def test_an_archive_says_what_it_took_in_and_what_not(command: Command, folder: Path, lines: Path) -> None:
    result = command("pull", "--from", lines, "--config", folder)
    assert result.status == 1
    assert result.out.startswith("1 file read, 0 taken in before. 2 new items, 0 known; 1 new stories; 1 matches.")
    assert "1 item without a date" in result.err and f"{lines}:4: not JSON in UTF-8" in result.err
    assert "1 item not taken in: no feed is known as\n  'Old Wire' (1 item)\n  give --feed ID" in result.err
    again = command("pull", "--from", lines, "--config", folder)
    assert again.status == 0 and "2 lines of the files taken in before were left out then; --force" in again.err


def test_an_archive_tells_programs_the_same(command: Command, folder: Path, lines: Path) -> None:
    result = command("pull", "--from", lines, "--config", folder, "--json")
    assert result.json["items"] == {"new": 2, "revised": 0, "known": 0, "undated": 1}
    assert result.json["files"] == {"read": 1, "before": 0, "passed_over": 0}
    assert result.json["unknown"] == {"Old Wire": 1} and result.json["problem_count"] == 1
    assert {"feeds", "stories", "matches", "seconds"} < set(result.json)


def test_declaring_the_source_takes_its_items_in_at_the_next_run(command: Command, folder: Path, lines: Path) -> None:
    command("pull", "--from", lines, "--config", folder)
    with (folder / "feeds.yml").open("a", encoding="utf-8") as file:
        file.write(
            '  - {id: old, url: "https://old.example/f", title: Old Wire, language: en, owner: O, enabled: false}\n'
        )
    result = command("pull", "--from", lines, "--config", folder, "--json")
    assert (result.json["items"]["new"], result.json["items"]["known"], result.json["unknown"]) == (1, 2, {})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "gone.jsonl"], "no such file or folder: gone.jsonl"),
        (["--from", "{lines}", "--feed", "harbor-news"], "did you mean 'harbour-news'"),
        (["--from", "{lines}", "--feed", "harbour-news", "--feed", "upland-post"], "give one"),
    ],
)
def test_mistakes_are_the_users(
    command: Command, folder: Path, lines: Path, arguments: list[str], message: str
) -> None:
    result = command("pull", *(one.format(lines=lines) for one in arguments), "--config", folder)
    assert result.status == 2 and message in result.err


def test_a_folder_says_what_it_passed_over(command: Command, folder: Path, lines: Path) -> None:
    (lines.parent / "archive").mkdir()
    (lines.parent / "archive" / "upland-post.jsonl").write_text('{"title": "Flood in Velin"}\n' * 12, encoding="utf-8")
    (lines.parent / "archive" / "notes.txt").write_text("x", encoding="utf-8")
    result = command("pull", "--from", lines.parent / "archive", "--config", folder)
    assert result.status == 0 and "1 file of other formats passed over, such as" in result.err
