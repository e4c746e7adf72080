"""The JSON Lines files of verdicts: an item and its labels, one a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from watchtower.config.examples import EXAMPLE, read_examples
from watchtower.config.files import text_of
from watchtower.config.formats import MAYBE_EMPTY
from watchtower.config.shapes import Field
from watchtower.config.tree import TreeError
from watchtower.config.validate import Log
from watchtower.errors import ConfigError
from watchtower.text import clean
from watchtower.types import Analysis, Verdict, stable_id

#: largest file that is read, in bytes: some hundred thousand verdicts
LARGEST = 256 * 1024 * 1024

VERDICT = replace(
    EXAMPLE,
    wanted="a judged item (an object with title and labels)",
    fields=(
        *(field for field in EXAMPLE.fields if field.name not in ("id", "body", "source")),
        Field(name="id", shape=MAYBE_EMPTY, says="The item's id; without one, the text is its id.", nullable=True),
        Field(name="body", shape=MAYBE_EMPTY, says="Read where there is no summary.", nullable=True),
        Field(name="source", shape=MAYBE_EMPTY, says="Who published it.", nullable=True),
        Field(name="url", shape=MAYBE_EMPTY, says="Its address.", nullable=True),
    ),
)


def read_verdicts(path: Path, analysis: Analysis, *, by: str, at: datetime) -> list[Verdict]:
    """Read a file of judgements, each on all targets of the analysis.

    Raises ConfigError with every problem of the file, with line and column.
    """
    log = Log(file=str(path))
    kinds = {target.id: target.kind for target in analysis.targets}
    try:
        found = read_examples(text_of(path, LARGEST), kinds, log, VERDICT)
    except TreeError as error:
        log.add_at(error.line, error.column, "", error.message)
        found = ()
    if log.problems:
        raise ConfigError(log.problems)
    return [_verdict(one.plain(), tuple(kinds), by, at) for one in found]


def _verdict(line: dict[str, Any], judged: tuple[str, ...], by: str, at: datetime) -> Verdict:
    title, summary = clean(line["title"]), clean(line.get("summary") or line.get("body") or "")
    return Verdict(
        item_id=line.get("id") or stable_id("verdict", title, summary),
        title=title,
        summary=summary,
        language=line.get("language"),
        url=line.get("url") or None,
        publisher=line.get("source") or "",
        labels=line["labels"],
        judged=judged,
        by=by,
        at=at,
        source="import",
    )
