"""Holding back the garbage collector where many small values are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no cycles meanwhile.

    An assessment makes some hundred thousand small values and keeps them until it is done; looking through them again
    and again takes a quarter of its time (benchmarks/day.py).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
