"""When a feed is next asked: its own pace, what the server and the document ask for, and patience after failures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

from watchtower.types import Feed

#: no feed is asked without a pause, whatever feeds.yml says
SHORTEST = timedelta(seconds=1)
#: longest wait that a server's or document's wish, or a row of failures, can bring about
LONGEST = timedelta(hours=24)
#: share of the interval over which visits are spread, so that feeds added together do not stay together
SPREAD = 0.1
#: wait after 429 Too Many Requests without a Retry-After: what large readers settled on
TOO_MANY_REQUESTS = timedelta(hours=4)
#: longest Retry-After that is honoured
LONGEST_RETRY_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What an outcome says about the next visit."""

    #: how long the answer stays fresh (Cache-Control, Expires)
    fresh: timedelta | None = None
    #: what the document asks for (ttl, syndication module)
    ttl: timedelta | None = None
    #: no request before this (Retry-After)
    retry_after: datetime | None = None
    #: the server said 429
    too_many_requests: bool = False


def next_check(feed: Feed, failures: int, hints: Hints, now: datetime, jitter: float) -> datetime:
    """Say when to ask next; ``failures`` in a row so far, ``jitter`` from 0 to 1.

    Never sooner than the feed's own pace, and not later than that or a day (each plus a tenth), unless a
    Retry-After says so. After failures the pace doubles each time.
    """
    pace = max(feed.every, SHORTEST)
    wished = [wish for wish in (hints.fresh, hints.ttl) if wish is not None]
    if failures:
        # 2 ** 20 minutes are two years: more doublings change nothing
        wished.append(pace * 2 ** min(failures - 1, 20))
    if hints.too_many_requests and hints.retry_after is None:
        wished.append(TOO_MANY_REQUESTS)
    interval = max(pace, min(max(wished, default=pace), LONGEST))
    chosen = now + interval * (1 + SPREAD * jitter)
    if hints.retry_after is None:
        return chosen
    return max(chosen, min(hints.retry_after, now + LONGEST_RETRY_AFTER))


def jitter_of(feed_id: str) -> float:
    """A feed's own place within the spread: from 0 to 1, the same in every run."""
    return int.from_bytes(blake2b(feed_id.encode(), digest_size=4).digest()) / 2**32


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
