"""``watchtower classify``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from watchtower.cli.main import DONE, TROUBLE, config_option, load_config
from watchtower.cli.streams import LONGEST, input_option, opened, output_option, report
from watchtower.seams import Classifier
from watchtower.types import Classified, Match, Text

#: the keys of an input line that are read, each a string; others are passed over
FIELDS = ("id", "title", "summary", "body", "language")
#: bytes of lines that are held at once
HELD = 32 * 1024 * 1024


@click.command("classify", short_help="Score items, as JSON Lines, against every target.")
@config_option
@input_option
@output_option
def command(config_path: Path, source: str, target: str) -> int:
    """Score items against every target: JSON Lines in, JSON Lines out, in the same order.

    Each line in has an id and a title, and may have summary, body, language, published and source. Each line out
    has the id, the score on every target, and the matches with their evidence. A line that is no item gives a line
    {"line": N, "error": ...}; the others are classified all the same, and the command ends with exit 1.
    """
    from watchtower import build

    config = load_config(config_path)
    errors = 0
    with opened(source, target) as (lines, out):
        classifier = build.classifier(config)
        for batch in _batches(lines, config.settings.match.batch):
            written, wrong = _answers(classifier, batch)
            out.writelines(written)
            out.flush()
            errors += wrong
    report(errors)
    return TROUBLE if errors else DONE


def _batches(lines: Iterable[tuple[int, bytes]], size: int) -> Iterator[list[tuple[int, bytes]]]:
    """Take so many lines at a time, or fewer where they are long."""
    batch: list[tuple[int, bytes]] = []
    held = 0
    for number, line in lines:
        batch.append((number, line))
        held += len(line)
        if len(batch) == size or held > HELD:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


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


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 6)


def _match(match: Match) -> dict[str, object]:
    shape: dict[str, object] = {"target": match.target, "score": round(match.score, 6), "threshold": match.threshold}
    if match.indicator:
        shape |= {"indicator": match.indicator, "indicator_confidence": _rounded(match.indicator_confidence)}
    if match.answer:
        shape |= {"answer": match.answer, "answer_confidence": _rounded(match.answer_confidence)}
    shape["evidence"] = [
        {"kind": e.kind, "name": e.name, "text": e.text, "field": e.field, "start": e.start, "end": e.end,
         "weight": round(e.weight, 6)}
        for e in match.evidence
    ]  # fmt: skip
    return shape
