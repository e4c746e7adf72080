"""Where pages have their feeds, and what feeds say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.factories import NOW, feed
from tests.fakes import InProcessParser
from watchtower.parse.discovery import found_feed, linked, trial_of, usual
from watchtower.parse.visit import read
from watchtower.types import Failed, Fetched, Outcome, Trial, TrialResult

RSS = (
    '<rss version="2.0"><channel><title>Harbour</title><language>ko-KR</language>'
    "<item><title>A</title><pubDate>Mon, 04 Nov 2024 10:15:00 GMT</pubDate></item><item><title>B</title></item>"
    "</channel></rss>"
)


def page(html: str, url: str = "https://h.example/news/") -> tuple[list[str], list[str]]:
    return linked(html.encode(), {"content-type": "text/html; charset=utf-8"}, url)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', "https://h.example/rss"),
        ("<LINK REL='Alternate Stylesheet' TYPE='APPLICATION/ATOM+XML; charset=utf-8' HREF='a'>", "https://h.example/news/a"),
        ('<link rel="feed" href="https://other.example/f">', "https://other.example/f"),
        ('<base href="https://cdn.example/x/"><link rel=alternate type=application/feed+json href=f.json>', "https://cdn.example/x/f.json"),
        ('<p><link rel="alternate" type="text/xml" href="?a=1&amp;b=2"><p>', "https://h.example/news/?a=1&b=2"),
    ],
)  # fmt: skip
def test_feeds_that_a_page_names_are_found(html: str, found: str) -> None:
    assert page(html)[0] == [found]


@pytest.mark.parametrize(
    "html",
    [
        "", " ", "<!---->", "\x00", "<link rel=alternate hreflang=ko href=/ko>", "<link rel=stylesheet href=a.css>",
        "<link rel=alternate type=application/rss+xml href='javascript:x'>", "<link rel=alternate type=text/xml>",
        "<" * 50_000, "<div>" * 50_000,
    ],
)  # fmt: skip
def test_pages_without_feeds_name_none(html: str) -> None:
    assert page(html) == ([], [])


def test_links_that_look_like_feeds_come_second() -> None:
    html = "<a href='/rss/world.xml'>x</a><a href='/feedback'>x</a><a>x</a><a href='news.atom'>x</a>"
    html += "<a href='/rss/world.xml'>y</a>"
    assert page(html) == ([], ["https://h.example/rss/world.xml", "https://h.example/news/news.atom"])


def test_the_usual_places_are_below_the_page_and_below_the_site() -> None:
    places = usual("https://h.example/news?x=1")
    assert places[0] == "https://h.example/news/feed" and "https://h.example/rss.xml" in places
    assert len(places) == len(set(places)) and len(usual("https://h.example")) < len(places)


def fetched(body: str, **given: object) -> Fetched:
    made = {"feed_id": "harbour", "url": "https://h.example/f", "body": body.encode(), "headers": {}, "at": NOW}
    return Fetched(**{**made, **given})  # type: ignore[arg-type]  # of the right types, one by one


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (RSS, "ko-KR"),
        ('<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja"><title>T</title></feed>', "ja"),
        ('{"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "ru", "items": []}', "ru"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title></feed>', ""),
    ],
)
def test_a_feed_says_its_title_and_language(body: str, language: str) -> None:
    found = found_feed(fetched(body), InProcessParser())
    assert found is not None and (found.language, bool(found.title)) == (language, True)


def test_what_is_no_feed_is_not_found() -> None:
    assert found_feed(fetched("<html><body>x</body></html>"), InProcessParser()) is None


def test_a_feed_that_has_moved_is_found_at_its_new_address() -> None:
    found = found_feed(fetched(RSS, moved_to="https://new.example/f"), InProcessParser())
    assert found is not None and found.url == "https://new.example/f"


def tried(outcome: Outcome) -> Trial:
    return trial_of(read(feed("harbour"), outcome, InProcessParser()))


def test_a_feed_that_works_says_how_much_came() -> None:
    trial = tried(fetched(RSS))
    assert (trial.result, trial.entries, trial.works) == (TrialResult.WORKS, 2, True)
    assert trial.newest == datetime(2024, 11, 4, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "result", "problem"),
    [
        (fetched("<html><title>Moved</title></html>"), TrialResult.NOT_A_FEED, "an HTML page"),
        (Failed(feed_id="harbour", reason="gone for good", status=410, at=NOW), TrialResult.GONE, "gone for good"),
        (Failed(feed_id="harbour", reason="no such host", at=NOW), TrialResult.FAILING, "no such host"),
    ],
)
def test_a_feed_that_does_not_work_says_why(outcome: Outcome, result: TrialResult, problem: str) -> None:
    trial = tried(outcome)
    assert (trial.result, trial.works) == (result, False) and problem in trial.problem


def test_a_new_address_is_shown_without_its_password() -> None:
    trial = tried(fetched(RSS, moved_to="https://me:secret@new.example/f"))
    assert (trial.result, trial.moved_to) == (TrialResult.MOVED, "https://***@new.example/f")
