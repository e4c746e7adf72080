"""A digest or an alert as the messages that carry it to one reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from watchtower import digest as digests
from watchtower.digest import period
from watchtower.pipeline.parts import Reader, Route
from watchtower.types import Digest, Message, stable_id


def messages_of(made: Digest, name: str, reader: Reader) -> list[Message]:
    """Render a digest for every way to its reader; ``name`` is the files' name without its ending."""
    return [message for route in reader.routes for message in _by(route, made, name, reader)]


def file_of(made: Digest, name: str, format: str, folder: str = "") -> Message:
    """Render a digest as one file."""
    content_type, body = digests.render(made, format)
    recipient = f"{folder}/{name}.{format}" if folder else f"{name}.{format}"
    return _message(made, Route(channel="file", recipient=recipient), content_type, body)


def requested(made: Digest) -> str:
    """Name the file of a digest made on request; a folder of its own keeps it from replacing a daily one."""
    day = period.local_date(made.since, made.zone)
    if (made.since, made.until) == period.day_period(day, made.zone):
        return f"requested/{day.isoformat()}"
    return f"requested/{made.since:%Y-%m-%dT%H%M%SZ}--{made.until:%Y-%m-%dT%H%M%SZ}"


def _by(route: Route, made: Digest, name: str, reader: Reader) -> Iterator[Message]:
    match route.channel:
        case "file":
            for format in reader.formats:
                yield file_of(made, name, format, route.recipient)
        case "mail":
            content_type, page = digests.mail_page(made)
            plain = digests.render(made, "txt")[1]
            yield replace(_message(made, route, content_type, page), text=plain)
        case "webhook":
            yield _message(made, route, *digests.render(made, "json"))
        case _:
            yield _message(made, route, "text/plain; charset=utf-8", digests.brief(made))


def _message(made: Digest, route: Route, content_type: str, body: str) -> Message:
    return Message(
        id=stable_id(made.id, route.channel, route.recipient),
        digest_id=made.id,
        channel=route.channel,
        recipient=route.recipient,
        content_type=content_type,
        body=body,
        subject=digests.heading(made),
        made=made.made.cut_off,
    )
