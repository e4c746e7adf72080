"""A real HTTP server on loopback, for feeds that behave and feeds that do not.

::

    with LoopbackServer() as server:
        server.serve("/feed.xml", RSS, etag='"a"')
        ... fetch server.url("/feed.xml") ...
        assert server.requests[0].header("if-none-match") is None

It runs in a thread of its own and keeps every request. What a route cannot say, a ``script`` does byte by byte.
"""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType

ADDRESS = "127.0.0.1"
_REASONS = {200: "OK", 301: "Moved Permanently", 304: "Not Modified", 404: "Not Found", 410: "Gone"}

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came: header names and values are byte-exact, as Latin-1."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    #: number of the connection it came on, from 0
    connection: int
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of the first header of this name, or None."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What a path answers; 304 where a validator of the request is the route's own."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    #: seconds before the answer
    delay: float = 0
    compress: bool = False
    script: Script | None = None


class LoopbackServer:
    """Serves routes on ``addresses`` (of 127.0.0.0/8), all under one port; made and closed by ``with``.

    Routes can be changed at any time, from the test's thread; a path without one answers 404.
    """

    def __init__(self, addresses: Sequence[str] = (ADDRESS,)) -> None:
        self.port = 0
        self._addresses = list(addresses)
        self._routes: dict[str, Route] = {}
        self._requests: list[Request] = []
        self._connections = 0
        self._busy: dict[str, int] = {}
        self._open: set[asyncio.Task[None]] = set()
        #: most requests that were under way at once, by the host that they named
        self.most_at_once: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="loopback-server", daemon=True)

    def __enter__(self) -> LoopbackServer:
        self._thread.start()
        assert self._ready.wait(10), "the loopback server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def serve(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        delay: float = 0,
        compress: bool = False,
    ) -> str:
        """Answer ``path`` like this from now on; the address."""
        self._routes[path] = Route(
            status=status,
            body=body.encode() if isinstance(body, str) else body,
            headers=headers or {},
            etag=etag,
            last_modified=last_modified,
            delay=delay,
            compress=compress,
        )
        return self.url(path)

    def script(self, path: str, script: Script) -> str:
        """Let a coroutine write the whole answer, status line and all; the connection is closed after it."""
        self._routes[path] = Route(script=script)
        return self.url(path)

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Redirect ``path``; the address."""
        return self.serve(path, status=status, headers={"Location": target})

    def forget(self, path: str) -> None:
        """Answer 404 from now on."""
        self._routes.pop(path, None)

    def url(self, path: str, host: str = ADDRESS) -> str:
        """The address of a path, under the name of any host that leads here."""
        return f"http://{host}:{self.port}{path}"

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order they came."""
        return list(self._requests)

    def asked(self, path: str) -> list[Request]:
        """The requests for one path."""
        return [request for request in self._requests if request.path == path]

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        async with AsyncExitStack() as stack:
            first = await asyncio.start_server(self._connected, self._addresses[0], 0, backlog=1024)
            await stack.enter_async_context(first)
            self.port = first.sockets[0].getsockname()[1]
            if others := self._addresses[1:]:
                more = await asyncio.start_server(self._connected, others, self.port, backlog=1024)
                await stack.enter_async_context(more)
            self._ready.set()
            await self._stop.wait()
            await self._hang_up()

    async def _hang_up(self) -> None:
        """End every conversation, those too that began this moment: an open transport is a warning, and so an error."""
        await _a_few_steps()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await _a_few_steps()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        connection, self._connections = self._connections, self._connections + 1
        try:
            while head := await _head(reader):
                request = _request(head, connection)
                if length := int(request.header("content-length") or 0):
                    request = replace(request, body=await reader.readexactly(length))
                self._requests.append(request)
                if not await self._answer(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the test is over: both are part of the game
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        host = (request.header("host") or "").rpartition(":")[0]
        self._busy[host] = self._busy.get(host, 0) + 1
        self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._busy[host])
        route = self._routes.get(request.path.partition("?")[0], Route(status=404))
        try:
            if route.delay:
                await asyncio.sleep(route.delay)
            if route.script:
                await route.script(writer)
                return False
            writer.write(_response(route, request))
            await writer.drain()
        finally:
            self._busy[host] -= 1
        return (request.header("connection") or "").lower() != "close"


async def _a_few_steps() -> None:
    """Let a connection that was just accepted begin, or a transport that was told to close do so."""
    for _ in range(4):
        await asyncio.sleep(0)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _request(head: bytes, connection: int) -> Request:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines)
    headers = tuple((name, value.removeprefix(" ")) for name, value in pairs)
    return Request(method=method, path=path, headers=headers, connection=connection)


def _response(route: Route, request: Request) -> bytes:
    same_tag = route.etag is not None and request.header("if-none-match") == route.etag
    same_time = route.last_modified is not None and request.header("if-modified-since") == route.last_modified
    unchanged = same_tag or (same_time and request.header("if-none-match") is None)
    status, body = (304, b"") if unchanged else (route.status, route.body)
    headers = {"Content-Type": "application/xml", **route.headers}
    if route.compress and body:
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    if route.etag is not None:
        headers["ETag"] = route.etag
    if route.last_modified is not None:
        headers["Last-Modified"] = route.last_modified
    if status not in (204, 304):
        headers["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
