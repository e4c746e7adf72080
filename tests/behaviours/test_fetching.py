"""Rows F1 to F21 of docs/behaviours.md, each over a real server."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from tests.behaviours.conftest import DAY, HOUR, Desk, rss
from watchtower.health import move_of
from watchtower.types import FeedCondition

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', '"a,b"'])
def test_f1_validators_go_back_byte_for_byte_and_over_a_restart(desk: Desk, etag: str) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), etag=etag, last_modified="Mon, 2 Nov 2026 1:00:00 GMT")
    desk.pull()
    for restart in (False, True):
        if restart:
            desk.restart()
        assert desk.pull(2 * HOUR).unchanged == 1
        request = desk.asked("news")[-1]
        assert request.header("if-none-match") == etag
        assert request.header("if-modified-since") == "Mon, 2 Nov 2026 1:00:00 GMT"


@pytest.mark.parametrize("kept", ["etag", "last_modified"])
def test_f2_only_the_validator_that_was_given_is_sent(desk: Desk, kept: str) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), **{kept: "X"})
    desk.pull()
    desk.pull(2 * HOUR)
    sent = {name for name in ("if-none-match", "if-modified-since") if desk.asked("news")[-1].header(name)}
    assert sent == {{"etag": "if-none-match", "last_modified": "if-modified-since"}[kept]}


def test_f3_a_304_renews_the_time_keeps_the_etag_and_is_a_success(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), etag='"a"', last_modified="X")
    desk.pull()
    desk.answers("news", status=500)
    desk.pull(2 * HOUR)
    assert desk.state("news").failures == 1
    desk.answers("news", status=304, headers={"ETag": '"b"', "Last-Modified": "Y"})
    assert desk.pull(2 * HOUR).unchanged == 1
    state = desk.state("news")
    assert (state.failures, state.etag, state.last_modified) == (0, '"a"', "Y")


def test_f4_the_validators_of_a_broken_document_are_not_kept(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", b"<html><p>Back soon</p></html>", etag='"broken"')
    assert desk.pull().failed == 1
    desk.answers("news", rss("Dam opens"), etag='"broken"')
    assert desk.pull(2 * HOUR).new == 1
    assert desk.asked("news")[-1].header("if-none-match") is None


def test_f5_another_address_is_asked_once_without_validators(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), etag='"a"')
    desk.pull()
    desk.feed("news", desk.server.url("/elsewhere"))
    desk.server.serve("/elsewhere", rss("Dam opens"), etag='"a"')
    assert desk.pull().fetched == 1
    assert desk.pull(2 * HOUR).unchanged == 1
    assert [request.header("if-none-match") for request in desk.server.asked("/elsewhere")] == [None, '"a"']


def test_f6_no_cookie_no_referrer_and_no_parameter_is_ever_sent(desk: Desk) -> None:
    desk.feed("news", desk.server.redirect("/old?page=1", "/news"))
    desk.server.serve("/old", status=302, headers={"Location": "/news", "Set-Cookie": "id=1; Path=/"})
    desk.answers("news", rss("Dam opens"), headers={"Set-Cookie": "id=2; Path=/"})
    desk.pull()
    desk.pull(2 * HOUR)
    names = {name.lower() for request in desk.server.requests for name, _ in request.headers}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert [request.path for request in desk.server.requests] == ["/old?page=1", "/news"] * 2


def test_f7_the_user_agent_names_version_and_contact_and_gzip_is_read(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), compress=True)
    assert desk.pull().new == 1
    (request,) = desk.asked("news")
    assert request.header("user-agent") == "watchtower/0.1 (+https://contact.example)"
    assert "gzip" in (request.header("accept-encoding") or "")


def test_f8_left_to_us_a_feed_is_asked_every_hour_or_once_a_day_without_validators(desk: Desk) -> None:
    for id, every in (("with", None), ("without", None), ("editors", HOUR / 2)):
        desk.feed(id, every=every)
        desk.answers(id, rss(id), etag='"a"' if id == "with" else None)
    desk.pull()
    start = desk.now
    while desk.now < start + DAY:
        desk.pull(10 * MINUTE)
    assert 20 <= len(desk.asked("with")) <= 24
    assert len(desk.asked("without")) == 1
    assert 36 <= len(desk.asked("editors")) <= 48


def test_f9_max_age_is_honoured_on_200_and_on_304(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), etag='"a"', headers={"Cache-Control": "max-age=43200"})
    desk.pull()
    assert desk.asked_at("news", [1, 6, 11.9, 13.3]) == {1: 0, 6: 0, 11.9: 0, 13.3: 1}
    assert desk.state("news").failures == 0
    assert desk.asked_at("news", [1, 6, 11.9, 13.3]) == {1: 0, 6: 0, 11.9: 0, 13.3: 1}


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"Cache-Control": "no-cache, max-age=43200"}, 1),
        ({"Expires": "Mon, 23 Nov 2026 10:00:00 GMT", "Date": "Mon, 23 Nov 2026 06:00:00 GMT"}, 4),
        ({"Expires": "Mon, 23 Nov 2026 10:00:00 GMT", "Cache-Control": "private"}, 1),
        ({"Cache-Control": "max-age=31536000"}, 24),
    ],
)
def test_f9_no_cache_wins_expires_stands_in_and_a_year_is_clamped(
    desk: Desk, headers: dict[str, str], hours: int
) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"), headers=headers)
    desk.pull()
    assert desk.asked_at("news", [hours * 0.99, hours * 1.11]) == {hours * 0.99: 0, hours * 1.11: 1}


def test_f9_what_the_document_asks_for_is_remembered_over_a_304(desk: Desk) -> None:
    desk.feed("news")
    channel = "<ttl>180</ttl><skipHours><hour>13</hour><hour>14</hour></skipHours>"
    desk.answers("news", rss("Dam opens", channel=channel), etag='"a"')
    desk.pull()
    assert desk.asked_at("news", [2.9, 3.4]) == {2.9: 0, 3.4: 1}
    desk.restart()
    assert desk.asked_at("news", [2.9, 3.4]) == {2.9: 0, 3.4: 1}
    # it is 12:48; three hours on is 15:48, but an hour on would be in what is left out
    assert desk.state("news").next_check.hour == 15


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "hours"), [("18000", 5), ("Mon, 23 Nov 2026 11:00:00 GMT", 5), ("99999999999", 7 * 24), ("-7", 1)]
)
def test_f10_retry_after_is_waited_for_over_a_restart_and_clamped(
    desk: Desk, status: int, value: str, hours: int
) -> None:
    if status == 429 and value == "-7":
        hours = 4
    desk.feed("news")
    desk.answers("news", status=status, headers={"Retry-After": value})
    desk.pull()
    desk.restart()
    assert desk.asked_at("news", [hours * 0.99, hours * 1.51 + 0.1]) == {hours * 0.99: 0, hours * 1.51 + 0.1: 1}


def test_f10_429_without_a_time_means_four_hours(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", status=429)
    desk.pull()
    assert desk.asked_at("news", [1, 3.9, 6.1]) == {1: 0, 3.9: 0, 6.1: 1}


def test_f13_failures_double_the_wait_up_to_a_day_and_one_success_resets(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", status=500)
    waits = []
    for _ in range(8):
        desk.now = desk.state("news").next_check if waits else desk.now
        desk.pull()
        waits.append((desk.state("news").next_check - desk.now) / HOUR)
    for number, wait in enumerate(waits):
        assert min(2**number, 24) <= wait <= min(2**number, 24) * 1.5
    health = desk.health("news")
    assert (health.condition, health.next_check) == (FeedCondition.FAILING, desk.state("news").next_check)
    assert "500" in health.problem
    desk.answers("news", rss("Dam opens"))
    desk.pull(2 * DAY)
    assert desk.state("news").failures == 0
    assert desk.state("news").next_check <= desk.now + HOUR * 1.1


def test_f13_feeds_that_fail_together_do_not_come_back_together(desk: Desk) -> None:
    ids = [f"feed-{n}" for n in range(60)]
    for id in ids:
        desk.feed(id)
        desk.answers(id, status=503)
    desk.pull()
    back = Counter((desk.state(id).next_check - desk.now) // (5 * MINUTE) for id in ids)
    # half an hour of tries, in steps of the daemon's five minutes
    assert len(back) >= 6
    assert max(back.values()) <= 25


@pytest.mark.parametrize("status", [301, 308])
def test_f14_a_permanent_move_is_proposed_after_two_visits_and_never_made_by_us(desk: Desk, status: int) -> None:
    feed = desk.feed("news", desk.server.redirect("/old", "/news", status))
    desk.answers("news", rss("Dam opens"), etag='"a"')
    desk.pull()
    assert desk.health("news").moved_to is None
    desk.pull(2 * HOUR)
    health = desk.health("news")
    assert health.moved_to == desk.server.url("/news")
    assert "write that as its url in feeds.yml" in move_of(health, desk.feeds)
    desk.pull(2 * HOUR)
    assert [request.path for request in desk.server.requests] == ["/old", "/news"] * 3
    assert feed.url == desk.server.url("/old")
    twin = desk.feed("twin", desk.server.url("/news"))
    assert f"which is the feed {twin.id}" in move_of(health, desk.feeds)
    digest = desk.tower.digest(desk.now - DAY, desk.now)
    assert [moved.feed for moved in digest.health.moved] == ["news"]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_f14_a_temporary_redirect_is_followed_and_proposes_nothing(desk: Desk, status: int) -> None:
    desk.feed("news", desk.server.redirect("/old", "/news", status))
    desk.answers("news", rss("Dam opens"))
    for _ in range(3):
        assert desk.pull(2 * HOUR).fetched == 1
    assert (desk.state("news").moved_to, desk.health("news").moved_to) == (None, None)


def test_f15_410_mutes_a_feed_and_is_reported_once_404_backs_off(desk: Desk) -> None:
    for id, status in (("gone", 410), ("lost", 404)):
        desk.feed(id)
        desk.answers(id, status=status)
    reports = [desk.pull(DAY).problems for _ in range(4)]
    assert [sorted(problems) for problems in reports] == [["gone", "lost"], *[["lost"]] * 3]
    assert desk.health("gone").condition is FeedCondition.GONE
    assert desk.health("lost").condition is FeedCondition.FAILING


def test_f16_a_redirect_loop_ends_and_no_other_scheme_is_followed(desk: Desk) -> None:
    desk.feed("loop", desk.server.redirect("/loop", "/loop"))
    desk.feed("file", desk.server.redirect("/file", "file:///etc/passwd"))
    desk.feed("ftp", desk.server.redirect("/ftp", "ftp://127.0.0.1/feed"))
    problems = desk.pull().problems
    assert "more than 10 redirects" in problems["loop"]
    assert "only http and https" in problems["file"] and "only http and https" in problems["ftp"]
    assert len(desk.asked("loop")) == 11


def test_f18_ten_restarts_in_an_hour_and_pulls_by_hand_ask_once(desk: Desk) -> None:
    desk.feed("news")
    desk.answers("news", rss("Dam opens"))
    for _ in range(10):
        desk.pull(5 * MINUTE)
        desk.restart()
        desk.pull()
    assert len(desk.asked("news")) == 1


def test_f19_many_feeds_due_at_once_are_asked_within_the_limit_of_each_host_and_spread(desk: Desk) -> None:
    hosts = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
    for n in range(60):
        desk.feed(f"feed-{n}", desk.server.url(f"/feed-{n}", hosts[n % 3]))
        desk.answers(f"feed-{n}", rss(f"Report {n}"), delay=0.005)
    assert desk.pull().fetched == 60
    assert desk.server.most_at_once == dict.fromkeys(hosts, 2)
    due = sorted(state.next_check for state in desk.tower.store.feed_states().values())
    assert due[0] >= desk.now + HOUR
    assert due[-1] - due[0] > 4 * MINUTE
    assert max(later - earlier for earlier, later in pairwise(due)) < MINUTE


def test_f20_a_server_that_drips_meets_the_deadline_and_one_bad_route_blocks_no_other(desk: Desk) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def stall(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    desk.timeout_seconds, desk.per_host = 0.5, 1
    desk.restart()
    for n, badly in enumerate((drip, stall, stall)):
        desk.feed(f"bad-{n}", desk.server.script(f"/bad-{n}", badly))
    for n in range(10):
        desk.feed(f"good-{n}")
        desk.answers(f"good-{n}", rss(f"Report {n}"))
    report = desk.pull()
    assert (report.failed, report.fetched) == (3, 10)
    assert set(report.problems.values()) == {"no complete answer within 0.5 seconds"}


def test_f20_what_one_route_of_a_host_does_wrong_puts_off_no_other_route(desk: Desk) -> None:
    bad = {"limited": 429, "broken": 500, "away": 503, "missing": 404}
    for id, status in bad.items():
        desk.feed(id)
        desk.answers(id, status=status, headers={"Retry-After": "86400"})
    desk.feed("good")
    desk.answers("good", rss("Dam opens"), etag='"a"')
    desk.pull()
    assert desk.asked_at("good", [1.2, 2.4, 3.6]) == {1.2: 1, 2.4: 2, 3.6: 3}


def test_f21_a_login_page_or_a_browser_check_is_named_and_loses_nothing(desk: Desk) -> None:
    for id in ("login", "check"):
        desk.feed(id)
        desk.answers(id, rss(f"News of {id}"))
    desk.pull()
    desk.answers("login", b"<!DOCTYPE html><html><title>Sign in</title></html>", headers={"Content-Type": "text/html"})
    desk.answers("check", b"<html>", status=403, headers={"cf-mitigated": "challenge"})
    problems = desk.pull(2 * HOUR).problems
    assert problems["login"].startswith('not a feed: an HTML page titled "Sign in"')
    assert "Cloudflare challenge" in problems["check"]
    assert desk.health("login").condition is FeedCondition.NOT_A_FEED
    assert desk.titles() == ["News of check", "News of login"]


def test_the_rhythm_of_a_feed_sets_its_pace_within_the_editors_bounds(desk: Desk) -> None:
    dates = [desk.now - 2 * DAY * ago for ago in range(1, 8)]
    items = "".join(
        f"<item><guid>{n}</guid><title>{n}</title><pubDate>{format_datetime(at)}</pubDate></item>"
        for n, at in enumerate(dates)
    )
    desk.feed("slow", every=HOUR / 2)
    desk.answers("slow", f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), etag='"a"')
    desk.pull()
    assert desk.asked_at("slow", [2.3, 2.7]) == {2.3: 0, 2.7: 1}
    assert desk.health("slow").rhythm == 2 * DAY
