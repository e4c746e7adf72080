"""A message as a mail (RFC 5322, MIME): the same bytes whenever it is made, and nothing from a feed in a header."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from watchtower.text import clean, cut
from watchtower.types import Message, stable_id

#: longest subject, before encoding: more than mail programs show
SUBJECT = 150
# 7-bit: bodies are encoded, so that a relay without 8BITMIME changes nothing and no line is over 78 characters.
_POLICY = SMTP.clone(cte_type="7bit")
# A picture that the page carries in itself. Quotation marks in texts are escaped, so no text can look like one.
_PICTURE = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the mails are from, as the settings say."""

    address: str
    name: str = "watchtower"
    #: where a reader can ask to be left out: a mail or web address; empty for the sender's own
    unsubscribe: str = ""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


def mail(message: Message, sender: Sender) -> bytes:
    """Write a message as a mail, lines ending in CRLF: plain text, and the page where there is one.

    PNG pictures that the page holds as data addresses become parts of the mail, since mail programs show no others.
    """
    made = EmailMessage(_POLICY)
    made["From"] = Address(sender.name, addr_spec=sender.address)
    made["To"] = Address(addr_spec=message.recipient)
    made["Subject"] = subject(message.subject)
    made["Date"] = format_datetime(message.made.astimezone(UTC) if message.made else datetime.fromtimestamp(0, UTC))
    made["Message-ID"] = message_id(message, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["List-Id"] = f"watchtower <digests.watchtower.{sender.domain}>"
    made["List-Unsubscribe"] = f"<{_unsubscribe(sender, message)}>"
    if not message.content_type.startswith("text/html"):
        made.set_content(message.body)
        return _written(made, message)
    page, pictures = _without_pictures(message.body, sender.domain)
    made.set_content(message.text)
    made.add_alternative(page, subtype="html")
    [_, part] = made.iter_parts()
    for cid, picture in pictures.items():
        part.add_related(picture, "image", "png", cid=f"<{cid}>", disposition="inline")
    return _written(made, message)


def message_id(message: Message, sender: Sender) -> str:
    """Name the mail: the same at every try, so that a receiver can tell a repeat.

    >>> m = Message(id="a1", digest_id="d", channel="mail", recipient="kim@example.org", content_type="", body="")
    >>> message_id(m, Sender(address="desk@example.org"))
    '<a1@example.org>'
    """
    return f"<{message.id}@{sender.domain}>"


def subject(text: str) -> str:
    r"""Make a subject of one line that no mail program decodes into another.

    >>> subject("Dam opens\r\nBcc: all@example.org"), subject("=?UTF-8?Q?=0A?=Bcc: x")
    ('Dam opens Bcc: all@example.org', '= ?UTF-8?Q?=0A?=Bcc: x')
    """
    # The e-mail package takes what is assigned for a header as it travels, and decodes encoded words in it
    # (github.com/python/cpython/issues/121650).
    return cut(clean(text).replace("=?", "= ?"), SUBJECT)


def _unsubscribe(sender: Sender, message: Message) -> str:
    if sender.unsubscribe.startswith("https://"):
        return sender.unsubscribe
    return f"mailto:{sender.unsubscribe or sender.address}?subject={quote(f'unsubscribe {message.recipient}')}"


def _without_pictures(page: str, domain: str) -> tuple[str, dict[str, bytes]]:
    pictures: dict[str, bytes] = {}

    def named(found: re.Match[str]) -> str:
        cid = f"{stable_id(found[1])}@{domain}"
        pictures[cid] = b64decode(found[1])
        return f'src="cid:{cid}"'

    return _PICTURE.sub(named, page), pictures


def _written(made: EmailMessage, message: Message) -> bytes:
    # The package's own boundaries are random. "=_" can stand in no encoded body (RFC 2045, 6.7).
    for number, part in enumerate(part for part in made.walk() if part.is_multipart()):
        part.set_boundary(f"=_{message.id}_{number}")
    return made.as_bytes()
