"""What must always hold of digests: no text from a feed becomes markup, and clocks that jump lose no digest."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from tests.unit.digest.samples import earlier
from watchtower.digest import DayData, compose, render
from watchtower.digest.markdown import escape, link
from watchtower.digest.period import day_period, due_digest, instant
from watchtower.digest.telling import LEAD, lead
from watchtower.digest.wording import summary_pieces, title_pieces
from watchtower.stories import lineages
from watchtower.text import clean, web_address
from watchtower.types import (
    Analysis,
    Copy,
    Digest,
    Evidence,
    Feed,
    Indicator,
    Item,
    Match,
    StoredItem,
    Target,
    TargetKind,
)

UNTIL = datetime(2026, 3, 11, 5, 30, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Seoul", "America/Sao_Paulo", "Australia/Lord_Howe",
         "Africa/Cairo", "Asia/Kathmandu", "America/St_Johns")  # fmt: skip

# Pieces of what attackers and careless editors write into titles, and any text at all; a line feed parts them.
WRITTEN = """<script>alert(1)</script>
<img src=x onerror=alert(1)>
<svg/onload=alert(1)>
javascript:alert(1)
<a href="javascript:alert(1)">x</a>
"><b>
' onmouseover='x
&lt;b&gt;
&#x3c;i&#x3e;
{{ 7*7 }}
{% raw %}
[x](http://evil.example)
![x](http://evil.example/p.png)
<http://evil.example>
http://evil.example
www.evil.example
`code`
**bold**
_it_ __al__
# head
## head
- item
+ item
1. item
1) item
> quote
***
---
===
~~~
```
| a | b |
\\
\\[
[^1]
[x]: /u
<!--
-->
]]>
</style><script>
    code
&copy;
&amp;lt;
a@evil.example
$x^2$
~~gone~~
==hi==
](http://evil.example)
<!DOCTYPE
<b"""
HOSTILE = st.sampled_from([*WRITTEN.split("\n"), "\u202eevil", "\x1b[31m", "\x00", "\u2028", "\n\n# h\n", "\t"])
TEXT = st.lists(HOSTILE | st.text(max_size=12), max_size=6).map(" ".join)
URL = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "javascript:alert(1)",
            "data:text/html,<script>",
            "https://a.example/x(1)[2]<3>\"'",
            "https://a.example/?a=1&b=2&copy;=3",
            "http://a.example/ with space",
            "https://u:p@a.example/",
            "//a.example/x",
            "https://a.example/\\)",
            "vbscript:x",
            "https://a.example/*_~`|",
            "HTTPS://A.example/Ü",
            " https://a.example/ ",
            "https://a.example/%20%zz#f",
        ]
    ),
    st.text(max_size=20).map("https://a.example/".__add__),
)


def digest_of(title: str, summary: str, name: str, url: str | None, spans: list[tuple[int, int]]) -> Digest:
    """Compose a digest in which every text that comes from outside is the given ones, cleaned as parsing does."""
    title, summary, name = clean(title), clean(summary), clean(name)
    feed = Feed(id="f", url="https://f.example", title=name, language="en", owner=name, kind=name, state=name or None)
    item = Item(id="i", feed_id="f", key="i", url=url, title=title, summary=summary, language=name or None,
                first_seen=SINCE, dated=SINCE)  # fmt: skip
    evidence = tuple(
        Evidence(kind=kind, text=name, weight=1.0, field=field, start=start, end=end, name=name)
        for start, end in spans
        for field in ("title", "summary")
        for kind in ("concept", "rule", "words", "example")
    )
    match = Match(item_id="i", target="t", revision=1, score=0.9, threshold=0.5, evidence=evidence, indicator="n",
                  model=name, configuration="c")  # fmt: skip
    target = Target(id="t", kind=TargetKind.WATCH_POINT, title=name, indicators=(Indicator(id="n", says=name),))
    stored = (StoredItem(item=item, story="s", matches=(match,)),)
    analysis = Analysis(id="a", title=name, source="", published="", languages=("en",), targets=(target,))
    data = DayData(
        analysis=analysis, feeds=(feed,), since=SINCE, until=UNTIL, zone="UTC", cut_off=UNTIL, items=stored,
        lineages=lineages(map(Copy.of, stored), (feed,)),
        in_period=frozenset(("i",)), before=earlier(*stored), item_counts={"f": 1}, model=name, configuration=name,
        version="1",
    )  # fmt: skip
    return compose(data)


DIGESTS = st.builds(
    digest_of, TEXT, TEXT, TEXT, URL, st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90)), max_size=5)
)
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "p", "span", "time", "h1", "h2", "h3", "strong", "main",
    "section", "ul", "ol", "li", "nav", "a", "div", "figure", "figcaption", "svg", "rect", "line", "article", "details",
    "summary", "mark", "footer", "code", "dl", "dt", "dd",
}  # fmt: skip


@given(DIGESTS)
def test_no_text_becomes_an_element_an_attribute_or_a_link_in_the_page(digest: Digest) -> None:
    page = render(digest, "html")[1]
    plain = render(digest_of("Title", "Summary", "Name", None, []), "html")[1]
    tree = lxml_html.document_fromstring(page)
    attributes = {name for element in lxml_html.document_fromstring(plain).iter("*") for name in element.attrib}
    for element in tree.iter("*"):
        assert element.tag in ELEMENTS
        assert set(element.attrib) <= attributes | {"href", "rel", "lang", "datetime"}
        if "href" in element.attrib and not element.attrib["href"].startswith("#"):
            assert element.attrib["href"] == web_address(digest.sections[0].stories[0].sources[0].url)
            assert element.attrib["rel"] == "noopener noreferrer"
    assert not list(tree.iter("script"))
    title = digest.sections[0].stories[0].title or "(no title)"
    assert " ".join(tree.xpath("string(//article/h3)").split()) == " ".join(title.split())


@given(DIGESTS)
def test_no_text_becomes_markup_or_a_link_in_markdown(digest: Digest) -> None:
    plain = render(digest_of("Title", "Summary", "Name", digest.sections[0].stories[0].sources[0].url, []), "md")[1]
    hostile = render(digest, "md")[1]
    story = digest.sections[0].stories[0]
    expected = [story.sources[0].url] * 2 if story.sources[0].url else []
    for dialect in ("commonmark", "gfm-like"):
        assert len(_links(hostile, dialect)) == len(expected)
    links = _links(hostile, "commonmark")
    assert all(link.startswith(("http://", "https://")) for link in links)
    assert _kinds(hostile) <= _kinds(plain)


def _links(text: str, dialect: str) -> list[str]:
    parser = MarkdownIt(dialect, {"linkify": False} if dialect != "commonmark" else {})
    inline = [child for token in parser.parse(text) for child in token.children or []]
    return [str(child.attrs["href"]) for child in inline if child.type == "link_open"]


def _kinds(text: str) -> set[str]:
    """What there is in a document, besides plain text and its lines."""
    tokens = MarkdownIt("commonmark").parse(text)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}
    return kinds - {"text", "text_special", "softbreak"}


@given(TEXT)
def test_escaped_text_reads_as_it_stands(text: str) -> None:
    (opened, inline, closed) = MarkdownIt("commonmark").parse(escape(text))
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert "".join(child.content for child in inline.children or []) == (clean(text) or "(no title)")


@given(TEXT, URL)
def test_a_link_has_its_text_and_a_safe_target_or_none(text: str, url: str | None) -> None:
    (_, inline, _) = MarkdownIt("commonmark").parse(link(text, url))
    kinds = [child.type for child in inline.children or []]
    assert kinds.count("link_open") == (1 if web_address(url) else 0)
    assert "".join(child.content for child in inline.children or []) == (clean(text) or "(no title)")


@given(DIGESTS)
def test_plain_text_has_no_control_characters(digest: Digest) -> None:
    text = render(digest, "txt")[1]
    assert {character for character in text if unicodedata.category(character) == "Cc"} == {"\n"}
    assert "\u202e" not in text


@given(DIGESTS)
def test_every_format_is_the_same_every_time(digest: Digest) -> None:
    for format in ("html", "md", "txt", "json"):
        assert render(digest, format) == render(digest, format)


@given(DIGESTS)
def test_marked_pieces_put_together_are_the_headline(digest: Digest) -> None:
    story = digest.sections[0].stories[0]
    assert "".join(piece.text for piece in title_pieces(story)) == story.title
    for piece in summary_pieces(story):
        assert piece.text.strip(" …") in story.summary


@given(st.text(max_size=60), st.text(max_size=600))
def test_a_lead_is_short_and_from_the_summary(title: str, summary: str) -> None:
    made = lead(title, summary)
    assert len(made) <= LEAD
    assert made.rstrip("…") in summary


DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 30))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(DAYS, st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    assert day_period(day, zone)[1] == day_period(day + timedelta(days=1), zone)[0]
    assert timedelta(hours=22) <= day_period(day, zone)[1] - day_period(day, zone)[0] <= timedelta(hours=26)


@given(DAYS, TIMES, st.sampled_from(ZONES))
def test_an_instant_is_the_first_at_which_the_clocks_show_the_time_or_have_passed_it(
    day: date, at: time, zone: str
) -> None:
    place = ZoneInfo(zone)
    shown = instant(day, at, place)
    local = datetime.combine(day, at)
    assert shown.astimezone(place).replace(tzinfo=None) >= local
    before = (shown - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
    assert before < local


@given(
    st.dates(date(2015, 1, 1), date(2035, 1, 1)), TIMES, st.sampled_from(ZONES),
    st.lists(st.integers(1, 26 * 60), min_size=3, max_size=40),
)  # fmt: skip
def test_however_often_and_late_it_is_asked_each_date_has_one_digest_and_nothing_is_told_twice(
    day: date, at: time, zone: str, waits: list[int]
) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    made = []
    last: datetime | None = None
    for wait in waits:
        now += timedelta(minutes=wait)
        if due := due_digest(at=at, zone=zone, now=now, last_until=last, grace=timedelta(hours=12)):
            made.append(due)
            last = due.until
            assert due.until <= now < due.until + timedelta(hours=12, seconds=1)
            assert due.late == (now - due.until > timedelta(minutes=10))
    dates = [due.local_date for due in made]
    assert dates == sorted(set(dates))
    for before, after in pairwise(made):
        assert before.until == after.since or after.since == after.until - timedelta(days=7)


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), TIMES, st.sampled_from(ZONES))
def test_a_clock_that_never_stops_makes_a_digest_on_every_date(day: date, at: time, zone: str) -> None:
    place = ZoneInfo(zone)
    now = instant(day, at, place)
    last: datetime | None = None
    dates = []
    for _ in range(4 * 24 * 4):
        if due := due_digest(at=at, zone=zone, now=now, last_until=last, grace=timedelta(hours=12)):
            dates.append(due.local_date)
            last = due.until
        now += timedelta(minutes=15)
    assert dates[:4] == [day + timedelta(days=number) for number in range(4)]
