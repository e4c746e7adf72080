"""How fast items are classified, how that grows with targets and terms, and how much memory a million items take.

``python benchmarks/classify.py [ITEMS]`` first runs ``watchtower classify`` with the shipped analysis over ITEMS items
and over eight times as many: the difference is the rate after start-up. The items are real news if it is beside the
project (``../shared/eval/background.jsonl`` and ``stream.jsonl``), else the entries of the demo. Then it streams a
hundred times ITEMS through the command, no two alike, and looks at its memory after each tenth. Last it classifies
made-up news with made-up analyses of 8, 50 and 200 targets, and of 100, 1,000 and 10,000 terms, one item in ten near a
target.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, chain, cycle, islice
from pathlib import Path

from watchtower.classify import fit_classifier
from watchtower.demo.samples import read_samples
from watchtower.types import Analysis, Concept, LabelledItem, Target, TargetKind, Text

ROOT = Path(__file__).resolve().parents[1]
NEWS = [ROOT.parent / "shared" / "eval" / name for name in ("background.jsonl", "stream.jsonl")]
#: how many times as many items the longer run has, and the longest
TIMES, LONGEST = 8, 100
BATCH = 2000
#: labelled items of a made-up analysis, shared among its targets, but at least so many a target
EXAMPLES, LEAST = 160, 4
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


def started(folder: Path, source: Path | str) -> subprocess.Popen[bytes]:
    """Start ``watchtower classify``, with a database in a folder of its own."""
    arguments = ["classify", "--config", str(ROOT), "--input", str(source), "--output", os.devnull]
    environment = {**os.environ, "WATCHTOWER_DATABASE__URL": f"sqlite:///{folder}/watchtower.db"}
    command = [sys.executable, "-m", "watchtower", *arguments]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes], begun: float) -> Run:
    """Wait for the command's end."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Run(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def command(lines: Sequence[bytes], folder: Path) -> Run:
    """Run the command over some lines."""
    source = folder / "items.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    begun = time.perf_counter()
    return ended(started(folder, source), begun)


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
            f"{name:18s} {rate:9,.0f} items/s ({by_cpu:,.0f} a second of CPU) from {items:,d} to {TIMES * items:,d} "
            f"items; start-up {again.seconds:.1f} s, {again.cpu:.1f} s of CPU (with fitting {first.seconds:.1f} s, "
            f"{first.cpu:.1f} s); at most {few.memory:,d} and {many.memory:,d} MiB\n"
        )


def never_alike(lines: Sequence[bytes], items: int) -> Iterator[bytes]:
    """Repeat lines, each with a word in its title that no other has."""
    for number, line in enumerate(islice(cycle(lines), items)):
        yield re.sub(rb'"title": "', b'"title": "n%d ' % number, line, count=1) + b"\n"


def memory(process: subprocess.Popen[bytes]) -> int:
    """Return the memory that a process holds now, in MiB; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def flat(items: int, folder: Path) -> None:
    """Stream so many items through the command, and print the memory that it held after each tenth of them."""
    begun = time.perf_counter()
    process = started(folder, "-")
    assert process.stdin is not None
    held = []
    for number, line in enumerate(never_alike(list(chain(*sources().values())), items), 1):
        process.stdin.write(line)
        if number % max(items // 10, 1) == 0:
            process.stdin.flush()
            held.append(memory(process))
    process.stdin.close()
    run = ended(process, begun)
    sys.stdout.write(
        f"{items:,d} items, no two alike: {items / run.seconds:,.0f} a second ({items / run.cpu:,.0f} of CPU), "
        f"{', '.join(map(str, held))} MiB after each tenth, at most {run.memory:,d} MiB\n"
    )


def made_up(targets: int, terms: int) -> tuple[Analysis, list[Text]]:
    """Invent an analysis with so many targets and terms, and 20,000 items of which one in ten has some of its terms."""
    rng = random.Random(0)
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    named = [f"{rng.choice(SYLLABLES)}x{n}" for n in range(terms)]
    share = max(1, terms // targets)
    concepts = tuple(
        Concept(id=f"c{n}", terms={"en": tuple(named[n * share % terms :][:share])}) for n in range(targets)
    )

    def title(target: int | None) -> str:
        plain = rng.choices(words, cum_weights=weights, k=10)
        if target is not None:
            plain[3] = rng.choice(concepts[target].terms["en"])
        return " ".join(plain)

    about = [n for n in range(targets) for _ in range(max(LEAST, EXAMPLES // targets))]
    labelled = [LabelledItem(title=title(n), labels={f"t{n}": ""}) for n in about]
    labelled += [LabelledItem(title=title(None)) for _ in about]
    watch = tuple(Target(id=f"t{n}", kind=TargetKind.WATCH_POINT, title=f"t{n}", when=f"c{n}") for n in range(targets))
    analysis = Analysis(
        id="made-up", title="", source="", published="", languages=("en",), concepts=concepts, targets=watch,
        examples=tuple(labelled), version="made-up",
    )  # fmt: skip
    near = [rng.randrange(targets) if rng.random() < 0.1 else None for _ in range(20_000)]
    return analysis, [Text(id=str(at), title=title(n), summary=title(None) + title(None)) for at, n in enumerate(near)]


def growth(items: int) -> None:
    """Print the CPU time of an item by number of targets and of terms, and how it compares with 8 and 1,000."""
    base = 0.0
    for targets, terms in ((8, 1000), (50, 1000), (200, 1000), (8, 100), (8, 10_000)):
        analysis, texts = made_up(targets, terms)
        begun = time.process_time()
        classifier, _ = fit_classifier(analysis, NOON)
        fitted = time.process_time() - begun
        classifier.classify(texts[:100])
        begun, matches = time.process_time(), 0
        for at in range(0, min(items, len(texts)), BATCH):
            matches += sum(len(one.matches) for one in classifier.classify(texts[at : min(at + BATCH, items)]))
        each = (time.process_time() - begun) / min(items, len(texts))
        base = base or each
        sys.stdout.write(
            f"{targets:4d} targets {terms:7,d} terms {1 / each:9,.0f} items/s of CPU, an item {each / base:4.2f} times "
            f"the first; {matches:,d} matches; fitted in {fitted:.1f} s of CPU\n"
        )


def main() -> None:
    """Print all tables."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        after_start_up(items, Path(folder))
        flat(LONGEST * items, Path(folder))
    growth(items)


if __name__ == "__main__":
    main()
