"""The quick reader against the careful one: what it takes it reads the same, what it does not know it leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from feedparser.mixin import _FeedParserMixin

from watchtower.errors import ParseError
from watchtower.parse.lenient import parse_leniently
from watchtower.parse.strict import parse_strictly
from watchtower.parse.strict.names import HANDLED, KNOWN_PREFIXES, USUAL_PREFIX
from watchtower.parse.strict.reader import FEED_RULES
from watchtower.parse.strict.rules import ENTRY_RULES
from watchtower.types import ParsedFeed

BASE = "https://feeds.example/news/all.xml"
FEEDS = Path(__file__).parents[2] / "data" / "feeds"
SAMPLES = sorted(path for path in FEEDS.iterdir() if not path.name.endswith(".expected.yml"))
#: documents from other parsers' test suites, beside the checkout; they are no part of it
CORPUS = Path(__file__).parents[4] / "shared" / "feeds"
DECLARED = """xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:gml="http://www.opengis.net/gml"
    xmlns:cc="http://backend.userland.com/creativeCommonsRssModule" xmlns:x="urn:x"
    xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" """


def outcome(reader: Callable[[bytes, str, str], ParsedFeed | None], body: bytes) -> ParsedFeed | str | None:
    try:
        return reader(body, "", BASE)
    except ParseError as error:
        return str(error)


def rss(item: str, channel: str = "", root: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0" {DECLARED} {root}><channel>{channel}'
        f"<item>{item}</item><item><title>Next</title><description>d</description></item></channel></rss>"
    ).encode()


def atom(entry: str, feed: str = "", root: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {DECLARED} {root}>{feed}<entry>{entry}</entry></feed>'.encode()


TAKEN = [
    rss("<title>A</title><link>https://x.example/a?b=1&amp;c=2</link><guid>7</guid><pubDate>1 Nov 2026</pubDate>"),
    # which of several titles, descriptions, contents and links counts
    rss("<media:title>M</media:title><title>A</title><dc:title>D</dc:title><media:title>N</media:title>"),
    rss("<media:group><media:title>M</media:title><media:description>d</media:description></media:group>"),
    rss("<title></title><x:box><title>Inner</title></x:box>"),
    rss("<title>A</title><source url='https://s.example/'>S</source><media:title>M</media:title>"),
    rss("<title>A</title><image><url>u</url><title>I</title></image><dc:title>D</dc:title>"),
    rss("<description>d</description><content:encoded>c</content:encoded><description>e</description>"),
    rss("<content:encoded>c</content:encoded><description>d</description>"),
    rss("<description>d</description><media:description>m</media:description>"),
    rss("<description>d</description><itunes:summary>s</itunes:summary>", "<itunes:summary>f</itunes:summary>"),
    rss("<description>d</description><itunes:summary>s</itunes:summary>", "<itunes:summary/><description/>"),
    rss("<link>https://x.example/a</link><atom:link rel='self' href='https://x.example/b'/>"),
    rss("<atom:link href='https://x.example/b'/><atom:link rel='via' href='https://x.example/c'/><link/>"),
    rss("<link>http:////x.example/a&amp;amp;b&amp;c;</link>"),
    rss("<enclosure url='https://x.example/a.mp3'/>"),
    rss("<guid>https://x.example/g</guid><link>https://x.example/a</link>"),
    rss("<guid isPermaLink='false'>https://x.example/g</guid>"),
    rss("<feedburner:origLink>https://x.example/o</feedburner:origLink><link>https://x.example/a</link>"),
    # people and categories
    rss("<author>a@b.example (Anna)</author><dc:creator>B</dc:creator><itunes:author/>"),
    rss("<author>(x@y.example)</author>"),
    rss("<atom:author><atom:name>N</atom:name><atom:email>e@x.example</atom:email></atom:author>"),
    rss("<author><name>N</name><title>Editor</title><department/></author>"),
    atom("<author><email>a@x.example</email></author><author><email>b@x.example</email><name>B</name></author>"),
    rss("<dc:contributor>C</dc:contributor><atom:contributor><atom:name>C</atom:name></atom:contributor>"),
    rss("<category domain='d'>A</category><category>B</category><category domain='e'/><category>C</category>"),
    rss("<atom:category term='t' label='L'/><media:category>M</media:category><itunes:category text='I'/>"),
    rss("<itunes:keywords>a, b,,a</itunes:keywords><media:keywords>c</media:keywords><media:keywords x='y'/>"),
    # characters
    rss("<title>&#38;#8217; &lt;b&gt; Ã© \x85</title><description><![CDATA[<p>a &#039;&#x1F600; ]]>b</description>"),
    rss("<title>a<!-- b & c -->d<?p i?>e</title>"),
    # languages, bases and dates
    rss("<title xml:lang='ko'>A</title><dc:language>en</dc:language>", "<language>en</language>", "xml:lang='fr_CA'"),
    rss("<title>A</title><description lang=''>d</description>", "", "xml:lang='fr'"),
    rss("<link>story</link><guid>g</guid>", "", "xml:base='https://b.example/x/'"),
    rss("<link xml:base='sub/'>story</link>", "", "xml:base='https://b.example/x/'"),
    rss("<link>https://x.example/a</link><description xml:base='https://b.example/'>d</description>"),
    rss("<dc:date>2026-11-01</dc:date><pubDate>31 Feb 2026</pubDate><atom:updated>2024년 11월 4일</atom:updated>"),
    # the feed's own things
    rss("", "<title>F</title><image><title>I</title><url/><description/></image><title>G</title><ttl>5</ttl>"),
    rss("", "<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>"),
    rss("", "<textInput><title>T</title><name>q</name></textInput><cc:license>l</cc:license>"),
    rss("", "<atom:author><x:y/><atom:name>N</atom:name></atom:author>"),
    rss("<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id><cc:license>l</cc:license>"),
    rss("<media:title>M</media:title>").replace(b"http://search.yahoo.com/mrss/", b"urn:not-quite-media"),
    rss("", "<skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>"),
    rss("<image><url>u</url><link>https://x.example/i</link></image><link/><guid/>", "", "xml:base='https://b.example/'"),
    # Atom
    atom("<title type='html'>&lt;b&gt;A</title><id>tag:x,2026:1</id><link href='/a'/><link rel='via' href='/b'/>"),
    atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>A</p><br/>b &amp; c</div></title>"),
    atom("<content type='xhtml'><div><p>A &lt;b&gt;</p></div></content><summary type='text'>s</summary>"),
    atom("<content type='xhtml'>a &lt; b</content>"),
    atom("<source><title>S</title><author><name>N</name></author><x:y/></source><title>A</title>"),
    atom("<summary/><content src='https://x.example/a'/><contributor><name>N</name></contributor>"),
    atom("<title>A</title>", "<subtitle type='xhtml'><div><b>x</b></div></subtitle><rights>r</rights>"),
    b"<rss/>",
    b'\n <rss version="0.91"><channel><title>Empty</title></channel></rss> ',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7, "title": "A"}]}',
    b'{"version": "1"}',
]  # fmt: skip


@pytest.mark.parametrize("body", TAKEN)
def test_a_known_document_is_taken_and_read_as_the_careful_reader_reads_it(body: bytes) -> None:
    assert outcome(parse_strictly, body) is not None
    assert outcome(parse_strictly, body) == outcome(parse_leniently, body)


LEFT_ALONE = [
    b"", b"text", b"<html><body/></html>", b"<rss><channel><item></rss>", b"\xff\xfe<rss/>"[:5],
    b"<!DOCTYPE rss><rss/>", b"<!-- <x --><!DOCTYPE rss><rss/>", b"<rss/><!--" + b"x" * 6000 + b"-->",
    b"<rss><channel><item><title>\xff</title></item></channel></rss>",
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', b"<channel/>",
    rss("<title>&nbsp;</title>"), rss("<title><b>A</b></title>"), rss("<title type='image/png'>A</title>"),
    rss("<title mode='base64'>QQ==</title>"), rss("<body>b</body>"), rss("<item/>"), rss("<gml:pos>1 2</gml:pos>"),
    rss("<date>2026-11-01</date>"), rss("<title_detail>x</title_detail>"), rss("<category><b/></category>"),
    rss("<pubDate>2010-05-18 오전 10:15:00</pubDate>"), rss("<title><![CDATA[&#xFFFE;]]></title>"),
    rss("<link xml:base='https://b.example/'>story</link>"), rss("<link>a</link>", "", "xml:base='x'"),
    rss("<link><b/></link>"), rss("<link href='a'><b/></link>"), rss("<guid><b/></guid>"),
    rss("<enclosure><b/></enclosure>"), rss("<image><x/></image>"),
    rss("<link>https://x.example/a</link><b xml:base='http://[x'/>"), rss("<image><link href='x'/></image>"),
    rss("<source><content/></source>"), rss("<é/>"),
    rss("<link " + " ".join(f"a{n}='x'" for n in range(101)) + "/>"),
    rss("<link>a</link>" * 30_001, "", "xml:base='https://x.example/'"),
    rss("<b xmlns:y='urn:&amp;'/>"), rss("<x:a>" * 12 + "<title>A</title>" + "</x:a>" * 12),
    rss(f"<author>{'a' * 100}@</author>"), rss("", "<x:a>" * 12 + "<title>A</title>" + "</x:a>" * 12),
    rss("").replace(b"<item>", b"<item about='x'>", 1),
    rss("<author>A</author><author><name>N</name></author>"),
    atom("<author><name>N</name></author><author><email>e@x.example</email></author>"),
    rss("<author><author>N</author></author>"),
    rss("<author>text<name>N</name></author>"),
    rss("<author><name><b/></name></author>"), rss("<media:keywords role='x'><b/></media:keywords>"),
    rss("<x:box><cc:license>a</cc:license></x:box><cc:license>b</cc:license>"),
    rss("<itunes:owner><itunes:name>O</itunes:name></itunes:owner>"),
    rss("", "<content:encoded>x</content:encoded>"), rss("", "<image><x/></image>"), rss("", "<channel/>"),
    rss("<x:a xmlns:x='urn:y'/>"), rss("<a xmlns='urn:x'/>"),
    rss("<dc:title xmlns:dc='http://www.w3.org/2005/Atom'/><dc:title/>"),
    rss("<y:title xmlns:y='http://purl.org/dc/elements/1.1/'/>").replace(b"dc/elements/1.1/", b"rss/1.0/", 1),
    atom("<content type='xhtml'><div><script>x</script></div></content>"),
    atom("<content type='xhtml'><div><source/></div></content>"),
    atom("<content type='xhtml'><div><x:p/></div></content>"),
    atom("<content type='xhtml'><div>a</div></content><content>b</content>"),
    atom(f"<content type='xhtml'><div>{'a' * 100_001}</div></content>"),
    b'<rss xmlns:cc="http://backend.userland.com/creativeCommonsRssModule"><cc:license/></rss>',
    b'<rss lastmod="x"><channel href="y"/></rss>', rss("").replace(b"<item>", b"<item href='x'>", 1),
]  # fmt: skip


@pytest.mark.parametrize("body", LEFT_ALONE)
def test_what_is_not_surely_the_same_is_left_to_the_careful_reader(body: bytes) -> None:
    assert parse_strictly(body, "", BASE) is None


def test_every_element_that_feedparser_does_something_with_is_known() -> None:
    methods = [name for name in dir(_FeedParserMixin) if name.startswith(("_start_", "_end_"))]
    assert {name.split("_", 2)[2].lower() for name in methods} == HANDLED
    unknown = {"feedburner_origlink", "ttl", "sy_updateperiod", "sy_updatefrequency"}
    assert (ENTRY_RULES.keys() | FEED_RULES.keys()) - HANDLED == unknown


def test_namespaces_are_those_of_feedparser() -> None:
    theirs = {uri.lower(): prefix.lower() for uri, prefix in _FeedParserMixin.namespaces.items()}
    assert {prefix for prefix in theirs.values() if prefix} == KNOWN_PREFIXES
    assert USUAL_PREFIX.items() <= theirs.items()
    # those that are left out have no element that is read
    prefixes = {name.partition("_")[0] for name in HANDLED if "_" in name} - {"xhtml"}
    assert not prefixes & {
        prefix for uri, prefix in theirs.items() if uri not in USUAL_PREFIX and "example.com" not in uri
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_our_samples_are_read_the_same(path: Path) -> None:
    body = path.read_bytes()
    assert outcome(parse_strictly, body) in (None, outcome(parse_leniently, body))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the documents of other test suites are not beside the checkout")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_known_document_that_is_taken_is_read_the_same() -> None:
    taken, different = 0, []
    for folder, _, names in os.walk(CORPUS):
        for path in (Path(folder) / name for name in names):
            body = path.read_bytes()
            quick = outcome(parse_strictly, body)
            taken += quick is not None
            if quick is not None and quick != outcome(parse_leniently, body):
                different.append(path)
    assert different == []
    assert taken > 1_900
