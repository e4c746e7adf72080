"""What must hold for any bytes at all, and for broken versions of good feeds."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import NOW, feed
from tests.fakes import InProcessParser
from watchtower.errors import ParseError
from watchtower.parse.encoding import decode
from watchtower.parse.feed import parse
from watchtower.parse.visit import decide, read
from watchtower.types import Entry, Fetched, Pacing, ParsedFeed, VisitKind

SAMPLES = [
    path.read_bytes()
    for path in sorted((Path(__file__).parents[1] / "data" / "feeds").iterdir())
    if not path.name.endswith(".expected.yml")
]
#: what broke parsers before
TOKENS = [
    *(
        b"<",
        b">",
        b"&",
        b"&#x110000;",
        b"&#xD800;",
        b"&nbsp;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<!",
        b"<?",
        b"?>",
    ),
    *(b"\x00", b"\xff", b"\x1b[31m", b"\xe2\x80\xae", b"<item>", b"</item>", b"<title>", b"<link>", b"</channel>"),
    *(b' xmlns:a=""', b' xml:base="http://[x"', b' href="http://[bad"', b' type="xhtml"', b' mode="base64"', b"<svg>"),
    *(
        b"<width>",
        b"<textInput>",
        b"<creativeCommons:license ",
        b"<georss:polygon>1 2 3",
        b"<dcterms:valid>start=1;end",
    ),
    *(b"<pubDate>31/02/2026", b"<guid>77", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"[" * 50, b"{"),
]
piece = st.sampled_from(TOKENS) | st.binary(max_size=20)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A sample with pieces put in, cut out and its end cut off."""
    body = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(piece) + body[at + draw(st.integers(0, 30)) :]
    return body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body


content_types = (
    st.sampled_from(["", "text/xml", "application/rss+xml; charset=utf-8", "text/html; charset=koi8-r"]) | st.text()
)


def parsed(body: bytes, content_type: str) -> ParsedFeed | None:
    try:
        return parse(body, {"content-type": content_type}, "https://feeds.example/a/b.xml")
    except ParseError as error:
        assert str(error)
        return None


def assert_clean(entry: Entry) -> None:
    for text in (entry.title, entry.summary, entry.body, *entry.authors, *entry.categories, entry.guid or "x"):
        assert text.isprintable() or not any(ord(character) < 32 or character == "\x7f" for character in text)
        text.encode()  # no lone surrogate
    assert len(entry.title) <= 500 and len(entry.summary) <= 2000 and len(entry.body) <= 100_000
    assert entry.url is None or entry.url.startswith(("http://", "https://"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")), content_types)
@example(b"/etc/passwd", "")
@example(b"http://127.0.0.1:9/", "")
def test_any_bytes_are_a_feed_or_refused(body: bytes, content_type: str) -> None:
    parsed(body, content_type)


@settings(max_examples=300)
@given(broken(), content_types)
def test_a_broken_feed_gives_clean_entries_or_is_refused(body: bytes, content_type: str) -> None:
    found = parsed(body, content_type)
    for entry in found.entries if found else ():
        assert_clean(entry)


@given(broken())
def test_a_visit_is_decided_whatever_came(body: bytes) -> None:
    harbour = feed()
    outcome = Fetched(feed_id=harbour.id, url=harbour.url, body=body, headers={"etag": '"a"'}, at=NOW)
    reading = read(harbour, outcome, InProcessParser())
    made = decide(harbour, None, reading, {}, NOW, Pacing())
    assert (made.kind is VisitKind.FAILED) == (made.problem is not None)
    assert len({item.id for item in made.new}) == len(made.new)
    assert all(item.key in reading.keys and item.title for item in made.new)
    assert made.state.next_check > NOW


@given(st.binary(max_size=400), content_types)
@example(b"\xff\xfe<", "")
@example(b"<?xml version='1.0' encoding='punycode'?>\xff", "")
@example(b"<?xml version='1.0' encoding='zip'?>\xff", "")
def test_any_bytes_decode_to_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type).text, str)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_utf8_is_decoded_as_it_is(text: str) -> None:
    body = f"é{text}"  # with something foreign in it, and not beginning like another encoding
    assert decode(body.encode(), "text/xml; charset=iso-8859-1").text == body
