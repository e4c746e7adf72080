"""Mails as bytes: what stands in their headers, and that nothing else can get there."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories as make
from watchtower.deliver.mime import SUBJECT, Sender, mail, subject
from watchtower.deliver.smtp import dotted
from watchtower.text import clean
from watchtower.types import Message

SENDER = Sender(address="desk@watch.example")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
#: what could begin a header, an encoded word or an address, and what no header can hold
TRICKY = st.text(st.sampled_from('aé댐=?_:;,<>@"\\\r\n\t \0\x0b\x0c\x1c\x85\u2028Bcc:UTF8QB.')) | st.text()


def message(**given: object) -> Message:
    asked = {"channel": "mail", "recipient": "kim@river.example", "content_type": "text/html; charset=utf-8"}
    said = {"subject": "Rivers", "body": "<p>Dam opens</p>\n", "text": "Dam opens\n", "made": make.NOW}
    return make.message(**{**asked, **said, **given})


def parsed(data: bytes) -> EmailMessage:
    made = message_from_bytes(data, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@settings(deadline=None)
@given(TRICKY)
def test_no_subject_makes_a_header_or_changes_one(text: str) -> None:
    data = mail(message(subject=text), SENDER)
    found = parsed(data)
    assert set(found.keys()) <= HEADERS
    assert len(found.keys()) == len(set(found.keys()))
    assert str(found["Subject"]) == subject(text)
    assert [address.addr_spec for address in found["To"].addresses] == ["kim@river.example"]


@settings(deadline=None)
@given(TRICKY, TRICKY)
def test_both_forms_arrive_as_they_were_and_no_line_is_long(page: str, plain: str) -> None:
    page, plain = (text.encode("utf-8", "replace").decode() + "|\n" for text in (page, plain))
    data = mail(message(body=page, text=plain), SENDER)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) < 998 and b"\n" not in b"".join(lines) and data.isascii()
    for kind, text in (("html", page), ("plain", plain)):
        part = parsed(data).get_body((kind,))
        assert part is not None
        assert part.get_content().splitlines() == text.splitlines()


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_dots_at_line_beginnings_are_doubled_and_come_back(data: bytes) -> None:
    sent = dotted(data)
    assert not any(line == b"." for line in sent.split(b"\n"))
    assert b"\n".join(line.removeprefix(b".") if line.startswith(b".") else line for line in sent.split(b"\n")) == data


def test_an_encoded_word_in_a_subject_stays_what_it_looks_like() -> None:
    found = parsed(mail(message(subject="=?UTF-8?Q?=0D=0ABcc:_all@river.example?="), SENDER))
    assert found["Bcc"] is None
    assert str(found["Subject"]).startswith("= ?UTF-8?Q?")


def test_a_long_subject_is_cut() -> None:
    assert len(subject("dam " * 200)) <= SUBJECT


def test_headers_tell_programs_what_it_is_and_people_how_to_leave() -> None:
    found = parsed(mail(message(), SENDER))
    assert found["Message-ID"] == f"<{message().id}@watch.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == make.NOW
    leave = "mailto:desk@watch.example?subject=unsubscribe%20kim%40river.example"
    assert found["List-Unsubscribe"].strip() == f"<{leave}>"
    web = Sender(address="desk@watch.example", unsubscribe="https://watch.example/leave")
    assert parsed(mail(message(), web))["List-Unsubscribe"] == "<https://watch.example/leave>"


def test_pictures_in_the_page_become_parts_that_it_names() -> None:
    pictures = [b"\x89PNG\r\n\x1a\n" + name for name in (b"one", b"two")]
    tags = "".join(f'<img src="data:image/png;base64,{b64encode(each).decode()}" alt="x">' for each in pictures)
    found = parsed(mail(message(body=f"<p>{tags}{tags}</p>\n"), SENDER))
    parts = {part["Content-ID"].strip("<>"): part.get_content() for part in found.walk() if part["Content-ID"]}
    page = found.get_body(("html",))
    assert page is not None
    assert sorted(parts.values()) == sorted(pictures)
    assert "data:" not in page.get_content()
    assert all(page.get_content().count(f'src="cid:{cid}"') == 2 for cid in parts)


def test_a_message_without_a_page_is_plain_text() -> None:
    found = parsed(mail(message(content_type="text/plain; charset=utf-8", body="댐\n", text=""), SENDER))
    assert (found.get_content_type(), clean(found.get_content())) == ("text/plain", "댐")


def test_a_message_of_before_dates_were_kept_can_be_sent() -> None:
    assert parsed(mail(message(made=None), SENDER))["Date"].datetime.year == 1970
