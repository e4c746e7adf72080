"""Values of our frozen dataclasses as JSON and back, exactly: ``from_json(type(v), to_json(v)) == v``."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: object) -> Any:
    """Make dicts, lists, texts and numbers: dataclasses by field name, times in ISO 8601, spans in seconds."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(seconds=1)
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    if isinstance(value, Mapping):
        return {key: to_json(part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a {type(value).__name__} has no JSON form here")


def from_json(kind: type[T], data: Any) -> T:
    """Make the value back.

    A field that is missing takes its default, one that is no longer known is left out: what an earlier
    version wrote stays readable.
    """
    made: T = _make(kind, data)
    return made


def _make(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _make(_only([arg for arg in get_args(kind) if arg is not type(None)]), data)
    if origin is tuple:
        return tuple(_make(get_args(kind)[0], part) for part in data)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _make(get_args(kind)[1], part) for key, part in data.items()}
    if is_dataclass(kind):
        return _make_dataclass(kind, data)
    if issubclass(kind, date):
        return kind.fromisoformat(data)
    if issubclass(kind, timedelta):
        return timedelta(seconds=data)
    return kind(data) if issubclass(kind, Enum | float) else data


def _make_dataclass(kind: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _make(hints[name], data[name]) for name in hints if name in data})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _only(kinds: list[Any]) -> Any:
    if len(kinds) != 1:
        raise TypeError(f"cannot tell {kinds} apart in JSON; use a field with one type or None")
    return kinds[0]
