"""OPML lists: what is read of them, and what is refused with its place."""

from __future__ import annotations

import pytest

from watchtower.errors import UserError
from watchtower.opml import DEEPEST, Outline, read_opml, write_opml


def opml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}\n<opml version="2.0"><body>\n{body}\n</body></opml>'.encode()


def test_outlines_know_the_folders_they_stand_in_and_their_line() -> None:
    outlines = read_opml(
        opml(
            '<outline text="Asia"><outline title="Coast">\n<outline text="Harbour" xmlUrl="https://h.example/f"/>'
            '</outline></outline><outline text="Upland" XMLURL=" https://u.example/f "/>'
        ),
        "list.opml",
    )
    assert [(one.folders, one.title, one.address, one.line) for one in outlines] == [
        (("Asia", "Coast"), "Harbour", "https://h.example/f", 4),
        ((), "Upland", "https://u.example/f", 4),
    ]


def test_titles_come_without_what_cannot_be_shown() -> None:
    [outline] = read_opml(opml('<outline title="Har&#x202e;bour&#10;News" xmlUrl="https://h.example/f"/>'), "x")
    assert outline.title == "Harbour News"


def test_what_is_written_is_read_back_quotes_and_all() -> None:
    attributes = {
        "title": 'A "quoted" <title> & more',
        "xmlUrl": "https://h.example/?a=1&b='2'",
        "watchtower:owner": "O",
    }
    [outline] = read_opml(write_opml("Feeds & more", [attributes]).encode(), "x")
    assert outline == Outline(line=7, attributes={name.lower(): value for name, value in attributes.items()})


def test_a_key_of_another_namespace_is_not_taken_for_ours() -> None:
    [outline] = read_opml(
        opml('<outline xmlns:n="urn:n" n:owner="N" owner="plain" xmlUrl="https://h.example/f"/>'), "x"
    )
    assert "watchtower:owner" not in outline.attributes


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"list\.opml:1:1: the file is empty"),
        (b"{}", r"list\.opml:1:1: not well-formed XML: not well-formed"),
        (b"<html><body/></html>", r"list\.opml:1:1: .* this is an HTML page"),
        (b"<rss version='2.0'/>", r"list\.opml:1:1: .* this is a document of <rss>"),
        (opml('<outline text="a & b"/>'), r"list\.opml:3:19: not well-formed XML"),
        (opml("<outline>"), r"list\.opml:4:3: not well-formed XML: mismatched tag"),
        (opml("<outline text='x'>" * (DEEPEST + 1)), "nested more than 50 deep"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', r"list\.opml:1:\d+: .*encoding"),
        (opml("", '<!DOCTYPE o [<!ENTITY a "b">]>'), r"list\.opml:1:\d+: entities are declared"),
        (
            opml("<outline text='&a;'/>", '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            "entities are declared",
        ),
        (opml("", '<!DOCTYPE o [<!ENTITY % a SYSTEM "http://127.0.0.1/x">%a;]>'), "entities are declared"),
    ],
)
def test_what_is_no_list_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read_opml(data, "list.opml")


def test_a_document_type_of_elsewhere_is_never_fetched() -> None:
    data = opml('<outline xmlUrl="https://h.example/f"/>', '<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/opml.dtd">')
    assert len(read_opml(data, "x")) == 1


def test_ten_thousand_outlines_are_read() -> None:
    rows = "".join(f'<outline text="Feed {n}" xmlUrl="https://h{n}.example/f"/>' for n in range(10_000))
    assert len(read_opml(opml(rows), "x")) == 10_000
