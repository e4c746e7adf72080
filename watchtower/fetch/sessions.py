"""The one way to a connection: every session of the program is opened here, and none leads to a refused address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from watchtower.fetch.bodies import ACCEPT_ENCODING
from watchtower.fetch.guard import Guard
from watchtower.fetch.resolver import GuardedResolver

#: seconds that an idle connection is kept for the next request to the same host
KEEP_ALIVE = 5.0
#: longest header line: some sites send long Content-Security-Policy and Location headers
LONGEST_HEADER = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much."""

    #: seconds for one request, redirects and body included
    timeout_seconds: float
    #: bytes of one decoded body
    max_bytes: int


@asynccontextmanager
async def open_session(
    guard: Guard, resolver: GuardedResolver, *, user_agent: str, keep: bool
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session; ``keep`` keeps idle connections for the next request to a host.

    A host name leads only to addresses that the guard admits, by way of the resolver; a host that is an address
    itself is checked before each request, whoever makes it. Nothing tells on us: no cookie is kept, no proxy or
    password is taken from the environment. It sets no deadline: that is the caller's.
    """
    if keep:
        connector = aiohttp.TCPConnector(resolver=resolver, limit=0, keepalive_timeout=KEEP_ALIVE)
    else:
        connector = aiohttp.TCPConnector(resolver=resolver, limit=0, force_close=True)

    async def check(request: aiohttp.ClientRequest, handle: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        guard.check_host(request.url.host or "")
        return await handle(request)

    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(check,),
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
    ) as session:
        yield session
