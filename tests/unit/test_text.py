"""Plain text from what feeds send."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.text import clean, cut, fold, plain, site_of, web_address, without_credentials


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Dam opens", "Dam opens"),
        ("<p>Talks &amp; tests</p><p>a < b</p>", "Talks & tests a < b"),
        ("one<br/>two<b>three</b>four", "one twothreefour"),
        ("a<script>x()</script>b<STYLE type=x>p{}</style >c", "a b c"),
        ("a<!-- <b>hidden</b> -->b", "a b"),
        ("<![CDATA[a & b]]>", "a & b"),
        ('<img alt="a > b" src=x>c', "c"),
        ("<a title=it's href=x>link</a>", "link"),
        ('<a title="never closed>link</a>', "link"),
        ("a<iframe src=x>b", "ab"),
        ("<svg/onload=alert(1)>a", "a"),
        ("<!DOCTYPE html><?php x ?>a", "a"),
        ("&lt;b&gt; is markup", "<b> is markup"),
        ("a &nbsp;&#8203;&#x202e;b &nosuch; &#xD800;", "a b &nosuch; \ufffd"),
        ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
        ("<style>p{}</script>a", "p{}a"),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


MANY = 200_000
JUNK = [
    *(
        "<script>",
        "<!--",
        '<a "',
        "<a '",
        '<p title="',
        "<svg><iframe>",
        '<a b="x>',
        "<",
        "<!",
        "&",
        "<style></script>",
    ),
    *("<![CDATA[", "\x1b]", "\x1b[", "</p", '<a b="', " \t", "<script ", "--><!--"),
]


@pytest.mark.parametrize("junk", JUNK)
def test_no_markup_takes_more_than_linear_time(junk: str) -> None:
    started = time.process_time()
    plain(junk * MANY)
    assert time.process_time() - started < 3


@given(st.text() | st.lists(st.sampled_from([*JUNK, "a", ">", '"', "</script>", "]]>", "-->"])).map("".join))
def test_plain_text_has_no_controls_and_no_double_spaces(markup: str) -> None:
    text = plain(markup)
    assert text == clean(text)
    assert "  " not in text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_what_cannot_be_shown_is_dropped() -> None:
    assert clean("a\x1b[31m red\x1b]0;title\x07\u202e\x00 \u200b b\n\tc\ud800\x85d") == "a red b c d"


@given(st.text(alphabet="ab ,.", max_size=60), st.integers(1, 40))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))
    assert (short == text) == (len(text) <= limit)


def test_folding_makes_spellings_alike() -> None:
    assert fold("ＤＰＲＫ Straße") == fold("dprk STRASSE")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("https://user:secret@example.org:8443/a", "https://example.org:8443/a"),
        ("http://[::1]/a", "http://[::1]/a"),
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
        ("java\x00script:alert(1)", None),
        ("//example.org/a", None),
        ("http://", None),
        ("http://[", None),
        ("http://x:99999/", None),
    ],
)
def test_only_web_addresses_are_linked_to(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.org/a", "https://***@example.org/a"),
        ("https://user:se@cret@example.org/a", "https://***@example.org/a"),
        ("https://example.org/a@b", "https://example.org/a@b"),
        ("see http://a:b@x/ and ftp://c:d@y/", "see http://***@x/ and ftp://***@y/"),
    ],
)
def test_credentials_are_not_shown(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


def test_a_site_is_scheme_host_and_port() -> None:
    assert site_of("https://H.Example:8443/a?b") == "https://h.example:8443"
