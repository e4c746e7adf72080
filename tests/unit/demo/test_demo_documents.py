"""Feed documents of the demo, read back with feedparser, the oracle."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis.strategies import text
from lxml import etree

from watchtower.demo.documents import Document, document
from watchtower.demo.play import END
from watchtower.demo.samples import Quirk, SampleEntry, SampleFeed, read_samples, shown

AT = datetime(2024, 10, 30, 12, tzinfo=UTC)
XML_FORMATS = ("rss2", "rss1", "atom")


def entry(**given: Any) -> SampleEntry:
    words = {"guid": "tag:a,1", "url": "https://x.example/a", "title": "Dam opens", "summary": "Water & power."}
    return SampleEntry(**{**words, "published": AT, "appears": AT, "written": AT, **given})


def feed(format: str, **given: Any) -> SampleFeed:
    description = {"id": "harbour", "title": "Harbour & Sons", "language": "en"}
    return SampleFeed(**{"description": description, "format": format, **given})


def parsed(made: Document) -> Any:
    return feedparser.parse(made.body, response_headers={"content-type": made.content_type})


@pytest.mark.parametrize("format", XML_FORMATS)
def test_all_that_an_entry_says_can_be_read_back(format):
    said = entry(author="A. Writer", categories=("Dams", "Power"), content="<p>Water &amp; more</p>")
    read = parsed(document(feed(format), [said]))
    (one,) = read.entries
    assert (read.bozo, read.feed.title) == (False, "Harbour & Sons")
    assert (one.title, one.link, one.author) == ("Dam opens", "https://x.example/a", "A. Writer")
    assert one.content[0].value == "<p>Water &amp; more</p>"
    assert [tag.term for tag in one.tags] == ["Dams", "Power"]
    dated = one.get("published_parsed") or one["updated_parsed"]  # feedparser takes dc:date for the latter
    assert datetime(*dated[:6], tzinfo=UTC) == AT


@pytest.mark.parametrize("format", XML_FORMATS)
@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("euc-kr", "북한 미사일"),
        ("windows-1251", "КНДР и Россия"),
        ("shift_jis", "北朝鮮が発射"),
        ("utf-8", "朝鲜半岛"),
    ],
)
def test_the_encoding_is_declared_and_used(format, encoding, words):
    made = document(feed(format, encoding=encoding), [entry(title=words)])
    assert words.encode(encoding) in made.body
    assert (parsed(made).entries[0].title, parsed(made).bozo) == (words, False)
    assert made.content_type.endswith(f"charset={encoding}")


def test_what_the_encoding_lacks_becomes_a_character_reference():
    made = document(feed("rss2", encoding="windows-1251"), [entry(title="平壤 и Москва")])
    assert b"&#24179;" in made.body
    assert parsed(made).entries[0].title == "平壤 и Москва"


@pytest.mark.parametrize("format", XML_FORMATS)
def test_an_entry_without_a_date_gives_none_as_published(format):
    assert "published_parsed" not in parsed(document(feed(format), [entry(published=None)])).entries[0]


@pytest.mark.parametrize("format", [*XML_FORMATS, "jsonfeed"])
def test_a_feed_that_shows_nothing_yet_is_still_a_document(format):
    made = document(feed(format), [])
    assert json.loads(made.body)["items"] == [] if format == "jsonfeed" else etree.fromstring(made.body) is not None


def test_a_broken_feed_is_malformed_but_has_all_its_entries():
    entries = [entry(guid=f"tag:{number}", title=f"Xi & Putin {number}") for number in range(3)]
    made = document(feed("rss2", quirk=Quirk.BROKEN), entries)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(made.body)
    assert b"Xi & Putin" in made.body
    assert not made.body.rstrip().endswith(b"</rss>")
    assert [each.id for each in parsed(made).entries] == ["tag:0", "tag:1", "tag:2"]


def test_a_json_feed_has_what_the_standard_requires():
    content = json.loads(document(feed("jsonfeed"), [entry(author="A. Writer")]).body)
    (item,) = content["items"]
    assert content["version"] == "https://jsonfeed.org/version/1.1"
    assert (item["id"], item["content_text"], item["authors"]) == ("tag:a,1", "Water & power.", [{"name": "A. Writer"}])
    assert datetime.fromisoformat(item["date_published"]) == AT


def is_legal_in_xml(char: str) -> bool:
    try:
        etree.Element("a").text = char
    except ValueError:
        return False
    return True


@given(title=text(), summary=text())
def test_any_text_makes_well_formed_xml_with_the_same_text(title, summary):
    made = document(feed("rss2"), [entry(title=title, summary=summary)])
    item = etree.fromstring(made.body).find("channel/item")
    for name, said in (("title", title), ("description", summary)):
        assert (item.findtext(name) or "") == "".join(filter(is_legal_in_xml, said))


@pytest.mark.parametrize("sample", read_samples(), ids=lambda sample: sample.id)
def test_every_sample_feed_can_be_read_at_the_end(sample):
    entries = shown(sample, END)
    made = document(sample, entries)
    titles = [each["title"] for each in json.loads(made.body)["items"]] if sample.format == "jsonfeed" else [
        each.title for each in parsed(made).entries
    ]  # fmt: skip
    assert len(titles) == len(entries)
