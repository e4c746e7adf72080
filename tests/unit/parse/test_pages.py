"""Which pages are wanted, and what robots.txt and failures come to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import NOW, item
from watchtower.parse import pages
from watchtower.types import Failed, Fetched, Item, Outcome, Page, Robots

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEEDS = {"harbour-news"}


@pytest.mark.parametrize(
    "unwanted",
    [item(feed_id="upland-post"), item(url=None), item(backfill=True), item(body="x" * pages.WHOLE)],
    ids=["another feed", "no address", "an archive's", "whole already"],
)
def test_only_items_that_need_it_have_their_page_read(unwanted: Item) -> None:
    assert pages.page_of(unwanted, FEEDS, NOW) is None


def test_the_page_of_an_item_is_due_at_once() -> None:
    found = pages.page_of(item(), FEEDS, NOW)
    assert found is not None and (found.url, found.next_try) == (item().url, NOW)


def fetched(body: bytes) -> Fetched:
    return Fetched(feed_id="s", url="https://h.example/robots.txt", body=body, headers={}, at=NOW)


def failed(status: int | None) -> Failed:
    return Failed(feed_id="s", reason="x", status=status, at=NOW)


@pytest.mark.parametrize(
    ("outcome", "rules"),
    [
        (fetched(b"Disallow: /\xff"), "Disallow: /\ufffd"),
        (failed(200), ""),
        (failed(404), ""),
        (failed(403), ""),
        (failed(429), None),
        (failed(503), None),
        (failed(None), None),
    ],
)
def test_a_site_without_rules_allows_all_and_one_that_cannot_be_asked_nothing(
    outcome: Outcome, rules: str | None
) -> None:
    assert pages.robots_of("https://h.example", outcome).rules == rules


@pytest.mark.parametrize(
    ("rules", "hours", "held"), [("", 23, True), ("", 24, False), (None, 0, True), (None, 1, False)]
)
def test_rules_hold_a_day_and_their_absence_an_hour(rules: str | None, hours: int, held: bool) -> None:
    robots = Robots(site="https://h.example", asked_at=NOW, rules=rules)
    assert pages.holds(robots, NOW + hours * HOUR) is held


def test_failures_wait_longer_each_time_and_end() -> None:
    page = Page(item_id="i", feed_id="f", url="https://h.example/1", next_try=NOW)
    waits = []
    while page.next_try is not None:
        page = pages.failed(page, "x", NOW, 503)
        waits.append(page.next_try and page.next_try - NOW)
    assert waits == [HOUR, 6 * HOUR, 24 * HOUR, None]
    assert page.attempts == 4 and page.problem == "x"


def test_a_server_that_asks_to_wait_is_given_the_time() -> None:
    page = pages.failed(Page(item_id="i", feed_id="f", url="u", next_try=NOW), "x", NOW, 429, NOW + 3 * DAY)
    assert page.next_try == NOW + 3 * DAY


def test_no_password_is_remembered_with_a_problem() -> None:
    page = pages.without(Page(item_id="i", feed_id="f", url="u"), "no answer from https://me:secret@h.example/")
    assert page.problem == "no answer from https://***@h.example/"
