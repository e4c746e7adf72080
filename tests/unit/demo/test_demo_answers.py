"""What the demo's server answers, and that it does so over real HTTP."""

from __future__ import annotations

import gzip
import http.client
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from watchtower.demo.answers import answer, path_of
from watchtower.demo.documents import document
from watchtower.demo.samples import Quirk, SampleEntry, SampleFeed, shown
from watchtower.demo.server import serving

AT = datetime(2024, 10, 30, 12, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def feed(quirk: Quirk = Quirk.NONE, format: str = "rss2") -> SampleFeed:
    words = {"guid": "a", "url": "https://x.example/a", "title": "Dam opens", "summary": ""}
    entries = tuple(SampleEntry(**words, published=at, appears=at, written=at) for at in (AT, LATER))
    description = {"id": "harbour", "title": "Harbour News", "language": "en"}
    return SampleFeed(description=description, format=format, quirk=quirk, entries=entries)


def test_a_feed_is_sent_as_it_stood():
    for moment in (AT, LATER):
        given = answer((feed(),), "/feeds/harbour.xml", {}, moment)
        assert (given.status, given.body) == (HTTPStatus.OK, document(feed(), shown(feed(), moment)).body)


def test_what_accepts_gzip_gets_gzip():
    plain = answer((feed(),), "/feeds/harbour.xml", {}, AT)
    packed = answer((feed(),), "/feeds/harbour.xml", {"accept-encoding": "gzip, deflate"}, AT)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize(("name", "header"), [("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")])
def test_what_is_known_already_is_not_sent_again(name, header):
    first = answer((feed(),), "/feeds/harbour.xml", {}, AT)
    again = answer((feed(),), "/feeds/harbour.xml", {name: first.headers[header]}, AT)
    changed = answer((feed(),), "/feeds/harbour.xml", {name: first.headers[header]}, LATER)
    assert (again.status, again.body) == (HTTPStatus.NOT_MODIFIED, b"")
    assert changed.status == HTTPStatus.OK


def test_another_etag_goes_before_the_date():
    headers = {"if-none-match": '"other"', "if-modified-since": "Thu, 31 Oct 2024 12:00:00 GMT"}
    assert answer((feed(),), "/feeds/harbour.xml", headers, AT).status == HTTPStatus.OK


def test_a_moved_feed_is_found_where_it_went():
    moved = answer((feed(Quirk.MOVED),), "/feeds/harbour.xml", {}, AT)
    assert (moved.status, moved.headers) == (HTTPStatus.MOVED_PERMANENTLY, {"Location": "/moved/harbour.xml"})
    assert answer((feed(Quirk.MOVED),), moved.headers["Location"], {}, AT).status == HTTPStatus.OK


@pytest.mark.parametrize("path", ["/feeds/harbour.xml", "/", "/feeds/other.xml"])
def test_a_dead_feed_and_what_is_no_feed_are_not_found(path):
    assert answer((feed(Quirk.DEAD),), path, {}, AT).status == HTTPStatus.NOT_FOUND


def test_a_json_feed_has_its_own_name():
    assert path_of(feed(format="jsonfeed")) == "/feeds/harbour.json"


def test_the_server_lives_in_the_moment_it_was_set_to():
    with serving((feed(),), AT) as server:
        assert server.url_of(feed()) == f"http://127.0.0.1:{server.server_port}/feeds/harbour.xml"
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        bodies = []
        for moment in (AT, LATER):
            server.as_of = moment
            connection.request("GET", "/feeds/harbour.xml")
            response = connection.getresponse()
            bodies.append(response.read())
        connection.close()
    assert response.headers["Date"] == "Thu, 31 Oct 2024 12:00:00 GMT"
    assert [body.count(b"<item>") for body in bodies] == [1, 2]


def test_nobody_answers_once_the_server_is_left():
    with serving((feed(),), AT) as server:
        port = server.server_port
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=10).connect()
