"""The one way to a connection: every session of the program is opened here, and none leads to a refused address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from watchtower.errors import FetchError
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How every request leaves the program."""

    guard: Guard
    user_agent: str
    #: address of an HTTP proxy, or empty
    proxy: str = field(default="", repr=False)


@asynccontextmanager
async def open_session(way: Way, resolver: GuardedResolver, *, keep: bool) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session; ``keep`` keeps idle connections for the next request to a host.

    A host name leads only to addresses that the guard admits, by way of the resolver; a host that is an address
    itself is checked before each request, whoever makes it. Nothing tells on us: no cookie is kept, no proxy or
    password is taken from the environment. It sets no deadline: that is the caller's.

    Through a proxy, which may be anywhere, the same names and addresses are refused: what we would connect to is
    looked up and checked before the proxy is asked for it.
    """

    async def check(request: aiohttp.ClientRequest, handle: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        host = request.url.raw_host or ""
        way.guard.check_host(host)
        if way.proxy and not way.guard.trusts(host):
            await _look_up(resolver, host)
        return await handle(request)

    # through a proxy the connector looks up nothing but the proxy itself
    looking_up = None if way.proxy else resolver
    if keep:
        connector = aiohttp.TCPConnector(resolver=looking_up, limit=0, keepalive_timeout=KEEP_ALIVE)
    else:
        connector = aiohttp.TCPConnector(resolver=looking_up, limit=0, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": way.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(check,),
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
        proxy=way.proxy or None,
    ) as session:
        yield session


async def _look_up(resolver: GuardedResolver, host: str) -> None:
    try:
        await resolver.resolve(host)
    except OSError as error:
        raise FetchError(
            f"the name {host} could not be resolved, so where it leads cannot be checked; if only the proxy knows it, "
            "list it under fetch.allow in config/settings.yml"
        ) from error
