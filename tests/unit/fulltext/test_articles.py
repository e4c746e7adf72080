"""Articles by trafilatura and rules by Protego: what a page says, and what it is allowed to ask for."""

from __future__ import annotations

import pytest

from tests.factories import NOW
from watchtower.errors import ParseError
from watchtower.types import Fetched

pytest.importorskip("trafilatura", reason="needs the extra fulltext")

from watchtower.fulltext.articles import LARGEST_PAGE, WebArticles

GATE = "<p>Gate {} of the Velin dam was opened at noon &amp; closed &lt;soon&gt; after.</p>"
PARAGRAPHS = "".join(GATE.format(n) for n in range(12))
PAGE = (
    "<html><head><title>Dam</title><script>track()</script></head><body><nav><a href='/'>All the news</a></nav>"
    f"<article><h1>Dam opens</h1>{PARAGRAPHS}</article><footer>All rights reserved</footer></body></html>"
)


def page(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Fetched:
    raw = body.encode() if isinstance(body, str) else body
    return Fetched(feed_id="i", url="https://h.example/1", body=raw, headers={"content-type": content_type}, at=NOW)


def test_the_article_comes_as_plain_text_without_what_is_around_it() -> None:
    text = WebArticles().text(page(PAGE))
    assert "Gate 7 of the Velin dam was opened at noon & closed <soon> after." in text
    assert not any(words in text for words in ("All the news", "All rights", "track()", "<p>", "\n"))


def test_other_scripts_are_read_in_their_encoding() -> None:
    korean = "".join(f"<p>수문 {n}번이 정오에 열렸고 곧 닫혔다고 관계자가 밝혔다. 강물은 줄었다.</p>" for n in range(9))
    text = WebArticles().text(
        page(f"<html><meta charset=euc-kr><body><article>{korean}</article>".encode("euc-kr"), "")
    )
    assert "수문 3번이 정오에" in text


@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        ("%PDF", "application/pdf", "not a web page but application/pdf"),
        ("<html><body><p>Please log in.</p></body></html>", "text/html", "no article"),
        ("", "text/html", "no article"),
        ("\x00\x01", "", "no article"),
        ("<p>" + "a" * LARGEST_PAGE, "text/html", "larger than 2,097,152 bytes"),
        ("<div>" * 20_000, "text/html", "no article"),
    ],
)
def test_what_has_no_article_says_so(body: str, content_type: str, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        WebArticles().text(page(body, content_type))


RULES = (
    "User-agent: *\nDisallow: /private\nDisallow: /*.pdf$\nAllow: /private/open\n\nUser-agent: otherbot\nDisallow: /"
)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", True), ("/private/1", False), ("/private/open/1", True), ("/a.pdf", False), ("/a.pdf?x", True)],
)
def test_rules_are_read_as_the_standard_says(path: str, allowed: bool) -> None:
    assert WebArticles().allows(RULES, f"https://h.example{path}") is allowed


def test_rules_for_us_by_name_go_before_those_for_all() -> None:
    rules = "User-agent: *\nDisallow:\n\nUser-agent: Watchtower\nDisallow: /\nCrawl-delay: 5"
    assert not WebArticles().allows(rules, "https://h.example/1")
    assert WebArticles().wants_pauses(rules) and not WebArticles().wants_pauses(RULES)


@pytest.mark.parametrize("rules", ["", "<html>Not found</html>", "\ufeffDisallow /", "x" * 100_000, "Disallow:" * 9])
def test_what_is_no_robots_txt_allows_all(rules: str) -> None:
    assert WebArticles().allows(rules, "https://h.example/1")
