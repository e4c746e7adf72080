"""Asking for what is no feed: the same guard, limits and manners, one request at a time."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.servers import LoopbackServer
from watchtower.errors import AddressRefused, FetchError
from watchtower.fetch.guard import Guard
from watchtower.fetch.guarded import MOST_SAID, GuardedClient

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


def client(**given: Any) -> GuardedClient:
    settings = {
        "timeout_seconds": 5.0,
        "max_bytes": 10_000,
        "user_agent": "watchtower/0.1 (+https://contact.example)",
        "guard": Guard(allow_private_networks=True),
        "clock": lambda: NOW,
    }
    return GuardedClient(**{**settings, **given})


def test_any_status_is_an_answer_with_headers_and_body(server: LoopbackServer) -> None:
    url = server.serve("/page", b"<html>", status=503, headers={"Retry-After": "60", "X-Odd": "1"})
    answer = client().get(url, accept="text/html")
    assert (answer.url, answer.status, answer.body, answer.headers["x-odd"]) == (url, 503, b"<html>", "1")
    assert answer.retry_after == NOW + timedelta(minutes=1)
    (asked,) = server.requests
    assert (asked.header("accept"), asked.header("user-agent")) == (
        "text/html",
        "watchtower/0.1 (+https://contact.example)",
    )


def test_a_redirect_is_followed_and_the_address_is_where_it_ended(server: LoopbackServer) -> None:
    server.serve("/there", b"page")
    answer = client().get(server.redirect("/here", "/there"))
    assert (answer.url, answer.body) == (server.url("/there"), b"page")


def test_a_redirect_loop_ends_after_ten_hops(server: LoopbackServer) -> None:
    with pytest.raises(FetchError, match="more than 10 redirects"):
        client().get(server.redirect("/a", "/a"))
    assert len(server.requests) == 11


def test_s5_every_other_request_passes_the_same_guard_on_every_hop() -> None:
    with LoopbackServer(["127.0.0.1", "127.0.0.2"]) as server:
        server.serve("/inside", b"secret")
        outside = server.redirect("/out", server.url("/inside", "127.0.0.2"))
        for host in ("127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"):
            with pytest.raises(AddressRefused):
                client(guard=Guard()).get(server.url("/inside", host))
            with pytest.raises(AddressRefused):
                client(guard=Guard()).post(server.url("/inside", host), b"x", {})
        assert server.requests == []
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.2"):
            client(guard=Guard(allow=["127.0.0.1"])).get(outside)
        assert [request.path for request in server.requests] == ["/out"]


def test_a_post_is_sent_once_with_its_headers_and_follows_no_redirect(server: LoopbackServer) -> None:
    server.serve("/elsewhere", b"")
    url = server.redirect("/hook", "/elsewhere", 307)
    answer = client().post(url, b'{"a": 1}', {"Content-Type": "application/json", "X-Key": "k"})
    assert (answer.status, answer.url) == (307, url)
    (sent,) = server.requests
    assert (sent.method, sent.header("content-type"), sent.header("x-key")) == ("POST", "application/json", "k")
    assert sent.body == b'{"a": 1}'


def test_of_the_answer_to_a_post_only_the_beginning_is_kept(server: LoopbackServer) -> None:
    answer = client().post(server.serve("/hook", gzip.compress(b"x" * 50_000_000), headers=GZIP), b"", {})
    assert (answer.status, len(answer.body)) == (200, MOST_SAID)


GZIP = {"Content-Encoding": "gzip"}


def test_s6_a_page_that_unfolds_beyond_the_limit_is_refused(server: LoopbackServer) -> None:
    with pytest.raises(FetchError, match="larger than 10,000 bytes"):
        client().get(server.serve("/page", gzip.compress(b"x" * 50_000_000), headers=GZIP))


def test_a_server_that_drips_hits_the_deadline(server: LoopbackServer) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.02)

    url = server.script("/drip", drip)
    for ask in (lambda one: one.get(url), lambda one: one.post(url, b"", {})):
        with pytest.raises(FetchError, match="no complete answer"):
            ask(client(timeout_seconds=0.3))


def test_credentials_go_along_and_are_never_shown(server: LoopbackServer) -> None:
    url = server.serve("/page", b"page").replace("://", "://reader:secret@")
    assert "secret" not in repr(client().get(url))
    assert server.requests[0].header("authorization") == "Basic cmVhZGVyOnNlY3JldA=="
    with pytest.raises(FetchError) as told:
        client(guard=Guard()).get(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["", "ftp://example.org/", "file:///etc/passwd", "http://", "http://no-such.invalid/"])
def test_what_cannot_be_asked_is_an_error_with_a_sentence(url: str) -> None:
    with pytest.raises(FetchError, match=r"\w+ \w+"):
        client().get(url)


def test_a_connection_that_breaks_is_an_error_that_names_the_host(server: LoopbackServer) -> None:
    async def nothing(writer: asyncio.StreamWriter) -> None:
        writer.close()

    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        client().get(server.script("/page", nothing))
