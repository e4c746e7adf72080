"""Rows S1 to S13 of docs/behaviours.md, each over a real server."""

from __future__ import annotations

import gzip
import logging
import re
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.behaviours.conftest import DAY, HOUR, Desk, rss
from watchtower import build, digest
from watchtower.config.values import Config, FetchSettings, Settings
from watchtower.errors import AddressRefused, FetchError
from watchtower.fetch.guard import Guard
from watchtower.fetch.guarded import GuardedClient
from watchtower.fetch.http import HttpFetcher
from watchtower.fetch.route import first_stop, redirected
from watchtower.logs import TextLines
from watchtower.types import Analysis, Failed, Fetched, FetchRequest

CERTIFICATES = Path(__file__).parents[1] / "data" / "certificates"


# --- where requests may go


def test_s1_a_feed_or_a_redirect_into_our_own_network_is_refused_unless_it_is_allowed(desk: Desk) -> None:
    desk.guard = Guard()
    desk.restart()
    desk.feed("inside")
    desk.feed("named", desk.server.url("/inside", "localhost"))
    desk.answers("inside", rss("Dam opens"))
    problems = desk.pull().problems
    assert "not a public address (loopback)" in problems["inside"] and "fetch.allow" in problems["named"]
    assert desk.server.requests == []

    desk.guard = Guard(allow=["127.0.0.1"])
    desk.restart()
    desk.feed("moved", desk.server.redirect("/moved", desk.server.url("/inside", "127.0.0.2")))
    problems = desk.pull(DAY).problems
    assert set(problems) == {"moved", "named"} and "127.0.0.2" in problems["moved"]

    desk.guard = Guard(allow=["127.0.0.0/8", "localhost"])
    desk.restart()
    assert desk.pull(2 * DAY).problems == {}


class Proxy:
    """An HTTP proxy on loopback that answers every request itself and remembers what it was asked for."""

    def __init__(self, answer: bytes = b"") -> None:
        self.asked: list[str] = []
        self.heads: list[str] = []
        self._answer = answer or b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        # wakes the thread up: closing alone does not end an accept that is under way
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def url(self, login: str = "") -> str:
        return f"http://{login}127.0.0.1:{self.port}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                head = connection.recv(65536).decode("latin-1")
                self.asked.append(head.split(" ")[1])
                self.heads.append(head)
                connection.sendall(self._answer)


def through(proxy: str, allow: list[str]) -> GuardedClient:
    return GuardedClient(
        timeout_seconds=5, max_bytes=1000, user_agent="watchtower/test", guard=Guard(allow=allow), clock=build.utc_now,
        proxy=proxy,
    )  # fmt: skip


def test_s1_a_private_proxy_works_and_switches_no_check_off(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"public.example": "9.9.9.9", "inside.example": "10.0.0.7"}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host in names:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))]
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with Proxy() as proxy:
        client = through(proxy.url(), [])
        assert client.get("http://public.example/page").body == b"page"
        for address in ("http://inside.example/", "http://127.0.0.1/", "http://169.254.169.254/", proxy.url()):
            with pytest.raises(AddressRefused):
                client.get(address)
            with pytest.raises(AddressRefused):
                client.post(address, b"", {})
        with pytest.raises(FetchError, match=r"only the proxy knows it, list it under fetch\.allow"):
            client.get("http://no-such-host.invalid/")
        assert through(proxy.url(), ["no-such-host.invalid"]).get("http://no-such-host.invalid/").status == 200
        fetcher = HttpFetcher(
            concurrency=2, per_host=2, timeout_seconds=5, max_bytes=1000, user_agent="watchtower/test", guard=Guard(),
            clock=build.utc_now, proxy=proxy.url(),
        )  # fmt: skip
        requests = [FetchRequest(feed_id=host, url=f"http://{host}.example/feed") for host in ("public", "inside")]
        outcomes = {outcome.feed_id: type(outcome) for outcome in fetcher.fetch(requests)}
        assert outcomes == {"public": Fetched, "inside": Failed}
        assert proxy.asked == [
            "http://public.example/page",
            "http://no-such-host.invalid/",
            "http://public.example/feed",
        ]


def test_s1_no_proxy_is_taken_from_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        desk.feed("news")
        desk.answers("news", rss("Dam opens"))
        assert desk.pull().fetched == 1
        assert proxy.asked == []


def test_s13_who_we_are_to_a_proxy_is_told_to_it_and_to_nobody_else() -> None:
    with Proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as proxy:
        address = proxy.url("me:secret@")
        assert through(address, ["public.invalid"]).get("http://public.invalid/").status == 407
        assert "Proxy-Authorization: Basic bWU6c2VjcmV0" in proxy.heads[0]
        with pytest.raises(FetchError) as told:
            through(address, ["public.invalid"]).get("https://public.invalid/")
        assert "proxy" in str(told.value) and "secret" not in str(told.value)
    with pytest.raises(FetchError, match="no connection to the proxy") as told:
        through(address, ["public.invalid"]).get("http://public.invalid/")
    assert "secret" not in str(told.value)
    assert "secret" not in repr(FetchSettings(proxy=address))


def test_the_settings_reach_the_client() -> None:
    analysis = Analysis(id="a", title="A", source="", published="2026", languages=("en",))
    with Proxy() as proxy:
        settings = Settings(fetch=FetchSettings(proxy=proxy.url(), allow=("there.invalid",), contact="a@desk.example"))
        config = Config(folder=Path(), feeds=(), analysis=analysis, settings=settings)
        assert build.web(config).get("http://there.invalid/").body == b"page"
        assert "(+a@desk.example)" in proxy.heads[0]


def test_s2_the_address_that_is_connected_to_is_the_one_that_was_checked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.1"])
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *rest, **more)
        asked.append(next(answers))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (asked[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    desk.guard = Guard(allow=["127.0.0.1/32"])
    desk.restart()
    desk.feed("news", desk.server.url("/news", "rebinding.example"))
    desk.answers("news", rss("Dam opens"))
    outcomes = [desk.pull(DAY).problems for _ in range(3)]
    assert [bool(problems) for problems in outcomes] == [False, True, False]
    assert "127.0.0.2" in outcomes[1]["news"]
    assert (asked, len(desk.asked("news"))) == (["127.0.0.1", "127.0.0.2", "127.0.0.1"], 2)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_s13_a_password_goes_to_no_other_host_and_never_from_https_to_http(scheme: str) -> None:
    start = first_stop(f"{scheme}://me:secret@a.example/feed")
    assert start.auth and "secret" not in repr(start)
    assert redirected(start, 302, f"{scheme}://a.example/other").auth == start.auth
    assert redirected(start, 302, "https://b.example/").auth is None
    assert redirected(start, 302, "http://a.example/").auth == (start.auth if scheme == "http" else None)


# --- what may come


def test_s6_a_bomb_of_200_kilobytes_is_given_up_before_it_is_200_megabytes(desk: Desk) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    assert len(bomb) < 200_000
    desk.feed("bomb")
    desk.answers("bomb", bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        problems = desk.pull().problems
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "larger than 1,000,000 bytes" in problems["bomb"]
    assert peak < 20_000_000
    assert "br" not in re.split(r"\W+", desk.asked("bomb")[0].header("accept-encoding") or "")


def test_s7_no_entity_is_read_from_a_file_or_the_network_and_none_multiplies(desk: Desk) -> None:
    secret = desk.folder / "secret.txt"
    secret.write_text("the password", encoding="utf-8")
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    types = {
        "file": f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        "network": f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{desk.server.url("/entity")}">]>',
        "dtd": f'<!DOCTYPE rss SYSTEM "{desk.server.url("/dtd")}">',
        "laughs": f'<!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}<!ENTITY x "&a11;">]>',
    }
    for id, doctype in types.items():
        desk.feed(id)
        text = rss(f"Item of {id}").decode().replace("<channel>", "<channel><description>&x;</description>")
        desk.answers(id, (doctype + text.replace(f"<title>Item of {id}", f"<title>Item of {id} &x;")).encode())
    desk.pull()
    assert {request.path for request in desk.server.requests} == {f"/{id}" for id in types}
    stored = "".join(desk.titles())
    assert "password" not in stored and "haha" not in stored


@contextmanager
def speaking_tls() -> Iterator[int]:
    """A server with a certificate that nobody has signed; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "self-signed.pem", CERTIFICATES / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True)
                except (ssl.SSLError, OSError):
                    pass  # the client went away, as it should

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_certificate_that_nobody_signed_is_refused_and_named(desk: Desk) -> None:
    with speaking_tls() as port:
        desk.feed("news", f"https://127.0.0.1:{port}/")
        problems = desk.pull().problems
    assert problems["news"].startswith("the certificate of 127.0.0.1 is not valid")


def test_a_server_that_changes_what_it_is_from_visit_to_visit_costs_nothing_that_is_stored(desk: Desk) -> None:
    desk.feed("news")
    answers = [
        (rss("First"), "application/rss+xml"),
        (b"<html>Back soon</html>", "text/html"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "image/png"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "2", "title": "Second"}]}', "text/plain"),
        (b"%PDF-1.7", "application/rss+xml"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>3</id><title>Third</title></entry></feed>', "x/y"),
    ]
    failed = []
    for body, kind in answers:
        desk.answers("news", body, headers={"Content-Type": kind})
        failed.append(desk.pull(2 * DAY).failed)
    assert failed == [0, 1, 1, 0, 1, 0]
    assert desk.titles() == ["First", "Second", "Third"]


# --- what is shown

HOSTILE = [
    "<script>alert(1)</script>Dam one",
    "&lt;script&gt;alert(1)&lt;/script&gt;Dam two",
    "<img src=x onerror=alert(1)>Dam three",
    "<svg/onload=alert(1)>Dam four",
    "Dam five\" onmouseenter=\"alert(1)",
    "<iframe src='https://evil.example/'></iframe><form action='https://evil.example/'><input></form>Dam six",
    "<a href=\"java&#x73;cript:alert(1)\">Dam seven</a>",
    "<math><mtext></math><a style='x:expression(alert(1))'>Dam eight</a>",
]  # fmt: skip
LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    '//"><b>',
]


class Page(HTMLParser):
    """Collects what could run or load in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.events: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.events += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]


def test_s9_nothing_that_a_feed_sends_runs_or_loads_in_a_digest(desk: Desk) -> None:
    items = "".join(
        f"<item><guid>{n}</guid><title>{_cdata(title)}</title><description>{_cdata(title)}</description>"
        f"<author>{_cdata(title)}</author><category>{_cdata(title)}</category><link>{_cdata(link)}</link>"
        f'<enclosure url="{link.replace(chr(34), "").replace("<", "")}" type="{n}" length="1"/></item>'
        for n, (title, link) in enumerate((title, link) for title in HOSTILE for link in LINKS)
    )
    desk.feed("news")
    desk.answers(
        "news", f"<rss version='2.0'><channel><title>{_cdata(HOSTILE[2])}</title>{items}</channel></rss>".encode()
    )
    assert desk.pull().new == len(HOSTILE) * len(LINKS)
    made = desk.tower.digest(desk.now - DAY, desk.now + HOUR)
    assert sum(section.count for section in made.sections) >= 8
    page = Page(digest.render(made, "html")[1])
    assert not page.elements & {"script", "iframe", "form", "input", "object", "embed", "img", "math", "b"}
    assert page.events == []
    assert [link for link in page.links if not re.match(r"https?://|#", link)] == []
    assert [found for found in re.findall(r"\]\(([^)]*)\)", digest.render(made, "md")[1]) if "script:" in found] == []


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def test_s12_controls_escapes_and_overrides_reach_no_store_log_or_message(desk: Desk) -> None:
    hostile = "Dam \x1b[31mred\x1b[0m \u202eevil\u202c \u2066x\u2069 \x9b2J \u200bend"
    desk.feed("news")
    desk.feed("page")
    desk.answers("news", rss(hostile, "Dam &#0;&#27;[2J two"))
    desk.answers("page", f"<html><title>{hostile}</title></html>".encode(), headers={"Content-Type": "text/html"})
    report = desk.pull()
    made = desk.tower.digest(desk.now - DAY, desk.now + HOUR)
    shown = [*desk.titles(), *report.problems.values(), *(digest.render(made, form)[1] for form in digest.FORMATS)]
    assert any(text.startswith("Dam ") and "evil x" in text for text in shown)
    for text in shown:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", text), text
    record = logging.LogRecord("watchtower", logging.WARNING, "", 0, f"trouble\n{hostile}", None, None)
    assert re.search("[\x00-\x1f\x7f-\x9f\u202e]", TextLines().format(record)) is None


def test_s13_credentials_of_a_feed_are_in_no_report_state_or_digest(desk: Desk) -> None:
    def secret(path: str) -> str:
        return desk.server.url(path).replace("://", "://reader:s3cret@")

    desk.feed("good", secret("/good"))
    desk.feed("moved", secret("/old"))
    desk.feed("bad", secret("/bad"))
    desk.feed("odd", "http://reader:s3cret@[/")
    desk.server.redirect("/old", "/good", 301)
    desk.answers("good", rss("Dam opens"))
    reports = [desk.pull(DAY) for _ in range(3)]
    made = desk.tower.digest(desk.now - DAY, desk.now)
    assert [moved.feed for moved in made.health.moved] == ["moved"]
    healths = [desk.health(feed.id) for feed in desk.feeds]
    told = [repr(reports), repr(healths), *(digest.render(made, form)[1] for form in digest.FORMATS)]
    states = [f"{state.problem} {state.moved_to}" for state in desk.tower.store.feed_states().values()]
    assert [text for text in (*told, *states) if "s3cret" in text] == []
    assert {request.header("authorization") for request in desk.server.requests} == {"Basic cmVhZGVyOnMzY3JldA=="}
