"""Reads the three files and the environment, once, and reports every problem of all of them at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watchtower.config import feeds, readers, references, settings
from watchtower.config.analysis import analysis_of
from watchtower.config.environment import read_environment, read_reader_secrets
from watchtower.config.examples import labelled_items, read_examples
from watchtower.config.files import Unreadable, text_of
from watchtower.config.shapes import Record
from watchtower.config.tree import TreeError
from watchtower.config.validate import Found, Log, places, read
from watchtower.config.values import Config, Place
from watchtower.config.watchpoints import WATCHPOINTS
from watchtower.config.yaml_tree import read_yaml
from watchtower.errors import ConfigError, Problem

INIT = "`watchtower init` makes one to start from"


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the configuration in a folder (or beside one of its files), and by environment.

    Raises ConfigError with every problem of ``feeds.yml``, ``watchpoints.yml``, ``config/settings.yml``, the files
    that ``examples_from`` names, and the environment. Problems that are all harmless end up in ``Config.warnings``.
    """
    files = _locate(path)
    feed_file = _read(files.feeds, feeds.FEEDS, missing=INIT)
    watch_file = _read(files.watchpoints, WATCHPOINTS, missing=INIT)
    setting_file = _read(files.settings, settings.SETTINGS)
    for part, check in ((feed_file, feeds.check), (watch_file, references.check), (setting_file, settings.check)):
        if part.found:
            check(part.found, part.log)
    examples = _examples(watch_file, files.folder)
    environment_log = Log(file="environment")
    given = read_environment(environ, environment_log)
    secrets = readers.secrets_of(
        read_reader_secrets(environ, environment_log), list(readers.ids(setting_file.found)), environment_log
    )
    _check_readers(setting_file, watch_file, given)
    logs = [feed_file.log, watch_file.log, setting_file.log, environment_log, *(part.log for part in examples)]
    problems = sorted([*files.problems, *(problem for log in logs for problem in log.problems)])
    if feed_file.found is None or watch_file.found is None or not all(problem.harmless for problem in problems):
        raise ConfigError(problems)
    items = [found for part in examples if part.found for found in part.found.value]
    return Config(
        folder=files.folder.absolute(),
        feeds=feeds.feeds_of(feed_file.found),
        analysis=analysis_of(watch_file.found, labelled_items(items)),
        settings=settings.settings_of(setting_file.found, given),
        secrets=secrets,
        warnings=tuple(problems),
        places={**_places(feed_file), **_places(watch_file), **_example_places(examples)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one file came to."""

    log: Log
    found: Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    folder: Path
    feeds: Path
    watchpoints: Path
    settings: Path
    problems: tuple[Problem, ...] = ()


def _locate(path: Path) -> _Files:
    """Say which files a path means: a folder, or one of the three files in it."""
    problems = []
    folder = path
    if not os.path.isdir(path):  # unlike Path.is_dir, never raises
        if path.name not in ("feeds.yml", "watchpoints.yml", "settings.yml") or not os.path.isdir(path.parent):
            what = (
                f"no such folder; {INIT}"
                if not os.path.exists(path)
                else "give a folder, or one of the three files in it"
            )
            raise ConfigError([Problem(file=str(path), line=1, column=1, path="", message=what)])
        folder = path.parent
        if (
            path.name == "settings.yml"
            and folder.absolute().name == "config"
            and not os.path.exists(folder / "feeds.yml")
        ):
            folder = folder / ".." if folder.name in ("", "..") else folder.parent
    beside, inside = folder / "settings.yml", folder / "config" / "settings.yml"
    has_beside, has_inside = os.path.exists(beside), os.path.exists(inside)
    if has_beside and has_inside:
        message = f"there is {inside} too, which is the one that is read: delete one of them"
        problems.append(Problem(file=str(beside), line=1, column=1, path="", message=message))
    return _Files(
        folder=folder,
        feeds=folder / "feeds.yml",
        watchpoints=folder / "watchpoints.yml",
        settings=beside if has_beside and not has_inside else inside,
        problems=tuple(problems),
    )


def _read(path: Path, shape: Record, *, missing: str = "") -> _Part:
    """Read one file; without ``missing``, what to say when it is not there, it may be left out or be empty."""
    log = Log(file=str(path))
    try:
        tree, mistakes = read_yaml(text_of(path))
    except TreeError as error:
        is_absent = isinstance(error.__cause__, FileNotFoundError)
        if missing or not is_absent:
            log.add_at(error.line, error.column, error.path, error.message + (f"; {missing}" if is_absent else ""))
        return _Part(log=log)
    for mistake in mistakes:
        log.add_at(mistake.line, mistake.column, mistake.path, mistake.message)
    if tree is not None:
        return _Part(log=log, found=read(shape, tree, "", log))
    if missing:
        log.add_at(1, 1, "", f"the file is empty: expected {shape.wanted}")
    return _Part(log=log)


def _examples(watch_file: _Part, folder: Path) -> list[_Part]:
    """Read the files that ``examples_from`` names; one that is not there is a problem of the naming file."""
    analysis = watch_file.found.at("analysis") if watch_file.found else None
    named = analysis.at("examples_from") if analysis else None
    if watch_file.found is None or named is None:
        return []
    kinds = references.kinds(watch_file.found)
    parts = []
    for entry in named.value if isinstance(named.value, tuple) else (named,):
        if entry is None:
            continue
        path = folder / entry.value
        log = Log(file=str(path))
        try:
            items = read_examples(text_of(path), kinds, log)
        except Unreadable as error:
            watch_file.log.add(entry.tree, entry.path, f"{path}: {error.message}")
        except TreeError as error:
            log.add_at(error.line, error.column, "", error.message)
        else:
            parts.append(_Part(log=log, found=Found(value=items, tree=entry.tree, path="")))
            continue
        parts.append(_Part(log=log))
    return parts


def _check_readers(setting_file: _Part, watch_file: _Part, given: Mapping[tuple[str, str], object]) -> None:
    if setting_file.found is None or watch_file.found is None:
        return
    mail, watched = setting_file.found.at("mail"), watch_file.found
    can_mail = all(
        given.get(("mail", key)) or ((found := mail.at(key)) and found.value) if mail else given.get(("mail", key))
        for key in ("host", "sender")
    )
    analysis = watched.at("analysis")
    languages = [one.value for one in analysis.each("languages")] if analysis else []
    targets = [
        id_.value
        for kind in ("watch_points", "critical_questions")
        for target in watched.each(kind)
        if (id_ := target.at("id"))
    ]
    readers.check(setting_file.found, targets, languages, bool(can_mail), setting_file.log)


def _places(part: _Part) -> dict[str, Place]:
    """Map stable paths to where they stand; of things with the same id, to the first."""
    return {
        stable: Place(file=part.log.file, line=tree.line, column=tree.column, path=path)
        for stable, tree, path in reversed(list(places(part.found)))
    }


def _example_places(parts: list[_Part]) -> dict[str, Place]:
    items = [(part.log.file, item) for part in parts if part.found for item in part.found.value]
    return {
        f"examples[{index}]": Place(file=file, line=item.tree.line, column=item.tree.column, path="")
        for index, (file, item) in enumerate(items)
    }
