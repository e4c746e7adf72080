"""Log lines: one event each, nothing forged, no credentials."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.config.values import LogSettings
from watchtower.logs import JsonLines, TextLines, configure_logging, fields


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = (
        root.handlers[:],
        {name: logging.getLogger(name).level for name in ("", "watchtower", "apscheduler")},
    )
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def record(event: str, /, **values: object) -> logging.LogRecord:
    made = logging.LogRecord("watchtower.daemon", logging.INFO, __file__, 1, event, (), None)
    made.created = datetime(2026, 11, 23, 6, 30, tzinfo=UTC).timestamp()
    made.__dict__.update(fields(**values))
    return made


def failed(error: Exception) -> logging.LogRecord:
    made = record("pull failed")
    try:
        raise error
    except type(error) as caught:
        made.exc_info = (type(caught), caught, caught.__traceback__)
    return made


def test_a_text_line_is_time_level_event_and_fields() -> None:
    line = TextLines().format(record("pull done", due=12, zone="Asia/Seoul", problem="timed out", etag=None, empty=""))
    assert line == ('2026-11-23T06:30:00Z info pull done due=12 zone=Asia/Seoul problem="timed out" etag=None empty=""')


def test_spans_and_times_of_day_are_written_as_in_the_settings() -> None:
    line = TextLines().format(
        record("watching", every=timedelta(minutes=5), at=time(6, 30), short=timedelta(seconds=0.5))
    )
    assert line.endswith("watching every=5m at=06:30 short=0.5s")


def test_a_json_line_keeps_numbers_and_writes_times_as_iso() -> None:
    line = JsonLines().format(record("digest made", stories=3, late=False, until=datetime(2026, 11, 23, 6, tzinfo=UTC)))
    assert json.loads(line) == {
        "time": "2026-11-23T06:30:00Z",
        "level": "info",
        "logger": "watchtower.daemon",
        "event": "digest made",
        "stories": 3,
        "late": False,
        "until": "2026-11-23T06:00:00+00:00",
    }


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()], ids=["text", "json"])
def test_credentials_in_addresses_never_reach_the_log(formatter: logging.Formatter) -> None:
    address = "https://analyst:s3cret@example.org/feed"
    lines = formatter.format(record(f"refused {address}", url=address)) + formatter.format(failed(OSError(address)))
    assert "s3cret" not in lines
    assert lines.count("https://***@example.org/feed") == 3


@given(text=st.text())
def test_whatever_comes_from_outside_stays_on_its_line(text: str) -> None:
    for formatter in (TextLines(), JsonLines()):
        line = formatter.format(record(text, title=text))
        assert line.splitlines() == [line]
        assert "\x1b" not in line


@given(text=st.text())
def test_no_line_of_a_traceback_looks_like_an_event(text: str) -> None:
    first, *rest = TextLines().format(failed(ValueError(f"{text}\n2026-11-23T06:30:00Z info forged"))).splitlines()
    assert first == "2026-11-23T06:30:00Z info pull failed"
    assert rest and all(line.startswith("    ") for line in rest)


@given(text=st.text())
def test_json_lines_are_json_whatever_the_values(text: str) -> None:
    assert json.loads(JsonLines().format(record("pull done", title=text)))["event"] == "pull done"


def test_a_field_cannot_stand_in_for_the_event_or_the_time() -> None:
    line = json.loads(JsonLines().format(record("pull done", event="forged", time="never")))
    assert (line["event"], line["time"]) == ("pull done", "2026-11-23T06:30:00Z")


@pytest.mark.usefixtures("restored")
def test_configuring_twice_writes_each_event_once_and_the_last_call_counts() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging(LogSettings(), first)
    configure_logging(LogSettings(format="json"), second)
    logging.getLogger("watchtower.daemon").info("watching")
    assert first.getvalue() == ""
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["watching"]


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("debug", ["ours debug", "ours info", "ours error", "library info", "library warning", "apscheduler warning"]),
        ("info", ["ours info", "ours error", "library warning"]),
        ("error", ["ours error", "library warning"]),
    ],
)
def test_the_level_is_for_our_events_and_libraries_speak_of_trouble_only(level: str, seen: list[str]) -> None:
    stream = io.StringIO()
    configure_logging(LogSettings(level=level, format="json"), stream)
    ours = logging.getLogger("watchtower.daemon")
    ours.debug("ours debug")
    ours.info("ours info")
    ours.error("ours error")
    logging.getLogger("library").info("library info")
    logging.getLogger("library").warning("library warning")
    logging.getLogger("apscheduler.scheduler").warning("apscheduler warning")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == seen
