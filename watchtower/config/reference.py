"""The tables of ``docs/reference/configuration.md``, made from the shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from watchtower.config.environment import IN_FILES, PREFIX
from watchtower.config.settings import SECTIONS
from watchtower.config.shapes import Either, Field, ListOf, Record, Shape, TableOf

_BLOCK = re.compile(r"(<!-- begin (?P<name>[a-z]+) -->\n).*?(<!-- end (?P=name) -->)", re.S)


def fill(page: str, files: Mapping[str, Record], beyond: Sequence[str]) -> str:
    """Put the tables between the markers of the page; every block has to have its marker."""
    blocks = {name: "\n".join(_tables(shape, "")) for name, shape in files.items() if name != "settings"}
    blocks["settings"] = "\n".join(_settings())
    blocks["beyond"] = "\n".join(f"- {line}" for line in beyond)
    present = {found["name"] for found in _BLOCK.finditer(page)}
    if missing := set(blocks) - present:
        raise ValueError(f"the page has no markers for {', '.join(sorted(missing))}")
    return _BLOCK.sub(lambda found: f"{found[1]}\n{blocks[found['name']]}\n\n{found[3]}", page)


def _tables(shape: Record, path: str) -> Iterator[str]:
    """Yield the table of a record, then those of the records below it."""
    if path:
        yield f"\n### `{path}`\n"
    yield f"{shape.says}{_rule(shape)}\n"
    yield "| key | what | default |\n|---|---|---|"
    for entry in shape.fields:
        yield f"| `{entry.name}` | {entry.says} {_form(entry)} | {_default(entry)} |"
    for entry in shape.fields:
        inner, suffix = _record_in(entry.shape)
        if inner is not None:
            yield from _tables(inner, f"{path}.{entry.name}{suffix}" if path else f"{entry.name}{suffix}")


def _rule(shape: Record) -> str:
    if shape.exactly_one:
        return f" Exactly one of {' and '.join(f'`{name}`' for name in shape.exactly_one)}."
    if shape.at_least_one:
        return f" At least one of {' and '.join(f'`{name}`' for name in shape.at_least_one)}."
    return ""


def _record_in(shape: Shape) -> tuple[Record | None, str]:
    match shape:
        case Record():
            return shape, ""
        case ListOf(item=Record() as inner):
            return inner, "[]"
    return None, ""


def _form(entry: Field) -> str:
    wanted = _wanted(entry.shape)
    return f"{wanted[:1].upper()}{wanted[1:].rstrip(' .')}{', or null' if entry.nullable else ''}."


def _wanted(shape: Shape) -> str:
    match shape:
        case ListOf():
            return f"a list of {_plural(shape)}"
        case TableOf() | Record():
            return shape.wanted
        case Either():
            return " or ".join(_wanted(form) for form in shape.shapes)
    return shape.wanted


def _plural(shape: ListOf) -> str:
    least = f"at least {shape.least}: " if shape.least else "any number: "
    return f"{least}{shape.item.wanted}".replace("|", "\\|")


def _default(entry: Field) -> str:
    if entry.required:
        return "**required**"
    return f"`{entry.default}`" if entry.default is not None else ""


def _settings() -> Iterator[str]:
    yield "| key | environment | what | default |\n|---|---|---|---|"
    for section, (_, fields, _) in SECTIONS.items():
        for entry in fields:
            variable = f"{PREFIX}{section}__{entry.name}".upper()
            variables = f"`{variable}`" + (f", `{variable}_FILE`" if (section, entry.name) in IN_FILES else "")
            key = f"`{section}.{entry.name}`" + (" (not in the file)" if entry.secret else "")
            inner, _ = _record_in(entry.shape)
            shown = variables if inner is None else ""
            yield f"| {key} | {shown} | {entry.says} {_form(entry)} | {_default(entry)} |"
    for section, (_, fields, _) in SECTIONS.items():
        for entry in fields:
            inner, suffix = _record_in(entry.shape)
            if inner is not None:
                yield from _tables(inner, f"{section}.{entry.name}{suffix}")
