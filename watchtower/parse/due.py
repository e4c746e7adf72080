"""When a feed is next asked: its own pace, what the server and the document ask for, and patience after failures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from watchtower.types import Feed, Pacing

#: no feed is asked without a pause, whatever feeds.yml says
SHORTEST = timedelta(seconds=1)
#: pace of a feed whose editor leaves it to us: where its server can say "unchanged", and where it cannot, so that
#: every visit costs it the whole document
PACE, PACE_WITHOUT_VALIDATORS = timedelta(hours=1), timedelta(days=1)
#: share of its usual pause, or of the silence it keeps, that a feed is left alone: what it then brings is seen late by
#: a twentieth of the time that one waited for it, at most
SHARE_OF_SILENCE = 0.05
#: share of the interval over which visits are spread, so that feeds added together do not stay together
SPREAD = 0.1
#: the same after failures, which befall many feeds at one moment when a network is down
SPREAD_OF_FAILURES = 0.5
#: wait after 429 Too Many Requests without a Retry-After: what large readers settled on
TOO_MANY_REQUESTS = timedelta(hours=4)
#: longest Retry-After that is honoured
LONGEST_RETRY_AFTER = timedelta(days=7)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What an outcome, and what is remembered of the feed, say about the next visit."""

    #: how long the answer stays fresh (Cache-Control, Expires)
    fresh: timedelta | None = None
    #: what the document asks for (ttl, syndication module)
    ttl: timedelta | None = None
    #: no request before this (Retry-After)
    retry_after: datetime | None = None
    #: the server said 429
    too_many_requests: bool = False
    #: the server gave something to ask conditionally with
    validators: bool = True
    #: usual pause between the feed's items, and how long it has been silent
    rhythm: timedelta | None = None
    silence: timedelta = timedelta(0)
    #: hours (0 to 23, UTC) and days (0 is Monday) in which the document asks not to be read
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


def next_check(feed: Feed, failures: int, hints: Hints, now: datetime, jitter: float, pacing: Pacing) -> datetime:
    """Say when to ask next; ``failures`` in a row so far, ``jitter`` from 0 to 1.

    Never sooner than the feed's own pace, and later only as far as ``pacing`` allows, unless a Retry-After says so.
    After failures the pace doubles each time.
    """
    ours = PACE if hints.validators else PACE_WITHOUT_VALIDATORS
    pace = ours if feed.every is None else max(feed.every, SHORTEST)
    wished = [wish for wish in (hints.fresh, hints.ttl) if wish is not None]
    if failures:
        # 2 ** 20 minutes are two years: more doublings change nothing
        wished.append(pace * 2 ** min(failures - 1, 20))
    elif hints.rhythm is not None:
        wished.append(min(SHARE_OF_SILENCE * max(hints.rhythm, hints.silence), pacing.at_least_every))
    if hints.too_many_requests and hints.retry_after is None:
        wished.append(TOO_MANY_REQUESTS)
    interval = max(pace, min(max(wished, default=pace), pacing.longest_wait))
    chosen = now + interval * (1 + (SPREAD_OF_FAILURES if failures else SPREAD) * jitter)
    if hints.retry_after is not None:
        # spread too: a server in trouble names the same moment to every feed it has
        promised = min(hints.retry_after, now + LONGEST_RETRY_AFTER) + interval * SPREAD * jitter
        chosen = max(chosen, promised)
    return _outside(chosen, hints, jitter)


def _outside(moment: datetime, hints: Hints, jitter: float) -> datetime:
    """The first moment from here on that is in no hour and on no day that the document asks to leave out.

    A document that leaves out everything asks for nothing.
    """
    if len(hints.skip_hours) >= 24 or len(hints.skip_days) >= 7:
        return moment
    late = moment
    while late.hour in hints.skip_hours or late.weekday() in hints.skip_days:
        late = late.replace(minute=0, second=0, microsecond=0) + _HOUR
    return moment if late == moment else late + jitter * _HOUR / 2


def jitter_of(feed_id: str, turn: int = 0) -> float:
    """A feed's own place within the spread: from 0 to 1, the same in every run, another at each turn."""
    return int.from_bytes(blake2b(f"{turn} {feed_id}".encode(), digest_size=4).digest()) / 2**32


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer may be taken as fresh (RFC 9111 section 4.2.1), or None where it does not say.

    ``headers`` are lower-cased. ``no-cache`` and ``no-store`` win over ``max-age``; Expires counts only without
    Cache-Control, and from the server's own Date.
    """
    control = headers.get("cache-control", "").lower()
    if control.strip():
        found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", control)
        if found is None or re.search(r"(?:^|[\s,])no-(?:cache|store)\b(?!\s*=)", control):
            return None
        return timedelta(seconds=int(found[1]))
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return None
    return max(expires - (_http_date(headers.get("date")) or now), timedelta(0))


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
