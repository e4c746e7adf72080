"""Log lines for people and for programs: one event a line, which nothing that a feed sends can forge."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, time, timedelta
from typing import Any, TextIO

from watchtower.config.formats import duration_text
from watchtower.config.values import LogSettings
from watchtower.text import clean, without_credentials

#: values that need no quotes in ``name=value``
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+:/")


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send log records to ``stream`` (standard error if None) as the settings say; the last call counts.

    What libraries log is kept from ``warning`` on (APScheduler: from ``error`` on, since the daemon itself reports
    late runs); with level ``debug`` everything is.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if settings.format == "json" else TextLines())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    debugging = level == logging.DEBUG
    logging.basicConfig(handlers=[handler], level=logging.DEBUG if debugging else logging.WARNING, force=True)
    logging.getLogger("watchtower").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.NOTSET if debugging else logging.ERROR)


def fields(**values: object) -> dict[str, Any]:
    """Make the ``extra`` of a log call, so that each value stands beside the event under its name."""
    return {"fields": values}


class TextLines(logging.Formatter):
    """Formats as ``2026-11-23T06:30:00Z info pull done due=12 fetched=3``; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        pairs = [f"{name}={_value(value)}" for name, value in _fields(record).items()]
        head = " ".join([_time(record), record.levelname.lower(), _safe(record.getMessage()), *pairs])
        return "\n    ".join([head, *_traceback(self, record)])


class JsonLines(logging.Formatter):
    """Formats as one JSON object a line: ``time``, ``level``, ``logger``, ``event``, the fields, ``traceback``."""

    def format(self, record: logging.LogRecord) -> str:
        head = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        head |= {"event": _safe(record.getMessage())}
        line = head | {name: _plain(value) for name, value in _fields(record).items()} | head
        if trace := _traceback(self, record):
            line |= {"traceback": trace}
        return json.dumps(line, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = getattr(record, "fields", {})
    return found


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _safe(text: str) -> str:
    # Also folds line ends, so that a title or an error from outside cannot begin a line of its own.
    return without_credentials(text)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else _text(value)


def _text(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return duration_text(value)
    return _safe(str(value))


def _value(value: object) -> str:
    text = _text(value)
    return text if text and _BARE.issuperset(text) else json.dumps(text, ensure_ascii=False)


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    if not record.exc_info:
        return []
    lines = formatter.formatException(record.exc_info).splitlines()
    return [" " * (len(line) - len(line.lstrip())) + without_credentials(clean(line)) for line in lines]
