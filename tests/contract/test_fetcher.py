"""What every ``seams.Fetcher`` promises, kept by the one that asks servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.servers import LoopbackServer
from watchtower.fetch.guard import Guard
from watchtower.fetch.http import HttpFetcher
from watchtower.seams import Fetcher
from watchtower.types import Failed, Fetched, FetchRequest, NotModified

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
RSS = b"<rss version='2.0'><channel/></rss>"
LIMIT = 10_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """A fetcher, and a way to put a document where it finds it; that gives the request for it."""

    fetcher: Fetcher
    put: Callable[[str, bytes], FetchRequest]


@pytest.fixture
def place() -> Iterator[Place]:
    with LoopbackServer() as server:

        def put(feed_id: str, body: bytes) -> FetchRequest:
            url = server.serve(
                f"/{feed_id}", body, etag=f'"{len(body)}"', last_modified="Mon, 23 Nov 2026 05:00:00 GMT"
            )
            return FetchRequest(feed_id=feed_id, url=url)

        yield Place(
            put=put,
            fetcher=HttpFetcher(
                concurrency=4,
                per_host=4,
                timeout_seconds=5,
                max_bytes=LIMIT,
                user_agent="watchtower/test",
                guard=Guard(allow_private_networks=True),
                clock=lambda: NOW,
            ),
        )


def test_a_document_comes_as_it_is_with_lower_case_headers(place: Place) -> None:
    request = place.put("a", RSS)
    (outcome,) = place.fetcher.fetch([request])
    assert isinstance(outcome, Fetched)
    assert (outcome.feed_id, outcome.url, outcome.body, outcome.at) == ("a", request.url, RSS, NOW)
    assert outcome.headers["content-type"] == "application/xml"
    assert {"etag", "last-modified"} <= set(outcome.headers)


def test_an_unchanged_document_is_not_sent_again(place: Place) -> None:
    request = place.put("a", RSS)
    (first,) = place.fetcher.fetch([request])
    assert isinstance(first, Fetched)
    again = FetchRequest(
        feed_id="a", url=request.url, etag=first.headers["etag"], last_modified=first.headers["last-modified"]
    )
    (second,) = place.fetcher.fetch([again])
    assert isinstance(second, NotModified)
    assert (second.feed_id, second.at, second.headers["etag"]) == ("a", NOW, again.etag)
    place.put("a", RSS + b"<!-- changed -->")
    (third,) = place.fetcher.fetch([again])
    assert isinstance(third, Fetched)


def test_every_request_gets_one_outcome_and_a_bad_one_stops_no_other(place: Place) -> None:
    requests = [place.put(f"feed-{n}", RSS) for n in range(30)]
    absent = FetchRequest(feed_id="absent", url=requests[0].url.replace("feed-0", "absent"))
    outcomes = {outcome.feed_id: outcome for outcome in place.fetcher.fetch([*requests[:15], absent, *requests[15:]])}
    assert len(outcomes) == 31
    failed = outcomes.pop("absent")
    assert isinstance(failed, Failed)
    assert (failed.status, bool(failed.reason)) == (404, True)
    assert all(isinstance(outcome, Fetched) for outcome in outcomes.values())


@pytest.mark.parametrize("body", [b"", b" \n", b"x" * (LIMIT + 1)], ids=["empty", "blank", "too large"])
def test_what_cannot_be_used_is_a_failure_with_a_sentence(place: Place, body: bytes) -> None:
    (outcome,) = place.fetcher.fetch([place.put("a", body)])
    assert isinstance(outcome, Failed)
    assert "document" in outcome.reason


def test_an_iterator_can_be_left_early_and_the_fetcher_used_again(place: Place) -> None:
    requests = [place.put(f"feed-{n}", RSS) for n in range(10)]
    outcomes = place.fetcher.fetch(requests)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # a generator
    assert len(list(place.fetcher.fetch(requests))) == 10


def test_nothing_asked_gives_nothing(place: Place) -> None:
    assert list(place.fetcher.fetch([])) == []
