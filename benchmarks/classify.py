"""How fast items are classified, and how that grows with targets and terms.

``python benchmarks/classify.py [ITEMS]`` first runs ``watchtower classify`` with the shipped analysis over ITEMS items
and over eight times as many: the difference is the rate after start-up. The items are real news if it is beside the
project (``../shared/eval/background.jsonl`` and ``stream.jsonl``), else the entries of the demo. Then it classifies
made-up news with made-up analyses of 8, 50 and 200 targets, and of 100, 1,000 and 10,000 terms, one item in ten
near a target.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from watchtower.classify import fit_classifier
from watchtower.demo.samples import read_samples
from watchtower.types import Analysis, Concept, LabelledItem, Target, TargetKind, Text

ROOT = Path(__file__).resolve().parents[1]
NEWS = [ROOT.parent / "shared" / "eval" / name for name in ("background.jsonl", "stream.jsonl")]
TIMES = 8
BATCH = 2000
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SYLLABLES = "ba de fi go lu mar nen pol rak sta tir ven zor kel dam hus lin ock per qua".split()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command: seconds by the clock and of CPU, and the most memory it held, in MiB."""

    seconds: float
    cpu: float
    memory: int


def sources() -> dict[str, list[bytes]]:
    """Read the items there are, as lines for ``watchtower classify``."""
    found = {path.name: path.read_bytes().splitlines() for path in NEWS if path.exists()}
    if found:
        return found
    entries = [entry for feed in read_samples() for entry in feed.entries]
    rows = ({"id": str(n), "title": entry.title, "summary": entry.summary} for n, entry in enumerate(entries))
    return {"demo entries": [json.dumps(row).encode() for row in rows]}


def command(lines: Sequence[bytes], folder: Path) -> Run:
    """Run ``watchtower classify`` over some lines, with a database in a folder of its own."""
    source = folder / "items.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    arguments = ["classify", "--config", str(ROOT), "--input", str(source), "--output", os.devnull]
    environment = {**os.environ, "WATCHTOWER_DATABASE__URL": f"sqlite:///{folder}/watchtower.db"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "watchtower", *arguments], env=environment, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Run(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def after_start_up(items: int, folder: Path) -> None:
    """Print items a second of the command beyond its start-up, by source."""
    for name, lines in sources().items():
        first = command(lines[:1], folder)
        again = command(lines[:1], folder)
        few = command(list(islice(cycle(lines), items)), folder)
        many = command(list(islice(cycle(lines), TIMES * items)), folder)
        more = (TIMES - 1) * items
        rate, by_cpu = more / max(many.seconds - few.seconds, 1e-9), more / max(many.cpu - few.cpu, 1e-9)
        sys.stdout.write(
            f"{name:18s} {rate:9,.0f} items/s ({by_cpu:,.0f} a second of CPU) from {items:,d} to "
            f"{TIMES * items:,d} items; start-up {again.seconds:.1f} s "
            f"(first time {first.seconds:.1f} s), at most {few.memory:,d} and {many.memory:,d} MiB\n"
        )


def made_up(targets: int, terms: int) -> tuple[Analysis, list[Text]]:
    """Invent an analysis with so many targets and terms, and 20,000 items of which one in ten has some of its terms."""
    rng = random.Random(0)
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    named = [f"{rng.choice(SYLLABLES)}x{n}" for n in range(terms)]
    share = max(1, terms // targets)
    concepts = tuple(
        Concept(id=f"c{n}", terms={"en": tuple(named[n * share % terms :][:share])}) for n in range(targets)
    )

    def title(target: int | None) -> str:
        plain = rng.choices(words, weights, k=10)
        if target is not None:
            plain[3] = rng.choice(concepts[target].terms["en"])
        return " ".join(plain)

    about = [rng.choice((None, n)) for n in range(targets) for _ in range(12)]
    examples = tuple(LabelledItem(title=title(n), labels={} if n is None else {f"t{n}": ""}) for n in about)
    watch = tuple(Target(id=f"t{n}", kind=TargetKind.WATCH_POINT, title=f"t{n}", when=f"c{n}") for n in range(targets))
    analysis = Analysis(
        id="made-up", title="", source="", published="", languages=("en",), concepts=concepts, targets=watch,
        examples=examples, version="made-up",
    )  # fmt: skip
    near = [rng.randrange(targets) if rng.random() < 0.1 else None for _ in range(20_000)]
    return analysis, [Text(id=str(at), title=title(n), summary=title(None) + title(None)) for at, n in enumerate(near)]


def growth(items: int) -> None:
    """Print items a second by number of targets and of terms."""
    for targets, terms in ((8, 1000), (50, 1000), (200, 1000), (8, 100), (8, 10_000)):
        analysis, texts = made_up(targets, terms)
        begun = time.perf_counter()
        classifier, _ = fit_classifier(analysis, NOON)
        fitted = time.perf_counter() - begun
        classifier.classify(texts[:100])
        begun, matches = time.process_time(), 0
        for at in range(0, min(items, len(texts)), BATCH):
            matches += sum(len(one.matches) for one in classifier.classify(texts[at : min(at + BATCH, items)]))
        rate = min(items, len(texts)) / (time.process_time() - begun)
        sys.stdout.write(
            f"{targets:4d} targets {terms:7,d} terms {rate:9,.0f} items/s of CPU, {matches:,d} matches; "
            f"fitted in {fitted:.1f} s\n"
        )


def main() -> None:
    """Print both tables."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        after_start_up(items, Path(folder))
    growth(items)


if __name__ == "__main__":
    main()
