"""Trying feeds, and finding those of a site: asked like feeds, and nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from watchtower.errors import FetchError, UserError
from watchtower.parse import discovery
from watchtower.parse import visit as visits
from watchtower.pipeline.collecting import check_names
from watchtower.seams import Fetcher, Parser
from watchtower.text import web_address, without_credentials
from watchtower.types import Failed, Feed, Fetched, FetchRequest, FoundFeed, Outcome, Trial

#: addresses of a site that are tried at most, of each sort
MOST_TRIED = 20


def try_feeds(
    feeds: Sequence[Feed],
    fetcher: Fetcher,
    parser: Parser,
    *,
    only: Sequence[str] = (),
    on_start: Callable[[int], None] = lambda feeds: None,
    on_trial: Callable[[Trial], None] = lambda trial: None,
) -> list[Trial]:
    """Ask every enabled feed now, or ``only`` these, enabled or not; what came of each, in the order of ``feeds``.

    Raises ``UserError`` for a feed that is not in feeds.yml.
    """
    check_names(only, feeds, enabled=False)
    asked = {feed.id: feed for feed in feeds if (feed.id in only if only else feed.enabled)}
    on_start(len(asked))
    trials = {}
    with closing(fetcher.fetch([visits.request_for(feed, None) for feed in asked.values()])) as outcomes:
        for outcome in outcomes:
            trial = discovery.trial_of(visits.read(asked[outcome.feed_id], outcome, parser))
            trials[trial.feed] = trial
            on_trial(trial)
    return [trials[id] for id in asked]


def discover(address: str, fetcher: Fetcher, parser: Parser) -> list[FoundFeed]:
    """Find the feeds of a web page, or of its site: those it names, else those where feeds usually are.

    Where the address is a feed itself, that is the answer. Raises ``UserError`` for what is no web address, and
    ``FetchError`` where the page cannot be had and no feed is found at the usual places either.
    """
    url, outcome = _page(address, fetcher)
    named: list[str] = []
    alike: list[str] = []
    if isinstance(outcome, Fetched):
        if itself := discovery.found_feed(outcome, parser):
            return [itself]
        named, alike = discovery.linked(outcome.body, outcome.headers, outcome.url)
        url = outcome.url
    found = _tried(named, fetcher, parser) or _tried([*alike[:MOST_TRIED], *discovery.usual(url)], fetcher, parser)
    if not found and isinstance(outcome, Failed):
        raise FetchError(f"{without_credentials(url)}: {outcome.reason}")
    return found


def _page(address: str, fetcher: Fetcher) -> tuple[str, Outcome]:
    """Ask for a page; where its address has no scheme, over https and, if nobody answers there, over http."""
    first, second = (address, None) if "://" in address else (f"https://{address}", f"http://{address}")
    url = web_address(first)
    if url is None:
        raise UserError(f"not a web address: {address!r}")
    [outcome] = fetcher.fetch([FetchRequest(feed_id=url, url=url)])
    if second and isinstance(outcome, Failed) and outcome.status is None:
        return _page(second, fetcher)
    return url, outcome


def _tried(urls: Sequence[str], fetcher: Fetcher, parser: Parser) -> list[FoundFeed]:
    """Return the feeds among these addresses, each once, in their order."""
    requests = [FetchRequest(feed_id=url, url=url) for url in dict.fromkeys(urls)]
    with closing(fetcher.fetch(requests[: 2 * MOST_TRIED])) as outcomes:
        came = {
            one.feed_id: found
            for one in outcomes
            if isinstance(one, Fetched) and (found := discovery.found_feed(one, parser))
        }
    in_order = [came[request.feed_id] for request in requests if request.feed_id in came]
    return list({feed.url: feed for feed in in_order}.values())
