"""Every setting, error and word has its line, and the numbers of the README are the files' own."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache

import pytest
from click.testing import CliRunner

import watchtower
from tests.docs.pages import PAGES, ROOT, prose
from watchtower import errors
from watchtower.classify import fitting
from watchtower.classify.explaining import LIKENESS, RULE
from watchtower.classify.model import PASSED_OVER
from watchtower.classify.vectors import KINDS
from watchtower.classify.when import MOST_READ
from watchtower.cli.main import cli
from watchtower.config import Config, Settings, load
from watchtower.types import TargetKind

README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
WORDS = re.findall(r"^\| \*\*([a-z -]+)\*\* \|", GLOSSARY, re.M)


@cache
def shipped() -> Config:
    return load(ROOT, {})


def test_every_setting_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    settings = Settings()
    keys = [f"{part.name}.{key.name}" for part in fields(settings) for key in fields(getattr(settings, part.name))]
    assert len(keys) > 20
    assert [key for key in keys if f"| `{key}`" not in text] == []


def test_settings_that_the_documentation_names_exist() -> None:
    settings = Settings()
    known = {part.name: {key.name for key in fields(getattr(settings, part.name))} for part in fields(settings)}
    named = {found for page in PAGES for found in re.findall(r"`([a-z]+)\.([a-z_]+)`", prose(page))}
    assert [f"{part}.{key}" for part, key in sorted(named) if part in known and key not in known[part]] == []


def test_every_error_has_its_line() -> None:
    text = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    classes = [one for one in vars(errors).values() if isinstance(one, type) and one.__module__ == errors.__name__]
    assert len(classes) > 8
    assert [one.__name__ for one in classes if f"`{one.__name__}`" not in text] == []


def test_the_exit_statuses_of_errors_are_the_commands_own() -> None:
    text = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| (\d|none) \|", text, re.M))
    wrong = {
        name: status
        for name, status in stated.items()
        if status != "none" and status != ("2" if issubclass(getattr(errors, name), errors.UserError) else "1")
    }
    assert wrong == {}


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_glossary_is_used(word: str) -> None:
    others = [page for page in PAGES if page.name != "glossary.md"]
    assert any(re.search(rf"\b{word.replace('-', '[-_]')}", prose(page), re.I) for page in others)


def test_the_kinds_of_targets_are_in_the_glossary() -> None:
    assert len(WORDS) > 20
    assert [kind for kind in TargetKind if f"**{kind.replace('-', ' ')}**" not in GLOSSARY] == []


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## (\S+)", text, re.M)
    assert found is not None
    assert found[1] == watchtower.__version__


def test_the_readme_counts_what_is_shipped() -> None:
    analysis = shipped().analysis
    kinds = [target.kind for target in analysis.targets]
    counts = {
        "feeds": len(shipped().feeds),
        "watch points": kinds.count(TargetKind.WATCH_POINT),
        "critical questions": kinds.count(TargetKind.CRITICAL_QUESTION),
        "indicators": sum(len(target.indicators) for target in analysis.targets),
    }
    first = README.partition("\n![")[0].replace("\n", " ")
    assert [f"{count} {what}" for what, count in counts.items() if f"{count} {what}" not in first] == []


def test_the_quickstart_ends_its_check_as_the_command_does() -> None:
    said = CliRunner().invoke(cli, ["check", "--config", str(ROOT)]).output.splitlines()[-1]
    shown = re.findall(r"^no problems: .*$", (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8"), re.M)
    examples = re.compile(r"[\d,]+ training items$")
    assert [examples.sub("", line) for line in shown] == [examples.sub("", said)]


def test_the_labelled_items_are_counted_where_they_are_spoken_of() -> None:
    """Within a tenth: they grow with every round of writing."""
    count = len(shipped().analysis.examples)
    text = " ".join(prose(page) for page in PAGES if page.name in ("matching.md", "watch-another-analysis.md"))
    stated = [int(number.replace(",", "")) for number in re.findall(r"(\d,\d{3}) (?:labelled|such) items", text)]
    assert len(stated) == 2
    assert [number for number in stated if abs(number - count) > count / 10] == []


def test_the_page_on_matching_states_the_constants_that_hold() -> None:
    text = " ".join((ROOT / "docs" / "matching.md").read_text(encoding="utf-8").split())
    stated = [
        f"`C = {fitting.STRENGTH:g}`",
        f"share is {fitting.STREAM_SHARE:.0%}".replace("%", " %"),
        f"**Threshold.** {fitting.THRESHOLD:g},",
        f"all but {PASSED_OVER} % of the training texts",
        f"The first {MOST_READ:,} characters",
        f"cosine at least {LIKENESS:.2f}",
        f"that holds adds {RULE:.2f}",
        f"flags {KINDS['c'][0]:g}, rules {KINDS['r'][0]:g}, words {KINDS['w'][0]:g}",
    ]
    assert [words for words in stated if words not in text] == []


def test_the_explanation_in_the_readme_names_targets_concepts_and_indicators_that_exist() -> None:
    analysis = shipped().analysis
    text = README.partition("## Why an item is there")[2].partition("\n## ")[0]
    targets = re.findall(r"^([a-z-]+): \d\.\d\d, threshold", text, re.M)
    indicators = re.findall(r": match \(([a-z-]+)", text)
    assert targets
    assert indicators
    assert set(targets) <= {target.id for target in analysis.targets}
    assert set(re.findall(r"\[([a-z_]+)\] in the", text)) <= {concept.id for concept in analysis.concepts}
    assert set(indicators) <= {one.id for target in analysis.targets for one in target.indicators}
