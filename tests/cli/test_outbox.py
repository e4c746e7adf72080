"""Sending to a reader from the command line, and the outbox, against a real mail server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.mailbox import Mailbox

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
