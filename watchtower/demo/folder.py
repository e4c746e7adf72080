"""The demo's folder: the shipped configuration with feeds.yml and settings of its own, made anew at each run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import yaml

from watchtower.config import starter
from watchtower.demo.play import HOUR, ZONE
from watchtower.demo.samples import SampleFeed
from watchtower.demo.server import HOST
from watchtower.errors import UserError

#: the file that says that the folder may be emptied
MARKER = ".watchtower-demo"
#: within the folder
DATABASE, DIGESTS = "watchtower.db", "digests"
WHY = "`watchtower demo` made this folder and empties it at each run. Delete this file to keep what is here.\n"
FEEDS = "# The sample feeds, while `watchtower demo` serves them; the outlets are invented.\n"
SETTINGS = f"""\
# Made by `watchtower demo`; `watchtower init` makes settings for real work.
database:
  url: sqlite:///{DATABASE}
fetch:
  allow: [{HOST}] # the sample feeds are served on this machine
digest:
  at: "{HOUR}"
  zone: {ZONE}
  folder: {DIGESTS}
  formats: [html]
"""


def prepare(folder: Path, samples: tuple[SampleFeed, ...], url_of: Callable[[SampleFeed], str]) -> None:
    """Empty the folder, or make it, and write the demo's configuration into it.

    Raises ``UserError``, and changes nothing, where the folder has content that is not the demo's.
    """
    try:
        _empty(folder)
        (folder / MARKER).write_text(WHY, encoding="utf-8")
        starter.write(folder)
        (folder / "feeds.yml").write_text(FEEDS + _feeds(samples, url_of), encoding="utf-8")
        (folder / "config" / "settings.yml").write_text(SETTINGS, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {folder}: {error.strerror}; give another --folder") from error


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = list(folder.iterdir())
    if content and not (folder / MARKER).is_file():
        raise UserError(f"{folder} is not empty and was not made by the demo; give another --folder, or empty it")
    for path in content:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _feeds(samples: tuple[SampleFeed, ...], url_of: Callable[[SampleFeed], str]) -> str:
    rows = [{**feed.description, "url": url_of(feed)} for feed in samples]
    content = {"defaults": {"every": "1h"}, "feeds": rows}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
