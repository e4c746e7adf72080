"""The process that classifies beside ours (argument: a descriptor).

It is sent an analysis with its model, or none to be fitted, then one batch of texts after another, and answers each. It
keeps nothing, touches no database, and ends as soon as the other end of its connection is gone.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from datetime import datetime
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from watchtower import classify
from watchtower.errors import ModelError
from watchtower.types import Analysis, StoredModel, Text


def main(fd: int) -> None:
    """Serve until the connection ends."""
    # a stop is for the parent: it ends this process when it needs no more answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # looking for cycles takes a fifth of a fit, and what is made here has none (see watchtower/__main__.py)
    gc.set_threshold(50_000)
    parent = Connection(fd)
    analysis, kept, made = parent.recv()
    questions: SimpleQueue[list[Text]] = SimpleQueue()
    # the parent must not wait until there is time for what it sends, nor this process outlive it while it reckons
    Thread(target=_receive, args=(parent, questions), daemon=True).start()
    _serve(parent, questions, analysis, kept, made)


def _receive(parent: Connection, questions: SimpleQueue[list[Text]]) -> None:
    try:
        while True:
            questions.put(parent.recv())
    except (EOFError, OSError):
        os._exit(0)


def _serve(
    parent: Connection, questions: SimpleQueue[list[Text]], analysis: Analysis, kept: StoredModel | None, made: datetime
) -> None:
    fitted = None
    try:
        if kept:
            classifier = classify.load_classifier(analysis, kept)
        else:
            classifier, fitted = classify.fit_classifier(analysis, made)
        parent.send((classifier.model, classifier.configuration, fitted))
        while True:
            parent.send(classifier.classify(questions.get()))
    except ModelError as error:
        sys.exit(str(error))
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main(int(sys.argv[1]))
