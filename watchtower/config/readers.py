"""``digest.readers`` in ``config/settings.yml``: who receives a digest of their own, and the secrets that takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from watchtower.config.formats import (
    CLOCK,
    HOOK,
    ID,
    LANGUAGE,
    MAIL_ADDRESS,
    TARGET_REFERENCE,
    ZONE,
    choice,
    shown,
)
from watchtower.config.shapes import Either, Field, Flag, ListOf, Record
from watchtower.config.validate import Found, Log
from watchtower.config.values import ReaderSecrets, ReaderSettings
from watchtower.text import did_you_mean

PREFIX = "WATCHTOWER_READER__"
#: what of a reader comes from the environment alone
SECRETS = ("webhook", "signing_key", "chat")
#: where digests made on request are written, below ``digest.folder``; a reader's own files have a folder there too
RESERVED = "requested"
FORMATS = choice("html", "md", "txt", "json", "atom")

READER = Record(
    wanted="a reader (a mapping with id and at least one of mail, webhook, chat and files)",
    says="A reader with a digest of their own.",
    fields=(
        Field(name="id", shape=ID, says="Name of the reader.", required=True),
        Field(
            name="mail",
            shape=Either(shapes=(MAIL_ADDRESS, ListOf(item=MAIL_ADDRESS, least=1, distinct=True))),
            says="Where to by mail; each address gets a mail of its own.",
        ),
        Field(name="webhook", shape=HOOK, says="Where the digest is posted to as JSON."),
        Field(
            name="chat",
            shape=Flag(),
            says="Send it in short to the chat services that WATCHTOWER_READER__<ID>__CHAT names.",
            default="false",
        ),
        Field(
            name="files",
            shape=Flag(),
            says="Write it as files too, in a folder of the reader's name below digest.folder.",
            default="false",
        ),
        Field(
            name="targets",
            shape=ListOf(item=TARGET_REFERENCE, least=1, distinct=True),
            says="Watch points and critical questions that it is about; left out, all of them.",
        ),
        Field(
            name="languages",
            shape=ListOf(item=LANGUAGE, least=1, distinct=True),
            says="Tell only stories told in one of these languages, in the first of them there is; left out, in all.",
        ),
        Field(name="at", shape=CLOCK, says="The reader's local time at which it is made; left out, digest.at."),
        Field(name="zone", shape=ZONE, says="The reader's time zone; left out, digest.zone."),
        Field(
            name="formats",
            shape=ListOf(item=FORMATS, least=1, distinct=True),
            says="Forms in which files are written; left out, digest.formats.",
        ),
        Field(
            name="when_empty",
            shape=Flag(),
            says="Send it on days without matches too; left out, as digest.when_empty.",
        ),
        Field(
            name="alerts",
            shape=ListOf(item=choice("surge", "confirmed", "came", "coverage-lost"), distinct=True),
            says="What is told at once, by mail, webhook and chat.",
            default="[]",
        ),
    ),
    at_least_one=("mail", "webhook", "chat", "files"),
)


def check(found: Found, targets: Collection[str], languages: Collection[str], can_mail: bool, log: Log) -> None:
    """Report readers of the same name, targets and languages that there are not, and mail without a server."""
    digest = found.at("digest")
    first: dict[str, int] = {}
    for reader in digest.each("readers") if digest else ():
        if (id_ := reader.at("id")) is not None:
            if id_.value in first:
                message = f"the id '{id_.value}' is used twice (first on line {first[id_.value]})"
                log.add(id_.tree, id_.path, message)
            first.setdefault(id_.value, id_.tree.line)
            if id_.value == RESERVED:
                log.add(
                    id_.tree, id_.path, f"'{RESERVED}' is the folder of digests made on request: choose another name"
                )
        _known(reader.each("targets"), targets, "target in watchpoints.yml", log)
        _known(reader.each("languages"), languages, "language of the analysis", log)
        if (mail := reader.at("mail")) and not can_mail:
            log.add(mail.tree, mail.path, "there is no mail server to send by: set mail.host and mail.sender")


def _known(entries: tuple[Found, ...], known: Collection[str], what: str, log: Log) -> None:
    for entry in entries:
        if entry.value not in known:
            hint = did_you_mean(entry.value, known)
            log.add(entry.tree, entry.path, f"no {what} is called {shown(entry.value)}{hint}")


def readers_of(plain: Collection[Mapping[str, Any]]) -> tuple[ReaderSettings, ...]:
    """Make the readers of a file without problems."""
    return tuple(
        ReaderSettings(**{**reader, "mail": (mail,) if isinstance(mail, str) else mail})
        for reader in plain
        for mail in (reader.get("mail", ()),)
    )


def variable(reader: str, secret: str) -> str:
    """Name the variable of a reader's secret.

    >>> variable("duty-room", "signing_key")
    'WATCHTOWER_READER__DUTY_ROOM__SIGNING_KEY'
    """
    return f"{PREFIX}{reader}__{secret}".replace("-", "_").upper()


def secrets_of(given: Mapping[str, str], readers: Collection[str], log: Log) -> dict[str, ReaderSecrets]:
    """Sort the variables with ``PREFIX`` by reader; one that belongs to no reader is a problem."""
    known = {variable(reader, secret): (reader, secret) for reader in readers for secret in SECRETS}
    found: dict[str, dict[str, str]] = {}
    for name, text in given.items():
        if name not in known:
            hint = did_you_mean(name, known) or "; digest.readers in config/settings.yml says which readers there are"
            log.add_at(1, 1, name, f"no reader has such a secret{hint}")
            continue
        reader, secret = known[name]
        found.setdefault(reader, {})[secret] = text
    return {reader: ReaderSecrets(**texts) for reader, texts in found.items()}


def ids(found: Found | None) -> Iterator[str]:
    """Give the names of the readers that are right."""
    digest = found.at("digest") if found else None
    for reader in digest.each("readers") if digest else ():
        if (id_ := reader.at("id")) is not None:
            yield id_.value
