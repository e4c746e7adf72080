"""One feed's request on its way: redirects, validators, credentials, size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import aiohttp

from watchtower.errors import AddressRefused, FetchError
from watchtower.fetch.answers import REDIRECTS, WITH_BODY, retry_after, status_sentence, trouble_sentence
from watchtower.fetch.bodies import whole_body
from watchtower.fetch.headers import plain_headers
from watchtower.fetch.route import Route, first_stop, redirected
from watchtower.fetch.sessions import Limits
from watchtower.types import Failed, Fetched, FetchRequest, NotModified, Outcome

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A request at one point of its redirect chain."""

    request: FetchRequest
    route: Route
    #: seconds left; waiting for a lane does not count
    seconds: float

    @property
    def host(self) -> str:
        return self.route.host


def departure(request: FetchRequest, limits: Limits) -> Journey:
    """Start a journey; raises ``FetchError`` for what is no http or https address."""
    return Journey(request=request, route=first_stop(request.url), seconds=limits.timeout_seconds)


class Client:
    """Takes journeys one host further at a time. Belongs to one event loop."""

    def __init__(self, session: aiohttp.ClientSession, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._limits = limits
        self._clock = clock

    async def travel(self, journey: Journey) -> Outcome | Journey:
        """Ask; follow redirects on the same host; return an outcome, or the journey where it goes on elsewhere.

        What goes wrong on the network is a ``Failed``; anything else is raised.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + journey.seconds
        host = journey.host
        try:
            async with asyncio.timeout_at(deadline):
                step: Outcome | Journey = journey
                while isinstance(step, Journey) and step.host == host:
                    step = await self._ask(step)
        except TimeoutError:
            return self._failed(journey, f"no complete answer within {self._limits.timeout_seconds:g} seconds")
        except (aiohttp.ClientError, OSError, AddressRefused) as error:
            return self._failed(journey, trouble_sentence(error, host))
        except FetchError as error:
            return self._failed(journey, str(error))
        return replace(step, seconds=deadline - loop.time()) if isinstance(step, Journey) else step

    async def _ask(self, journey: Journey) -> Outcome | Journey:
        route = journey.route
        headers = {"Accept": ACCEPT} | _validators(journey) | ({"Authorization": route.auth} if route.auth else {})
        async with self._session.get(route.url, headers=headers, allow_redirects=False) as response:
            if response.status in REDIRECTS and "location" in response.headers:
                return replace(journey, route=redirected(route, response.status, response.headers["location"]))
            return await self._outcome(journey, response)

    async def _outcome(self, journey: Journey, response: aiohttp.ClientResponse) -> Outcome:
        headers = plain_headers(response.headers)
        feed_id, route, now = journey.request.feed_id, journey.route, self._clock()
        if response.status == 304 and _validators(journey):
            return NotModified(feed_id=feed_id, headers=headers, moved_to=route.moved_to, at=now)
        if response.status not in WITH_BODY:
            return Failed(
                feed_id=feed_id,
                reason=status_sentence(response.status, headers),
                status=response.status,
                retry_after=retry_after(response.status, headers, now),
                at=now,
            )
        body = await whole_body(response, self._limits.max_bytes)
        if not body.strip():
            return self._failed(journey, "the server answered with an empty document", response.status)
        return Fetched(feed_id=feed_id, url=str(route.url), body=body, headers=headers, moved_to=route.moved_to, at=now)

    def _failed(self, journey: Journey, reason: str, status: int | None = None) -> Failed:
        return Failed(feed_id=journey.request.feed_id, reason=reason, status=status, at=self._clock())


def _validators(journey: Journey) -> dict[str, str]:
    request = journey.request
    if not journey.route.same_site:
        return {}
    sent = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in sent.items() if value}
