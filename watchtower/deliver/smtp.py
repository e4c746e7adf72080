"""Messages as mail, over SMTP (RFC 5321): encrypted and verified, each accepted at most once as far as SMTP allows."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from watchtower.deliver.mime import Sender, mail
from watchtower.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from watchtower.text import clean, cut
from watchtower.types import Message

#: replies that are about how we are set up, not about the message: authentication needed, refused, or too weak,
#: encryption needed (RFC 4954, 6; RFC 3207, 4). The settings are mended, and then it goes out.
SET_UP = frozenset({530, 534, 535, 538})
#: characters of a server's reply that are shown
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our mail, as the settings say."""

    host: str
    port: int
    #: starttls, tls (from the first byte) or none
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    #: seconds that one step may take
    timeout_seconds: float = 30.0
    #: a PEM file with the authorities to trust, instead of the system's
    ca_file: Path | None = None


class SmtpNotifier:
    """Hands each message to one mail server, in a session of its own.

    Implements ``seams.Notifier``. SMTP cannot take a message exactly once (RFC 1047): where the connection breaks after
    the last line of the message and before the reply, nobody knows whether the server took it. That is the only
    step after ``committing``, and then ``DeliveryUncertain`` is raised.
    """

    channel = "mail"
    repeatable = False

    def __init__(self, server: MailServer, sender: Sender) -> None:
        self._server = server
        self._sender = sender

    def deliver(self, message: Message, committing: Callable[[], None]) -> None:
        """Send the message as a mail; see ``seams.Notifier``."""
        data = mail(message, self._sender)
        with self._session() as session:
            with self._in_words():
                self._address(session, message.recipient, len(data))
                session.send(dotted(data))
            committing()
            with self._in_words():
                session.send(b".\r\n")
            try:
                code, said = session.getreply()
            except OSError as error:
                raise DeliveryUncertain(
                    f"{self._server.host} broke off before it said whether it took the mail ({_reason(error)}); "
                    "it may have arrived"
                ) from error
            if code != 250:
                _refuse(self._server.host, "did not take the mail", code, said)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        with self._in_words():
            session = self._connected()
        try:
            with self._in_words():
                self._greet(session)
            yield session
            # The server has the mail; what becomes of the farewell changes nothing, so its reply is not waited for.
            with suppress(OSError):
                session.putcmd("QUIT")
        finally:
            session.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_seconds, context=self._trusted())
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)

    def _greet(self, session: smtplib.SMTP) -> None:
        server = self._server
        session.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            if not session.has_extn("starttls"):
                raise DeliveryError(
                    f"{server.host} offers no encryption (STARTTLS), so nothing was sent; "
                    "set mail.security to tls if it expects encryption from the first byte"
                )
            session.starttls(context=self._trusted())
            session.ehlo_or_helo_if_needed()
        if server.user:
            session.login(server.user, server.password)

    def _trusted(self) -> ssl.SSLContext:
        file = self._server.ca_file
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:  # also where the file holds no certificate
            raise DeliveryError(f"mail.ca_file: {file} cannot be used: {_reason(error)}; name a PEM file") from error

    def _address(self, session: smtplib.SMTP, recipient: str, size: int) -> None:
        """Say from whom and to whom, and wait until the server is ready for the text."""
        host = self._server.host
        options = [f"SIZE={size}"] if session.has_extn("size") else []
        code, said = session.mail(self._sender.address, options)
        if code != 250:
            _refuse(host, f"takes no mail from {self._sender.address}", code, said)
        code, said = session.rcpt(recipient)
        if code not in (250, 251):
            _refuse(host, f"takes no mail for {recipient}", code, said)
        code, said = session.docmd("DATA")
        if code != 354:
            _refuse(host, "did not take the mail", code, said)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn what goes wrong before the server can have taken the mail into a sentence; it is tried again."""
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            said = _said(error.smtp_code, error.smtp_error)
            raise DeliveryError(
                f"{self._server.host} does not let {self._server.user!r} in: {said}; check mail.user and the password"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise DeliveryError(
                f"{self._server.host} cannot prove who it is ({error.verify_message}), so nothing was sent; "
                "name its authority in mail.ca_file if it has one of its own"
            ) from error
        except smtplib.SMTPResponseException as error:
            said = _said(error.smtp_code, error.smtp_error)
            raise DeliveryError(f"{self._server.host} is not ready for mail: {said}") from error
        except OSError as error:  # SMTPException is one too
            where = f"{self._server.host}:{self._server.port}"
            raise DeliveryError(f"no mail was handed over to {where}: {_reason(error)}") from error


def dotted(data: bytes) -> bytes:
    r"""Double the dot at the beginning of a line, which would end the message (RFC 5321, 4.5.2).

    >>> dotted(b"a\r\n.\r\n.b\r\n")
    b'a\r\n..\r\n..b\r\n'
    """
    return re.sub(rb"(?m)^\.", b"..", data)


def _refuse(host: str, what: str, code: int, said: bytes) -> NoReturn:
    message = f"{host} {what}: {_said(code, said)}"
    if code >= 500 and code not in SET_UP:
        raise DeliveryRefused(message)
    raise DeliveryError(message)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {cut(clean(text), SHOWN)}".strip()


def _reason(error: OSError) -> str:
    return clean(error.strerror or str(error)) or type(error).__name__
