"""Who is asked when."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchtower.fetch.lanes import Lanes, drive


@dataclass(frozen=True)
class Step:
    host: str
    name: int
    onward: tuple[str, ...] = ()


class Ledger:
    """Counts what is under way while it works steps off, letting the others run in between."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.done: list[int] = []

    async def work(self, step: Step) -> Step | None:
        for place in (step.host, "all together"):
            self.now[place] += 1
            self.most[place] = max(self.most[place], self.now[place])
        await asyncio.sleep(0)
        self.now[step.host] -= 1
        self.now["all together"] -= 1
        if step.onward:
            return Step(step.onward[0], step.name, step.onward[1:])
        self.done.append(step.name)
        return None


hosts = st.sampled_from("abc")


@given(
    st.lists(st.tuples(hosts, st.lists(hosts, max_size=3)), max_size=30),
    st.integers(1, 8),
    st.integers(1, 4),
)
def test_every_job_is_done_once_within_both_limits(
    plans: list[tuple[str, list[str]]], concurrency: int, per_host: int
) -> None:
    ledger = Ledger()
    steps = [Step(host, name, tuple(onward)) for name, (host, onward) in enumerate(plans)]
    asyncio.run(drive(Lanes(steps, per_host), concurrency, ledger.work))
    assert sorted(ledger.done) == list(range(len(plans)))
    assert ledger.most.pop("all together", 0) <= concurrency
    assert all(count <= per_host for count in ledger.most.values())


def test_slots_are_used_fully_where_hosts_allow() -> None:
    ledger = Ledger()
    steps = [Step(host, n) for n, host in enumerate("aaaabbbbcccc")]
    asyncio.run(drive(Lanes(steps, 2), 6, ledger.work))
    assert ledger.most == {"all together": 6, "a": 2, "b": 2, "c": 2}


def test_a_host_for_which_one_job_waits_is_lonely() -> None:
    lanes = Lanes([Step(host, n) for n, host in enumerate("abacd")], 1)
    assert lanes.lonely() == {"b", "c", "d"}


def test_jobs_of_a_host_are_done_in_order() -> None:
    ledger = Ledger()
    asyncio.run(drive(Lanes([Step("a", n) for n in range(9)], 1), 3, ledger.work))
    assert ledger.done == list(range(9))


def test_redirects_fan_out_to_all_slots() -> None:
    ledger = Ledger()
    steps = [Step("a", n, (f"host-{n}",)) for n in range(20)]
    asyncio.run(drive(Lanes(steps, 20), 20, ledger.work))
    assert ledger.most["all together"] == 20


def test_an_exception_is_raised_as_it_is_and_stops_the_others() -> None:
    started = []

    async def work(step: Step) -> None:
        started.append(step.name)
        if step.name == 0:
            raise KeyError("a bug")
        await asyncio.sleep(60)

    with pytest.raises(KeyError, match="a bug"):
        asyncio.run(drive(Lanes([Step("a", n) for n in range(9)], 3), 3, work))
    assert started == [0, 1, 2]
