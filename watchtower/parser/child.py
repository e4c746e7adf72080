"""The process in which is read what may be anything (arguments: descriptor, what, bytes).

It takes one document after another from a connection and answers each, until the other end is gone. It may use so much
memory and no more, and the system ends it when a document takes longer than it may, also where nobody is left to do it.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from watchtower.errors import ParseError

#: After a document that took more of the memory than this, a new process is the surest way to give it back.
_SPENT = 0.5


def reader(what: str) -> Callable[..., object]:
    """Give what reads: ``feeds``, or ``articles`` of web pages. A process loads only the libraries of its own."""
    if what == "articles":
        from watchtower.fulltext import articles

        return articles.answer
    from watchtower.parse.lenient import parse_leniently

    return parse_leniently


def main(fd: int, what: str, most_bytes: int) -> None:
    """Serve until the connection ends, or too little memory is left."""
    # a stop is for the parent: it closes the connection when it needs no more answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    read = reader(what)
    with Connection(fd) as parent:
        spent = False
        while not spent:
            try:
                question, seconds = parent.recv()
            except EOFError:
                return
            # by its default action the signal ends the process, wherever it is
            signal.setitimer(signal.ITIMER_REAL, seconds)
            answer = _answer(read, question, most_bytes)
            signal.setitimer(signal.ITIMER_REAL, 0)
            spent = _most_held() > _SPENT * most_bytes
            try:
                parent.send((answer, spent))
            except BrokenPipeError:
                return


def _most_held() -> int:
    """The most bytes that this process has held.

    Linux keeps ``ru_maxrss`` over execve, and so counts what the parent held when it started this process
    (getrusage(2)): a large parent would make every child look spent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        [peak] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(peak.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _answer(read: Callable[..., object], question: tuple[object, ...], most_bytes: int) -> object:
    try:
        return read(*question)
    except ParseError as error:
        return error
    except MemoryError:
        return ParseError(f"the document takes more than {most_bytes // 2**20} MiB of memory to be read")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
