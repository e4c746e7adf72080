"""One request on its way: redirects, validators, credentials, size and time."""

from __future__ import annotations

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from watchtower.errors import AddressRefused, FetchError
from watchtower.fetch.answers import (
    PERMANENT,
    REDIRECTS,
    WITH_BODY,
    retry_after,
    status_sentence,
    trouble_sentence,
)
from watchtower.fetch.guard import Guard
from watchtower.text import without_credentials
from watchtower.types import Failed, Fetched, FetchRequest, NotModified, Outcome

MOST_REDIRECTS = 10
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
#: what we offer, and so all that a server may send; brotli and zstd decoders do not bound their output everywhere
ENCODINGS = frozenset({"", "identity", "gzip", "deflate", "x-gzip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much."""

    #: seconds for one feed, redirects and body included
    timeout_seconds: float
    #: bytes of one decoded body
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A request at one point of its redirect chain."""

    request: FetchRequest
    url: URL
    #: seconds left; waiting for a lane does not count
    seconds: float
    hops: int = 0
    #: every redirect so far was permanent
    permanent: bool = True
    #: user name and password of the first address as an Authorization header, as long as they may be sent
    auth: str | None = field(default=None, repr=False)
    #: the validators still belong to the site that is asked
    conditional: bool = True

    @property
    def host(self) -> str:
        return self.url.host or ""

    @property
    def moved_to(self) -> str | None:
        """The address after permanent redirects only."""
        return str(self.url) if self.hops and self.permanent else None


def departure(request: FetchRequest, limits: Limits) -> Journey:
    """Start a journey; raises ``FetchError`` for what is no http or https address."""
    url = _address(request.url)
    auth = _basic(url.user or "", url.password or "") if url.user or url.password else None
    return Journey(request=request, url=url.with_user(None), seconds=limits.timeout_seconds, auth=auth)


def _basic(user: str, password: str) -> str:
    """The Authorization header of user name and password (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def _address(text: str) -> URL:
    shown = without_credentials(text)
    try:
        url = URL(text).with_fragment(None)
    except ValueError as error:
        raise FetchError(f"not a valid address: {shown}") from error
    if url.scheme not in ("http", "https"):
        raise FetchError(f"only http and https are asked, not {shown}")
    if not url.host:
        raise FetchError(f"the address names no host: {shown}")
    return url


class Client:
    """Takes journeys one host further at a time. Belongs to one event loop."""

    def __init__(
        self, session: aiohttp.ClientSession, guard: Guard, limits: Limits, clock: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._guard = guard
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
        self._guard.check_host(journey.host)
        headers = _validators(journey) | ({"Authorization": journey.auth} if journey.auth else {})
        async with self._session.get(journey.url, headers=headers, allow_redirects=False) as response:
            if response.status in REDIRECTS and "location" in response.headers:
                return redirected(journey, response.status, response.headers["location"])
            return await self._outcome(journey, response)

    async def _outcome(self, journey: Journey, response: aiohttp.ClientResponse) -> Outcome:
        headers = _plain_headers(response.headers)
        feed_id, now = journey.request.feed_id, self._clock()
        if response.status == 304 and _validators(journey):
            return NotModified(feed_id=feed_id, headers=headers, moved_to=journey.moved_to, at=now)
        if response.status not in WITH_BODY:
            return Failed(
                feed_id=feed_id,
                reason=status_sentence(response.status, headers),
                status=response.status,
                retry_after=retry_after(response.status, headers, now),
                at=now,
            )
        body = await _body(response, self._limits.max_bytes)
        if not body.strip():
            return self._failed(journey, "the server answered with an empty document", response.status)
        return Fetched(
            feed_id=feed_id, url=str(journey.url), body=body, headers=headers, moved_to=journey.moved_to, at=now
        )

    def _failed(self, journey: Journey, reason: str, status: int | None = None) -> Failed:
        return Failed(feed_id=journey.request.feed_id, reason=reason, status=status, at=self._clock())


def _validators(journey: Journey) -> dict[str, str]:
    request = journey.request
    if not journey.conditional:
        return {}
    sent = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in sent.items() if value}


def redirected(journey: Journey, status: int, location: str) -> Journey:
    """Follow one redirect; raises ``FetchError`` where it may not be followed.

    Credentials stay with their host and are never sent from https to http; validators stay with the site that
    gave them, where ``www.`` makes no difference.
    """
    if journey.hops >= MOST_REDIRECTS:
        raise FetchError(f"more than {MOST_REDIRECTS} redirects")
    try:
        target = journey.url.join(URL(_text(location)))
        url = _address(str(target.with_user(None) if target.host else target))
    except ValueError as error:
        raise FetchError(f"redirected to something that is no address: {without_credentials(location)}") from error
    except FetchError as error:
        raise FetchError(f"redirected: {error}") from error
    may_know = url.host == journey.host and not (journey.url.scheme == "https" and url.scheme == "http")
    return replace(
        journey,
        url=url,
        hops=journey.hops + 1,
        permanent=journey.permanent and status in PERMANENT,
        auth=journey.auth if may_know else None,
        conditional=journey.conditional and _site(url) == _site(journey.url),
    )


def _site(url: URL) -> str:
    return (url.host or "").removeprefix("www.")


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read a body, never more than ``max_bytes`` after decoding; raises ``FetchError``."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise FetchError(f"the answer is compressed with {encoding}, which was not asked for")
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > max_bytes:
            raise FetchError(_too_large(max_bytes))
    return _unpacked(bytes(body), max_bytes)


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    """Unpack a gzip file that was sent as if it were the document itself."""
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise FetchError(f"the answer is a damaged gzip file: {error}") from error
    if len(plain) > max_bytes:
        raise FetchError(_too_large(max_bytes))
    return plain


def _too_large(max_bytes: int) -> str:
    return f"the document is larger than {max_bytes:,} bytes (fetch.max_bytes)"


def _plain_headers(headers: CIMultiDictProxy[str]) -> Mapping[str, str]:
    """Lower-cased names; a header sent twice is joined, a validator sent twice is the first.

    A validator that is not UTF-8 cannot be sent back as it came, and so is left out.
    """
    plain: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        if name in ("etag", "last-modified"):
            if value.isprintable():
                plain.setdefault(name, value)
        else:
            plain[name] = f"{plain[name]}, {_text(value)}" if name in plain else _text(value)
    return plain


def _text(value: str) -> str:
    """Undo aiohttp's surrogates: bytes that are not UTF-8 are Latin-1 in HTTP (RFC 9110 section 5.5)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value
