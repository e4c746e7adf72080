"""Who is asked when: many hosts at once, each host only in its own few lanes."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, Protocol, TypeVar


class Job(Protocol):
    """Something to do at one host."""

    @property
    def host(self) -> str: ...


J = TypeVar("J", bound=Job)


class Lanes(Generic[J]):
    """Jobs waiting, by host; each host has at most ``per_host`` lanes.

    A job waits here for a lane, not in a slot: a slow host never keeps a slot that another host could use.
    """

    def __init__(self, jobs: Iterable[J], per_host: int) -> None:
        self._per_host = per_host
        #: lists, for most hosts have one job, and a deque takes eight times a list's memory
        self._waiting: dict[str, list[J]] = defaultdict(list)
        self._lanes: Counter[str] = Counter()
        #: hosts with a free lane, once for each
        self._free: deque[str] = deque()
        for job in jobs:
            self.add(job)

    def add(self, job: J) -> None:
        """Let a job wait for a lane of its host."""
        self._waiting[job.host].append(job)
        if self._lanes[job.host] < self._per_host:
            self._lanes[job.host] += 1
            self._free.append(job.host)

    def lonely(self) -> frozenset[str]:
        """Give the hosts for which a single job waits."""
        return frozenset(host for host, waiting in self._waiting.items() if len(waiting) == 1)

    def take(self) -> J | None:
        """Give the next job that has a lane, or None; the lane is taken until ``leave``."""
        while self._free:
            host = self._free.popleft()
            if waiting := self._waiting.get(host):
                return waiting.pop(0)
            self._close(host)
        return None

    def leave(self, host: str) -> None:
        """Free one lane of ``host``; what waits for it goes first, so that a kept connection is used again."""
        if self._waiting.get(host):
            self._free.appendleft(host)
        else:
            self._close(host)

    def _close(self, host: str) -> None:
        self._lanes[host] -= 1
        if not self._lanes[host]:
            del self._lanes[host]
            self._waiting.pop(host, None)


async def drive(lanes: Lanes[J], concurrency: int, work: Callable[[J], Awaitable[J | None]]) -> None:
    """Work through all jobs, at most ``concurrency`` at once; a job that ``work`` returns waits for its own host.

    An exception of ``work`` cancels the others and is raised as it is.
    """
    busy = 0

    async def one(group: asyncio.TaskGroup, job: J) -> None:
        nonlocal busy
        onward = await work(job)
        busy -= 1
        lanes.leave(job.host)
        if onward is not None:
            lanes.add(onward)
        start(group)

    def start(group: asyncio.TaskGroup) -> None:
        nonlocal busy
        while busy < concurrency and (job := lanes.take()) is not None:
            busy += 1
            group.create_task(one(group, job))

    try:
        async with asyncio.TaskGroup() as group:
            start(group)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
