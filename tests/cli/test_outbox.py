"""Sending to a reader from the command line, and the outbox, against a real mail server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.mailbox import Mailbox
from tests.servers import LoopbackServer

READERS = "digest:\n  readers: [{id: kim, mail: kim@river.example}]\n"
MAIL = "mail: {host: localhost, port: %d, security: none, sender: desk@watch.example}\n"
DAY = ("--day", "2026-01-05", "--reader", "kim", "--send")


@pytest.fixture
def box(folder: Path) -> Mailbox:
    """A mail server that is not started yet, and the folder's settings for it."""
    return Mailbox()


def set_up(folder: Path, port: int) -> None:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "settings.yml").write_text(READERS + MAIL % port, encoding="utf-8")


def test_a_digest_goes_to_its_reader_once(command: Command, folder: Path, box: Mailbox) -> None:
    with box:
        set_up(folder, box.port)
        first = command("digest", "--config", folder, *DAY)
        second = command("digest", "--config", folder, *DAY)
    assert (first.status, first.err.strip()) == (0, "sent kim@river.example")
    assert (second.status, second.err.strip()) == (0, "the digest of this period was sent before: nothing was sent")
    assert [one.recipients for one in box.received] == [("kim@river.example",)]
    assert command("outbox", "--config", folder).out == "nothing waits: every message was handed over\n"


def test_what_was_refused_is_said_listed_and_sent_when_asked_for(command: Command, folder: Path, box: Mailbox) -> None:
    box.to_recipient = lambda address: "550 5.1.1 no such user"
    with box:
        set_up(folder, box.port)
        sent = command("digest", "--config", folder, *DAY)
        assert sent.status == 1
        assert "kim@river.example: given up: localhost takes no mail for kim@river.example: 550" in sent.err
        listed = command("outbox", "--config", folder)
        assert "mail to kim@river.example: given up after 1 try: localhost takes no mail" in listed.out
        [message] = command("outbox", "--config", folder, "--json").json["messages"]
        assert (message["channel"], message["attempts"], message["uncertain"]) == ("mail", 1, 0)
        assert command("outbox", "--config", folder, "--retry", message["id"]).status == 1
        box.to_recipient = lambda address: None
        again = command("outbox", "--config", folder, "--retry", message["id"])
    assert (again.status, again.out) == (0, "sent\n")
    assert len(box.received) == 1


def test_what_failed_waits_for_its_next_try(command: Command, folder: Path, box: Mailbox) -> None:
    box.to_mail = lambda data: "452 4.3.1 disk full"
    with box:
        set_up(folder, box.port)
        assert command("digest", "--config", folder, *DAY).status == 1
    assert " UTC after 1 try: localhost did not take the mail: 452" in command("outbox", "--config", folder).out


def test_readers_and_messages_that_there_are_not_are_the_users_mistake(command: Command, folder: Path) -> None:
    set_up(folder, 25)
    unknown = command("digest", "--config", folder, "--reader", "lee")
    assert (unknown.status, "there are: kim" in unknown.err) == (2, True)
    absent = command("outbox", "--config", folder, "--retry", "unheard")
    assert (absent.status, "`watchtower outbox` lists" in absent.err) == (2, True)


def test_a_readers_digest_can_be_looked_at_without_sending_it(command: Command, folder: Path) -> None:
    set_up(folder, 25)
    shown = command(
        "digest", "--config", folder, "--reader", "kim", "--day", "2026-01-05", "--format", "atom", "--output", "-"
    )
    assert shown.status == 0 and shown.out.startswith('<?xml version="1.0" encoding="utf-8"?>\n<feed ')


def test_a_recorded_digest_goes_with_a_day_alone(command: Command, folder: Path) -> None:
    set_up(folder, 25)
    for more in ((), ("--day", "2026-01-05", "--send"), ("--since", "3d")):
        asked = command("digest", "--config", folder, "--recorded", *more)
        assert (asked.status, "--recorded goes with --day alone" in asked.err) == (2, True)
    absent = command("digest", "--config", folder, "--recorded", "--day", "2026-01-05")
    assert (absent.status, "no daily digest for everybody is recorded for 2026-01-05" in absent.err) == (2, True)


def test_webhook_and_chat_take_their_secrets_from_the_environment(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    with LoopbackServer() as server:
        server.serve("/hook", status=204)
        for number in (1, 2):
            server.serve(f"/chat/{number}", "{}")
        (folder / "config").mkdir(exist_ok=True)
        (folder / "config" / "settings.yml").write_text(
            "digest: {readers: [{id: duty-room, webhook: secret, chat: true}]}\nfetch: {allow: [127.0.0.1]}\n"
        )
        (folder / "key").write_text("whsec_c2VjcmV0\n")
        day = ("--day", "2026-01-05", "--reader", "duty-room", "--send")
        unset = command("digest", "--config", folder, *day)
        chats = " ".join(f"json://127.0.0.1:{server.port}/chat/{number}" for number in (1, 2))
        monkeypatch.setenv("WATCHTOWER_READER__DUTY_ROOM__WEBHOOK", server.url("/hook"))
        monkeypatch.setenv("WATCHTOWER_READER__DUTY_ROOM__SIGNING_KEY_FILE", str(folder / "key"))
        monkeypatch.setenv("WATCHTOWER_READER__DUTY_ROOM__CHAT", chats)
        sent = command("digest", "--config", folder, "--day", "2026-01-06", *day[2:])
    assert unset.status == 1
    assert "set WATCHTOWER_READER__DUTY_ROOM__WEBHOOK" in unset.err
    assert "set WATCHTOWER_READER__DUTY_ROOM__CHAT" in unset.err
    assert (sent.status, sorted(sent.err.split("\n"))[1:]) == (
        0, ["sent duty-room", "sent duty-room/1", "sent duty-room/2"],
    )  # fmt: skip
    [hooked] = server.asked("/hook")
    assert (hooked.header("webhook-signature") or "").startswith("v1,")
    assert len(server.asked("/chat/1")) == len(server.asked("/chat/2")) == 1
    stored = (folder / "watchtower.db").read_bytes() + b"".join(p.read_bytes() for p in folder.glob("*-wal"))
    assert b"/chat/1" not in stored and b"/hook" not in stored


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("WATCHTOWER_READER__KIN__CHAT", "no reader has such a secret; did you mean 'WATCHTOWER_READER__KIM__CHAT'?"),
        ("WATCHTOWER_READER__KIM__CHAT_FILE", "/nowhere: no such file"),
    ],
)
def test_a_secret_that_is_nobodys_or_not_there_is_named(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    set_up(folder, 25)
    monkeypatch.setenv(name, "/nowhere")
    checked = command("check", "--config", folder)
    assert checked.status == 2
    assert f"environment:1:1: {name}: {said}" in checked.out + checked.err
