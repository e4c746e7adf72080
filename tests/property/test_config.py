from __future__ import annotations

import copy
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError, validators

from watchtower import rules
from watchtower.config import load
from watchtower.config.files import text_of
from watchtower.config.json_tree import read_json
from watchtower.config.schema import FILES, schema_of
from watchtower.config.shapes import fits
from watchtower.config.tree import Scalar, TreeError, plain_data, position_in
from watchtower.config.validate import Log, read
from watchtower.config.yaml_tree import read_yaml
from watchtower.errors import ConfigError

GOOD = Path(__file__).parents[1] / "data" / "configs" / "good"
NAMES = {
    "feeds": "feeds.yml",
    "watchpoints": "watchpoints.yml",
    "settings": "config/settings.yml",
    "examples": "config/examples/straits.jsonl",
}
PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"\t", b"- ", b": ", b"[", b"{", b"}", b"]", b"&a ", b"*a", b"<<: ", b"!x ", b"'", b'"', b"|", b"\n"]
    ),
    st.sampled_from(
        [b"\n---\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"null", b"~", b"\xe2\x80\xa8", b"%", b"\\"]
    ),
)
# (where from 0 to 1, how many bytes go, what comes)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4)


def load_or_refuse(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(GOOD, Path(made) / "good"))
        (folder / name).write_bytes(data)
        try:
            load(folder, {})
        except ConfigError as error:
            assert error.problems
            for problem in error.problems:
                assert min(problem.line, problem.column) >= 1
                assert problem.message.isprintable()
                assert problem.path.isprintable()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(NAMES.values())), EDITS)
def test_any_edit_of_any_byte_loads_or_is_refused(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = (GOOD / name).read_bytes()
    for where, gone, piece in edits:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + gone :]
    load_or_refuse(name, data)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(NAMES.values())), st.binary(max_size=200))
def test_any_bytes_at_all_load_or_are_refused(name: str, data: bytes) -> None:
    load_or_refuse(name, data)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["WEB__TOKEN_FILE", "WEB__PORT", "DIGEST__AT", "FETCH__ALLOW", "A__B"]), st.text())
)
def test_any_environment_loads_or_is_refused(environ: dict[str, str]) -> None:
    try:
        load(GOOD, {f"WATCHTOWER_{name}": value for name, value in environ.items()})
    except ConfigError as error:
        assert {problem.file for problem in error.problems} == {"environment"}


# What the schemas and the validator are asked about: values that are right in one place and wrong in another.
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 5, 5.0, 0.5, 2.5, 1e9, 70000),
    *(
        "",
        " ",
        "x",
        "X y",
        "en",
        "EN",
        "zh-Hant",
        "any",
        "KR",
        "kr",
        "B",
        "G",
        "wire",
        "html",
        "true",
        "0.5",
        "a.b",
        "a.b.c",
    ),
    *("30m", "0m", "30", "30m\n", "10MiB", "10MB", "06:30", "6:30", "24:00", "2026-11", "2026-11-30", "2026-1", "navy"),
    *(
        "https://a.example/",
        "HTTPS://a.example",
        "https://",
        "ftp://a.example",
        "sqlite:///x.db",
        "Europe/Oslo",
        "10.0.0.0/8",
    ),
    *([], ["x"], ["x", "x"], ["en"], ["en", "en"], [1, 1], [None], {}, {"en": ["x"]}, {"x": 1}, {"every": "1d"}),
    {"every": "1d", "by": "2026-12-31"},
]
KEYS = [
    "id",
    "says",
    "every",
    "by",
    "title",
    "concepts",
    "navy",
    "en",
    "no",
    "Xx",
    "threshold",
    "token",
    "fetch",
    "",
    "watch_points",
]


def data_of(name: str) -> Any:
    tree, _ = read_yaml(text_of(GOOD / NAMES[name]))
    assert tree is not None
    return plain_data(tree)


def places_in(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(place for key, value in inner for place in places_in(value, (*at, key)))]


@st.composite
def mutated(draw: st.DrawFn, name: str) -> Any:
    data = copy.deepcopy(data_of(name))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(places_in(data)[1:] or [()]))
        if not place:
            return data
        parent = data
        for key in place[:-1]:
            parent = parent[key]
        kind = draw(st.sampled_from(["replace", "replace", "delete", "add"]))
        if kind == "replace":
            parent[place[-1]] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif kind == "delete":
            del parent[place[-1]]
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        else:
            parent.append(copy.deepcopy(draw(st.sampled_from(VALUES))))
    return data


def like_javascript(_: Any, pattern: str, instance: Any, __: Any) -> Any:
    """JSON Schema's patterns are JavaScript's, whose $ is the end of the text; Python's jsonschema takes re's."""
    if isinstance(instance, str) and not fits(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


VALIDATORS = {
    name: validators.extend(Draft202012Validator, {"pattern": like_javascript})(schema_of(shape))
    for name, shape in FILES.items()
}


@pytest.mark.parametrize("name", sorted(FILES))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_schema_and_the_validator_come_to_the_same_verdict(name: str, data: st.DataObject) -> None:
    tree, _ = read_yaml(json.dumps(data.draw(mutated(name)), ensure_ascii=False))
    assert tree is not None
    log = Log(file="")
    read(FILES[name], tree, "", log)
    errors = [error.message for error in VALIDATORS[name].iter_errors(plain_data(tree))]
    assert (log.structural == 0) == (errors == []), (log.problems, errors)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_json_reads_as_the_standard_library_reads_it(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    tree, mistakes = read_json(text, 1)
    assert mistakes == []
    assert plain_data(tree) == value


@given(st.text(alphabet='{}[],:" \\tn0123-.etruefalsn', max_size=30))
def test_json_is_refused_where_the_standard_library_refuses_it(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(TreeError):
            read_json(text, 1)
    else:
        read_json(text, 1)


CONCEPTS = st.sampled_from(["a", "b", "c_1", "north_korea"])
RULES = st.recursive(
    CONCEPTS.map(rules.Concept)
    | st.builds(rules.Near, st.just("a"), st.sampled_from(["b", "c_1"]), st.integers(1, rules.MOST_WORDS)),
    lambda inner: (
        inner.map(rules.Not)
        | inner.map(rules.InTitle)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: rules.And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: rules.Or(tuple(parts)))
    ),
    max_leaves=8,
)


@given(RULES)
def test_a_rule_survives_being_written_and_read(rule: rules.Rule) -> None:
    written = rules.canonical(rule)
    assert rules.parse(written) == rule
    assert {name for name, _ in rules.mentions(written)} == rules.names(rule)


@given(st.text(max_size=60) | st.text(alphabet="ab(),not rd_itle nea5", max_size=60))
def test_any_text_is_a_rule_or_is_refused_at_a_position(text: str) -> None:
    try:
        rules.parse(text)
    except rules.RuleSyntaxError as error:
        assert 0 <= error.position <= len(text)


@given(st.lists(st.text(alphabet="abcxyz,()", min_size=1, max_size=6), min_size=1, max_size=8), st.data())
def test_a_character_of_a_folded_text_is_found_in_its_line(words: list[str], data: st.DataObject) -> None:
    source = "key: >-\n" + "".join(f"    {word}\n" for word in words)
    tree, _ = read_yaml(source)
    assert tree is not None
    scalar = getattr(tree, "entries")[0][1]  # noqa: B009  # the tree is a mapping here
    assert isinstance(scalar, Scalar)
    offset = data.draw(st.integers(0, len(scalar.text) - 1).filter(lambda at: scalar.text[at] != " "))
    line, column = position_in(scalar, offset)
    assert source.split("\n")[line - 1][column - 1] == scalar.text[offset]
