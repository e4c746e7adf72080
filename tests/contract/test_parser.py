"""What every parser keeps: the one in this process, and the one that bounds time and memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fakes import InProcessParser
from watchtower.errors import ParseError
from watchtower.parse.feed import parse
from watchtower.parser.bounded import BoundedParser
from watchtower.seams import Parser

BASE = "https://feeds.example/news/all.xml"
FEEDS = Path(__file__).parents[1] / "data" / "feeds"
SAMPLES = sorted(path for path in FEEDS.iterdir() if not path.name.endswith(".expected.yml"))


@pytest.fixture(scope="module", params=[InProcessParser, BoundedParser])
def parser(request: pytest.FixtureRequest) -> Iterator[Parser]:
    made: Parser = request.param()
    yield made
    made.close()
    made.close()


def outcome(parser: Parser, body: bytes) -> object:
    try:
        return parser.parse(body, {"content-type": "text/xml; charset=utf-8"}, BASE)
    except ParseError as error:
        return str(error)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_document_gives_its_entries_or_a_parse_error(parser: Parser, path: Path) -> None:
    try:
        expected: object = parse(path.read_bytes(), {"content-type": "text/xml; charset=utf-8"}, BASE)
    except ParseError as error:
        expected = str(error)
    assert outcome(parser, path.read_bytes()) == expected


def test_the_content_type_and_the_address_count(parser: Parser) -> None:
    body = "<rss><channel><item><title>Плотина</title><link>a</link><br></item></channel></rss>".encode("cp1251")
    [entry] = parser.parse(body, {"content-type": "text/xml; charset=windows-1251"}, "https://x.example/b/").entries
    assert (entry.title, entry.url) == ("Плотина", "https://x.example/b/a")


def test_several_threads_get_each_their_own_answer(parser: Parser) -> None:
    def title(number: int) -> str:
        # every second one is malformed
        tag = "<br>" if number % 2 else ""
        body = f"<rss><channel><title>{number}</title>{tag}<item><title>A</title></item></channel></rss>"
        return parser.parse(body.encode(), {}, BASE).title

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(title, range(40))) == [str(number) for number in range(40)]
