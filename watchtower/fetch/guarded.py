"""One request at a time, for all that is no feed: pages, robots.txt, webhooks; the same guard and limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import aiohttp

from watchtower.errors import FetchError
from watchtower.fetch.answers import REDIRECTS, retry_after, trouble_sentence
from watchtower.fetch.bodies import beginning, whole_body
from watchtower.fetch.guard import Guard
from watchtower.fetch.headers import plain_headers
from watchtower.fetch.resolver import GuardedResolver
from watchtower.fetch.route import Route, first_stop, redirected
from watchtower.fetch.sessions import Limits, Way, open_session
from watchtower.types import WebAnswer

#: how much of the answer to a post is kept: a receiver's word of what was wrong, not a document
MOST_SAID = 64 * 1024


class GuardedClient:
    """Asks one address at a time. Implements ``seams.Web``.

    ``timeout_seconds`` is the deadline of one call, redirects and body included; ``max_bytes`` the most a decoded
    body may have. Each call has connections of its own, so any thread may call, but no running event loop.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float,
        max_bytes: int,
        user_agent: str,
        guard: Guard,
        clock: Callable[[], datetime],
        proxy: str = "",
    ) -> None:
        self._limits = Limits(timeout_seconds=timeout_seconds, max_bytes=max_bytes)
        self._way = Way(guard=guard, user_agent=user_agent, proxy=proxy)
        self._clock = clock

    def get(self, url: str, *, accept: str = "*/*") -> WebAnswer:
        """Get an address, following up to ten redirects, each checked like the first. Raises ``FetchError``."""
        return asyncio.run(self._in_time(self._get(first_stop(url), accept)))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebAnswer:
        """Send ``body`` once. A redirect is an answer like any other: what is meant for one receiver goes to no other.

        Of the answer at most the first 64 KiB are kept. Raises ``FetchError``.
        """
        return asyncio.run(self._in_time(self._post(first_stop(url), body, headers)))

    async def _in_time(self, work: Coroutine[None, None, WebAnswer]) -> WebAnswer:
        seconds = self._limits.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError as error:
            raise FetchError(f"no complete answer within {seconds:g} seconds") from error

    async def _get(self, route: Route, accept: str) -> WebAnswer:
        async with self._session() as session:
            while True:
                headers = _sent({"Accept": accept}, route)
                with _told(route.host):
                    async with session.get(route.url, headers=headers, allow_redirects=False) as response:
                        if response.status not in REDIRECTS or "location" not in response.headers:
                            return self._answer(route, response, await whole_body(response, self._limits.max_bytes))
                        route = redirected(route, response.status, response.headers["location"])

    async def _post(self, route: Route, body: bytes, headers: Mapping[str, str]) -> WebAnswer:
        async with self._session() as session:
            with _told(route.host):
                async with session.post(
                    route.url, data=body, headers=_sent(headers, route), allow_redirects=False
                ) as response:
                    return self._answer(route, response, await beginning(response, MOST_SAID))

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        resolver = GuardedResolver(self._way.guard)
        try:
            async with open_session(self._way, resolver, keep=False) as session:
                yield session
        finally:
            await resolver.close()

    def _answer(self, route: Route, response: aiohttp.ClientResponse, body: bytes) -> WebAnswer:
        headers = plain_headers(response.headers)
        return WebAnswer(
            url=str(route.url),
            status=response.status,
            headers=headers,
            body=body,
            retry_after=retry_after(response.status, headers, self._clock()),
        )


def _sent(headers: Mapping[str, str], route: Route) -> dict[str, str]:
    return {**headers, **({"Authorization": route.auth} if route.auth else {})}


@contextmanager
def _told(host: str) -> Iterator[None]:
    """Say in a sentence what went wrong on the way to ``host``."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        raise FetchError(trouble_sentence(error, host)) from error
