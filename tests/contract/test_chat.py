"""What the chat notifier promises: Apprise as it is, its connections against a real server on loopback."""

from __future__ import annotations

import json
import logging
import socket
import sys

import pytest

from tests import factories as make
from tests.servers import LoopbackServer
from watchtower.deliver.chat import ChatNotifier, Service
from watchtower.errors import DeliveryError, DeliveryUncertain
from watchtower.fetch.guard import Guard

MESSAGE = make.message(
    channel="chat",
    recipient="duty-room/1",
    content_type="text/plain",
    subject="Rivers: 2 stories",
    body="- Dam opens\n",
)
VARIABLE = "WATCHTOWER_READER__DUTY_ROOM__CHAT"

pytest.importorskip("apprise")


def notifier(address: str, *, allow: tuple[str, ...] = ("127.0.0.1",)) -> ChatNotifier:
    service = Service(address=address, variable=VARIABLE)
    return ChatNotifier({"duty-room/1": service}, Guard(allow=allow).check)


def never() -> None:
    pytest.fail("nothing was to be committed")


def test_the_message_arrives_with_its_heading_after_the_step_was_noted() -> None:
    noted: list[int] = []
    with LoopbackServer() as server:
        server.serve("/hook", "{}")
        address = f"json://127.0.0.1:{server.port}/hook"
        notifier(address).deliver(MESSAGE, lambda: noted.append(len(server.requests)))
    [request] = server.requests
    told = json.loads(request.body)
    assert (told["title"], told["message"].strip()) == (MESSAGE.subject, MESSAGE.body.strip())
    assert noted == [0]


def test_an_address_that_is_not_public_is_not_connected_to() -> None:
    with LoopbackServer() as server:
        address = f"json://localhost:{server.port}/hook"
        with pytest.raises(DeliveryError, match=r"localhost leads to 127\.0\.0\.1, which is not a public address"):
            notifier(address, allow=()).deliver(MESSAGE, never)
    assert server.requests == []


def test_a_host_that_is_allowed_by_name_is_connected_to() -> None:
    with LoopbackServer() as server:
        server.serve("/hook", "{}")
        notifier(f"json://localhost:{server.port}/hook", allow=("localhost",)).deliver(MESSAGE, lambda: None)
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed() -> None:
    with LoopbackServer() as server:
        server.serve("/elsewhere", "{}")
        server.redirect("/hook", "/elsewhere")
        with pytest.raises(DeliveryError, match="error=302"):
            notifier(f"json://127.0.0.1:{server.port}/hook").deliver(MESSAGE, lambda: None)
    assert server.asked("/elsewhere") == []


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_no_of_the_server_is_tried_again(status: int) -> None:
    with LoopbackServer() as server:
        server.serve("/hook", status=status)
        with pytest.raises(DeliveryError, match=f"JSON did not take the message: .*error={status}") as caught:
            notifier(f"json://127.0.0.1:{server.port}/hook").deliver(MESSAGE, lambda: None)
    assert type(caught.value) is DeliveryError


def test_where_the_answer_is_lost_nobody_knows() -> None:
    async def hang_up(writer: object) -> None:
        pass

    with LoopbackServer() as server:
        server.script("/hook", hang_up)
        with pytest.raises(DeliveryUncertain, match="may have arrived"):
            notifier(f"json://127.0.0.1:{server.port}/hook").deliver(MESSAGE, lambda: None)
    assert len(server.requests) == 1


def test_where_nobody_listens_it_is_known_that_nothing_arrived() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryError, match="JSON did not take the message") as caught:
        notifier(f"json://127.0.0.1:{port}/hook").deliver(MESSAGE, lambda: None)
    assert type(caught.value) is DeliveryError


def test_where_the_step_may_not_be_taken_nothing_is_sent() -> None:
    def no() -> None:
        raise KeyboardInterrupt

    with LoopbackServer() as server:
        server.serve("/hook", "{}")
        with pytest.raises(KeyboardInterrupt):
            notifier(f"json://127.0.0.1:{server.port}/hook").deliver(MESSAGE, no)
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", f"no chat address: set {VARIABLE}"),
        ("nosuchservice://hunter2/x", f"{VARIABLE} holds an address that Apprise does not know"),
        ("discord://hunter2", f"{VARIABLE} holds an address that Apprise does not know"),
        ("syslog://", "sends nothing anywhere"),
    ],
)
def test_an_address_that_will_not_do_is_named_by_its_variable(
    address: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeliveryError, match=said) as caught:
        notifier(address).deliver(MESSAGE, never)
    assert "hunter2" not in str(caught.value) + caplog.text


def test_a_token_in_the_address_is_in_no_message_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with LoopbackServer() as server:
        server.serve("/hunter2", status=403)
        with pytest.raises(DeliveryError) as caught:
            notifier(f"json://127.0.0.1:{server.port}/hunter2").deliver(MESSAGE, lambda: None)
    assert "hunter2" not in str(caught.value) + "".join(r.getMessage() for r in caplog.records if r.name == "apprise")
    assert "hunter2" not in repr(Service(address="json://x/hunter2", variable=VARIABLE))


def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(DeliveryError, match=r"pip install 'watchtower\[notify\]'"):
        notifier("json://127.0.0.1/x").deliver(MESSAGE, never)


def test_a_recipient_that_is_no_longer_there_says_where_to_look() -> None:
    with pytest.raises(DeliveryError, match=r"digest\.readers"):
        ChatNotifier({}, Guard().check).deliver(MESSAGE, never)


def test_other_connections_of_this_process_are_not_watched() -> None:
    with LoopbackServer() as server:
        server.serve("/hook", "{}")
        notifier(f"json://127.0.0.1:{server.port}/hook").deliver(MESSAGE, lambda: None)
        socket.create_connection(("127.0.0.1", server.port), 5).close()
