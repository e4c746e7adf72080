"""The files of an archive and their pieces: order, what tells the feed, marks, and files that cannot be read."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from watchtower.archive import files
from watchtower.archive.files import FileArchive
from watchtower.archive.listing import listed
from watchtower.errors import UserError
from watchtower.types import Mark, Piece

FEED = '<rss version="2.0"><channel/></rss>'


def archive(path: Path, **given: object) -> FileArchive:
    return FileArchive(path, **{"max_bytes": 1000, "belonging": "", **given})  # type: ignore[arg-type]


def pieces(path: Path, marks: dict[str, Mark] | None = None, **given: object) -> list[Piece]:
    return list(archive(path, **given).pieces(marks or {}))


def write(path: Path, *names: str, text: str = FEED) -> None:
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")


def lines(path: Path, count: int, width: int = 1) -> Path:
    path.write_text("".join(json.dumps({"title": f"{n}" + "x" * width}) + "\n" for n in range(count)), encoding="utf-8")
    return path


def numbers(found: Sequence[Piece]) -> list[list[int]]:
    return [[number for number, _ in piece.lines] for piece in found]


def test_a_folder_is_read_in_the_order_of_names_and_says_what_it_passes_over(tmp_path: Path) -> None:
    write(
        tmp_path / "a",
        "2025.xml",
        "harbour-news/2.rss",
        "harbour-news/1.atom.gz",
        "plain",
        ".hidden/x.xml",
        "readme.md",
    )
    found, others = listed(tmp_path / "a")
    assert [str(one.path.relative_to(tmp_path)) for one in found] == [
        "a/2025.xml", "a/plain", "a/harbour-news/1.atom.gz", "a/harbour-news/2.rss",
    ]  # fmt: skip
    assert [one.names for one in found] == [
        ("2025", "a"),
        ("plain", "a"),
        ("1", "harbour-news", "a"),
        ("2", "harbour-news", "a"),
    ]
    assert [path.name for path in others] == ["readme.md"]


def test_a_list_names_the_feed_of_files_and_of_folders(tmp_path: Path) -> None:
    write(tmp_path, "a/1.xml", "b c.xml")
    write(
        tmp_path,
        "list.opml",
        text='<opml xmlns:w="https://github.com/watchtower-monitor/watchtower/opml"><body>'
        '<outline text="Harbour" w:id="harbour" xmlUrl="a"/>'
        f'<outline text="Upland" xmlUrl="file://{tmp_path}/b%20c.xml"/></body></opml>',
    )
    found, _ = listed(tmp_path / "list.opml")
    assert [one.names for one in found] == [("harbour", "Harbour", "1", "a"), ("Upland", "b c")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<opml><body><outline xmlUrl="https://h.example/f"/></body></opml>', "list.opml:1: an address, not a file"),
        ('<opml><body><outline xmlUrl="gone.xml"/></body></opml>', "list.opml:1: no such file or folder"),
        ("<opml><body/></opml>", "no outline has an address"),
        ("<opml>", "not well-formed"),
    ],
)
def test_a_list_that_points_to_nothing_is_refused(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, "list.opml", text=text)
    with pytest.raises(UserError, match=message):
        listed(tmp_path / "list.opml")


def test_a_folder_with_nothing_in_it_and_a_path_that_is_not_there_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "readme.md")
    for path, message in ((tmp_path, "nothing to take in"), (tmp_path / "gone", "no such file or folder")):
        with pytest.raises(UserError, match=message):
            listed(path)


def test_json_is_told_apart_by_its_first_line(tmp_path: Path) -> None:
    write(tmp_path, "items.json", text='{"title": "a"}\n{"title": "b"}\n')
    write(tmp_path, "feed.json", text='{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    write(tmp_path, "pretty.json", text='{\n  "version": "https://jsonfeed.org/version/1.1"\n}')
    found = {Path(piece.name).name: piece for piece in pieces(tmp_path)}
    assert [number for number, _ in found["items.json"].lines] == [1, 2]
    assert found["feed.json"].document and found["pretty.json"].document


def test_lines_come_in_pieces_that_go_on_where_a_mark_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 3)
    path = lines(tmp_path / "i.jsonl", 7)
    first = pieces(path)
    assert numbers(first) == [[1, 2, 3], [4, 5, 6], [7]]
    assert [piece.mark.done for piece in first if piece.mark] == [False, False, True]
    assert first[-1].read == archive(path).size == path.stat().st_size
    assert first[0].mark is not None
    assert numbers(pieces(path, {first[0].mark.file: first[0].mark})) == [[4, 5, 6], [7]]


def test_a_packed_file_goes_on_where_a_mark_says_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 3)
    path = tmp_path / "i.jsonl.gz"
    path.write_bytes(gzip.compress(lines(tmp_path / "i.jsonl", 7).read_bytes()))
    first = pieces(path)
    assert first[0].mark is not None
    assert numbers(pieces(path, {first[0].mark.file: first[0].mark})) == [[4, 5, 6], [7]]


def test_a_file_that_was_taken_in_is_one_empty_piece_until_it_or_the_feeds_change(tmp_path: Path) -> None:
    path = lines(tmp_path / "i.jsonl", 2)
    [whole] = pieces(path)
    assert whole.mark is not None
    marks = {whole.mark.file: whole.mark}
    [before] = pieces(path, marks)
    assert before.before and not before.lines
    assert numbers(pieces(path, marks, belonging="other feeds")) == [[1, 2]]
    os.utime(path, (1, 1))
    assert numbers(pieces(path, marks)) == [[1, 2]]


def test_pieces_are_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    assert max(len(piece.lines) for piece in pieces(lines(tmp_path / "i.jsonl", 50, width=300))) == 4


def test_a_line_that_is_far_too_long_is_named_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 100)
    path = tmp_path / "i.jsonl"
    path.write_bytes(b'{"title": "' + b"x" * 200_000 + b'"}\n\n{"title": "b"}')
    found = pieces(path)
    assert numbers(found) == [[3]]
    assert [said for piece in found for said in piece.problems] == [f"{path}:1: longer than 0 MiB"]


def test_files_that_cannot_be_read_are_problems_without_a_mark(tmp_path: Path) -> None:
    write(tmp_path, "empty.xml", text=" ")
    write(tmp_path, "large.xml", text="x" * 1001)
    (tmp_path / "torn.xml.gz").write_bytes(gzip.compress(FEED.encode() * 9)[:40])
    (tmp_path / "wrong.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "gone.xml").symlink_to(tmp_path / "nowhere")
    found = pieces(tmp_path)
    assert [piece.mark for piece in found] == [None] * 5
    said = {Path(piece.name).name: piece.problems[0] for piece in found}
    assert "the document is empty" in said["empty.xml"] and "larger than 1,000 bytes" in said["large.xml"]
    assert all("cannot be read" in said[name] for name in ("torn.xml.gz", "wrong.jsonl.gz", "gone.xml"))
