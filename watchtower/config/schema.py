"""The JSON Schemas, ``config/settings.yml`` and the tables of the reference page, all made from the shapes.

``python -m watchtower.config.schema`` rewrites them in a source checkout. What no schema can tell, because it lies
between parts of a file or needs a table of the world, only ``watchtower check`` tells; it is listed in ``BEYOND``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from watchtower.config import reference
from watchtower.config.feeds import FEEDS
from watchtower.config.settings import SECTIONS, SETTINGS
from watchtower.config.shapes import Either, Field, Flag, ListOf, Number, Record, Shape, TableOf, Text
from watchtower.config.tree import plain_data
from watchtower.config.watchpoints import WATCHPOINTS
from watchtower.config.yaml_tree import read_yaml

#: file's name → its shape
FILES: Mapping[str, Record] = {"feeds": FEEDS, "watchpoints": WATCHPOINTS, "settings": SETTINGS}

#: what the validator refuses and no schema can
BEYOND = (
    "keys given twice, merge keys, several documents, custom tags, aliases that stand for very much",
    "ids and addresses that are used twice",
    "names that name nothing: concepts in rules, answers, indicators, targets of labelled items",
    "an answer both supported and contradicted, an indicator both expected and ruled out",
    "rules that are not well formed, and concepts called like a word of the rule language",
    "languages of concepts that the analysis does not list",
    "days that no calendar has, time zones that do not exist, networks with bits beyond their prefix",
    "addresses whose host or port cannot be read",
    "texts with nothing visible in them",
    "files of labelled items that are missing or wrong",
    "a password in the address of the database",
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(shape: Record) -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of one file."""
    return {"$schema": _DIALECT, "title": shape.says, **_schema(shape)}


def _schema(shape: Shape) -> dict[str, Any]:
    match shape:
        case Text():
            return _text(shape)
        case Number():
            return {"type": "integer" if shape.whole else "number", "minimum": shape.low, "maximum": shape.high}
        case Flag():
            return {"type": "boolean"}
        case ListOf():
            bounds = {"minItems": shape.least} if shape.least else {}
            distinct = {"uniqueItems": True} if shape.distinct else {}
            return {"type": "array", "items": _schema(shape.item), **bounds, **distinct}
        case TableOf():
            return _table(shape)
        case Either():
            return {"anyOf": [_schema(form) for form in shape.shapes]}
        case Record():
            return _record(shape)


def _table(shape: TableOf) -> dict[str, Any]:
    keys: dict[str, Any] = {"pattern": shape.key.pattern}
    known: dict[str, Any] = {}
    if shape.fields:
        keys = {"anyOf": [keys, {"enum": [entry.name for entry in shape.fields]}]}
        known = {"properties": {entry.name: _field(entry) for entry in shape.fields}}
    return {"type": "object", "propertyNames": keys, **known, "additionalProperties": _schema(shape.value)}


def _text(shape: Text) -> dict[str, Any]:
    if shape.choices:
        return {"enum": list(shape.choices)}
    return {"type": "string", "pattern": shape.pattern} if shape.pattern else {"type": "string"}


def _record(shape: Record) -> dict[str, Any]:
    fields = [entry for entry in shape.fields if not entry.secret]
    made: dict[str, Any] = {
        "type": "object",
        "properties": {entry.name: _field(entry) for entry in fields},
        "additionalProperties": False,
    }
    if required := [entry.name for entry in fields if entry.required]:
        made["required"] = required
    if shape.exactly_one:
        made["oneOf"] = [{"required": [name]} for name in shape.exactly_one]
    if shape.at_least_one:
        made["anyOf"] = [{"required": [name]} for name in shape.at_least_one]
    return made


def _field(entry: Field) -> dict[str, Any]:
    made = _schema(entry.shape)
    if entry.nullable:
        made = {"anyOf": [made, {"type": "null"}]}
    default = {} if entry.default is None else {"default": default_of(entry)}
    return {"description": entry.says, **default, **made}


def default_of(entry: Field) -> Any:
    """Return a field's default as a YAML parser would read it."""
    tree, _ = read_yaml(entry.default or "")
    return None if tree is None else plain_data(tree)


def settings_file() -> str:
    """Write ``config/settings.yml``: every key with its default and a sentence."""
    lines = [
        "# yaml-language-server: $schema=schema/settings.schema.json",
        "# " + SETTINGS.says,
        "# By environment a key is WATCHTOWER_<SECTION>__<KEY>, such as WATCHTOWER_FETCH__CONCURRENCY=50.",
    ]
    for name, (says, fields, _) in SECTIONS.items():
        lines += ["", f"# {says}", f"{name}:"]
        for entry in fields:
            lines.append(f"  # {entry.says}")
            lines.append(f"  # {entry.name}: {entry.instead}" if entry.secret else f"  {entry.name}: {entry.default}")
    return "\n".join(lines) + "\n"


def generated(root: Path) -> dict[Path, str]:
    """Return every generated file of a checkout with what should be in it; the page's own words are kept."""
    schemas = {
        root / "config" / "schema" / f"{name}.schema.json": json.dumps(schema_of(shape), indent=2, ensure_ascii=False)
        + "\n"
        for name, shape in FILES.items()
    }
    page = root / "docs" / "reference" / "configuration.md"
    filled = reference.fill(page.read_text(encoding="utf-8"), FILES, BEYOND)
    return {**schemas, root / "config" / "settings.yml": settings_file(), page: filled}


def write(root: Path) -> list[Path]:
    """Rewrite the generated files that are not fresh; return those."""
    stale = [
        (path, text)
        for path, text in generated(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [path for path, _ in stale]


if __name__ == "__main__":
    for written in write(Path(__file__).resolve().parents[2]):
        sys.stdout.write(f"{written}\n")
