from __future__ import annotations

from pathlib import Path

import pytest

from watchtower.config import load


def version(folder: Path, *changes: tuple[str, str]) -> str:
    path = folder / "watchpoints.yml"
    before = text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    made = load(folder, {}).analysis.version
    path.write_text(before)
    return made


@pytest.mark.parametrize(
    "change",
    [
        ("# a comment", "# another comment"),
        ("Ships of war\n      in", "Ships   of\n      war in"),
        ("title: The straits\n  source: written for the tests", "source: written for the tests\n  title: The straits"),
        ("navy and not in_title(ferry) or", "((navy)  and not in_title( ferry )) or"),
        ("[navy, warship*]", "[warship*, navy]"),
        ("{en: [ferry],", "{title: Ferries, en: [ferry],"),
        ("title: Calm", "title: Calmer"),
        ("published: 2026-11", "published: 2026-12"),
        ("expect: {every: 30d}", "expect: {every: 7d}"),
        ("supports: [closing], contradicts", "supports: [openness.closing], contradicts"),
    ],
)
def test_what_is_only_form_or_only_shown_keeps_the_version(folder: Path, change: tuple[str, str]) -> None:
    assert version(folder, change) == version(folder)


@pytest.mark.parametrize(
    "change",
    [
        ("warship*", "warship"),
        ("en: [ferry]", "no: [ferry]"),
        ("in_title(ferry)", "ferry"),
        ("threshold: 0.5", "threshold: 0.6"),
        ("Two frigates enter the straits", "Three frigates enter the straits"),
        ("Ferry crew on strike", "Ferry crew on leave"),
        ("Patrols sail at night", "Patrols sail by day"),
        ("supports: [openness.closing]", "supports: [openness.open]"),
        ("Straits shut to ferries", "Straits shut"),
        ("Ships of war", "Ships of trade"),
        ("languages: [en, ko, no]", "languages: [en, ko, no, ja]"),
    ],
)
def test_what_influences_matching_changes_the_version(folder: Path, change: tuple[str, str]) -> None:
    assert version(folder, change) != version(folder)


def test_labelled_items_change_the_version(folder: Path) -> None:
    before = version(folder)
    with open(folder / "config" / "examples" / "straits.jsonl", "a") as file:
        file.write('{"title": "New", "labels": {}}\n')
    assert version(folder) != before


def test_examples_may_come_from_several_files(folder: Path) -> None:
    (folder / "more.jsonl").write_text('{"title": "New", "summary": null, "language": null, "labels": {}}\n')
    path = folder / "watchpoints.yml"
    path.write_text(
        path.read_text().replace(
            "examples_from: config/examples/straits.jsonl",
            "examples_from: [config/examples/straits.jsonl, more.jsonl]",
        )
    )
    config = load(folder, {})
    assert [item.title for item in config.analysis.examples] == ["Frigates seen at night", "Ferry fares fall", "New"]
    assert config.places["examples[2]"].file == str(folder / "more.jsonl")


@pytest.mark.parametrize(
    ("ferry", "languages", "named"),
    [
        ("{title: The ferries, en: [ferry], any: [MV Aurora]}", ["en"], "The ferries"),
        ('{en: ["ferr*", ferry boat]}', ["ko", "en"], "ferry boat"),
        ('{en: [ferry], ko: ["!페리호", 페리]}', ["ko", "en"], "페리"),
        ('{en: ["ferr*"]}', ["en"], "ferry"),
    ],
)
def test_a_concept_has_a_name_for_readers(folder: Path, ferry: str, languages: list[str], named: str) -> None:
    path = folder / "watchpoints.yml"
    path.write_text(path.read_text().replace("{en: [ferry], any: [MV Aurora]}", ferry))
    concepts = {one.id: one for one in load(folder, {}).analysis.concepts}
    assert concepts["ferry"].named(languages) == named
    assert "title" not in concepts["ferry"].terms
