"""Asks servers for feeds over HTTP: an event loop in a thread of its own, behind a plain iterator."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from queue import SimpleQueue

import aiohttp
import uvloop

from watchtower.errors import FetchError
from watchtower.fetch.client import Client, Journey, departure
from watchtower.fetch.guard import Guard
from watchtower.fetch.lanes import Lanes, drive
from watchtower.fetch.resolver import GuardedResolver
from watchtower.fetch.sessions import Limits, Way, open_session
from watchtower.types import Failed, FetchRequest, Outcome


class HttpFetcher:
    """Fetches over HTTP, at most ``concurrency`` requests at once and ``per_host`` to one host.

    ``timeout_seconds`` is the deadline of one feed, redirects and body included; ``max_bytes`` the most a
    decoded body may have. Implements ``seams.Fetcher``: what goes wrong on the network is a ``Failed``, a bug is
    raised by the iterator. Several iterators may run at once, in any thread.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        per_host: int,
        timeout_seconds: float,
        max_bytes: int,
        user_agent: str,
        guard: Guard,
        clock: Callable[[], datetime],
        proxy: str = "",
    ) -> None:
        self._concurrency = concurrency
        self._per_host = per_host
        self._limits = Limits(timeout_seconds=timeout_seconds, max_bytes=max_bytes)
        self._way = Way(guard=guard, user_agent=user_agent, proxy=proxy)
        self._clock = clock

    def fetch(self, requests: Sequence[FetchRequest]) -> Generator[Outcome, None, None]:
        """Yield one outcome a request, as they arrive; closing cancels what is under way.

        At most twice ``concurrency`` outcomes wait to be taken, however many requests there are.
        """
        if requests:
            yield from _Flight(self._concurrency).run(lambda flight: self._run(requests, flight))

    async def _run(self, requests: Sequence[FetchRequest], flight: _Flight) -> None:
        lanes: Lanes[Journey] = Lanes((), self._per_host)
        for request in requests:
            try:
                lanes.add(departure(request, self._limits))
            except FetchError as error:
                await flight.put(Failed(feed_id=request.feed_id, reason=str(error), at=self._clock()))
        lonely = lanes.lonely()
        async with self._sessions() as (keeping, closing):
            client = Client(keeping, self._limits, self._clock)
            single = Client(closing, self._limits, self._clock)

            async def work(journey: Journey) -> Journey | None:
                reached = await (single if journey.route.hops or journey.host in lonely else client).travel(journey)
                if isinstance(reached, Journey):
                    return reached
                await flight.put(reached)
                return None

            await drive(lanes, self._concurrency, work)

    @asynccontextmanager
    async def _sessions(self) -> AsyncIterator[tuple[aiohttp.ClientSession, aiohttp.ClientSession]]:
        """One session for hosts with several feeds, and one that closes each connection at once.

        Else 20,000 hosts with one feed each would leave thousands of idle connections open.
        """
        resolver = GuardedResolver(self._way.guard)
        try:
            async with self._session(resolver, keep=True) as first, self._session(resolver, keep=False) as second:
                yield first, second
        finally:
            await resolver.close()

    def _session(self, resolver: GuardedResolver, *, keep: bool) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
        return open_session(self._way, resolver, keep=keep)


class _Flight:
    """Carries outcomes from an event loop in its own thread to a plain iterator, ``room`` at a time."""

    def __init__(self, room: int) -> None:
        self._landed: SimpleQueue[Outcome | BaseException | None] = SimpleQueue()
        self._size = room
        self._room = asyncio.Semaphore(room)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def run(self, main: Callable[[_Flight], Coroutine[None, None, None]]) -> Generator[Outcome, None, None]:
        """Run ``main`` in a thread and yield what it puts; its exception is raised here."""
        # a daemon, so that an iterator that nobody closed cannot keep the program from ending
        thread = threading.Thread(target=self._fly, args=(main,), name="fetch", daemon=True)
        thread.start()
        try:
            taken = 0
            while (landed := self._landed.get()) is not None:
                if isinstance(landed, BaseException):
                    raise landed
                taken += 1
                if taken * 4 >= self._size:  # each call wakes the loop up, so a few outcomes share one
                    self._in_loop(partial(self._release, taken))
                    taken = 0
                yield landed
        finally:
            self._cancel()
            thread.join()

    def _release(self, places: int) -> None:
        for _ in range(places):
            self._room.release()

    async def put(self, outcome: Outcome) -> None:
        """Hand over an outcome; waits while there is no room."""
        await self._room.acquire()
        self._landed.put(outcome)

    def _fly(self, main: Callable[[_Flight], Coroutine[None, None, None]]) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._cancellable(main))
        except asyncio.CancelledError:
            self._landed.put(None)
        except BaseException as error:  # not swallowed: raised in the thread that iterates
            self._landed.put(error)
        else:
            self._landed.put(None)
        finally:
            # A loop and its connections refer to each other and hold a quarter of a megabyte: left to the collector of
            # cycles, which looks seldom (watchtower/__main__.py), those of a hundred fetches gather.
            gc.collect(0)

    async def _cancellable(self, main: Callable[[_Flight], Coroutine[None, None, None]]) -> None:
        with self._lock:
            if self._closed:
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            await main(self)
        finally:
            with self._lock:
                self._loop = None

    def _in_loop(self, call: Callable[[], object]) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(call)

    def _cancel(self) -> None:
        with self._lock:
            self._closed = True
        if self._task is not None:
            self._in_loop(self._task.cancel)
