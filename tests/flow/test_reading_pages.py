"""Pages and robots.txt are read in a process that ends with what keeps it busy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.fulltext.test_articles import PAGE, RULES, page
from watchtower.errors import ParseError
from watchtower.parser.pages import BoundedArticles

pytest.importorskip("trafilatura", reason="needs the extra fulltext")
pytest.importorskip("protego", reason="needs the extra fulltext")


@pytest.fixture
def articles() -> Iterator[BoundedArticles]:
    """What reads pages as the program does."""
    made = BoundedArticles()
    yield made
    made.close()
    made.close()


def test_another_process_reads_the_same(articles: BoundedArticles) -> None:
    assert "Gate 7 of the Velin dam" in articles.text(page(PAGE))
    assert articles.allows(RULES, "https://h.example/") and not articles.allows(RULES, "https://h.example/private")
    assert not articles.wants_pauses(RULES)
    with pytest.raises(ParseError, match="no article was found"):
        articles.text(page("<p>Please log in."))


def test_what_takes_too_long_has_no_article_and_allows_nothing() -> None:
    hurried = BoundedArticles(seconds=0.01)
    try:
        with pytest.raises(ParseError, match=r"more than 0.01 seconds"):
            hurried.text(page("<div><p>word word</p></div>" * 60_000))
        many = "\n".join(f"Disallow: /{'*a' * 40}{n}$" for n in range(3_000))
        assert not hurried.allows(f"User-agent: *\n{many}", "https://h.example/" + "a" * 2_000)
    finally:
        hurried.close()
