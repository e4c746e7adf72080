"""Where a request has got to on its way through redirects, and what may go along."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace

from yarl import URL

from watchtower.errors import FetchError
from watchtower.fetch.answers import PERMANENT
from watchtower.fetch.headers import readable
from watchtower.text import without_credentials

MOST_REDIRECTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One point of a redirect chain."""

    url: URL
    hops: int = 0
    #: every redirect so far was permanent
    permanent: bool = True
    #: user name and password of the first address as an Authorization header, as long as they may be sent
    auth: str | None = field(default=None, repr=False)
    #: what was learned from the first address (its validators) still belongs to the site that is asked
    same_site: bool = True

    @property
    def host(self) -> str:
        # the name as it is asked for; yarl decodes ``host`` anew each time, which cost a fifth of a whole cycle
        return self.url.raw_host or ""

    @property
    def moved_to(self) -> str | None:
        """The address after permanent redirects only."""
        return str(self.url) if self.hops and self.permanent else None


def first_stop(address: str) -> Route:
    """Start at an address; raises ``FetchError`` for what is no http or https address."""
    url = _url(address)
    auth = _basic(url.user or "", url.password or "") if url.user or url.password else None
    return Route(url=url.with_user(None), auth=auth)


def redirected(route: Route, status: int, location: str) -> Route:
    """Follow one redirect; raises ``FetchError`` where it may not be followed.

    Credentials stay with their host and are never sent from https to http; validators stay with the site that
    gave them, where ``www.`` makes no difference.
    """
    if route.hops >= MOST_REDIRECTS:
        raise FetchError(f"more than {MOST_REDIRECTS} redirects")
    try:
        target = route.url.join(URL(readable(location)))
        url = _url(str(target.with_user(None) if target.host else target))
    except ValueError as error:
        raise FetchError(f"redirected to something that is no address: {without_credentials(location)}") from error
    except FetchError as error:
        raise FetchError(f"redirected: {error}") from error
    may_know = url.raw_host == route.host and not (route.url.scheme == "https" and url.scheme == "http")
    return replace(
        route,
        url=url,
        hops=route.hops + 1,
        permanent=route.permanent and status in PERMANENT,
        auth=route.auth if may_know else None,
        same_site=route.same_site and _site(url) == _site(route.url),
    )


def _basic(user: str, password: str) -> str:
    """The Authorization header of user name and password (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def _url(text: str) -> URL:
    shown = without_credentials(text)
    try:
        url = URL(text).with_fragment(None)
    except ValueError as error:
        raise FetchError(f"not a valid address: {shown}") from error
    if url.scheme not in ("http", "https"):
        raise FetchError(f"only http and https are asked, not {shown}")
    if not url.raw_host:
        raise FetchError(f"the address names no host: {shown}")
    return url


def _site(url: URL) -> str:
    return (url.raw_host or "").removeprefix("www.")
