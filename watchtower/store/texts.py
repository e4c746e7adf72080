"""What a database cannot hold is replaced before any store sees it, so that one bad text never stops a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import overload

from watchtower.types import Alert, FeedState, Item, Judgement, Message, Reset, Verdict, Visit

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: None) -> None: ...
def storable(text: str | None) -> str | None:
    """Replace NUL (PostgreSQL refuses it) and lone surrogates (no encoding has them) by U+FFFD.

    >>> storable("caf\\u00e9 \\ud800\\x00") == "caf\\u00e9 \\ufffd\\ufffd"
    True
    """
    if text is None or _is_storable(text):
        return text
    return "".join(_REPLACEMENT if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable_item(item: Item) -> Item:
    """Give the item with every text storable; the same object where nothing had to be replaced."""
    if _is_storable("\n".join((item.key, item.url or "", item.title, item.summary, item.body, *item.authors))):
        return item
    return replace(
        item,
        key=storable(item.key),
        url=storable(item.url),
        title=storable(item.title),
        summary=storable(item.summary),
        body=storable(item.body),
        authors=tuple(storable(author) for author in item.authors),
    )


def storable_state(state: FeedState) -> FeedState:
    """Give the state with every text storable; a validator that is not is dropped, for it could not be sent back.

    The same object where nothing had to be changed.
    """
    texts = (state.url, state.etag, state.last_modified, state.problem, state.moved_to)
    if _is_storable("\n".join(text for text in texts if text)):
        return state
    return replace(
        state,
        url=storable(state.url),
        etag=_whole(state.etag),
        last_modified=_whole(state.last_modified),
        problem=storable(state.problem),
        moved_to=storable(state.moved_to),
    )


def storable_visits(visits: Iterable[Visit]) -> list[Visit]:
    """Give the visits with every text storable; the same objects where nothing had to be changed."""
    return [_storable_visit(visit) for visit in visits]


def _storable_visit(visit: Visit) -> Visit:
    state = storable_state(visit.state)
    if not (visit.new or visit.revised or visit.problem or visit.warnings) and state is visit.state:
        return visit
    return replace(
        visit,
        state=state,
        new=tuple(storable_item(item) for item in visit.new),
        revised=tuple(storable_item(item) for item in visit.revised),
        problem=storable(visit.problem),
        warnings=tuple(storable(warning) for warning in visit.warnings),
    )


def storable_message(message: Message) -> Message:
    """Give the message with every text storable."""
    return replace(
        message,
        recipient=storable(message.recipient),
        subject=storable(message.subject),
        text=storable(message.text),
        body=storable(message.body),
    )


def storable_alert(alert: Alert) -> Alert:
    """Give the alert with every text storable."""
    return replace(alert, says=storable(alert.says), url=storable(alert.url))


def storable_verdict(verdict: Verdict) -> Verdict:
    """Give the verdict with every text storable."""
    return replace(
        verdict,
        item_id=storable(verdict.item_id),
        title=storable(verdict.title),
        summary=storable(verdict.summary),
        url=storable(verdict.url),
        publisher=storable(verdict.publisher),
        by=storable(verdict.by),
    )


def storable_judgement(judgement: Judgement) -> Judgement:
    """Give the judgement with every text storable."""
    return replace(
        judgement,
        note=storable(judgement.note),
        author=storable(judgement.author),
        criteria=storable(judgement.criteria),
    )


def storable_reset(reset: Reset) -> Reset:
    """Give the reset with every text storable."""
    return replace(reset, author=storable(reset.author), note=storable(reset.note))


def _whole(text: str | None) -> str | None:
    return text if text is None or _is_storable(text) else None
