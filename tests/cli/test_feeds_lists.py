"""``feeds import`` and ``feeds export``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from watchtower.config import load

LIST = """<opml version="2.0"><body><outline text="Coast">
<outline text="Harbour" xmlUrl="https://harbour-news.example/feed.xml"/>
<outline text="Coast Times" xmlUrl="https://coast.example/rss" language="en-us"/>
<outline text="Dune Post" xmlUrl="https://dune.example/rss"/>
</outline></body></opml>"""


@pytest.fixture
def opml(tmp_path: Path) -> Path:
    """A list of three feeds: one known, one that says its language, one that does not."""
    path = tmp_path / "list.opml"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_import_adds_what_is_new_and_says_what_is_not(command: Command, folder: Path, opml: Path) -> None:
    before = (folder / "feeds.yml").read_text(encoding="utf-8")
    result = command("feeds", "import", opml, "--language", "ko", "--config", folder)
    assert result.status == 0
    assert result.out.startswith("2 feeds added to feeds.yml, 1 there already, 0 left out\n")
    assert "line 2: feed 'harbour-news' has https://harbour-news.example/feed.xml already" in result.err
    assert (folder / "feeds.yml").read_text(encoding="utf-8").startswith(before)
    assert [(feed.id, feed.language) for feed in load(folder, {}).feeds[2:]] == [
        ("coast-times", "en-US"),
        ("dune-post", "ko"),
    ]
    again = command("feeds", "import", opml, "--language", "ko", "--config", folder, "--json")
    assert [len(again.json[key]) for key in ("added", "known", "left_out")] == [0, 3, 0]


def test_a_dry_run_prints_the_entries_and_writes_nothing(command: Command, folder: Path, opml: Path) -> None:
    before = (folder / "feeds.yml").read_bytes()
    result = command("feeds", "import", opml, "--dry-run", "--config", folder)
    assert result.out == (
        "  # Coast\n  - id: coast-times\n    url: https://coast.example/rss\n    title: Coast Times\n"
        "    language: en-US\n    owner: coast.example\n"
    )
    assert result.status == 1 and "line 4: Dune Post left out: it says no language" in result.err
    assert (folder / "feeds.yml").read_bytes() == before


def test_a_list_comes_on_standard_input_too(command: Command, folder: Path) -> None:
    result = command("feeds", "import", "-", "--language", "en", "--config", folder, "--json", stdin=LIST.encode())
    assert [feed["id"] for feed in result.json["added"]] == ["coast-times", "dune-post"]


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("<opml><body/></opml>", [], "no outline has an address"),
        ("<opml>", [], "list.opml:1:7: not well-formed XML"),
        (LIST, ["--language", "english"], "--language takes a language code"),
    ],
)
def test_mistakes_are_the_users(
    command: Command, folder: Path, opml: Path, text: str, arguments: list[str], message: str
) -> None:
    opml.write_text(text, encoding="utf-8")
    result = command("feeds", "import", opml, *arguments, "--config", folder)
    assert result.status == 2 and message in result.err


def test_a_list_that_is_not_there_is_named(command: Command, folder: Path) -> None:
    result = command("feeds", "import", "nowhere.opml", "--config", folder)
    assert (result.status, result.err) == (2, "Error: cannot read nowhere.opml: No such file or directory\n")


def test_many_outlines_of_a_sort_are_counted_not_listed(command: Command, folder: Path, opml: Path) -> None:
    rows = "".join(f'<outline text="{n}" xmlUrl="ftp://h{n}.example/"/>\n' for n in range(40))
    opml.write_text(f"<opml><body>{rows}</body></opml>", encoding="utf-8")
    result = command("feeds", "import", opml, "--language", "en", "--config", folder)
    assert result.status == 1
    assert result.err.count("left out: url: expected") == 10 and "and 30 more like that" in result.err


def test_export_and_import_into_another_folder_give_the_same_feeds(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    with (folder / "feeds.yml").open("a", encoding="utf-8") as file:
        file.write('  - {id: coast, url: "https://me:secret@coast.example/f", language: ko, every: 2h,\n')
        file.write('     title: "Coast: <all>", owner: C}\n')
    exported = command("feeds", "export", "--config", folder)
    assert exported.status == 0 and "secret" not in exported.out and "passwords of coast" in exported.err
    whole = command("feeds", "export", "--with-passwords", "--output", tmp_path / "all.opml", "--config", folder)
    assert (whole.status, whole.err) == (0, "")
    wanted = load(folder, {}).feeds
    other = "feeds:\n  - {id: other, url: https://other.example/f, title: O, language: en, owner: O}\n"
    (folder / "feeds.yml").write_text(f"defaults: {{every: 3d, kind: wire}}\n{other}", encoding="utf-8")
    assert command("feeds", "import", tmp_path / "all.opml", "--config", folder).status == 0
    assert load(folder, {}).feeds[1:] == wanted
