"""Configuration in the documentation is read by the real loader, and excerpts are true to their files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Block, blocks, name
from watchtower.classify import fit_classifier
from watchtower.config import load
from watchtower.types import Text

BLOCKS = [block for page in PAGES for block in blocks(page)]
COMPLETE = [block for block in BLOCKS if block.mark == "complete"]
EXCERPTS = [block for block in BLOCKS if block.mark == "from"]
GOOD = ROOT / "tests" / "data" / "configs" / "good"
ANALYSIS = ROOT / "docs" / "how-to" / "watch-another-analysis.md"


def ids(block: Block) -> str:
    return f"{name(block.page)}: {block.file}"


def folder_with(tmp_path: Path, *written: Block) -> Path:
    """Make a folder with the blocks' files, beside those of a good configuration that no block replaces."""
    for file in ("feeds.yml", "watchpoints.yml", "config/examples/straits.jsonl"):
        target = tmp_path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((GOOD / file).read_bytes())
    for block in written:
        (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("block", COMPLETE, ids=ids)
def test_a_file_that_is_shown_whole_is_read_without_a_problem(block: Block, tmp_path: Path) -> None:
    config = load(folder_with(tmp_path, block), {})
    assert config.warnings == ()


def test_there_are_files_shown_whole_of_each_kind() -> None:
    assert {block.file for block in COMPLETE} == {"feeds.yml", "watchpoints.yml", "config/settings.yml"}


def test_yaml_is_either_shown_whole_or_taken_from_a_file() -> None:
    unmarked = [ids(block) for block in BLOCKS if block.language == "yaml" and not block.mark]
    assert unmarked == []


@pytest.mark.parametrize("block", EXCERPTS, ids=ids)
def test_an_excerpt_is_true_to_its_file(block: Block) -> None:
    """Lines stand in the file as they stand here, in order; those with no ``...`` between them follow each other."""
    lines = (ROOT / block.file).read_text(encoding="utf-8").splitlines()
    position, gap = -1, True
    for line in block.text.splitlines():
        if line.strip() == "...":
            gap = True
            continue
        assert line in lines[position + 1 :], f"{block.file} has no further line {line!r}"
        found = lines.index(line, position + 1)
        assert gap or found == position + 1, f"{block.file}: something stands before {line!r}"
        position, gap = found, False


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "json"], ids=lambda b: name(b.page))
def test_json_in_the_documentation_is_json(block: Block) -> None:
    decoder, text, objects = json.JSONDecoder(), block.text.strip(), 0
    while text:
        value, end = decoder.raw_decode(text)
        assert isinstance(value, dict)
        text, objects = text[end:].strip(), objects + 1
    assert objects


def test_the_example_analysis_matches_as_its_page_says(tmp_path: Path) -> None:
    shown = list(blocks(ANALYSIS))
    config = load(folder_with(tmp_path, *(block for block in shown if block.mark == "complete")), {})
    headlines = next(block for block in shown if block.language == "json")
    texts = [Text(**json.loads(line)) for line in headlines.text.splitlines()]
    classifier, _ = fit_classifier(config.analysis, datetime(2026, 3, 1, tzinfo=UTC))
    matched = [[match.target for match in one.matches] for one in classifier.classify(texts)]
    assert matched == [["transit-limits"], []]


def test_the_example_analysis_gives_no_cause_for_advice(tmp_path: Path) -> None:
    from watchtower.config.lint import advice

    config = load(folder_with(tmp_path, *(block for block in blocks(ANALYSIS) if block.mark == "complete")), {})
    assert [str(tip) for tip in advice(config)] == []


def test_the_example_analysis_has_distinct_texts_in_both_languages() -> None:
    text = next(block.text for block in blocks(ANALYSIS) if block.file == "watchpoints.yml")
    lines = sorted(line.strip() for line in text.splitlines() if line.strip().startswith('- "'))
    assert len(lines) > 20
    assert [one for one, other in pairwise(lines) if one == other] == []
