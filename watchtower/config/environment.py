"""Settings by environment: ``WATCHTOWER_<SECTION>__<KEY>``, and ``..._FILE`` for what is secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from watchtower.config.files import text_of
from watchtower.config.readers import PREFIX as READERS
from watchtower.config.settings import SECTIONS
from watchtower.config.shapes import Field, ListOf, Record, Shape, Text
from watchtower.config.tree import Scalar, Sequence, Tree, TreeError, core_value
from watchtower.config.validate import Log, read
from watchtower.text import did_you_mean

PREFIX = "WATCHTOWER_"
#: for the tests' own switches
IGNORED = "WATCHTOWER_TEST_"
LARGEST_SECRET = 64 * 1024
#: settings that may hold a secret, and so may be named by a file
IN_FILES = (("web", "token"), ("database", "url"), ("fetch", "proxy"), ("mail", "password"))


def names() -> dict[str, tuple[str, Field]]:
    """Return every variable that is read as it is, with its section and key."""
    return {
        f"{PREFIX}{section}__{entry.name}".upper(): (section, entry)
        for section, (_, fields, _) in SECTIONS.items()
        for entry in fields
        if not (isinstance(entry.shape, ListOf) and isinstance(entry.shape.item, Record))
    }


def read_reader_secrets(environ: Mapping[str, str], log: Log) -> dict[str, str]:
    """Return what the environment gives for readers, by the variable's name; problems go to the log."""
    given: dict[str, str] = {}
    for name in sorted(environ):
        if not name.startswith(READERS):
            continue
        variable = name.removesuffix("_FILE")
        if name != variable and variable in environ:
            log.add_at(1, 1, name, f"{variable} is set too: unset one of them")
        elif (text := environ[name] if name == variable else _secret(environ[name], name, log)) is not None:
            given[variable] = text
    return given


def read_environment(environ: Mapping[str, str], log: Log) -> dict[tuple[str, str], Any]:
    """Return the settings that the environment gives, as (section, key) to value; problems go to the log."""
    known = names()
    files = {f"{PREFIX}{section}__{key}_FILE".upper() for section, key in IN_FILES}
    # A setting with one underscore where two belong; other names without two may be anybody's.
    slips = {variable.replace("__", "_") for variable in (*known, *files)}
    settings: dict[tuple[str, str], Any] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith((IGNORED, READERS)):
            continue
        if "__" not in name and name not in slips:
            continue
        variable = name.removesuffix("_FILE") if name in files else name
        if variable not in known:
            hint = did_you_mean(name, {*known, *files}) or "; the reference of settings lists them all"
            log.add_at(1, 1, name, f"no such setting{hint}")
            continue
        if name in files and variable in environ:
            log.add_at(1, 1, name, f"{variable} is set too: unset one of them")
            continue
        section, entry = known[variable]
        text = _secret(environ[name], name, log) if name in files else environ[name]
        value = _value(entry, text, name, (section, entry.name) in IN_FILES, log) if text is not None else None
        if value is not None:
            settings[section, entry.name] = value
    return settings


def _secret(path: str, name: str, log: Log) -> str | None:
    try:
        return text_of(Path(path), LARGEST_SECRET).strip()
    except TreeError as error:
        log.add_at(1, 1, name, f"{path}: {error.message}")
        return None


def _value(entry: Field, text: str, name: str, is_secret: bool, log: Log) -> Any:
    """Read one variable; a secret's value is in no message."""
    inner = Log(file=log.file)
    found = read(entry.shape, _tree(entry.shape, text), name, inner)
    if inner.problems and is_secret:
        log.add_at(1, 1, name, f"expected {entry.shape.wanted}; what it is set to is not shown")
    else:
        log.problems.extend(inner.problems)
    return None if inner.problems or found is None else found.plain()


def _tree(shape: Shape, text: str) -> Tree:
    """Make of a variable's text the tree that a file would have had: lists are separated by commas."""
    if isinstance(shape, ListOf):
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return Sequence(line=1, column=1, items=tuple(_tree(shape.item, part) for part in parts))
    is_text = isinstance(shape, Text)
    return Scalar(line=1, column=1, text=text, value=text if is_text else _plain(text))


def _plain(text: str) -> str | int | float | bool | None:
    value = core_value(text.strip())
    return "" if value is None else value
