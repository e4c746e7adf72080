"""Names are resolved to admitted addresses only."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from watchtower.errors import AddressRefused
from watchtower.fetch.guard import Guard
from watchtower.fetch.resolver import GuardedResolver


def resolve(host: str, guard: Guard) -> list[str]:
    async def run() -> list[str]:
        resolver = GuardedResolver(guard)
        try:
            return [answer["host"] for answer in await resolver.resolve(host, 80)]
        finally:
            await resolver.close()

    return asyncio.run(run())


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system's name service says: it cannot be made to say this in any other way."""
    said: list[str] = []

    def getaddrinfo(host: str, port: int, **rest: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in said]
        return [(family, socket.SOCK_STREAM, 6, "", (said[n], port)) for n, family in enumerate(families)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return said


def test_of_several_addresses_only_the_public_ones_are_connected_to(answers: list[str]) -> None:
    answers += ["10.0.0.1", "9.9.9.9", "::1", "2606:4700::1111"]
    assert resolve("mixed.example", Guard()) == ["9.9.9.9", "2606:4700::1111"]


def test_a_name_that_leads_only_inside_is_refused(answers: list[str]) -> None:
    answers += ["169.254.169.254", "fd00::1"]
    with pytest.raises(AddressRefused, match=r"rebind\.example leads to 169\.254\.169\.254"):
        resolve("rebind.example", Guard())
    assert resolve("rebind.example", Guard(allow=["rebind.example"])) == answers
    assert resolve("rebind.example", Guard(allow=["fd00::/8"])) == ["fd00::1"]


def test_each_look_up_is_judged_anew(answers: list[str]) -> None:
    answers.append("9.9.9.9")
    assert resolve("rebind.example", Guard()) == ["9.9.9.9"]
    answers[:] = ["127.0.0.1"]
    with pytest.raises(AddressRefused):
        resolve("rebind.example", Guard())


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example", "no-such-host.invalid"])
def test_a_name_that_cannot_be_looked_up_is_an_os_error(host: str) -> None:
    with pytest.raises(OSError):
        resolve(host, Guard())
