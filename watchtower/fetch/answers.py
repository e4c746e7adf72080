"""What an answer, or the want of one, comes to: an outcome with a plain sentence."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from watchtower.errors import AddressRefused
from watchtower.text import clean, cut, without_credentials

#: longest wait that a server may ask for; more is taken for a mistake
LONGEST_WAIT = timedelta(days=7)
#: statuses that bring a feed: OK, transformed by a proxy (RFC 9110), instance manipulation used (RFC 3229)
WITH_BODY = frozenset({200, 203, 226})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
#: statuses whose Retry-After is a promise (RFC 9110 section 10.2.3, RFC 6585)
_MAY_ASK_TO_WAIT = frozenset({429, 503})

_SENTENCES = {
    204: "the server answered without a feed (204 No Content)",
    304: "the server answered 304 Not Modified though nothing was known of the feed",
    401: "the server wants a login (401 Unauthorized)",
    403: "the server refuses us (403 Forbidden)",
    404: "there is no feed at this address (404 Not Found)",
    406: "the server cannot send a feed (406 Not Acceptable)",
    410: "the feed is gone for good (410 Gone); remove it from feeds.yml or give its new address",
    429: "the server was asked too often (429 Too Many Requests)",
    451: "the feed is withheld for legal reasons (451)",
    500: "the server has trouble (500 Internal Server Error)",
    502: "the server's gateway has trouble (502 Bad Gateway)",
    503: "the server is not available (503 Service Unavailable)",
    504: "the server's gateway waited too long (504 Gateway Timeout)",
}


def status_sentence(status: int, headers: Mapping[str, str]) -> str:
    """Say what a status without a feed means."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return f"the server wants a browser to pass a check (Cloudflare challenge, {status})"
    return _SENTENCES.get(status) or f"the server answered with status {status}"


def retry_after(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Read Retry-After (RFC 9110: seconds or an HTTP date), held within now and seven days; nonsense is None."""
    value = headers.get("retry-after", "").strip()
    if status not in _MAY_ASK_TO_WAIT or not value:
        return None
    if value.isascii() and value.isdigit():
        # more digits than a century has seconds: longer than allowed whatever they say
        wait = timedelta(seconds=int(value)) if len(value) < 10 else LONGEST_WAIT
    else:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return now + min(max(wait, timedelta(0)), LONGEST_WAIT)


def trouble_sentence(error: Exception, host: str) -> str:
    """Say what went wrong on the way, naming the host and never a credential."""
    return cut(without_credentials(_trouble(error, host)), 300)


def _trouble(error: Exception, host: str) -> str:
    match error:
        case AddressRefused():
            return str(error)
        case aiohttp.ClientConnectorError():
            return _no_connection(error, host)
        case ssl.SSLError():
            return f"no secure connection to {host}: {_cause(error)}"
        case aiohttp.ServerDisconnectedError():
            return f"{host} closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return f"the answer of {host} broke off or is damaged: {_cause(error.__cause__ or error)}"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy (fetch.proxy) does not lead to {host}: {error.status} {error.message}"
        case aiohttp.ClientResponseError():
            return f"the answer of {host} is not valid HTTP: {error.message}"
        case aiohttp.InvalidURL():
            return f"not a valid address: {error}"
        case _:
            return f"the connection to {host} broke: {_cause(error)}"


def _no_connection(error: aiohttp.ClientConnectorError, host: str) -> str:
    match error:
        case aiohttp.ClientProxyConnectionError():
            return f"no connection to the proxy (fetch.proxy): {_cause(error.os_error)}"
        case aiohttp.ClientConnectorDNSError():
            return f"the name {host} could not be resolved: {_cause(error.os_error)}"
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {host} is not valid: {_cause(error.certificate_error)}"
        case aiohttp.ClientConnectorSSLError():
            return f"no secure connection to {host}: {_cause(error)}"
        case _:
            return f"no connection to {host}: {_cause(error.os_error)}"


def _cause(error: BaseException) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return clean(said) or type(error).__name__
