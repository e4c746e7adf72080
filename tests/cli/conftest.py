from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import LoopbackServer
from tests.unit.classify import rivers
from watchtower.cli.main import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output, read as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Result]


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command line in this process, just as the console script does."""
    for name in ("WATCHTOWER_DATABASE__URL", "WATCHTOWER_FETCH__ALLOW_PRIVATE_NETWORKS"):
        monkeypatch.delenv(name, raising=False)

    def called(*arguments: str | Path, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = run([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return Result(status=status, out=printed.out, err=printed.err)

    return called


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small analysis of dams and floods."""
    return rivers.write(tmp_path / "rivers")


@pytest.fixture
def server() -> Generator[LoopbackServer, None, None]:
    """A server for feeds, on loopback."""
    with LoopbackServer() as running:
        yield running
