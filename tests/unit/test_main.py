"""What is set before any library loads."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest

from watchtower.__main__ import main, set_up


@pytest.fixture(autouse=True)
def usual_collecting() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(("given", "set_"), [(None, "1"), ("4", "4")])
def test_openblas_has_one_thread_unless_the_environment_says_otherwise(
    given: str | None, set_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["watchtower", "--version"])
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == set_


def test_cycles_are_looked_for_seldom_but_looked_for() -> None:
    set_up()
    assert gc.isenabled()
    assert gc.get_threshold()[0] == 50_000
