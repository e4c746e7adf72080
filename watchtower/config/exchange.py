"""Feeds and the outlines of OPML: what a feed is written as, and which outlines make new feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from watchtower.config.feeds import FEED, host_of, place_of
from watchtower.config.formats import LANGUAGE, UNITS, slug
from watchtower.config.json_tree import read_json
from watchtower.config.shapes import fits
from watchtower.config.validate import Log, read
from watchtower.opml import PREFIX, Outline
from watchtower.text import clean, web_address, without_credentials
from watchtower.types import Feed

#: keys of feeds.yml that OPML has no name for; the others are xmlUrl, title and language
_OWN = tuple(name for name in (field.name for field in FEED.fields) if name not in ("url", "title", "language"))
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """An entry for feeds.yml."""

    #: keys of feeds.yml with their values, in the order in which they are written
    entry: Mapping[str, str | bool | None]
    #: the folders that it stood in
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What the outlines of a list come to."""

    new: tuple[NewFeed, ...] = ()
    #: outlines whose address a feed has already, with that feed's id
    known: tuple[tuple[Outline, str], ...] = ()
    #: outlines that make no feed, with the reason
    left_out: tuple[tuple[Outline, str], ...] = ()


def outline_of(feed: Feed, *, with_password: bool) -> dict[str, str]:
    """Write a feed as the attributes of an outline; nothing of it is left to defaults."""
    url = feed.url if with_password or not has_password(feed) else web_address(feed.url) or ""
    values = {
        "id": feed.id,
        "owner": feed.owner,
        "country": feed.country,
        "kind": feed.kind,
        "state": feed.state,
        "reliability": feed.reliability,
        "every": span(feed.every) if feed.every else "null",
        "enabled": "true" if feed.enabled else "false",
        "full_text": "true" if feed.full_text else "false",
    }
    named = {"type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": url, "language": feed.language}
    return named | {f"{PREFIX}:{key}": value for key, value in values.items() if value is not None}


def has_password(feed: Feed) -> bool:
    """Tell whether a user name or a password stands in the feed's address."""
    return without_credentials(feed.url) != clean(feed.url)


def span(duration: timedelta) -> str:
    """Write a duration in the largest unit that gives a whole number.

    >>> span(timedelta(minutes=90)), span(timedelta(days=14))
    ('90m', '2w')
    """
    seconds = int(duration.total_seconds())
    unit = max((unit for unit, size in UNITS.items() if seconds % size == 0), key=UNITS.__getitem__)
    return f"{seconds // UNITS[unit]}{unit}"


def sort_out(outlines: Iterable[Outline], feeds: Iterable[Feed], language: str | None) -> Sorted:
    """Tell which outlines are new, known by address, or no feed; ``language`` is for those that state none."""
    known: dict[str, str] = {}
    for feed in feeds:
        known.setdefault(place_of(feed.url), feed.id)
    taken = set(known.values())
    made, there, left_out = [], [], []
    for outline in outlines:
        url = _web_address(outline.address)
        if (place := place_of(url)) in known:
            there.append((outline, known[place]))
            continue
        entry = _entry(outline, url, language, taken)
        if why := _wrong(entry, outline):
            left_out.append((outline, why))
            continue
        made.append(NewFeed(entry=entry, folders=outline.folders))
        known[place] = str(entry["id"])
        taken.add(str(entry["id"]))
    return Sorted(new=tuple(made), known=tuple(there), left_out=tuple(left_out))


def _web_address(written: str) -> str:
    """Undo the ``feed:`` scheme, which some readers put before or in place of http."""
    found = re.match(r"feed:(//)?(?=https?:)|feed:(?=//)", written, re.I)
    if found is None:
        return written
    rest = written[found.end() :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _entry(outline: Outline, url: str, language: str | None, taken: Collection[str]) -> dict[str, str | bool | None]:
    given = {key: outline.attributes[name] for key in _OWN if outline.attributes.get(name := f"{PREFIX}:{key}")}
    host = host_of(url).removeprefix("www.")
    values: dict[str, str | bool | None] = {
        **given,
        "id": _free(given.get("id") or _id(outline.title, url), taken),
        "url": url,
        "title": outline.title or host,
        "language": _language(outline.attributes.get("language", "")) or language or "",
        "owner": given.get("owner") or host,
    }
    values |= {key: given[key] == "true" for key in ("enabled", "full_text") if given.get(key) in ("true", "false")}
    if given.get("every") == "null":
        values["every"] = None
    return {field.name: values[field.name] for field in FEED.fields if field.name in values}


def _id(title: str, url: str) -> str:
    """Make an id of the title, or of the address where the title has no Latin letters to speak of."""
    made = slug(title)
    if len(re.findall("[a-z]", made)) < 3:
        made = slug(re.sub(r"^[a-z]+://(www\.)?", "", url.partition("?")[0], flags=re.I))
    return made[:_LONGEST_ID].strip("-") or "feed"


def _free(id: str, taken: Collection[str]) -> str:
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id}-{number}"
    return free


def is_language(text: str) -> bool:
    """Tell whether a text is a language code as feeds.yml wants it."""
    return fits(LANGUAGE.pattern, text)


def _language(written: str) -> str:
    """The language as it is written here, region and all where that fits; empty where it is none.

    >>> _language("EN-us"), _language("english please")
    ('en-US', '')
    """
    primary, _, region = written.strip().replace("_", "-").partition("-")
    whole = f"{primary.lower()}-{region.upper()}" if len(region) == 2 else primary.lower()
    return whole if is_language(whole) else ""


def _wrong(entry: Mapping[str, str | bool | None], outline: Outline) -> str:
    """Say why an entry is no feed; empty where it is one."""
    if not entry["language"]:
        return "it says no language; give one for all such outlines with --language"
    log = Log(file="")
    read(FEED, read_json(json.dumps(entry), outline.line)[0], "", log)
    return "; ".join(f"{problem.path}: {problem.message}" for problem in log.problems)
