"""Messages as posts to a web address, signed as Standard Webhooks say (standardwebhooks.com, the specification)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from watchtower.errors import DeliveryError, DeliveryRefused, FetchError
from watchtower.seams import Clock, Web
from watchtower.text import clean, cut
from watchtower.types import Message, WebAnswer

#: answers that another try may change: too early, too many, time-outs, and whatever is the server's own fault
LATER = frozenset({408, 425, 429})
#: characters of the receiver's answer that are shown
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where one reader's messages are posted to; both are secret."""

    #: empty where it is not set
    address: str = field(repr=False)
    #: empty where posts are not signed
    signing_key: str = field(default="", repr=False)
    #: the variable that holds the address
    variable: str


class WebhookNotifier:
    """Posts each message to the address of its recipient, within the guard of feeds. Implements ``seams.Notifier``.

    A repeat has the same ``webhook-id``, so the receiver can tell it; redirects are not followed.
    """

    channel = "webhook"
    repeatable = True

    def __init__(self, hooks: Mapping[str, Hook], web: Web, clock: Clock) -> None:
        self._hooks = hooks
        self._web = web
        self._clock = clock

    def deliver(self, message: Message, committing: Callable[[], None]) -> None:
        """Post the message; see ``seams.Notifier``."""
        hook = self._hooks.get(message.recipient)
        if hook is None:
            raise DeliveryError(f"no reader {message.recipient!r} with a webhook under digest.readers in settings.yml")
        if not hook.address:
            raise DeliveryError(f"the webhook of {message.recipient!r} has no address: set {hook.variable}")
        body = message.body.encode()
        headers = self._headers(message, hook, body)
        committing()
        try:
            answer = self._web.post(hook.address, body, headers)
        except FetchError as error:
            raise DeliveryError(f"the webhook of {message.recipient!r} was not reached: {error}") from error
        if not 200 <= answer.status < 300:
            _refuse(message.recipient, answer)

    def _headers(self, message: Message, hook: Hook, body: bytes) -> dict[str, str]:
        sent = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": message.content_type,
            "Idempotency-Key": message.id,
            "webhook-id": message.id,
            "webhook-timestamp": sent,
        }
        if hook.signing_key:
            headers["webhook-signature"] = signature(hook.signing_key, message.id, sent, body)
        return headers


def signature(key: str, id: str, timestamp: str, body: bytes) -> str:
    """Sign id, time and body with HMAC-SHA256; a key that begins with ``whsec_`` is base64, any other is its UTF-8.

    >>> key = "whsec_plJ3nmyCDGBKInavdOK15jsl"
    >>> signature(key, "msg_loFOjxBNrRLzqYUf", "1731705121", b'{"event_type":"ping","data":{"success":true}}')
    'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0='
    """
    try:
        secret = b64decode(key.removeprefix("whsec_"), validate=True) if key.startswith("whsec_") else key.encode()
    except NotBase64 as error:
        raise DeliveryError("the signing key begins with whsec_ but is no base64 behind it; correct it") from error
    signed = hmac.new(secret, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{b64encode(signed).decode('ascii')}"


def _refuse(recipient: str, answer: WebAnswer) -> None:
    said = cut(clean(answer.body[: 4 * SHOWN].decode("utf-8", "replace")), SHOWN)
    problem = f"the webhook of {recipient!r} answered {answer.status}" + (f": {said}" if said else "")
    if 300 <= answer.status < 400:
        raise DeliveryError(f"{problem}; redirects are not followed: correct its address")
    if answer.status >= 500 or answer.status in LATER:
        raise DeliveryError(problem)
    raise DeliveryRefused(problem)
