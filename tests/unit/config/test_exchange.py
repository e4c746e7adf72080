"""Lists of feeds into feeds.yml: which outlines are new, and how entries are added without touching a line."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories import feed
from watchtower.config import appending
from watchtower.config.exchange import NewFeed, outline_of, sort_out, span
from watchtower.config.loading import load
from watchtower.errors import UserError
from watchtower.opml import Outline, read_opml, write_opml


def outline(url: str = "https://coast-times.example/feed", **attributes: str) -> Outline:
    return Outline(line=3, attributes={"xmlurl": url, "title": "Coast Times", "language": "en", **attributes})


def new(**entry: str | bool | None) -> NewFeed:
    url = f"https://{entry.get('id', 'coast')}.example/feed"
    return NewFeed(entry={"id": "coast", "url": url, "title": "Coast", "language": "en", "owner": "Coast", **entry})


def test_a_feed_is_the_same_after_export_and_import() -> None:
    feeds = [
        feed("harbour", every=timedelta(minutes=90), country="KR", state="KP", kind="state-media", reliability="E"),
        feed(
            "upland",
            enabled=False,
            title='Upland: "news" & more',
            url="https://u.example/a?b=1&c=2",
            language="zh-Hant",
        ),
    ]
    text = write_opml("x", [outline_of(one, with_password=False) for one in feeds])
    found = sort_out(read_opml(text.encode(), "x"), [], None)
    assert [one.entry["id"] for one in found.new] == ["harbour", "upland"]
    assert (found.known, found.left_out) == ((), ())
    assert found.new[0].entry == {
        "id": "harbour", "url": "https://harbour.example/feed.xml", "title": "Harbour", "language": "en",
        "owner": "harbour Ltd", "country": "KR", "kind": "state-media", "state": "KP", "reliability": "E",
        "every": "90m", "enabled": True, "full_text": False,
    }  # fmt: skip
    assert found.new[1].entry["enabled"] is False and found.new[1].entry["title"] == 'Upland: "news" & more'


def test_an_address_in_another_spelling_is_known() -> None:
    found = sort_out([outline("HTTP://Harbour.example:80/feed.xml#top")], [feed("harbour")], None)
    assert [id for _, id in found.known] == ["harbour"] and not found.new


def test_the_same_address_twice_in_a_list_makes_one_feed() -> None:
    found = sort_out([outline(), outline(title="Again")], [], None)
    assert len(found.new) == 1 and [id for _, id in found.known] == ["coast-times"]


def test_the_feed_scheme_is_undone() -> None:
    urls = ("feed://a.example/f", "feed:https://b.example/f", "feed://https://c.example/f")
    found = sort_out([outline(url) for url in urls], [], None)
    assert [one.entry["url"] for one in found.new] == [
        "http://a.example/f",
        "https://b.example/f",
        "https://c.example/f",
    ]


def test_ids_come_from_titles_and_are_never_taken_twice() -> None:
    outlines = [outline("https://a.example/"), outline("https://www.b.example/rss?x=1", title="해안 신문 24")]
    found = sort_out(outlines, [feed("coast-times", url="https://other.example/")], None)
    assert [one.entry["id"] for one in found.new] == ["coast-times-2", "b-example-rss"]
    assert [one.entry["owner"] for one in found.new] == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("written", "language"), [("EN-us", "en-US"), ("ko_KR", "ko-KR"), ("", "fr"), ("klingon!", "fr")]
)
def test_a_language_is_taken_as_stated_else_as_given(written: str, language: str) -> None:
    [made] = sort_out([outline(language=written)], [], "fr").new
    assert made.entry["language"] == language


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (outline("ftp://a.example/f"), "url: expected an http or https address"),
        (outline("archive/harbour.xml"), "url: expected an http or https address"),
        (outline("http://[::1/"), "url: no host"),
        (outline(language=""), "--language"),
        (outline(**{"watchtower:kind": "blog"}), "kind: expected one of"),
        (outline(**{"watchtower:every": "sometimes"}), "every: expected"),
    ],
)
def test_an_outline_that_makes_no_feed_is_left_out_with_its_reason(bad: Outline, why: str) -> None:
    found = sort_out([bad, outline()], [], None)
    assert len(found.new) == 1
    assert [why in said for _, said in found.left_out] == [True]


def test_a_password_stays_at_home_unless_asked_for() -> None:
    secret = feed(url="https://me:secret@h.example/f")
    assert outline_of(secret, with_password=False)["xmlUrl"] == "https://h.example/f"
    assert outline_of(secret, with_password=True)["xmlUrl"] == "https://me:secret@h.example/f"


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("90m", 5400), ("12h", 43_200), ("1d", 86_400), ("2w", 1_209_600)]
)
def test_a_duration_is_written_in_its_largest_whole_unit(text: str, seconds: int) -> None:
    assert span(timedelta(seconds=seconds)) == text


PLAIN = 'feeds:\n  - id: harbour\n    url: "https://h.example/f"\n    title: H\n    language: en\n    owner: O\n'
ADDED = '  - id: coast\n    url: "https://coast.example/feed"\n    title: Coast\n    language: en\n    owner: Coast\n'
ADDED = ADDED.replace('"', "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAIN, PLAIN + ADDED),
        (PLAIN.rstrip("\n"), PLAIN + ADDED),
        (PLAIN + "# the end\n", PLAIN + "# the end\n" + ADDED),
        (PLAIN + "\n# pace\ndefaults: {every: 2h}\n", PLAIN + ADDED + "\n# pace\ndefaults: {every: 2h}\n"),
        ("# 한국\n" + PLAIN.replace("H\n", "한국 📰\n"), "# 한국\n" + PLAIN.replace("H\n", "한국 📰\n") + ADDED),
        (PLAIN.replace("\n", "\r\n"), (PLAIN + ADDED).replace("\n", "\r\n")),
        (PLAIN.replace("\n  ", "\n"), PLAIN.replace("\n  ", "\n") + ADDED.replace("\n  ", "\n").removeprefix("  ")),
        (
            PLAIN.replace("title: H", "title: >-\n      H\n      I"),
            PLAIN.replace("title: H", "title: >-\n      H\n      I") + ADDED,
        ),
    ],
    ids=["plain", "no last newline", "comment", "a key below", "other letters", "cr lf", "not indented", "folded"],
)
def test_entries_are_added_below_the_last_one_and_nothing_else_moves(before: str, after: str) -> None:
    assert appending.grow(before, [new()], "feeds.yml") == after


def test_a_flow_entry_over_several_lines_is_no_obstacle() -> None:
    text = "feeds:\n  - {id: h, url: https://h.example/f,\n     title: H, language: en, owner: O\n  } # x\n"
    text += "defaults: {every: 1d}\n"
    assert appending.grow(text, [new()], "feeds.yml") == text.replace("defaults", ADDED + "defaults")


def test_feeds_in_brackets_are_refused_with_what_to_do() -> None:
    text = "feeds: [{id: h, url: https://h.example/f, title: H, language: en, owner: O}]\n"
    with pytest.raises(UserError, match=r"feeds\.yml:1: the feeds stand in brackets; write each"):
        appending.grow(text, [new()], "feeds.yml")


def test_an_id_that_is_there_already_is_never_written() -> None:
    with pytest.raises(UserError, match="no place for new entries"):
        appending.grow(PLAIN, [new(id="harbour")], "feeds.yml")


@pytest.mark.parametrize(
    "title",
    [
        "NO",
        "null",
        "007",
        "1e3",
        "06:30",
        "a: b",
        "# x",
        "- x",
        "it's",
        '"q" \\ x',
        "[x]",
        "a #b",
        "x:",
        "你好",
        "=",
    ],
)
def test_a_title_of_any_shape_is_read_back_as_it_is(title: str, tmp_path: Path) -> None:
    grown = appending.grow(PLAIN, [new(title=title)], "feeds.yml")
    (tmp_path / "feeds.yml").write_text(grown, encoding="utf-8")
    good = Path(__file__).resolve().parents[2] / "data" / "configs" / "good"
    for name in ("watchpoints.yml", "config/examples/straits.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((good / name).read_bytes())
    assert load(tmp_path, {}).feeds[-1].title == " ".join(title.split())


def test_the_file_keeps_its_mode_its_mark_and_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yml", tmp_path / "feeds.yml"
    real.write_bytes(b"\xef\xbb\xbf" + PLAIN.encode())
    real.chmod(0o640)
    link.symlink_to(real)
    appending.append(link, [new()])
    assert real.read_bytes() == b"\xef\xbb\xbf" + (PLAIN + ADDED).encode()
    assert os.stat(real).st_mode & 0o777 == 0o640 and link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yml", "real.yml"]


def test_folders_become_comments() -> None:
    one, two = new(), NewFeed(entry=new(id="dunes").entry, folders=("Asia", "Coast"))
    assert "  # Asia / Coast\n  - id: dunes\n" in appending.written([one, two])
