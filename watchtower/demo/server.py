"""Serves the sample feeds over HTTP on loopback, as they stood at a moment that can be set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from watchtower.demo.answers import answer, path_of
from watchtower.demo.samples import SampleFeed

HOST = "127.0.0.1"
#: seconds after which the server gives up an idle connection
IDLE = 5.0


class FeedServer(ThreadingHTTPServer):
    """A server on a free port; ``as_of`` is the moment it lives in."""

    daemon_threads = True

    def __init__(self, feeds: tuple[SampleFeed, ...], as_of: datetime) -> None:
        super().__init__((HOST, 0), _Handler)
        self.feeds = feeds
        self.as_of = as_of

    def url_of(self, feed: SampleFeed) -> str:
        """Give the address under which feeds.yml has the feed."""
        return f"http://{HOST}:{self.server_address[1]}{path_of(feed)}"


@contextmanager
def serving(feeds: tuple[SampleFeed, ...], as_of: datetime) -> Iterator[FeedServer]:
    """Serve the feeds in a thread, until the context is left."""
    with FeedServer(feeds, as_of) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="sample feeds", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FeedServer
    protocol_version = "HTTP/1.1"
    server_version = "watchtower-demo"
    sys_version = ""
    timeout = IDLE
    # head and body leave in one packet: apart they cost 40 ms a response (Nagle's algorithm against delayed ACK)
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = answer(self.server.feeds, self.path, headers, self.server.as_of)
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.status != 304:
            self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        self.wfile.write(given.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Give the Date header of the moment that the server lives in."""
        return format_datetime(self.server.as_of, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: what was asked shows in the pull's own report."""
