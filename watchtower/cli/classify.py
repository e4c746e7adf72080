"""``watchtower classify``."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, load_config
from watchtower.errors import UserError
from watchtower.seams import Classifier
from watchtower.types import Classified, Match, Text

#: the keys of an input line that are read, each a string; others are passed over
FIELDS = ("id", "title", "summary", "body", "language")
#: bytes of the longest line that is read, and of lines that are held at once: no news item is a hundredth of it
LONGEST, HELD = 8 * 1024 * 1024, 32 * 1024 * 1024


@click.command("classify")
@config_option
@click.option("--input", "source", metavar="FILE", default="-", help="JSON Lines to read.  [default: standard input]")
@click.option("--output", "target", metavar="FILE", default="-", help="Where to write.  [default: standard output]")
def command(config_path: Path, source: str, target: str) -> int:
    """Score items against every target: JSON Lines in, JSON Lines out, in the same order.

    Each line in has an id and a title, and may have summary, body, language, published and source. Each line out
    has the id, the score on every target, and the matches with their evidence. A line that is no item gives a line
    {"line": N, "error": ...}; the others are classified all the same, and the command ends with exit 1.
    """
    from watchtower import build

    if "-" not in (source, target) and _is_same(source, target):
        raise UserError(f"{target} is the input: writing there would destroy it; give another --output")
    config = load_config(config_path)
    with ExitStack() as stack:
        lines = sys.stdin.buffer if source == "-" else stack.enter_context(_open(source, "rb"))
        out = sys.stdout if target == "-" else stack.enter_context(_open(target, "w"))
        classifier = build.classifier(config)
        gc.freeze()  # what is loaded stays: each collection walking through the model again took 15 % of the time
        errors = 0
        for batch in _batches(lines, config.settings.match.batch):
            written, wrong = _answers(classifier, batch)
            out.writelines(written)
            out.flush()
            errors += wrong
    if errors:
        click.echo(
            f"{errors} line{'s were' if errors != 1 else ' was'} no item; each has its error in the output", err=True
        )
    return TROUBLE if errors else DONE


def _open(path: str, mode: str) -> IO[Any]:
    try:
        return Path(path).open(mode, encoding=None if "b" in mode else "utf-8")
    except OSError as error:
        raise UserError(f"cannot open {path}: {error.strerror}") from error


def _is_same(source: str, target: str) -> bool:
    try:
        return Path(source).samefile(target)
    except OSError:  # one of them is not there, or is a stream
        return False


def _batches(stream: IO[bytes], size: int) -> Iterator[list[tuple[int, bytes]]]:
    """Read lines with their numbers, so many at a time, or fewer where they are long."""
    batch: list[tuple[int, bytes]] = []
    held = 0
    for number, line in enumerate(_lines(stream), 1):
        if not line.strip():
            continue
        batch.append((number, line))
        held += len(line)
        if len(batch) == size or held > HELD:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Read lines; of one that is too long the beginning, a byte more than it may have."""
    while line := stream.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST + 1)


def _answers(classifier: Classifier, batch: list[tuple[int, bytes]]) -> tuple[list[str], int]:
    read = [_text(number, line) for number, line in batch]
    texts = [text for text in read if isinstance(text, Text)]
    classified = iter(classifier.classify(texts))
    answers = [_shape(next(classified)) if isinstance(text, Text) else text for text in read]
    return [json.dumps(answer, ensure_ascii=True) + "\n" for answer in answers], len(read) - len(texts)


def _text(number: int, line: bytes) -> Text | dict[str, object]:
    if len(line) > LONGEST:
        return {"line": number, "error": f"the line is longer than {LONGEST // 1024**2} MiB"}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"line": number, "error": f"not JSON in UTF-8: {error}"}
    if not isinstance(row, dict):
        return {"line": number, "error": f"expected an object with id and title, got {type(row).__name__}"}
    wrong = [key for key in FIELDS if row.get(key) is not None and not isinstance(row[key], str)]
    missing = [key for key in ("id", "title") if row.get(key) is None]
    if wrong or missing:
        what = f"{wrong[0]} must be a string" if wrong else f"{missing[0]} is missing"
        return {"line": number, "id": row.get("id"), "error": what}
    return Text(**{key: row[key] for key in FIELDS if row.get(key) is not None})


def _shape(classified: Classified) -> dict[str, object]:
    return {
        "id": classified.item_id,
        "scores": {target: round(score, 6) for target, score in classified.scores.items()},
        "matches": [_match(match) for match in classified.matches],
    }


def _match(match: Match) -> dict[str, object]:
    shape: dict[str, object] = {"target": match.target, "score": round(match.score, 6), "threshold": match.threshold}
    if match.indicator:
        shape["indicator"] = match.indicator
    if match.answer:
        shape["answer"] = match.answer
    shape["evidence"] = [
        {"kind": e.kind, "name": e.name, "text": e.text, "field": e.field, "start": e.start, "end": e.end,
         "weight": round(e.weight, 6)}
        for e in match.evidence
    ]  # fmt: skip
    return shape
