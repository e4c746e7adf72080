"""Addresses of items: one spelling each, without what only counts readers."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urljoin, urlsplit, urlunsplit

from watchtower.text import clean, web_address

#: Query parameters that name the reader's way, not the page. Sources: Google Analytics campaign parameters (utm_*)
#: and click identifiers of Google, Meta, Microsoft, Twitter, TikTok, Yandex; Matomo (mtm_*, pk_*), HubSpot (_hs*),
#: Mailchimp (mc_*), Marketo (mkt_tok), AT Internet (at_*; BBC), Piano (xtor; Le Monde), and Miniflux's list
#: (internal/reader/urlcleaner, Apache-2.0) and ClearURLs' rules for the rest.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_(?:campaign|kwd|source|medium|content)|at_(?:medium|campaign|custom\d|link_\w+|ptr_\w+)"
    r"|gclid|gclsrc|dclid|gbraid|wbraid|_ga|_gl|fbclid|fb_(?:action_ids|action_types|source|ref)|igshid|msclkid|twclid"
    r"|ttclid|yclid|ysclid|_openstat|ymclid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|hsctatracking|__hs(?:tc|sc|fp)|vero_(?:id|conv)"
    r"|oly_(?:anon|enc)_id|wickedid|xtor|ocid|ncid|cmpid|soc_src|soc_trk|guccounter|guce_referr\w*|ref_src|ref_url"
    r"|rss_(?:id|source)|ftag|partner_?rss|s_cid|smid|sr_share|trk_\w+|spm|wt\.mc_id|ito|cvid|tracking_id)",
    re.I,
)
#: Pages that only lead on: host suffix, path, and the parameter that holds the address of the real page.
_WRAPPERS = (
    ("google.com", "/url", ("url", "q")),
    ("news.google.com", "/news/url", ("url",)),
    ("bing.com", "/news/apiclick.aspx", ("url",)),
    ("facebook.com", "/l.php", ("u",)),
    ("yandex.ru", "/clck/jsredir", ("url",)),
    ("vk.com", "/away.php", ("to",)),
    ("youtube.com", "/redirect", ("q",)),
    ("feedproxy.google.com", "/url", ("url",)),
)
#: what no host name contains, in whatever alphabet
_NO_HOST = re.compile(r"[\s<>\"\\^`{|}]")
#: an address that is absolute and in its one spelling already, but perhaps for its query and fragment
_SETTLED = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9._~!$&'()*+,=:@%/-]*"
    r"(\?[A-Za-z0-9._~!$&'()*+,=:@%/?-]+)?(\#[A-Za-z0-9._~!$&'()*+,=:@%/?-]+)?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def absolute(base_url: str, link: str | None) -> str | None:
    """Make a link of a document absolute; None where the result is not safe to link to.

    >>> absolute("https://example.org/feeds/news.xml", "../story?id=1")
    'https://example.org/story?id=1'
    """
    if not link or _SETTLED.fullmatch(link):
        return link or None
    if not (link := clean(link)):
        return None
    try:
        return web_address(urljoin(base_url, link))
    except ValueError:
        return None


def canonical_url(url: str | None) -> str | None:
    """Bring an address into its one spelling, or return None where it is no http or https address.

    Scheme and host in lower case, no default port, credentials, fragment or tracking parameters; the order of the
    other parameters stays, since it may matter. Redirect pages give way to their target where they name it.

    >>> canonical_url("HTTPS://Example.ORG:443/a?utm_source=rss&id=7#top")
    'https://example.org/a?id=7'
    """
    if url and (settled := _SETTLED.fullmatch(url)) and settled.lastindex is None:
        return url
    while (parts := _split(url)) is not None:
        url = _target(parts)
        if url is None:
            break
    if parts is None:
        return None
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit(parts._replace(path=parts.path or "/", query=query, fragment=""))


def _split(url: str | None) -> SplitResult | None:
    safe = web_address(url)
    if safe is None:
        return None
    parts = urlsplit(safe)
    host, port = _host(parts.hostname or ""), parts.port
    if not host or _NO_HOST.search(host):
        return None
    return parts._replace(netloc=host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}")


def _host(host: str) -> str:
    """ASCII form of a host name; as it is where IDNA has no form for it."""
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(unquote_plus(pair.partition("=")[0])) is not None


def _target(parts: SplitResult) -> str | None:
    for host, path, names in _WRAPPERS:
        if parts.path == path and f".{parts.netloc}".endswith(f".{host}"):
            values = dict(reversed(parse_qsl(parts.query)))
            found = next((values[name] for name in names if web_address(values.get(name))), None)
            # shorter each time, so that following ends
            return found if found is not None and len(found) < len(urlunsplit(parts)) else None
    return None
