"""Feed documents to entries: each sample with what is expected of it beside it, and what no file can show."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
import yaml

from watchtower.errors import ParseError
from watchtower.parse.feed import parse
from watchtower.types import Entry, ParsedFeed

BASE = "https://feeds.example/news/all.xml"
SAMPLES = Path(__file__).parents[2] / "data" / "feeds"
EXPECTED = sorted(SAMPLES.glob("*.expected.yml"))
#: documents from other parsers' test suites, beside the checkout; they are no part of it
CORPUS = Path(__file__).parents[4] / "shared" / "feeds"


def read(body: bytes | str, content_type: str = "") -> ParsedFeed:
    return parse(body.encode() if isinstance(body, str) else body, {"content-type": content_type}, BASE)


def rss(item: str, channel: str = "") -> ParsedFeed:
    return read(f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}<item>{item}</item></channel></rss>')


def one(item: str) -> Entry:
    (entry,) = rss(item).entries
    return entry


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.yml"))
def test_a_sample_gives_what_is_expected_of_it(path: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    name = path.name.removesuffix(".expected.yml")
    (document,) = (sample for sample in SAMPLES.glob(f"{name}.*") if sample != path)
    if problem := expected.get("problem"):
        with pytest.raises(ParseError) as refused:
            read(document.read_bytes())
        assert problem in str(refused.value)
        return
    parsed = read(document.read_bytes())
    assert parsed.title == expected.get("title", parsed.title)
    assert parsed.ttl == (timedelta(seconds=expected["ttl"]) if "ttl" in expected else None)
    assert (parsed.whole, len(parsed.warnings)) == (expected.get("whole", True), expected.get("warnings", 0))
    assert [_shown(entry) for entry in parsed.entries] == [{**_shown(Entry(guid=None, url=None, title="")), **entry}
                                                          for entry in expected["entries"]]  # fmt: skip


def _shown(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    for name in ("published", "updated"):
        values[name] = values[name].isoformat() if values[name] else None
    return values | {name: list(values[name]) for name in ("authors", "categories")}


# --- identity, links, dates


def test_a_guid_does_not_change_with_the_address_of_the_feed() -> None:
    document = b'<rss version="2.0"><channel><item><guid>42</guid><title>A</title></item></channel></rss>'
    guids = {parse(document, {}, base).entries[0].guid for base in (BASE, "http://other.example/x/")}
    assert guids == {"42"}


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>story</link>", "https://feeds.example/news/story"),
        ("<link>//cdn.example/a</link>", "https://cdn.example/a"),
        ("<link>?p=1</link>", "https://feeds.example/news/all.xml?p=1"),
        ("<guid>https://x.example/guid</guid>", "https://x.example/guid"),
        ('<guid isPermaLink="false">https://x.example/guid</guid>', None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[bad</link>", None),
        ("<link>mailto:a@b.example</link><enclosure url='https://x.example/a.mp3'/>", "https://x.example/a.mp3"),
        ("<link> \n https://x.example/a \n</link>", "https://x.example/a"),
    ],
)
def test_links_are_absolute_and_safe(item: str, url: str | None) -> None:
    assert one(f"<title>A</title>{item}").url == url


def test_feedburner_says_where_the_page_really_is() -> None:
    document = """<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item>
        <link>https://feedproxy.example/x</link><feedburner:origLink>https://news.example/x</feedburner:origLink>
        </item></channel></rss>"""
    assert read(document).entries[0].url == "https://news.example/x"


@pytest.mark.parametrize("guid", ["1", "77", "20261101", "2026-11-01"])
def test_a_guid_or_title_is_never_taken_for_a_date(guid: str) -> None:
    entry = one(f"<guid>{guid}</guid><title>{guid}</title>")
    assert (entry.published, entry.updated, entry.date_text) == (None, None, None)


def test_the_first_readable_date_counts_and_the_unreadable_one_is_kept_as_text() -> None:
    entry = one("<pubDate>tomorrow</pubDate><dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2026-11-01</dc:date>")
    assert (entry.published, entry.date_text) == (datetime(2026, 11, 1, tzinfo=UTC), "tomorrow")


@pytest.mark.parametrize(("ttl", "expected"), [("60", 60), ("0", None), ("-5", None), ("a", None), ("9" * 30, None)])
def test_ttl_is_in_minutes(ttl: str, expected: int | None) -> None:
    parsed = rss("<title>A</title>", f"<ttl>{ttl}</ttl>")
    assert parsed.ttl == (timedelta(minutes=expected) if expected else None)


def test_ttl_is_at_most_a_week() -> None:
    assert rss("<title>A</title>", "<ttl>9999999</ttl>").ttl == timedelta(days=7)


# --- text


def test_fields_are_bounded() -> None:
    entry = one(f"<title>{'t' * 900}</title><description>{'word ' * 50_000}</description>")
    assert (len(entry.title), len(entry.summary) <= 2000, 99_000 < len(entry.body) <= 100_000) == (500, True, True)


@pytest.mark.parametrize(
    ("item", "cut"),
    [
        ("<title>A</title>", 0),
        (f"<title>{'t ' * 400}</title>", 1),
        (f"<title>{'t ' * 400}</title><description>{'word ' * 50_000}</description>", 2),
        (f"<description>{'&lt;b>' * 400_000}word</description>", 1),
        (f"<description>{'&lt;b>' * 30_000}word</description>", 0),
    ],
)
def test_texts_that_are_cut_are_counted(item: str, cut: int) -> None:
    said = [f"{cut} texts were cut: a title has at most 500, a text 100,000 characters"] if cut else []
    assert list(rss(item).warnings) == said
    malformed = rss(f"<x y=1/>{item}").warnings
    assert [warning for warning in malformed if "malformed" not in warning] == said


def test_texts_of_a_json_feed_that_are_cut_are_counted() -> None:
    items = [{"title": "t " * 400, "content_text": "w " * 90_000}, {"title": "A"}]
    parsed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert parsed.warnings[0].startswith("2 texts were cut")


def test_a_long_text_is_kept_whole_as_the_body() -> None:
    entry = one(f"<title>A</title><description>{'word ' * 1000}</description>")
    assert entry.summary.endswith("…")
    assert entry.body == ("word " * 1000).strip()


def test_a_document_with_too_many_entries_says_so() -> None:
    items = "".join(f"<item><guid>{n}</guid></item>" for n in range(10_001))
    parsed = read(f'<rss version="2.0"><channel>{items}</channel></rss>')
    assert len(parsed.entries) == 10_000
    assert parsed.warnings == ("10001 entries; only the first 10,000 were read",)


def test_a_control_character_or_an_impossible_reference_costs_no_entry() -> None:
    parsed = read(b'<rss version="2.0"><channel><item><title>a\x0bb &#x110000; &#1;</title></item>'
                  b"<item><title>c</title></item></channel></rss>")  # fmt: skip
    assert [entry.title for entry in parsed.entries] == ["ab \ufffd", "c"]


# --- encodings

TEXTS = {
    "windows-1251": "Плотина открыта в воскресенье утром",
    "koi8-r": "Плотина открыта в воскресенье утром",
    "euc-kr": "댐이 일요일 아침에 열렸다고 당국이 밝혔다",
    "gb2312": "水坝于星期日早上开放，当局表示水位下降",
    "shift_jis": "ダムが日曜日の朝に開かれたと当局が発表した",
    "euc-jp": "ダムが日曜日の朝に開かれたと当局が発表した",
    "big5": "水壩於星期日早上開放，當局表示水位下降",
    "iso-8859-1": "Frédéric öffnet die Schleuse à Genève",
    "utf-16": "Плотина открыта",
    "iso-2022-jp": "ダムが開かれた",
}


def document(title: str, declared: str | None) -> str:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return f'{head}<rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_declared_encoding_is_read(encoding: str) -> None:
    parsed = read(document(TEXTS[encoding], encoding).encode(encoding), "text/xml")
    assert (parsed.entries[0].title, parsed.warnings) == (TEXTS[encoding], ())


GUESSED = [name for name in TEXTS if name not in ("big5", "utf-16", "iso-2022-jp")]
#: "us-ascii" stands for Western text, as browsers read it
WRONG = [(name, declared) for name in GUESSED for declared in ("utf-8", None)] + [("iso-8859-1", "us-ascii")]


@pytest.mark.parametrize(("encoding", "declared"), WRONG)
def test_a_wrongly_declared_encoding_is_found_out(encoding: str, declared: str | None) -> None:
    parsed = read(document(TEXTS[encoding], declared).encode(encoding), "application/xml")
    assert parsed.entries[0].title == TEXTS[encoding]


@pytest.mark.parametrize(
    ("declared", "content_type"),
    [("windows-1251", "text/xml"), (None, "text/xml; charset=ISO-8859-1"), ("us-ascii", "text/html"), ("nonsense", "")],
)
def test_valid_utf8_is_utf8_whatever_is_declared(declared: str | None, content_type: str) -> None:
    parsed = read(document("Плотина открыта", declared).encode(), content_type)
    assert parsed.entries[0].title == "Плотина открыта"


def test_the_content_type_goes_before_the_document_unless_it_is_a_default() -> None:
    body = document("Плотина", "iso-8859-5").encode("windows-1251")
    assert read(body, "text/xml; charset=windows-1251").entries[0].title == "Плотина"
    body = document("Плотина", "windows-1251").encode("windows-1251")
    assert read(body, "text/xml; charset=iso-8859-1").entries[0].title == "Плотина"


def test_a_few_damaged_characters_do_not_change_the_encoding() -> None:
    body = document("Плотина открыта в воскресенье", "utf-8").encode().replace(b"</title>", b"\xff</title>")
    parsed = read(body)
    assert parsed.entries[0].title == "Плотина открыта в воскресенье\ufffd"
    assert "UTF-8" in parsed.warnings[0]


# --- hostile documents


def seconds(body: bytes) -> float:
    started = time.process_time()
    try:
        read(body)
    except ParseError:
        pass
    return time.process_time() - started


RSS_WITH = b'<?xml version="1.0"?>%s<rss version="2.0"><channel><item><title>%s</title></item></channel></rss>'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">\n' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BOMBS = {
    "billion laughs": RSS_WITH % (b'<!DOCTYPE r [\n<!ENTITY l0 "lol">\n' + LAUGHS + b"]>", b"&l9;"),
    "quadratic": RSS_WITH % (b'<!DOCTYPE r [\n<!ENTITY a "' + b"x" * 100_000 + b'">\n]>', b"&a;" * 20_000),
    "quadratic after junk": b"junk"
    + RSS_WITH % (b'<!DOCTYPE r [\n<!ENTITY a "%s">\n]>' % (b"x" * 99_999), b"&a;" * 9999),
    "many entities": RSS_WITH % (b"<!DOCTYPE r [\n" + b'<!ENTITY a "b">\n' * 50_000 + b"]>", b"a"),
    "blank lines": RSS_WITH % (b"\n" * 1_000_000, b"a"),
    "open comments": RSS_WITH % (b"<!-- " * 200_000, b"a"),
    "open tags": RSS_WITH % (b"", b"<a" * 600_000),
    "open scripts": RSS_WITH % (b"", b"<![CDATA[" + b"<script>" * 1_000_000 + b"]]>"),
    "deep json": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 1_000_000,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_does_not_go_off(body: bytes) -> None:
    assert seconds(body) < 2


def test_entities_from_files_or_the_network_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    for kind in (f'SYSTEM "{secret.as_uri()}"', f'PUBLIC "x" "{secret.as_uri()}"'):
        body = RSS_WITH % (f"<!DOCTYPE r [\n<!ENTITY a {kind}>\n]>".encode(), b"[&a;]")
        assert "secret" not in str(read(body))
    external = f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}">'.encode()
    assert read(RSS_WITH % (external, b"A")).entries[0].title == "A"


# --- everything that other parsers test with


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents of other test suites are not beside the checkout")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_entry_is_lost_that_feedparser_finds_in_any_known_document() -> None:
    lost, slow = [], []
    for folder, _, names in os.walk(CORPUS):
        for path in (Path(folder) / name for name in names):
            body = path.read_bytes()
            started = time.process_time()
            try:
                found = len(read(body).entries)
            except ParseError:
                found = 0
            if time.process_time() - started > 5:
                slow.append(path)
            if found < len(feedparser.parse(BytesIO(body)).entries):
                lost.append(path)
    assert (lost, slow) == ([], [])
