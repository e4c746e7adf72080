"""What the webhook notifier promises, against a real web server on loopback and through the real guard."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from datetime import UTC, datetime

import pytest

from tests import factories as make
from tests.servers import LoopbackServer
from watchtower.deliver.webhook import Hook, WebhookNotifier
from watchtower.errors import DeliveryError, DeliveryRefused
from watchtower.fetch.guard import Guard
from watchtower.fetch.guarded import GuardedClient

KEY = "whsec_c2VjcmV0IHNpZ25pbmcga2V5"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MESSAGE = make.message(
    channel="webhook", recipient="duty-room", content_type="application/json", body='{"title": "댐"}\n'
)


def notifier(address: str, *, key: str = "", allow: tuple[str, ...] = ("127.0.0.1",)) -> WebhookNotifier:
    web = GuardedClient(
        timeout_seconds=5,
        max_bytes=1_000_000,
        user_agent="watchtower/test",
        guard=Guard(allow=allow),
        clock=lambda: NOW,
    )
    hook = Hook(address=address, signing_key=key, variable="WATCHTOWER_READER__DUTY_ROOM__WEBHOOK")
    return WebhookNotifier({"duty-room": hook}, web, lambda: NOW)


def test_the_body_is_posted_with_its_name_and_type() -> None:
    with LoopbackServer() as server:
        notifier(server.serve("/hook", status=204)).deliver(MESSAGE, lambda: None)
    [request] = server.requests
    assert (request.method, request.body) == ("POST", MESSAGE.body.encode())
    assert request.header("content-type") == "application/json"
    assert request.header("idempotency-key") == request.header("webhook-id") == MESSAGE.id
    assert request.header("webhook-signature") is None


def test_a_receiver_can_check_who_posted_it() -> None:
    with LoopbackServer() as server:
        notifier(server.serve("/hook"), key=KEY).deliver(MESSAGE, lambda: None)
    [request] = server.requests
    signed = b".".join((MESSAGE.id.encode(), (request.header("webhook-timestamp") or "").encode(), request.body))
    expected = hmac.new(b64decode(KEY.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    version, _, given = (request.header("webhook-signature") or "").partition(",")
    assert (version, b64decode(given)) == ("v1", expected)


def test_a_repeat_has_the_same_name() -> None:
    with LoopbackServer() as server:
        for _ in range(2):
            notifier(server.serve("/hook")).deliver(MESSAGE, lambda: None)
    assert {request.header("webhook-id") for request in server.requests} == {MESSAGE.id}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, DeliveryError), (503, DeliveryError), (429, DeliveryError), (408, DeliveryError), (302, DeliveryError),
        (400, DeliveryRefused), (401, DeliveryRefused), (404, DeliveryRefused), (410, DeliveryRefused),
    ],
)  # fmt: skip
def test_the_answer_decides_whether_it_is_tried_again(status: int, error: type[DeliveryError]) -> None:
    with LoopbackServer() as server:
        server.serve("/elsewhere")
        address = server.serve("/hook", "no\x1b[31m thanks", status=status, headers={"Location": "/elsewhere"})
        with pytest.raises(DeliveryError, match=f"'duty-room' answered {status}: no thanks") as caught:
            notifier(address).deliver(MESSAGE, lambda: None)
    assert type(caught.value) is error
    assert server.asked("/elsewhere") == []


def test_an_address_that_is_not_public_is_not_asked() -> None:
    with LoopbackServer() as server:
        with pytest.raises(DeliveryError, match="not a public address"):
            notifier(server.serve("/hook"), allow=()).deliver(MESSAGE, lambda: None)
    assert server.requests == []


def test_what_is_not_set_up_says_what_to_set() -> None:
    with pytest.raises(DeliveryError, match="set WATCHTOWER_READER__DUTY_ROOM__WEBHOOK"):
        notifier("").deliver(MESSAGE, lambda: None)
    other = make.message(channel="webhook", recipient="gone")
    with pytest.raises(DeliveryError, match="no reader 'gone' with a webhook"):
        notifier("").deliver(other, lambda: None)


def test_a_signing_key_that_is_no_base64_is_named_and_nothing_is_posted() -> None:
    with LoopbackServer() as server:
        with pytest.raises(DeliveryError, match="no base64") as caught:
            notifier(server.serve("/hook"), key="whsec_hunter2!").deliver(MESSAGE, lambda: None)
    assert server.requests == [] and "hunter2" not in str(caught.value)


def test_addresses_and_keys_are_in_no_representation() -> None:
    hook = Hook(address="https://x.example/hunter2", signing_key="hunter2", variable="V")
    assert "hunter2" not in repr(hook)
