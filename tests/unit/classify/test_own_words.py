"""The shipped examples are our own words, and what they teach holds on news they do not contain."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.classify import rivers
from watchtower.config import load
from watchtower.types import Analysis

ROOT = Path(__file__).resolve().parents[3]
EVAL = ROOT.parent / "shared" / "eval"
needs_eval = pytest.mark.skipif(
    not EVAL.is_dir(), reason="the labelled news (../shared/eval) is not beside the project"
)

#: words in a row, characters in a row, of spaced and of running scripts
WORDS, CHARACTERS = 5, 12
#: a sentence comes near another's where so many of its shingles, and so large a share, stand in one labelled item
NEAR, SHARE = 3, 0.3
_RUNNING = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def shingles(text: str) -> set[str]:
    """Cut a sentence into overlapping pieces: five words, or twelve characters of Chinese and Japanese."""
    lower = text.lower()
    if len(_RUNNING.findall(lower)) * 3 > len(lower):
        joined = "".join(re.findall(r"\w+", lower))
        return {joined[at : at + CHARACTERS] for at in range(len(joined) - CHARACTERS + 1)}
    words = re.findall(r"\w+", lower)
    return {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}


def sentences(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Yield every text that teaches, with where it stands."""
    for line, item in enumerate(analysis.examples, 1):
        yield f"examples line {line}, title", item.title
        yield f"examples line {line}, summary", item.summary
    for target in analysis.targets:
        parts = [(target.id, [*target.examples, *target.counterexamples])]
        parts += [(f"{target.id} / {one.id}", list(one.examples)) for one in (*target.indicators, *target.answers)]
        yield from ((place, example) for place, examples in parts for example in examples)


def near(analysis: Analysis, foreign: Mapping[str, str]) -> list[str]:
    """Name the sentences that come near one of the foreign texts."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for id, text in foreign.items():
        for shingle in shingles(text):
            holders[shingle].add(id)
    found = []
    for place, sentence in sentences(analysis):
        own = shingles(sentence)
        shared = Counter(id for shingle in own for id in holders.get(shingle, ()))
        for id, count in shared.most_common(1):
            if count >= NEAR and count >= SHARE * len(own):
                found.append(f"{place}: {count} of {len(own)} pieces stand in {id}")
    return found


def test_a_copied_sentence_is_noticed_in_every_script() -> None:
    titles = {
        "en": "Museum in Velin reopens with a show of lace",
        "ja": "デスナの博物館が改修を終え再開、客は三割増",
    }
    copied = tuple(titles.values())
    target = rivers.analysis().targets[0]
    analysis = replace(rivers.analysis(), examples=(), targets=(replace(target, examples=copied),))
    assert len(near(analysis, titles)) == 2
    assert near(analysis, {"other": "A museum in Velin shows lace again"}) == []


@needs_eval
def test_no_shipped_sentence_comes_near_the_labelled_news() -> None:
    rows = [json.loads(line) for line in (EVAL / "dev-items.jsonl").read_text(encoding="utf-8").splitlines()]
    foreign = {row["id"]: f"{row['title']}\n{row.get('summary') or ''}\n{row.get('body') or ''}" for row in rows}
    assert near(load(ROOT, {}).analysis, foreign) == []


@needs_eval
def test_the_shipped_analysis_tells_labelled_news_apart(tmp_path: Path) -> None:
    """Through the command line, scored by the script beside the labels; floors, not goals."""
    predictions = tmp_path / "predictions.jsonl"
    database = {"WATCHTOWER_DATABASE__URL": f"sqlite:///{tmp_path}/watchtower.db", "PATH": ""}
    command = [sys.executable, "-m", "watchtower", "classify", "--config", str(ROOT)]
    io = ["--input", str(EVAL / "dev-items.jsonl"), "--output", str(predictions)]
    subprocess.run([*command, *io], check=True, env=database, cwd=ROOT)
    score = [sys.executable, str(EVAL / "score.py"), str(EVAL / "dev-labels.jsonl"), str(predictions), "--json"]
    macro = json.loads(subprocess.run(score, check=True, capture_output=True).stdout)["macro"]
    assert macro["f1"] >= 0.60 and macro["map"] >= 0.75, macro
