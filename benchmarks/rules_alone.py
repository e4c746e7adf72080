"""How well the boolean rules of an analysis do without the model, on labelled items.

``python benchmarks/rules_alone.py [ITEMS LABELS [CONFIG]]`` reads JSON Lines as ``watchtower classify`` does, and
labels (``id``, ``labels``: target to sign); it prints precision, recall and F1 of each target's ``when``, and their
means. An item belongs to a target where the rule holds. It is the measure of what the fitted model adds: see
docs/matching.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from watchtower.classify.reading import Reader
from watchtower.config import load
from watchtower.types import Analysis, Text

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"


def rows(path: Path) -> list[dict[str, object]]:
    """Read JSON Lines, passing over empty ones."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def holding(analysis: Analysis, items: Sequence[Mapping[str, object]]) -> dict[str, set[str]]:
    """Give for each item's id the targets whose rule holds of it."""
    reader = Reader(analysis)
    keys = ("id", "title", "summary", "body", "language")
    texts = [Text(**{key: str(item[key]) for key in keys if item.get(key) is not None}) for item in items]
    return {text.id: set(one["r"]) for text, one in zip(texts, reader.flags(reader.read(texts)), strict=True)}


def measures(said: Mapping[str, AbstractSet[str]], truth: Mapping[str, AbstractSet[str]], target: str) -> list[float]:
    """Measure one target over the labelled items: precision, recall and F1, 0 where nothing was said."""
    hits = sum(target in said[id] and target in labels for id, labels in truth.items())
    claimed = sum(target in said[id] for id in truth)
    belonging = sum(target in labels for labels in truth.values())
    return [hits / max(claimed, 1), hits / max(belonging, 1), 2 * hits / max(claimed + belonging, 1)]


def main(items: Path, labels: Path, config: Path) -> None:
    """Print the table."""
    analysis = load(config, {}).analysis
    said = holding(analysis, rows(items))
    truth = {str(row["id"]): set(dict(row["labels"])) for row in rows(labels)}  # type: ignore[call-overload]  # a JSON object
    table = {target.id: measures(said, truth, target.id) for target in analysis.targets if target.when}
    table["mean"] = [sum(column) / len(table) for column in zip(*table.values(), strict=True)]
    for target, (precision, recall, f1) in table.items():
        sys.stdout.write(f"{target:24s} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}\n")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) not in (0, 2, 3):
        sys.exit(__doc__)
    if given or EVAL.is_dir():
        files = given or [EVAL / "dev-items.jsonl", EVAL / "dev-labels.jsonl"]
        main(files[0], files[1], files[2] if len(files) > 2 else ROOT)
    else:
        sys.stdout.write("skipped: the labelled news (../shared/eval) is not beside the project\n")
