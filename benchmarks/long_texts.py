"""How much of a long text should be read: what articles behind short items do to matching.

``python benchmarks/long_texts.py [ITEMS LABELS BACKGROUND [CONFIG]]`` scores labelled English items with their summary,
and with an article's worth of text behind it: summaries of other items with the same labels (an article goes on about
its subject), or of background items (an article with other things on its page). Each is cut to several lengths before
it is read. It prints precision, recall and F1 over all judgements. See ``watchtower/classify/when.py``, MOST_READ.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rules_alone import rows
from watchtower.classify import evidence, fit_classifier, reading, when
from watchtower.config import load
from watchtower.seams import Classifier
from watchtower.types import Text

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"
#: characters of an article, and the lengths it is cut to
ARTICLE = 3_500
LENGTHS = (4_000, 1_000, 600, 400)
Row = Mapping[str, object]


def article(row: Row, pool: Sequence[str]) -> str:
    """Make an article of summaries, the same for the same item in every run."""
    chosen = random.Random(str(row["id"]))
    return " ".join(chosen.choice(pool) for _ in range(100))[:ARTICLE]


def measured(
    classifier: Classifier, items: Sequence[Row], truth: Mapping[str, set[str]], body: Callable[[Row], str]
) -> str:
    """Score the items with these bodies and say how well that did."""
    texts = [
        Text(
            id=str(row["id"]),
            title=str(row["title"]),
            summary=str(row.get("summary") or ""),
            body=body(row),
            language="en",
        )
        for row in items
    ]
    said = {one.item_id: {match.target for match in one.matches} for one in classifier.classify(texts)}
    hits = sum(len(said[id] & truth[id]) for id in said)
    claimed, belonging = sum(map(len, said.values())), sum(len(truth[id]) for id in said)
    return f"P {hits / claimed:.3f}  R {hits / belonging:.3f}  F1 {2 * hits / (claimed + belonging):.3f}"


def main(items: Path, labels: Path, background: Path, config: Path) -> None:
    """Print the table."""
    classifier, _ = fit_classifier(load(config, {}).analysis, datetime(2026, 1, 1, tzinfo=UTC))
    truth = {str(row["id"]): set(dict(row["labels"])) for row in rows(labels)}  # type: ignore[call-overload]  # an object
    english = [row for row in rows(items) if row.get("language") == "en" and row["id"] in truth]
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in english:
        alike[tuple(sorted(truth[str(row["id"])]))].append(str(row.get("summary") or ""))
    others = [str(row["summary"]) for row in rows(background) if row.get("language") == "en" and row.get("summary")]
    bodies: dict[str, Callable[[Row], str]] = {
        "no article": lambda row: "",
        "same subject": lambda row: article(row, alike[tuple(sorted(truth[str(row["id"])]))]),
        "other subjects": lambda row: article(row, others),
    }
    titles = [{**row, "summary": ""} for row in english]
    sys.stdout.write(f"titles alone                      {measured(classifier, titles, truth, lambda row: '')}\n")
    for length in LENGTHS:
        evidence.MOST_READ = reading.MOST_READ = when.MOST_READ = length
        for name, body in bodies.items():
            sys.stdout.write(f"{length:5,} characters, {name:14s}  {measured(classifier, english, truth, body)}\n")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) not in (0, 3, 4):
        sys.exit(__doc__)
    if given or EVAL.is_dir():
        files = given or [EVAL / name for name in ("dev-items.jsonl", "dev-labels.jsonl", "background.jsonl")]
        main(files[0], files[1], files[2], files[3] if len(files) > 3 else ROOT)
    else:
        sys.stdout.write("skipped: the labelled news (../shared/eval) is not beside the project\n")
