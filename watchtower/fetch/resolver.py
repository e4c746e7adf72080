"""Turning host names into addresses that may be asked."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from watchtower.errors import AddressRefused
from watchtower.fetch.guard import Guard

#: look-ups under way at once: asyncio's own pool has 6 threads on 2 cores, and one dead name server holds a
#: thread for seconds
LOOKUPS = 32


class GuardedResolver(AbstractResolver):
    """Resolves through the operating system and gives aiohttp only addresses that the guard admits.

    aiohttp connects to exactly what is returned here, so an answer that changes between check and connection
    does not get through. Raises ``AddressRefused`` where nothing is admitted, ``OSError`` where nothing is found.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._pool = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the admitted addresses of ``host``, in the order the system gives them."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._pool, _look_up, host, port, family)
        admitted, refusal = [], None
        for answer in found:
            try:
                self._guard.check(host, answer["host"])
            except AddressRefused as error:
                refusal = refusal or error
            else:
                admitted.append(answer)
        if not admitted and refusal is not None:
            raise refusal
        return admitted

    async def close(self) -> None:
        """Let go of the threads; a look-up under way is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    try:
        infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # what getaddrinfo raises for "a..b" and for labels over 63 bytes
        raise socket.gaierror(socket.EAI_NONAME, "not a valid host name") from error
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=found,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for found, _, proto, _, address in infos
        if found in (socket.AF_INET, socket.AF_INET6)
    ]
