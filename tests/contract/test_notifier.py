"""What every ``seams.Notifier`` of the file channel promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import RecordingNotifier
from watchtower.deliver.files import FileNotifier
from watchtower.errors import DeliveryError
from watchtower.seams import Notifier
from watchtower.types import Message


@dataclass(frozen=True, kw_only=True)
class Kit:
    """A notifier with the means to look at what it delivered and to break and mend it."""

    notifier: Notifier
    files: Callable[[], dict[str, str]]
    break_it: Callable[[], object]
    mend_it: Callable[[], object]


def recording_kit(folder: Path) -> Kit:
    notifier = RecordingNotifier()

    def set_problem(problem: str | None) -> None:
        notifier.problem = problem

    return Kit(
        notifier=notifier,
        files=lambda: dict(notifier.files),
        break_it=lambda: set_problem("the disk is full; free some space"),
        mend_it=lambda: set_problem(None),
    )


def file_kit(folder: Path) -> Kit:
    digests = folder / "digests"

    def files() -> dict[str, str]:
        found = [path for path in digests.rglob("*") if path.is_file()]
        return {path.relative_to(digests).as_posix(): path.read_bytes().decode() for path in found}

    return Kit(
        notifier=FileNotifier(digests),
        files=files,
        break_it=lambda: digests.write_text("a file where the folder is to be"),
        mend_it=digests.unlink,
    )


@pytest.fixture(params=[file_kit, recording_kit], ids=["files", "recording"])
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    made: Kit = request.param(tmp_path)
    return made


def message(recipient: str = "2026-11-23.html", body: str = "<h1>Digest</h1>\n") -> Message:
    return Message(
        id="m1", digest_id="d1", channel="file", recipient=recipient, content_type="text/html; charset=utf-8", body=body
    )


def test_it_serves_the_file_channel(kit: Kit) -> None:
    assert kit.notifier.channel == "file"


def test_the_body_arrives_byte_for_byte_under_the_recipients_name(kit: Kit) -> None:
    body = "one\r\ntwo\n북한 – Москва\t«x»"
    kit.notifier.deliver(message(body=body), lambda: None)
    assert kit.files() == {"2026-11-23.html": body}


def test_folders_in_the_recipient_are_made(kit: Kit) -> None:
    kit.notifier.deliver(message("2026/11/23.md"), lambda: None)
    assert list(kit.files()) == ["2026/11/23.md"]


def test_the_same_message_twice_is_one_file(kit: Kit) -> None:
    kit.notifier.deliver(message(), lambda: None)
    kit.notifier.deliver(message(), lambda: None)
    assert kit.files() == {"2026-11-23.html": "<h1>Digest</h1>\n"}


def test_another_spelling_of_the_same_recipient_is_the_same_file(kit: Kit) -> None:
    kit.notifier.deliver(message("./2026//11.html", "old"), lambda: None)
    kit.notifier.deliver(message("2026/11.html", "new"), lambda: None)
    assert kit.files() == {"2026/11.html": "new"}


@pytest.mark.parametrize(
    "recipient", ["", ".", "/etc/passwd", "../other.html", "a/../../b.html", "a\\..\\b", "a\x00b", "a\nb", "\x1b[31m"]
)
def test_a_recipient_that_is_no_file_in_the_folder_is_refused(kit: Kit, recipient: str) -> None:
    with pytest.raises(DeliveryError, match="inside the digest folder"):
        kit.notifier.deliver(message(recipient), lambda: None)
    assert kit.files() == {}


def test_trouble_is_a_delivery_error_that_says_what_to_do_and_a_later_try_succeeds(kit: Kit) -> None:
    kit.break_it()
    with pytest.raises(DeliveryError, match="; "):
        kit.notifier.deliver(message(), lambda: None)
    kit.mend_it()
    kit.notifier.deliver(message(), lambda: None)
    assert kit.files() == {"2026-11-23.html": "<h1>Digest</h1>\n"}
