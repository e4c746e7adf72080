"""Connections are opened in the rooms that guard them, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import watchtower

PACKAGE = Path(watchtower.__file__).parent
#: what opens a connection, and the rooms that may: the guarded session and its look-ups, mail to the editor's own
#: server, the database, the service manager's socket, and what the demo serves on loopback
OPENS = re.compile(
    r"^\s*(?:import|from) (?:socket|ssl|http|urllib\.request|ftplib|smtplib|aiohttp|httpx|requests|urllib3)\b", re.M
)
ROOMS = ("fetch/", "demo/", "daemon", "deliver/")
#: only here may an HTTP session be made
SESSIONS = re.compile(r"(?:ClientSession|TCPConnector|urlopen|HTTPS?Connection|create_connection)\(")


def test_nothing_but_the_guarded_rooms_opens_connections() -> None:
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    assert [name for name, text in sources.items() if OPENS.search(text) and not name.startswith(ROOMS)] == []
    assert [name for name, text in sources.items() if SESSIONS.search(text)] == ["fetch/sessions.py"]
