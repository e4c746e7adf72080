from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from watchtower.config import reference, schema
from watchtower.config.settings import SECTIONS, SETTINGS
from watchtower.config.shapes import Field, Record
from watchtower.config.validate import Log, read
from watchtower.config.values import Settings
from watchtower.config.yaml_tree import read_yaml
from watchtower.types import Feed

ROOT = Path(__file__).parents[3]


def test_the_generated_files_are_fresh() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, text in schema.generated(ROOT).items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "python -m watchtower.config.schema rewrites them"


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "reference" / "configuration.md"
    page.parent.mkdir(parents=True)
    page.write_text((ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert {path.name for path in schema.write(tmp_path)} == {
        "feeds.schema.json",
        "watchpoints.schema.json",
        "settings.schema.json",
        "settings.yml",
    }
    assert schema.write(tmp_path) == []


def test_a_page_without_a_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="no markers for beyond, feeds, settings, watchpoints"):
        reference.fill("# Configuration", schema.FILES, schema.BEYOND)


@pytest.mark.parametrize("name", sorted(schema.FILES))
def test_the_schemas_are_schemas_with_a_description_for_every_key(name: str) -> None:
    made = schema.schema_of(schema.FILES[name])
    Draft202012Validator.check_schema(made)
    assert [path for path, entry in _fields(schema.FILES[name]) if not entry.says.endswith(".")] == []


def _fields(shape: Record) -> list[tuple[str, Field]]:
    found = []
    for entry in shape.fields:
        found.append((entry.name, entry))
        if isinstance(entry.shape, Record):
            found += _fields(entry.shape)
    return found


@pytest.mark.parametrize("name", ["feeds", "watchpoints", "settings"])
def test_the_shipped_file_names_its_schema_and_fits_it(name: str) -> None:
    path = ROOT / ("config/settings.yml" if name == "settings" else f"{name}.yml")
    text = path.read_text(encoding="utf-8")
    named = text.partition("\n")[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == ROOT / "config" / "schema" / f"{name}.schema.json"
    tree, mistakes = read_yaml(text)
    assert tree is not None
    assert mistakes == []
    validator = Draft202012Validator(schema.schema_of(schema.FILES[name]))
    assert [error.message for error in validator.iter_errors(schema.plain_data(tree))] == []


def test_the_defaults_written_down_are_the_defaults() -> None:
    defaults = Settings()
    for section, (_, fields, _) in SECTIONS.items():
        for entry in fields:
            expected = getattr(getattr(defaults, section), entry.name)
            assert _made(entry) == expected, f"{section}.{entry.name}"


def _made(entry: Field) -> object:
    if entry.secret:
        return entry.default.strip('"') if entry.default else None
    tree, _ = read_yaml(entry.default or "")
    assert tree is not None
    log = Log(file="")
    found = read(entry.shape, tree, entry.name, log)
    assert log.problems == []
    assert found is not None
    return found.plain()


def test_every_setting_has_a_key_in_the_file_and_the_other_way_round() -> None:
    for section in SETTINGS.fields:
        _, fields, made = SECTIONS[section.name]
        assert [entry.name for entry in fields] == list(made.__dataclass_fields__)


def test_the_defaults_of_feeds_are_the_defaults() -> None:
    feed = Feed(id="a", url="https://a.example/", title="A", language="en", owner="A")
    assert (feed.every, feed.kind, feed.reliability, feed.enabled, feed.country, feed.state) == (
        None,
        "other",
        "F",
        True,
        None,
        None,
    )
    entries = schema.FILES["feeds"].fields[0].shape
    assert isinstance(entries, Record)
    assert {entry.name: entry.default for entry in entries.fields} == {
        "kind": "other",
        "reliability": "F",
        "every": "null",
        "enabled": "true",
        "full_text": "false",
    }
