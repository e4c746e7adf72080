"""``feeds.yml``: its shape, what has to hold between feeds, and the feeds it comes to."""

from __future__ import annotations

from urllib.parse import urlsplit

from watchtower.config.formats import COUNTRY, DURATION, FEED_ADDRESS, ID, LANGUAGE, PLAIN, choice, shown
from watchtower.config.shapes import Field, Flag, ListOf, Record
from watchtower.config.validate import Found, Log
from watchtower.types import Feed

KINDS = ("wire", "newspaper", "broadcaster", "magazine", "government", "think-tank", "state-media", "other")

_EVERY = Field(
    name="every",
    shape=DURATION,
    says="How often the feed is asked for at most. Left out: every hour, or once a day where its server gives nothing "
    "to ask for changes with (no ETag, no Last-Modified).",
    default="null",
    nullable=True,
)
_KIND = Field(name="kind", shape=choice(*KINDS), says="What sort of source it is.", default="other")
_RELIABILITY = Field(
    name="reliability",
    shape=choice(*"ABCDEF"),
    says="Admiralty reliability of the source, from A (completely reliable) to F (cannot be judged).",
    default="F",
)
_ENABLED = Field(name="enabled", shape=Flag(), says="Whether the feed is asked for at all.", default="true")
_FULL_TEXT = Field(
    name="full_text",
    shape=Flag(),
    says="Whether the web pages of items near a target are read too; needs the extra fulltext.",
    default="false",
)

FEED = Record(
    wanted="a feed (a mapping with id, url, title ...)",
    says="A source with an owner and a grade.",
    fields=(
        Field(name="id", shape=ID, says="Name of the feed in commands, digests and the database.", required=True),
        Field(name="url", shape=FEED_ADDRESS, says="Address of the RSS, Atom or JSON feed.", required=True),
        Field(name="title", shape=PLAIN, says="What readers of the digest see as the source.", required=True),
        Field(name="language", shape=LANGUAGE, says="Language that the feed is written in.", required=True),
        Field(name="owner", shape=PLAIN, says="Who owns the source; independence is counted by owner.", required=True),
        Field(name="country", shape=COUNTRY, says="Where the source is based.", default="null", nullable=True),
        _KIND,
        Field(
            name="state",
            shape=COUNTRY,
            says="The state that controls the source, if one does.",
            default="null",
            nullable=True,
        ),
        _RELIABILITY,
        _EVERY,
        _ENABLED,
        _FULL_TEXT,
    ),
)

FEEDS = Record(
    wanted="a mapping with the key feeds",
    says="Where watchtower looks: the feeds that it asks for.",
    fields=(
        Field(
            name="defaults",
            shape=Record(
                wanted="a mapping",
                says="What holds for feeds that do not say otherwise.",
                fields=(_KIND, _RELIABILITY, _EVERY, _ENABLED, _FULL_TEXT),
            ),
            says="What holds for feeds that do not say otherwise.",
        ),
        Field(name="feeds", shape=ListOf(item=FEED, least=1), says="The feeds.", required=True),
    ),
)


def check(found: Found, log: Log) -> None:
    """Report ids and addresses that are used twice; the very same feed twice is harmless."""
    by_id: dict[str, Found] = {}
    by_url: dict[str, Found] = {}
    for feed in found.each("feeds"):
        id_, url = feed.at("id"), feed.at("url")
        earlier = by_id.setdefault(id_.value, feed) if id_ else feed
        if id_ and earlier is not feed:
            _same_id(id_, url, earlier, log)
            if _address(earlier.at("url")) == _address(url):
                continue
        if url and (first := by_url.setdefault(_address(url), feed)) is not feed:
            named = first.at("id")
            log.add(
                url.tree,
                url.path,
                f"the address {shown(url.value)} is used twice (first on line {first.value['url'].tree.line}"
                + (f", feed '{named.value}')" if named else ")"),
            )


def _same_id(id_: Found, url: Found | None, earlier: Found, log: Log) -> None:
    line = earlier.value["id"].tree.line
    message = f"the id '{id_.value}' is used twice (first on line {line})"
    if url and _address(earlier.at("url")) == _address(url):
        log.add(id_.tree, id_.path, f"{message}, with the same address: delete one", harmless=True)
    else:
        log.add(id_.tree, id_.path, f"{message}: every feed needs an id of its own")


def _address(url: Found | None) -> str:
    """Return an address as two writings of it are compared: scheme and host in small letters, no fragment."""
    if url is None:
        return ""
    parts = urlsplit(url.value)
    return str(parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/", fragment="").geturl())


def feeds_of(found: Found) -> tuple[Feed, ...]:
    """Make the feeds of a file without problems; of a feed given twice, the first."""
    plain = found.plain()
    defaults = plain.get("defaults", {})
    feeds: dict[str, Feed] = {}
    for entry in plain["feeds"]:
        feeds.setdefault(entry["id"], Feed(**{**defaults, **entry}))
    return tuple(feeds.values())


def host_of(url: str) -> str:
    """Return the host of an address; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def place_of(url: str) -> str:
    """Return what two addresses of one feed have in common: host, port and path, without scheme or credentials.

    >>> place_of("http://Example.org:80/feed#top") == place_of("https://example.org/feed")
    True
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    return f"{host_of(url)}{port}{parts.path or '/'}?{parts.query}"
