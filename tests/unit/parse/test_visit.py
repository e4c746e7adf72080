"""What one visit changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.factories import NOW, feed, state
from tests.fakes import InProcessParser
from watchtower.parse.visit import decide, due, read, request_for
from watchtower.types import (
    Failed,
    Feed,
    FeedState,
    Fetched,
    Item,
    KnownItem,
    NotModified,
    Outcome,
    Pacing,
    Visit,
    VisitKind,
)

HOUR = timedelta(hours=1)
FEED = feed(every=HOUR)
LATER = NOW + timedelta(hours=2)


def item(title: str = "Dam opens", guid: str | None = "urn:dam", **fields: str) -> str:
    values = {"title": title, "guid": guid, **fields}
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items() if value is not None)
    return f"<item>{inside}</item>".replace("<guid>", "<guid isPermaLink='false'>")


def fetched(*items: str, headers: Mapping[str, str] | None = None, **given: Any) -> Fetched:
    body = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()
    return Fetched(**{"feed_id": FEED.id, "url": FEED.url, "body": body, "headers": headers or {}, "at": NOW, **given})


def unchanged(**headers: str) -> NotModified:
    return NotModified(feed_id=FEED.id, headers={k.replace("_", "-"): v for k, v in headers.items()}, at=NOW)


def failed(**given: Any) -> Failed:
    return Failed(**{"feed_id": FEED.id, "reason": "the server has trouble", "at": NOW, **given})


def visit(
    outcome: Outcome, before: FeedState | None = None, known: Mapping[str, KnownItem] | None = None,
    now: datetime = NOW, of: Feed = FEED,
) -> Visit:  # fmt: skip
    return decide(of, before, read(of, outcome, InProcessParser()), known or {}, now, Pacing())


def remember(*items: Item) -> dict[str, KnownItem]:
    names = ("id", "key", "url", "title", "content_hash", "revision", "first_seen", "dated")
    return {item.key: KnownItem(**{name: getattr(item, name) for name in names}) for item in items}


# --- validators and state (F1 to F5, F15, F21)


def test_f1_validators_of_a_read_document_are_kept_byte_for_byte() -> None:
    made = visit(fetched(item(), headers={"etag": 'W/"a"', "last-modified": "X"}))
    assert (made.kind, made.state.etag, made.state.last_modified) == (VisitKind.FETCHED, 'W/"a"', "X")
    request = request_for(FEED, made.state)
    assert (request.etag, request.last_modified, request.url) == ('W/"a"', "X", FEED.url)


def test_f2_a_validator_that_is_no_longer_sent_is_forgotten() -> None:
    made = visit(fetched(item(), headers={"etag": '"b"'}), state(FEED.id, etag='"a"', last_modified="X"))
    assert (made.state.etag, made.state.last_modified) == ('"b"', None)


def test_f3_304_keeps_the_etag_takes_the_new_time_and_counts_as_success() -> None:
    before = state(FEED.id, etag='"a"', last_modified="X", failures=3, problem="the server has trouble")
    made = visit(unchanged(etag='"other"', last_modified="Y"), before, now=LATER)
    assert (made.kind, made.state.etag, made.state.last_modified) == (VisitKind.UNCHANGED, '"a"', "Y")
    assert (made.state.failures, made.state.problem, made.problem, made.state.last_success) == (0, None, None, LATER)
    assert visit(unchanged(), before).state.last_modified == "X"


@pytest.mark.parametrize("body", [b"<html><title>Sign in</title></html>", b"<rss version='2.0'><channel><it", b"{}"])
def test_f4_what_is_no_feed_is_a_failure_that_leaves_no_validators(body: bytes) -> None:
    before = state(FEED.id, etag='"a"', last_modified="X")
    made = visit(fetched(body=body, headers={"etag": '"broken"'}), before)
    assert made.kind is VisitKind.FAILED
    assert made.problem == made.state.problem is not None
    assert (made.state.etag, made.state.last_modified, made.state.failures) == (None, None, 1)
    assert (made.new, made.state.last_success) == ((), before.last_success)
    then = visit(unchanged(), made.state)
    assert (then.kind, then.problem, then.state.failures) == (VisitKind.FAILED, made.problem, 2)


def test_f4_a_document_that_breaks_off_gives_its_entries_but_no_validators() -> None:
    body = f"<rss version='2.0'><channel>{item()}{item('Second', 'urn:2')}<item><ti".encode()
    made = visit(fetched(body=body, headers={"etag": '"a"'}))
    assert [new.title for new in made.new] == ["Dam opens", "Second"]
    assert (made.kind, made.state.etag) == (VisitKind.FETCHED, None)
    assert "breaks off" in made.warnings[-1]


def test_f5_another_address_drops_validators_and_failures_but_not_the_history() -> None:
    before = state(FEED.id, etag='"a"', last_modified="X", failures=9, gone=True, moved_to="https://m.example/")
    moved = replace(FEED, url="https://new.example/feed.xml")
    assert (request_for(moved, before).etag, request_for(moved, before).last_modified) == (None, None)
    assert due([moved], {FEED.id: before}, NOW) == [moved]
    after = visit(failed(), before, of=moved).state
    assert (after.url, after.etag, after.failures, after.gone, after.moved_to) == (moved.url, None, 1, False, None)
    assert after.last_success == before.last_success


def test_a_failure_keeps_validators_and_counts() -> None:
    before = state(FEED.id, etag='"a"', last_modified="X", failures=2)
    made = visit(failed(status=500), before, now=LATER)
    after = made.state
    assert (after.etag, after.last_modified, after.failures, after.last_attempt) == ('"a"', "X", 3, LATER)
    assert (made.kind, made.problem, after.problem) == (
        VisitKind.FAILED,
        "the server has trouble",
        "the server has trouble",
    )
    assert after.next_check >= LATER + 4 * HOUR
    assert after.last_success == before.last_success


def test_f10_retry_after_holds_over_a_restart() -> None:
    wait = NOW + timedelta(days=2)
    after = visit(failed(status=429, retry_after=wait)).state
    assert wait <= after.next_check <= wait + HOUR * 0.1
    assert due([FEED], {FEED.id: after}, wait - timedelta(seconds=1)) == []
    assert due([FEED], {FEED.id: after}, after.next_check) == [FEED]


def test_f10_too_many_requests_without_a_time_means_hours() -> None:
    assert visit(failed(status=429)).state.next_check >= NOW + timedelta(hours=4)


def test_f15_a_gone_feed_is_not_asked_again_unless_forced() -> None:
    after = visit(failed(status=410)).state
    assert after.gone
    assert due([FEED], {FEED.id: after}, NOW + timedelta(days=365)) == []
    assert due([FEED], {FEED.id: after}, NOW, force=True) == [FEED]
    assert not visit(fetched(item()), after).state.gone


def test_f9_freshness_and_ttl_put_the_next_visit_off_on_200_and_on_304() -> None:
    long = {"cache-control": "max-age=43200"}
    assert visit(fetched(item(), headers=long)).state.next_check >= NOW + timedelta(hours=12)
    assert visit(
        unchanged(cache_control="max-age=43200"), state(FEED.id, etag='"a"')
    ).state.next_check >= NOW + timedelta(hours=12)
    assert visit(fetched("<ttl>300</ttl>", item())).state.next_check >= NOW + timedelta(hours=5)
    assert visit(fetched(item())).state.next_check <= NOW + HOUR * 1.1


def test_f9_what_the_document_asked_for_holds_over_a_304() -> None:
    asking = "<ttl>300</ttl><skipHours><hour>12</hour></skipHours><skipDays><day>Tuesday</day></skipDays>"
    first = visit(fetched(asking, item(), headers={"etag": '"a"'}))
    assert (first.state.ttl, first.state.skip_hours, first.state.skip_days) == (5 * HOUR, (12,), (1,))
    again = visit(unchanged(), first.state, now=LATER)
    # five hours later is one o'clock on Monday afternoon; seven hours later would be too
    assert again.state.next_check >= LATER + 5 * HOUR
    in_skipped = visit(unchanged(), first.state, now=NOW + HOUR)
    assert in_skipped.state.next_check >= NOW + 7 * HOUR
    no_more = visit(fetched(item()), again.state)
    assert (no_more.state.ttl, no_more.state.skip_hours, no_more.state.skip_days) == (None, (), ())


def test_f8_a_feed_whose_server_gives_no_validators_is_asked_once_a_day_unless_the_editor_says_otherwise() -> None:
    left = replace(FEED, every=None)
    assert visit(fetched(item()), of=left).state.next_check >= NOW + timedelta(days=1)
    assert visit(fetched(item(), headers={"etag": '"a"'}), of=left).state.next_check <= NOW + HOUR * 1.1
    assert visit(fetched(item()), of=FEED).state.next_check <= NOW + HOUR * 1.1


def test_f14_a_move_is_reported_and_forgotten_when_it_ends() -> None:
    moved = visit(fetched(item(), headers={"etag": '"a"'}, moved_to="https://new.example/")).state
    assert (moved.moved_to, moved.moved_times) == ("https://new.example/", 1)
    same = NotModified(feed_id=FEED.id, headers={}, moved_to="https://new.example/", at=NOW)
    again = visit(same, moved).state
    assert (again.moved_to, again.moved_times, again.url) == ("https://new.example/", 2, FEED.url)
    assert visit(failed(), again).state.moved_times == 2
    elsewhere = visit(fetched(item(), moved_to="https://other.example/"), again).state
    assert (elsewhere.moved_to, elsewhere.moved_times) == ("https://other.example/", 1)
    back = visit(fetched(item()), again).state
    assert (back.moved_to, back.moved_times) == (None, 0)


# --- rhythm


def dated(*hours: float) -> list[str]:
    moments = [NOW - HOUR * ago for ago in hours]
    return [item(f"Report {n}", f"urn:{n}", pubDate=format_datetime(at)) for n, at in enumerate(moments)]


def test_the_rhythm_is_learned_from_the_dates_of_a_document() -> None:
    state = visit(fetched(*dated(1, 3, 5, 7, 9, 60))).state
    assert (state.rhythm, state.pause) == (2 * HOUR, 51 * HOUR)
    assert visit(failed(), state).state.rhythm == 2 * HOUR


def test_how_long_a_feed_has_been_silent_the_first_document_tells() -> None:
    first = visit(fetched(*dated(500, 600, 700))).state
    assert first.last_new == NOW - 500 * HOUR
    then = visit(fetched(item("Another", "urn:another", pubDate=format_datetime(NOW - 400 * HOUR))), first, now=LATER)
    assert then.state.last_new == LATER


def test_without_dates_the_rhythm_is_learned_from_when_items_come() -> None:
    state = visit(fetched(item("0", "urn:0"))).state
    assert state.rhythm is None
    for day in range(1, 8):
        now = NOW + timedelta(days=day)
        state = visit(fetched(item(f"{day}", f"urn:{day}")), state, now=now).state
        state = visit(fetched(item(f"{day}", f"urn:{day}")), state, remember(*visit(
            fetched(item(f"{day}", f"urn:{day}")), now=now).new), now=now + HOUR).state  # fmt: skip
    assert (state.rhythm, state.pause) == (timedelta(days=1), timedelta(days=1))


def test_a_slow_feed_is_left_alone_for_longer_and_a_quick_one_is_not() -> None:
    slow = visit(fetched(*dated(48, 96, 144, 192, 240))).state
    assert NOW + 48 * HOUR / 20 <= slow.next_check <= NOW + 48 * HOUR / 20 * 1.1
    quick = visit(fetched(*dated(0.1, 0.2, 0.3, 0.4, 0.5))).state
    assert quick.next_check <= NOW + HOUR * 1.1


def test_a_document_that_is_no_feed_is_remembered_as_one() -> None:
    page = visit(fetched(body=b"<html><title>Sign in</title></html>")).state
    assert page.not_feed
    assert not visit(failed(), page).state.not_feed
    assert not visit(fetched(item()), page).state.not_feed


# --- which feeds are due


def test_the_longest_overdue_feed_comes_first_and_the_unknown_before_all() -> None:
    feeds = [feed(name) for name in ("soon", "late", "later", "fresh", "new")]
    hours = {"soon": 1, "late": -1, "later": -2, "fresh": 0}
    states = {name: state(name, next_check=NOW + timedelta(hours=wait)) for name, wait in hours.items()}
    assert [one.id for one in due(feeds, states, NOW)] == ["new", "later", "late", "fresh"]
    assert [one.id for one in due(feeds, states, NOW, only=["late", "soon"])] == ["late"]
    assert [one.id for one in due(feeds, states, NOW, only=["soon"], force=True)] == ["soon"]


def test_a_feed_that_is_switched_off_is_never_asked() -> None:
    assert due([replace(FEED, enabled=False)], {}, NOW, force=True, only=[FEED.id]) == []


# --- items (P3, P4, P6, P7)


def test_a_new_entry_becomes_an_item() -> None:
    made = visit(fetched(item(description="It was opened.", link="https://x.example/dam?utm_source=rss",
                              pubDate="Sun, 22 Nov 2026 21:30:00 +0900")))  # fmt: skip
    (new,) = made.new
    assert (new.key, new.url, new.title, new.summary) == (
        "urn:dam",
        "https://x.example/dam",
        "Dam opens",
        "It was opened.",
    )
    assert (new.revision, new.first_seen, new.language, new.feed_id) == (1, NOW, "en", FEED.id)
    assert new.published == new.dated == datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    assert (made.known, made.state.last_new) == (0, new.dated)


def test_seeing_the_same_document_again_changes_nothing() -> None:
    first = visit(fetched(item(), item("Second", None)))
    again = visit(fetched(item(), item("Second", None)), first.state, remember(*first.new), now=LATER)
    assert (again.new, again.revised, again.known) == ((), (), 2)
    assert again.state.last_new == NOW


def test_a_changed_text_is_the_next_revision_of_the_same_item() -> None:
    (first,) = visit(fetched(item(pubDate="Sun, 22 Nov 2026 21:30:00 GMT"))).new
    changed = fetched(item("Dam opens late", pubDate="Mon, 23 Nov 2026 05:00:00 GMT"))
    made = visit(changed, known=remember(first), now=LATER)
    (second,) = made.revised
    assert (made.new, second.id, second.key, second.revision) == ((), first.id, first.key, 2)
    assert (second.title, second.first_seen, second.dated) == ("Dam opens late", NOW, first.dated)
    assert second.content_hash != first.content_hash


@pytest.mark.parametrize(
    "again",
    [
        item("Dam  opens\n", description=" It was\topened. "),
        item(description="<p>It was opened.</p>"),
        item(description="It was opened.", pubDate="Mon, 23 Nov 2026 05:00:00 GMT"),
        item(description="It was opened.", link="https://x.example/elsewhere"),
        item(description="It was opened.", category="Rivers"),
    ],
    ids=["spaces", "markup", "date", "link", "category"],
)
def test_what_does_not_change_the_text_is_no_revision(again: str) -> None:
    first = visit(fetched(item(description="It was opened.")))
    made = visit(fetched(again), known=remember(*first.new))
    assert (made.new, made.revised, made.known) == ((), (), 1)


def test_an_item_that_changes_in_every_poll_stops_being_revised() -> None:
    (newest,) = visit(fetched(item("Reader 0"))).new
    revisions = 0
    for poll in range(1, 40):
        made = visit(fetched(item(f"Reader {poll}")), known=remember(newest))
        revisions += len(made.revised)
        (newest,) = made.revised or (newest,)
    assert (revisions, newest.revision) == (24, 25)


def test_a_guid_used_again_for_another_story_is_a_new_item() -> None:
    (first,) = visit(fetched(item("Dam opens in the north", link="https://x.example/dam"))).new
    made = visit(
        fetched(item("Minister resigns over budget", link="https://x.example/minister")), known=remember(first)
    )
    (second,) = made.new
    assert made.revised == ()
    assert second.id != first.id


def test_entries_with_the_same_date_are_all_kept() -> None:
    date = "Sun, 22 Nov 2026 21:30:00 GMT"
    made = visit(fetched(*(item(f"Report {n}", f"urn:{n}", pubDate=date) for n in range(5))))
    assert len({new.id for new in made.new}) == 5


@pytest.mark.parametrize(
    ("date", "plausible"),
    [
        ("Sun, 22 Nov 2026 21:30:00 GMT", True),
        ("Mon, 23 Nov 2026 06:00:00 GMT", True),
        ("Mon, 23 Nov 2026 06:00:01 GMT", False),
        ("Mon, 01 Jan 2399 00:00:00 GMT", False),
        ("Mon, 01 Jan 1990 00:00:00 GMT", True),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("31/02/2026", False),
        ("1795383000", False),
        ("", False),
    ],
)
def test_an_item_counts_for_its_date_only_where_that_is_plausible(date: str, plausible: bool) -> None:
    (new,) = visit(fetched(item(pubDate=date))).new
    assert (new.dated == new.published) == plausible
    assert new.dated == (new.published if plausible else NOW)


def test_an_item_without_a_title_is_called_by_what_it_has() -> None:
    notes = [
        item("", "urn:1", description="word " * 100),
        item("", "urn:2", link="https://x.example/a"),
        item("", "urn:3"),
    ]
    titles = [new.title for new in visit(fetched(*notes)).new]
    assert titles == ["word " * 18 + "word…", "https://x.example/a"]


@pytest.mark.parametrize(
    ("stated", "language"), [("ko-KR", "ko"), ("ZH_tw", "zh"), ("Korean language", "en"), ("x", "en")]
)
def test_the_entrys_own_language_goes_before_the_feeds(stated: str, language: str) -> None:
    entry = f'<item><title>A</title><l:language xmlns:l="http://purl.org/dc/elements/1.1/">{stated}</l:language></item>'
    (new,) = visit(fetched(entry)).new
    assert new.language == language


def test_the_documents_language_does_not_go_before_the_feeds() -> None:
    (new,) = visit(fetched("<language>ko</language>", item())).new
    assert new.language == "en"


def test_the_keys_to_look_up_are_all_that_an_entry_may_be_known_by() -> None:
    reading = read(
        FEED,
        fetched(item(link="https://x.example/a"), item("Second", None, link="https://x.example/b")),
        InProcessParser(),
    )
    assert {"urn:dam", "https://x.example/b"} <= set(reading.keys)
    assert read(FEED, failed(), InProcessParser()).keys == read(FEED, unchanged(), InProcessParser()).keys == ()
