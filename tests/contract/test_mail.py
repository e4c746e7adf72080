"""What the mail notifier promises, against a real mail server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import factories as make
from tests.mailbox import HOST, Authority, Mailbox
from watchtower.deliver.mime import Sender
from watchtower.deliver.smtp import MailServer, SmtpNotifier
from watchtower.errors import DeliveryError, DeliveryRefused, DeliveryUncertain

MESSAGE = make.message(
    channel="mail", recipient="kim@example.org", content_type="text/html; charset=utf-8", subject="Rivers: 댐",
    body="<p>댐이 열렸다</p>\n.\n<p>dots</p>\n", text="댐이 열렸다\n.\n..\n", made=make.NOW,
)  # fmt: skip


class Steps:
    """Notes what the server had when the step came that cannot be taken back."""

    def __init__(self, box: Mailbox | None = None) -> None:
        self.box = box
        self.kept: list[int] = []

    def __call__(self) -> None:
        self.kept.append(len(self.box.received) if self.box else 0)


def notifier(port: int, *, security: str = "none", **given: Any) -> SmtpNotifier:
    server = MailServer(host=HOST, port=port, security=security, timeout_seconds=5, **given)
    return SmtpNotifier(server, Sender(address="desk@watch.example"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


def test_the_mail_arrives_with_both_its_forms_and_its_name() -> None:
    with Mailbox() as box:
        steps = Steps(box)
        notifier(box.port).deliver(MESSAGE, steps)
    [received] = box.received
    assert (received.sender, received.recipients) == ("desk@watch.example", ("kim@example.org",))
    mail = received.mail
    assert mail["Subject"] == "Rivers: 댐"
    assert mail["Message-ID"] == f"<{MESSAGE.id}@watch.example>"
    page, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None and page.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert plain is not None and plain.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert steps.kept == [0]  # the server could not have it before


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_name_password_and_text_go_encrypted_to_a_server_that_proved_who_it_is(
    authority: Authority, security: str
) -> None:
    users = {"desk": "hunter2"}
    with Mailbox(authority=authority, implicit=security == "tls", users=users) as box:
        given = {"user": "desk", "password": "hunter2", "ca_file": authority.file}
        notifier(box.port, security=security, **given).deliver(MESSAGE, lambda: None)
    [received] = box.received
    assert (received.encrypted or box.implicit, received.user) == (True, "desk")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(authority: Authority, security: str) -> None:
    with Mailbox(authority=authority, implicit=security == "tls") as box:
        with pytest.raises(DeliveryError, match=r"cannot prove who it is .*mail\.ca_file"):
            notifier(box.port, security=security).deliver(MESSAGE, Steps(box))
    assert box.received == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_is_none_is_named(authority: Authority, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with Mailbox(authority=authority) as box:
        with pytest.raises(DeliveryError, match=r"mail\.ca_file: .*ca\.pem cannot be used: .*; name a PEM file"):
            notifier(box.port, security="starttls", ca_file=file).deliver(MESSAGE, lambda: None)


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    other = Authority.made(tmp_path, "mail.elsewhere.example")
    with Mailbox(authority=other) as box:
        with pytest.raises(DeliveryError, match="cannot prove who it is"):
            notifier(box.port, security="starttls", ca_file=other.file).deliver(MESSAGE, lambda: None)
    assert box.received == []


def test_without_the_encryption_that_is_asked_for_nothing_is_sent() -> None:
    with Mailbox() as box:
        with pytest.raises(DeliveryError, match=r"offers no encryption .*mail\.security") as caught:
            notifier(box.port, security="starttls", user="desk", password="hunter2").deliver(MESSAGE, lambda: None)
    assert box.received == []
    assert "hunter2" not in str(caught.value)


def test_a_wrong_password_is_tried_again_and_named_nowhere(authority: Authority) -> None:
    with Mailbox(authority=authority, users={"desk": "right"}) as box:
        given = {"user": "desk", "password": "hunter2", "ca_file": authority.file}
        with pytest.raises(DeliveryError, match=r"does not let 'desk' in: 535 .*password") as caught:
            notifier(box.port, security="starttls", **given).deliver(MESSAGE, lambda: None)
    assert type(caught.value) is DeliveryError
    assert "hunter2" not in str(caught.value) + repr(notifier(1, **given)._server)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"to_recipient": lambda r: "451 4.7.1 greylisted, come back"}, DeliveryError, "takes no mail for kim@"),
        ({"to_recipient": lambda r: "550 5.1.1 no such user"}, DeliveryRefused, "takes no mail for kim@"),
        ({"to_recipient": lambda r: "530 5.7.0 authentication required"}, DeliveryError, "takes no mail for kim@"),
        ({"to_mail": lambda d: "452 4.3.1 disk full"}, DeliveryError, "did not take the mail: 452"),
        ({"to_mail": lambda d: "554 5.7.1 looks like spam"}, DeliveryRefused, "did not take the mail: 554"),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(
    given: dict[str, Any], error: type[DeliveryError], said: str
) -> None:
    with Mailbox(**given) as box:
        with pytest.raises(DeliveryError, match=said) as caught:
            notifier(box.port).deliver(MESSAGE, lambda: None)
    assert type(caught.value) is error
    assert box.received == []


def test_a_server_that_vanishes_after_it_has_the_mail_leaves_it_uncertain() -> None:
    with Mailbox(vanishes=lambda: True) as box:
        steps = Steps(box)
        with pytest.raises(DeliveryUncertain, match="may have arrived"):
            notifier(box.port).deliver(MESSAGE, steps)
    assert (len(box.received), steps.kept) == (1, [0])


def test_a_connection_that_breaks_within_the_text_has_delivered_nothing_for_sure() -> None:
    big = replace(MESSAGE, body="x" * 20_000_000)
    with dropping_in_the_text() as port:
        steps = Steps()
        with pytest.raises(DeliveryError) as caught:
            notifier(port).deliver(big, steps)
    assert (type(caught.value), steps.kept) == (DeliveryError, [])


def test_where_the_last_step_may_not_be_taken_the_server_keeps_nothing() -> None:
    def no() -> None:
        raise KeyboardInterrupt

    with Mailbox() as box:
        with pytest.raises(KeyboardInterrupt):
            notifier(box.port).deliver(MESSAGE, no)
        notifier(box.port).deliver(MESSAGE, lambda: None)
    assert len(box.received) == 1


def test_no_server_at_all_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryError, match=rf"no mail was handed over to {HOST}:{port}: Connection refused") as caught:
        notifier(port).deliver(MESSAGE, lambda: None)
    assert type(caught.value) is DeliveryError


def test_the_same_message_is_the_same_mail_byte_for_byte() -> None:
    with Mailbox() as box:
        for _ in range(2):
            notifier(box.port).deliver(MESSAGE, lambda: None)
    first, second = box.received
    assert first.data == second.data


@contextmanager
def dropping_in_the_text() -> Iterator[int]:
    """A server that asks for the text and goes away at its beginning."""

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 ready\r\n")
            for line in lines:
                if line.upper().startswith(b"DATA"):
                    connection.sendall(b"354 go on\r\n")
                    connection.recv(1000)
                    break
                connection.sendall(b"250 OK\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)
