"""What taking in a large archive costs: ``python benchmarks/archive.py [MEGABYTES [KILOBYTES_AN_ITEM]]``.

Writes a file of JSON Lines of items in this project's own words, over three years, in three feeds of the shipped
configuration; takes it in with ``watchtower pull --from``, once from the start and once again; and prints what each run
brought, its CPU time and the most memory it held. Memory should not grow with the file.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("bbc-japanese", "yonhap-en-news", "carnegie")
FIRST = datetime(2022, 1, 1)


def lines(size: int, an_item: int) -> Iterator[str]:
    """Make lines of items until they have so many bytes; the same ones in every run."""
    chosen = random.Random(0)
    words = re.findall(r"[A-Za-z]{3,}", (ROOT / "docs" / "matching.md").read_text(encoding="utf-8"))
    written = number = 0
    while written < size:
        item = {
            "id": f"item-{number}",
            "title": " ".join(chosen.choices(words, k=10)),
            "summary": " ".join(chosen.choices(words, k=30)),
            "body": " ".join(chosen.choices(words, k=an_item // 7)),
            "published": (FIRST + timedelta(minutes=chosen.randrange(3 * 365 * 24 * 60))).isoformat(),
            "source": chosen.choice(SOURCES),
            "url": f"https://news.example/{number}",
        }
        line = json.dumps(item) + "\n"
        written += len(line)
        number += 1
        yield line


def taken_in(folder: Path, archive: Path) -> str:
    """Take the archive in, in a process of its own, and say what that came to."""
    command = [sys.executable, "-m", "watchtower", "pull", "--from", str(archive), "--config", str(folder), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    report = json.loads(process.stdout.read() if process.stdout else "")
    _, _, usage = os.wait4(process.pid, 0)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
    items = report["items"]
    return f"{items['new']:,} new, {items['known']:,} known: {cpu:.1f} s of CPU, {peak} MiB at most"


def main(megabytes: int, kilobytes: int) -> None:
    """Print both runs."""
    with TemporaryDirectory() as name:
        folder, archive = Path(name) / "watch", Path(name) / "old.jsonl"
        subprocess.run([sys.executable, "-m", "watchtower", "init", str(folder)], check=True, capture_output=True)
        with archive.open("w", encoding="utf-8") as file:
            file.writelines(lines(megabytes * 1_000_000, kilobytes * 1_000))
        for run in ("first", "again"):
            sys.stdout.write(f"{run}: {taken_in(folder, archive)}\n")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        sys.exit(__doc__)
    megabytes, kilobytes = [*map(int, sys.argv[1:]), *(1_000, 30)[len(sys.argv) - 1 :]]
    main(megabytes, kilobytes)
