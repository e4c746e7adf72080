"""Fetching over real connections: servers that behave, servers that do not, and many of both."""

from __future__ import annotations

import asyncio
import gc
import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
import uvloop

from tests.servers import LoopbackServer
from watchtower.fetch.guard import Guard
from watchtower.fetch.http import HttpFetcher
from watchtower.types import Failed, Fetched, FetchRequest, NotModified, Outcome

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RSS = b"<rss version='2.0'><channel><title>Harbour News</title></channel></rss>"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def fetcher(**given: Any) -> HttpFetcher:
    settings = {
        "concurrency": 20,
        "per_host": 4,
        "timeout_seconds": 5.0,
        "max_bytes": 1_000_000,
        "user_agent": "watchtower/0.1 (+https://contact.example)",
        "guard": Guard(allow_private_networks=True),
        "clock": lambda: NOW,
    }
    return HttpFetcher(**{**settings, **given})


def ask(url: str, etag: str | None = None, last_modified: str | None = None, **given: Any) -> Outcome:
    request = FetchRequest(feed_id="a", url=url, etag=etag, last_modified=last_modified)
    (outcome,) = fetcher(**given).fetch([request])
    return outcome


def failure(url: str, **given: Any) -> Failed:
    outcome = ask(url, **given)
    assert isinstance(outcome, Failed), outcome
    return outcome


# --- conditional requests


def test_a_body_comes_with_its_headers_and_validators_as_sent(server: LoopbackServer) -> None:
    url = server.serve("/feed", RSS, etag='W/"a,b"', last_modified="Mon, 2 Nov 2026 1:00:00 GMT", compress=True)
    outcome = ask(url)
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.url, outcome.moved_to, outcome.at) == (RSS, url, None, NOW)
    assert outcome.headers["etag"] == 'W/"a,b"'
    assert outcome.headers["last-modified"] == "Mon, 2 Nov 2026 1:00:00 GMT"


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', "abc", '"a b"', '"é"', "'odd', \"list\""])
def test_validators_are_sent_back_byte_for_byte(server: LoopbackServer, etag: str) -> None:
    # headers are bytes: what the test server reads as Latin-1 was sent as UTF-8
    url = server.serve("/feed", RSS, etag=etag.encode().decode("latin-1"), last_modified="X, 31 Foo 2026")
    first = ask(url)
    assert isinstance(first, Fetched)
    second = ask(url, first.headers["etag"], first.headers["last-modified"])
    assert isinstance(second, NotModified)
    assert server.requests[1].header("if-none-match") == etag.encode().decode("latin-1")
    assert server.requests[1].header("if-modified-since") == "X, 31 Foo 2026"


def test_a_validator_that_cannot_be_sent_back_as_it_came_is_left_out(server: LoopbackServer) -> None:
    outcome = ask(server.serve("/feed", RSS, etag='"\xe9"'))
    assert isinstance(outcome, Fetched)
    assert "etag" not in outcome.headers


def test_only_the_validator_that_is_known_is_sent(server: LoopbackServer) -> None:
    ask(server.serve("/feed", RSS), etag='"a"')
    assert server.requests[0].header("if-none-match") == '"a"'
    assert server.requests[0].header("if-modified-since") is None


def test_304_to_an_unconditional_request_is_a_failure(server: LoopbackServer) -> None:
    outcome = failure(server.serve("/feed", status=304))
    assert "304" in outcome.reason


def test_requests_say_who_asks_and_carry_nothing_else(server: LoopbackServer) -> None:
    server.serve("/target", RSS)
    server.serve("/feed", status=302, headers={"Location": "/target", "Set-Cookie": "id=1"})
    ask(server.url("/feed"))
    for request in server.requests:
        assert {name.lower() for name, _ in request.headers} == {
            "host", "user-agent", "accept", "accept-encoding", "connection"
        }  # fmt: skip
        assert request.header("user-agent") == "watchtower/0.1 (+https://contact.example)"
        assert request.header("accept-encoding") == "gzip, deflate"
    assert [request.path for request in server.requests] == ["/feed", "/target"]


# --- redirects


def test_permanent_redirects_are_reported_with_their_end(server: LoopbackServer) -> None:
    server.serve("/c", RSS, etag='"c"')
    server.redirect("/b", "/c", 308)
    outcome = ask(server.redirect("/a", server.url("/b"), 301))
    assert isinstance(outcome, Fetched)
    assert outcome.moved_to == outcome.url == server.url("/c")
    again = ask(server.url("/a"), etag='"c"')
    assert isinstance(again, NotModified)
    assert again.moved_to == server.url("/c")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_one_temporary_redirect_in_the_chain_means_that_nothing_moved(server: LoopbackServer, status: int) -> None:
    server.serve("/c", RSS)
    server.redirect("/b", "/c", status)
    outcome = ask(server.redirect("/a", "/b", 301))
    assert isinstance(outcome, Fetched)
    assert (outcome.url, outcome.moved_to) == (server.url("/c"), None)


def test_a_redirect_loop_ends_after_ten_hops(server: LoopbackServer) -> None:
    outcome = failure(server.redirect("/a", "/a", 301))
    assert "more than 10 redirects" in outcome.reason
    assert len(server.requests) == 11


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://x/", "data:text/xml,<rss/>"])
def test_a_redirect_to_another_scheme_is_refused(server: LoopbackServer, target: str) -> None:
    assert "only http and https" in failure(server.redirect("/a", target)).reason


@pytest.mark.parametrize("target", ["http://[", "http://a:b:c/", "http://x:99999/"])
def test_a_redirect_to_nonsense_is_a_failure(server: LoopbackServer, target: str) -> None:
    assert "redirected" in failure(server.redirect("/a", target)).reason


def test_validators_and_credentials_stay_with_their_host() -> None:
    with LoopbackServer(["127.0.0.1", "127.0.0.2"]) as server:
        server.serve("/there", RSS)
        server.redirect("/same", "/far")
        server.redirect("/far", server.url("/there", "127.0.0.2"), 301)
        url = server.url("/same").replace("://", "://reader:secret@")
        outcome = ask(url, etag='"a"', last_modified="X")
        here, same, there = server.requests
    assert isinstance(outcome, Fetched)
    assert "secret" not in outcome.url
    for request in (here, same):
        assert request.header("authorization") == "Basic cmVhZGVyOnNlY3JldA=="
        assert request.header("if-none-match") == '"a"'
    assert [there.header(name) for name in ("authorization", "if-none-match", "if-modified-since")] == [None] * 3


def test_a_redirect_into_the_own_network_is_refused_unless_it_is_allowed() -> None:
    with LoopbackServer(["127.0.0.1", "127.0.0.2"]) as server:
        server.serve("/inside", RSS)
        url = server.redirect("/a", server.url("/inside", "127.0.0.2"))
        outcome = failure(url, guard=Guard(allow=["127.0.0.1"]))
        assert "127.0.0.2" in outcome.reason and "fetch.allow" in outcome.reason
        assert len(server.requests) == 1
        assert isinstance(ask(url, guard=Guard(allow=["127.0.0.0/8"])), Fetched)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_our_own_address_is_asked(server: LoopbackServer, host: str) -> None:
    server.serve("/feed", RSS)
    failure(server.url("/feed", host), guard=Guard())
    assert server.requests == []


# --- what servers say


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "login"),
        (403, "refuses"),
        (404, "no feed"),
        (410, "gone for good"),
        (418, "418"),
        (500, "trouble"),
        (206, "206"),
    ],
)
def test_a_status_without_a_feed_is_a_failure_with_a_sentence(server: LoopbackServer, status: int, said: str) -> None:
    outcome = failure(server.serve("/feed", RSS, status=status))
    assert (outcome.status, said in outcome.reason) == (status, True)


def test_a_browser_check_is_named(server: LoopbackServer) -> None:
    outcome = failure(server.serve("/feed", b"<html>", status=403, headers={"cf-mitigated": "challenge"}))
    assert "Cloudflare" in outcome.reason


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta(hours=2)),
        ("Mon, 23 Nov 2020 08:00:00 GMT", timedelta(0)),
        ("315360000", timedelta(days=7)),
        ("9" * 400, timedelta(days=7)),
        ("-5", None),
        ("soon", None),
        ("Mon, 99 Foo 2026", None),
        ("", None),
    ],
)
def test_retry_after_is_read_and_held_within_a_week(
    server: LoopbackServer, status: int, value: str, wait: timedelta | None
) -> None:
    outcome = failure(server.serve("/feed", status=status, headers={"Retry-After": value}))
    assert outcome.retry_after == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, b" \r\n\t"), (204, b"")])
def test_an_empty_answer_is_a_failure(server: LoopbackServer, status: int, body: bytes) -> None:
    outcome = failure(server.serve("/feed", body, status=status))
    assert outcome.status == status


# --- size and time


def test_a_compressed_bomb_is_given_up_before_it_unfolds(server: LoopbackServer) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    url = server.serve("/feed", bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        outcome = failure(url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "larger than 1,000,000 bytes" in outcome.reason
    assert peak < 20_000_000


def test_a_bomb_sent_as_a_plain_gzip_file_is_given_up_too(server: LoopbackServer) -> None:
    assert "larger than" in failure(server.serve("/feed", gzip.compress(b"\0" * 50_000_000))).reason


def test_a_damaged_gzip_file_is_a_failure(server: LoopbackServer) -> None:
    assert "damaged gzip" in failure(server.serve("/feed", b"\x1f\x8b\x08 not really")).reason


@pytest.mark.parametrize("encoding", [{}, {"Content-Encoding": "x-gzip"}])
def test_a_gzip_file_is_unpacked(server: LoopbackServer, encoding: dict[str, str]) -> None:
    outcome = ask(server.serve("/feed.gz", gzip.compress(RSS), headers=encoding))
    assert isinstance(outcome, Fetched)
    assert outcome.body == RSS


@pytest.mark.parametrize("packed", [zlib.compress(RSS), zlib.compress(RSS)[2:-4]], ids=["zlib", "raw"])
def test_both_kinds_of_deflate_are_read(server: LoopbackServer, packed: bytes) -> None:
    outcome = ask(server.serve("/feed", packed, headers={"Content-Encoding": "deflate"}))
    assert isinstance(outcome, Fetched)
    assert outcome.body == RSS


@pytest.mark.parametrize(
    ("encoding", "body"), [("br", b"x"), ("zstd", b"x"), ("gzip", b"no gzip at all"), ("foo", b"x")]
)
def test_an_encoding_that_cannot_be_read_is_a_failure(server: LoopbackServer, encoding: str, body: bytes) -> None:
    failure(server.serve("/feed", body, headers={"Content-Encoding": encoding}))


def test_a_document_of_exactly_the_allowed_size_is_taken(server: LoopbackServer) -> None:
    assert isinstance(ask(server.serve("/feed", b"x" * 1000), max_bytes=1000), Fetched)
    failure(server.serve("/feed", b"x" * 1001), max_bytes=1000)


def test_a_server_that_drips_for_ever_hits_the_deadline_and_holds_up_no_other(server: LoopbackServer) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.02)

    requests = [FetchRequest(feed_id="slow", url=server.script("/drip", drip))]
    requests += [FetchRequest(feed_id=f"fast-{n}", url=server.serve(f"/{n}", RSS)) for n in range(10)]
    outcomes = list(fetcher(timeout_seconds=0.5, per_host=2).fetch(requests))
    assert [outcome.feed_id for outcome in outcomes][-1] == "slow"
    assert isinstance(outcomes[-1], Failed)
    assert outcomes[-1].reason == "no complete answer within 0.5 seconds"
    assert all(isinstance(outcome, Fetched) for outcome in outcomes[:-1])


def test_the_deadline_covers_all_redirects_together(server: LoopbackServer) -> None:
    for n in range(8):
        server.serve(f"/{n}", status=302, headers={"Location": f"/{n + 1}"}, delay=0.2)
    assert "no complete answer" in failure(server.url("/0"), timeout_seconds=0.5).reason


# --- broken servers


BROKEN = {
    "nothing": b"",
    "garbage": b"\x00\xff\xfe garbage\r\n\r\n",
    "status": b"HTTP/1.1 banana\r\n\r\n",
    "header": b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n<rss/>",
    "control": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n<rss/>",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss/>\r\n0\r\n\r\n",
    "cut chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<rss",
    "cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>",
    "lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n<rss/>",
    "more than promised": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>and more",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss/>",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500_000 + b"\r\n\r\n",
    "tls": b"\x15\x03\x01\x00\x02\x02\x46",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_answer_is_a_failure_with_a_sentence(server: LoopbackServer, answer: bytes) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    outcome = failure(server.script("/feed", write))
    assert "127.0.0.1" in outcome.reason
    assert outcome.reason.isprintable() and len(outcome.reason) <= 300


def test_a_refused_connection_and_a_name_that_does_not_exist_are_failures() -> None:
    with socket.socket() as bound:  # bound, but nobody listens
        bound.bind(("127.0.0.1", 0))
        assert "no connection to 127.0.0.1" in failure(f"http://127.0.0.1:{bound.getsockname()[1]}/").reason
    assert "could not be resolved" in failure("http://no-such-host.invalid/").reason


def test_https_to_a_server_without_it_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        outcome = failure(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()
    assert "no secure connection to 127.0.0.1" in outcome.reason


@pytest.mark.parametrize(
    "url",
    ["", "feed.xml", "ftp://example.org/", "file:///etc/passwd", "http://", "http://[", "http://a:b/", "http://x:99999/",
     "http://a..b/", "http://" + "a" * 300 + ".example/", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_is_a_failure(url: str) -> None:
    failure(url)


@pytest.mark.parametrize(
    "url", ["http://reader:secret@127.0.0.1:1/", "ftp://reader:secret@x/", "http://reader:secret@[/"]
)
def test_credentials_are_never_shown(url: str) -> None:
    assert "secret" not in failure(url).reason


# --- many at once


def test_a_host_has_no_more_requests_at_once_than_allowed() -> None:
    with LoopbackServer(["127.0.0.1", "127.0.0.2", "127.0.0.3"]) as server:
        server.serve("/feed", RSS, delay=0.02)
        server.redirect("/moved", server.url("/feed", "127.0.0.3"))
        hosts = ["127.0.0.1", "127.0.0.2"] * 6
        requests = [
            FetchRequest(feed_id=f"{path}{n}", url=server.url(path, host))
            for path in ("/feed", "/moved")
            for n, host in enumerate(hosts)
        ]
        outcomes = list(fetcher(concurrency=50, per_host=2).fetch(requests))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert len(outcomes) == len({outcome.feed_id for outcome in outcomes}) == 24
    assert server.most_at_once == {"127.0.0.1": 2, "127.0.0.2": 2, "127.0.0.3": 2}


def test_a_slow_host_keeps_no_slot_that_others_could_use() -> None:
    with LoopbackServer(["127.0.0.1", "127.0.0.2"]) as server:
        server.serve("/slow", RSS, delay=0.3)
        server.serve("/fast", RSS)
        requests = [FetchRequest(feed_id=f"slow-{n}", url=server.url("/slow")) for n in range(4)]
        requests += [FetchRequest(feed_id=f"fast-{n}", url=server.url("/fast", "127.0.0.2")) for n in range(8)]
        order = [outcome.feed_id for outcome in fetcher(concurrency=2, per_host=1).fetch(requests)]
    assert [name for name in order[:8] if name.startswith("slow")] == []


def test_connections_are_kept_for_the_next_feed_of_a_host(server: LoopbackServer) -> None:
    requests = [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS)) for n in range(20)]
    list(fetcher(per_host=1).fetch(requests))
    assert {request.connection for request in server.requests} == {0}


def test_bodies_wait_in_bounded_number_when_nobody_takes_them(server: LoopbackServer) -> None:
    requests = [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS)) for n in range(200)]
    outcomes = fetcher(concurrency=5, per_host=5).fetch(requests)
    taken = list(islice(outcomes, 1))
    _until_quiet(server)
    # five in the queue, five with their lanes, one for the one that was taken
    assert len(server.requests) <= 11
    taken += outcomes
    assert {outcome.feed_id for outcome in taken} == {f"{n}" for n in range(200)}


def _until_quiet(server: LoopbackServer) -> None:
    """Wait until no request has come for a while."""
    seen = -1
    while seen != len(server.requests):
        seen = len(server.requests)
        time.sleep(0.1)


def test_closing_the_iterator_cancels_the_rest_and_ends_the_thread(server: LoopbackServer) -> None:
    requests = [FetchRequest(feed_id="0", url=server.serve("/0", RSS))]
    requests += [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS, delay=60)) for n in range(1, 50)]
    outcomes = fetcher(timeout_seconds=120).fetch(requests)
    assert next(outcomes).feed_id == "0"
    started = time.monotonic()
    outcomes.close()  # type: ignore[attr-defined]  # a generator
    assert time.monotonic() - started < 5
    assert "fetch" not in {thread.name for thread in threading.enumerate()}


def test_one_fetcher_serves_several_threads_and_several_times(server: LoopbackServer) -> None:
    shared = fetcher()
    requests = [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS)) for n in range(20)]
    seen: list[set[str]] = []

    def run() -> None:
        for _ in range(2):
            outcomes = shared.fetch(requests)
            seen.append({outcome.feed_id for outcome in outcomes if isinstance(outcome, Fetched)})

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [{f"{n}" for n in range(20)}] * 6


def test_a_fetch_leaves_no_loop_behind_though_cycles_are_looked_for_seldom(server: LoopbackServer) -> None:
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(50_000)
    try:
        requests = [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS)) for n in range(20)]
        for _ in range(5):
            assert len(list(fetcher().fetch(requests))) == 20
        assert [one for one in gc.get_objects() if isinstance(one, uvloop.Loop)] == []
    finally:
        gc.set_threshold(*before)


def test_nothing_to_ask_asks_nothing() -> None:
    assert list(fetcher().fetch([])) == []


def test_a_bug_is_raised_and_not_taken_for_a_bad_feed(server: LoopbackServer) -> None:
    def broken_clock() -> datetime:
        raise ZeroDivisionError("a bug")

    requests = [FetchRequest(feed_id=f"{n}", url=server.serve(f"/{n}", RSS)) for n in range(5)]
    with pytest.raises(ZeroDivisionError, match="a bug"):
        list(fetcher(clock=broken_clock).fetch(requests))
    assert "fetch" not in {thread.name for thread in threading.enumerate()}
