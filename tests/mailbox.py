"""A real mail server on loopback (aiosmtpd): keeps every mail, and misbehaves where a test asks it to.

::

    with Mailbox() as box:
        ... send to box.port ...
        assert box.mails[0]["Subject"] == "Rivers"
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "localhost"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of the test's own, and a certificate of ``localhost`` by it."""

    context: ssl.SSLContext
    #: the file to trust
    file: Path

    @classmethod
    def made(cls, folder: Path, host: str = HOST) -> Authority:
        """Make both; the authority's certificate is written into the folder."""
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        file = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(file))
        return cls(context, file)


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    encrypted: bool
    user: str | None

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Mailbox:
    """Takes mail on a free port of 127.0.0.1 until the ``with`` block ends."""

    authority: Authority | None = None
    #: encryption from the first byte instead of STARTTLS
    implicit: bool = False
    #: user name to password; empty for no login
    users: dict[str, str] = field(default_factory=dict)
    #: what to answer to each recipient; None for 250
    to_recipient: Callable[[str], str | None] = lambda recipient: None
    #: what to answer to a mail before it is kept; None for 250
    to_mail: Callable[[bytes], str | None] = lambda data: None
    #: keep the mail, then break the connection instead of answering, while this says so
    vanishes: Callable[[], bool] = lambda: False
    #: called when a mail was kept, before it is answered
    on_kept: Callable[[], None] = lambda: None
    received: list[Received] = field(default_factory=list)
    sessions: int = 0
    port: int = 0

    def __enter__(self) -> Mailbox:
        self._loop, self._ready, self._stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="mailbox", daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the mail server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def ids(self) -> list[str]:
        """The Message-IDs of the mails received, in order."""
        return [str(one.mail["Message-ID"]) for one in self.received]

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        context = self.authority.context if self.authority else None
        server = await self._loop.create_server(self._session, "127.0.0.1", 0, ssl=context if self.implicit else None)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()

    def _session(self) -> SMTP:
        self.sessions += 1
        context = self.authority.context if self.authority and not self.implicit else None
        return SMTP(
            self,
            hostname=HOST,
            loop=self._loop,
            tls_context=context,
            auth_required=bool(self.users) and not self.implicit,
            auth_require_tls=bool(self.authority) and not self.implicit,
            authenticator=self._knows if self.users else None,
        )

    def _knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        user, password = given.login.decode(), given.password.decode()
        session.authenticated_as = user
        return AuthResult(success=self.users.get(user) == password, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.to_recipient(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        data = envelope.original_content or b""
        if answer := self.to_mail(data):
            return answer
        self.received.append(
            Received(
                str(envelope.mail_from), tuple(envelope.rcpt_tos), data, session.ssl is not None,
                getattr(session, "authenticated_as", None),
            )
        )  # fmt: skip
        self.on_kept()
        if self.vanishes():
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"
