"""The quick reader says what the careful one says, or nothing, for documents of all that feeds are made of."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import hypothesis
from hypothesis import strategies as st

from watchtower.errors import ParseError
from watchtower.parse.lenient import parse_leniently
from watchtower.parse.strict import parse_strictly
from watchtower.parse.strict.names import HANDLED

BASE = "https://feeds.example/a/b.xml"
PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "cc": "http://web.resource.org/cc/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativecommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "psc": "http://podlove.org/simple-chapters",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "other": "urn:other",
}
#: what is read most, several times, so that it is drawn often
OFTEN = """title link guid description pubDate category author content:encoded dc:creator dc:date dc:title media:title
    media:group media:content media:description enclosure source id updated published summary content itunes:summary
    feedburner:origLink language dc:language name email image itunes:author itunes:keywords media:keywords""".split()
RARELY = [name.replace("_", ":", 1) if name.split("_")[0] in PREFIXES else name for name in sorted(HANDLED)]
UNKNOWN = ["comments", "other:thing", "ttl", "sy:updatePeriod", "sy:updateFrequency", "date", "items", "xhtml:div", "b"]
names = st.sampled_from([*OFTEN * 4, *RARELY, *UNKNOWN])

WORDS = [
    *(
        "",
        " ",
        "A",
        "Dam opens",
        "a  b\n c",
        "1 < 2 & 3",
        "<p>One<br/>two</p>",
        "&lt;b&gt;x&lt;/b&gt;",
        "&#8217;",
        "Ã©",
        "\x85",
    ),
    *(
        "댐이 열렸다",
        "é",
        "https://x.example/a",
        "https://x.example/a?b=1&c=2",
        "story",
        "http:////x.example/a",
        "2026-11-01",
    ),
    *(
        "Mon, 23 Nov 2026 10:15:00 +0900",
        "2026-11-23T10:15:00Z",
        "tomorrow",
        "2024년 11월 4일",
        "a@b.example (Anna)",
        "Anna",
    ),
    *("ko", "en-US", "60", "hourly", "javascript:alert(1)", "tag:x,2026:1", "one, two", "<script>x</script>y", "]]>"),
]
allowed = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
text = st.sampled_from(WORDS) | st.text(alphabet=allowed)
ATTRIBUTES = [
    *("type", "rel", "href", "url", "isPermaLink", "term", "label", "scheme", "domain", "xml:lang", "lang", "xml:base"),
    *("mode", "text", "other:href", "dc:x", "src", "medium"),
]
VALUES = [
    *("", "text", "html", "xhtml", "text/html", "text/plain", "alternate", "self", "enclosure", "via", "true", "false"),
    *("https://x.example/b", "/c", "World", "ko", "en", "escaped", "base64", "xml"),
]
attribute = st.tuples(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES))


@st.composite
def element(draw: st.DrawFn, name: st.SearchStrategy[str] = names, depth: int = 0) -> str:
    tag = draw(name)
    given = dict(draw(st.lists(attribute, max_size=2))) if draw(st.integers(0, 3)) == 0 else {}
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in given.items())
    if depth < 3 and draw(st.integers(0, 7)) == 0:
        inside = draw(text.map(escape)) + "".join(draw(st.lists(element(depth=depth + 1), max_size=4)))
    elif draw(st.booleans()):
        inside = draw(text.map(escape))
    else:
        inside = f"<![CDATA[{draw(text).replace(']]>', '')}]]>" + draw(
            st.sampled_from(["", "<!-- c & d -->", "<?p i?>"])
        )
    return f"<{tag}{attributes}>{inside}</{tag}>"


@st.composite
def document(draw: st.DrawFn) -> bytes:
    """A feed of one of the three shapes, with anything in it anywhere."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
    feed = "".join(draw(st.lists(element(), max_size=3)))
    entries = [
        f"<{{0}}>{''.join(draw(st.lists(element(), max_size=8)))}</{{0}}>" for _ in range(draw(st.integers(0, 3)))
    ]
    parts = draw(st.permutations([feed, *entries, "".join(draw(st.lists(element(), max_size=2)))]))
    inside = "\n".join(parts)
    shape = draw(st.sampled_from(["rss", "rdf", "atom", "atom03"]))
    if shape == "rss":
        made = f'<rss version="2.0"{declared}><channel>{inside.replace("{0}", "item")}</channel></rss>'
    elif shape == "rdf":
        rss1 = 'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        made = f"<rdf:RDF {rss1}{declared}><channel>{feed}</channel>{inside.replace('{0}', 'item')}</rdf:RDF>"
    else:
        uri = PREFIXES["atom"] if shape == "atom" else "http://purl.org/atom/ns#"
        made = f'<feed xmlns="{uri}"{declared}>{inside.replace("{0}", "entry")}</feed>'
    return (
        draw(st.sampled_from(["", '<?xml version="1.0" encoding="utf-8"?>\n', "<!-- & -->"])).encode() + made.encode()
    )


@hypothesis.settings(max_examples=400)
@hypothesis.given(document())
def test_the_quick_reader_says_what_the_careful_one_says_or_nothing(body: bytes) -> None:
    quick = parse_strictly(body, "", BASE)
    hypothesis.event("left alone" if quick is None else "read")
    if quick is None:
        return
    try:
        careful = parse_leniently(body, "", BASE)
    except ParseError as error:
        # what feedparser trips over is lost with it, and read without it
        assert "too damaged" in str(error)
        return
    assert quick == careful
