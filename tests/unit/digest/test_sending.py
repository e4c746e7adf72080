"""What is sent of a digest: the page of a mail with its pictures, a few lines for chat, the Atom feed, and for whom."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from lxml import html as lxml_html

from tests import factories as make
from tests.unit.digest.assessments import assessed_day
from tests.unit.digest.samples import SINCE, UNTIL, busy_day, day, item, match, stored
from watchtower.digest import DayData, brief, compose, heading, mail_page, render
from watchtower.digest.brief import MOST
from watchtower.digest.chart import HEIGHT, chart
from watchtower.digest.mail import STORIES
from watchtower.digest.picture import SCALE, png
from watchtower.types import Digest

BUSY = compose(busy_day())
ASSESSED = compose(assessed_day())
QUIET = compose(day([]))
BLIND = compose(day([], states={}, item_counts={}))
MINE = replace(
    BUSY, reader="kim", languages=("ko", "en"), other_targets=2, notes=("One mail was <refused>.",), late=True
)
HOSTILE = '"><script>alert(1)</script><img src="data:image/png;base64,AAAA"> \u2028 =?x?='


def page(digest: Digest) -> str:
    return mail_page(digest)[1]


def hostile() -> Digest:
    one = item("a1", "coast-wire", 3, HOSTILE, HOSTILE, url="javascript:alert(1)")
    return compose(day([stored(one, match(one, "harbour-works"))]))


# --- the page of a mail


def test_the_mail_tells_of_every_story_in_words_that_stand_in_the_digest() -> None:
    said = lxml_html.fromstring(page(BUSY)).text_content()
    for section in BUSY.sections:
        assert section.title in said
        assert all(story.title in said for story in section.stories)
    assert all(line in said for line in BUSY.summary)


def test_the_mail_loads_nothing_and_runs_nothing() -> None:
    tree = lxml_html.fromstring(page(ASSESSED))
    assert tree.xpath("//script | //link | //iframe | //object | //form | //svg | //style") == []
    sources = tree.xpath("//@src")
    assert sources and all(source.startswith("data:image/png;base64,") for source in sources)
    assert all(address.startswith(("http://", "https://")) for address in tree.xpath("//@href"))
    assert not re.search(r"\bon\w+=|@import|url\(", page(ASSESSED))


def test_hostile_texts_stay_texts_in_the_mail() -> None:
    tree = lxml_html.fromstring(page(hostile()))
    assert tree.xpath("//script") == []
    assert tree.xpath("//h3")[0].text_content().startswith('">')
    assert tree.xpath("//h3/a") == []
    assert len(tree.xpath("//img")) == page(hostile()).count('src="data:image/png;base64,')


def test_what_the_mail_does_not_tell_it_names() -> None:
    items = [item(f"b{n}", "coast-wire", 3, f"Harbour plan number {n} is shown", f"Plan {n}.") for n in range(12)]
    made = compose(replace(day([stored(one, match(one, "harbour-works")) for one in items]), stories_per_section=10))
    [section, *_] = made.sections
    tree = lxml_html.fromstring(page(made))
    assert (len(section.stories), section.left_out) == (10, 2)
    assert len(tree.xpath("//h3")) == STORIES
    said = tree.text_content()
    assert f"{12 - STORIES} more stories:" in said
    assert all(one.title in said for one in items)


def test_a_story_that_the_mail_does_not_show_where_it_matters_most_is_told_where_it_does() -> None:
    heavy = [make.digest_story(story=f"s{n}", title=f"Weighty {n}", importance=9.0) for n in range(STORIES)]
    shared = make.digest_story(story="shared", title="Beyond the limit there", importance=8.0)
    first = make.section(*heavy, shared)
    second = make.section(replace(shared, importance=3.0), heavy[0], target="floods", title="Floods")
    whole, again = mail_page(make.digest(first, second))[1].split(">Floods</h2>")
    assert "1 more story" in whole and "Told under" not in whole
    [told, referred] = re.findall("<h3.*?(?=<h3|<h2)", again, re.DOTALL)
    assert "Beyond the limit there" in told and shared.lead in told and "1 origin" in told
    assert "Weighty 0" in referred and "Told under “Dams”" in referred and shared.lead not in referred


def test_a_mail_of_a_blind_day_says_unknown() -> None:
    assert "Unknown: no feed was read." in page(BLIND)
    assert "Nothing seen" not in page(BLIND)


# --- pictures


def test_the_picture_shows_the_bars_of_the_chart_but_not_of_unknown_days() -> None:
    drawn = chart(ASSESSED.sections[0].trend)
    assert drawn is not None
    pixels = _pixels(png(drawn))
    assert (len(pixels), len(pixels[0])) == (HEIGHT * SCALE, drawn.width * SCALE)
    bottom = bytes(pixels[-1])
    assert [bottom[bar.x * SCALE] for bar in drawn.bars] == [1, 0, 1, 1, 4]
    for bar in drawn.bars:
        column = [row[(bar.x + 1) * SCALE + 1] for row in pixels]
        shown = 0 if bar.unknown else bar.height * SCALE
        assert abs(sum(value in (1, 2, 4) for value in column) - shown) <= 2
        assert column.count(3) == 1


def test_the_pictures_in_the_mail_are_whole() -> None:
    found = re.findall(r"base64,([^\"]+)", page(ASSESSED))
    assert found
    assert all(_pixels(b64decode(one)) for one in found)


def _pixels(data: bytes) -> list[bytes]:
    """Read a PNG of one byte a pixel, checking every chunk's sum."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(data):
        [size] = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(name + body)
        chunks[name], at = body, at + 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = zlib.decompress(chunks[b"IDAT"])
    return [rows[n * (width + 1) + 1 : (n + 1) * (width + 1)] for n in range(height)]


# --- chat


def test_a_chat_message_has_what_changed_and_each_sections_first_headline() -> None:
    said = brief(BUSY)
    assert all(line in said for line in BUSY.summary)
    assert all(section.stories[0].title[:100] in said for section in BUSY.sections if section.stories)
    assert len(said) <= MOST


@pytest.mark.parametrize("digest", [QUIET, BLIND, MINE])
def test_a_chat_message_is_never_empty(digest: Digest) -> None:
    assert brief(digest).strip()


def test_a_chat_message_that_is_too_long_says_how_much_is_missing() -> None:
    long = replace(BUSY, summary=tuple(f"{n} {'words ' * 60}" for n in range(9)))
    said = brief(long)
    shown = said.count("words words")
    missing = re.search(r"… and (\d+) lines more in the digest\n$", said)
    assert len(said) <= MOST and shown and missing
    lines = len(brief(replace(long, summary=())).splitlines()) + 9
    assert int(missing[1]) == lines - len(said.splitlines()) + 1


# --- headings and readers


def test_the_heading_counts_each_story_once() -> None:
    ids = {story.story for section in BUSY.sections for story in section.stories}
    assert heading(BUSY).startswith(f"{BUSY.title}: {len(ids)} stories, ")
    assert heading(QUIET).startswith(f"{QUIET.title}: 0 stories, ")
    assert heading(MINE).endswith("(late)")


@pytest.mark.parametrize("format", ["html", "md", "txt"])
def test_a_readers_digest_says_what_it_is_limited_to_and_what_went_wrong(format: str) -> None:
    said = lxml_html.fromstring(text).text_content() if "<html" in (text := render(MINE, format)[1]) else text
    flat = " ".join(said.replace("\\", "").split())
    assert (
        f"For kim: {len(BUSY.sections)} of {len(BUSY.sections) + 2} targets; stories told in Korean or English;" in flat
    )
    assert "One mail was <refused>." in flat
    assert "For " not in " ".join(render(BUSY, format)[1].split())[:400]


def test_a_reader_of_everything_is_told_so() -> None:
    assert "For desk: all targets." in page(replace(BUSY, reader="desk"))


def test_readers_have_digests_of_their_own_and_everybodys_keeps_its_id() -> None:
    def id_of(data: DayData) -> str:
        return compose(data).id

    assert id_of(busy_day()) == BUSY.id
    assert len({BUSY.id, id_of(replace(busy_day(), reader="kim")), id_of(replace(busy_day(), reader="lee"))}) == 3


# --- Atom


def test_the_feed_is_well_formed_and_has_each_story_once() -> None:
    text = render(BUSY, "atom")[1]
    found = feedparser.parse(text.encode())
    assert not found.bozo and found.version == "atom10"
    stories = {story.story: story for section in BUSY.sections for story in section.stories}
    assert [entry.title for entry in found.entries] == [story.title for story in stories.values()]
    assert len({entry.id for entry in found.entries}) == len(stories)
    assert all(entry.id.startswith("urn:uuid:") and entry.updated and entry.author for entry in found.entries)
    terms = {tag.term for entry in found.entries for tag in entry.tags}
    assert terms == {section.target for section in BUSY.sections if section.stories}


def test_a_story_keeps_its_id_in_the_next_digest_and_for_another_reader() -> None:
    later = replace(BUSY, id="later", since=SINCE + timedelta(days=1), until=UNTIL + timedelta(days=1), reader="kim")
    first, second = (feedparser.parse(render(one, "atom")[1].encode()) for one in (BUSY, later))
    assert [entry.id for entry in first.entries] == [entry.id for entry in second.entries]
    assert first.feed.id != second.feed.id


def test_hostile_texts_stay_texts_in_the_feed() -> None:
    found = feedparser.parse(render(hostile(), "atom")[1].encode(), sanitize_html=False)
    [entry] = found.entries
    assert not found.bozo
    assert "links" not in entry and entry.content[0].type == "text/plain"
    assert entry.title_detail.type == "text/plain" and entry.title.startswith('"><script>')
