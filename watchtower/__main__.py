"""``python -m watchtower`` and the console script."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit with its status."""
    set_up()
    from watchtower.cli.main import run

    sys.exit(run(sys.argv[1:]))


def set_up() -> None:
    """Set what counts for the whole process, before any library loads."""
    # The matrices are small: with more threads OpenBLAS waits for them more than it reckons. On a machine with
    # other work the fit of a model took 5.6 instead of 3.0 s of CPU (benchmarks/README.md).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Items, texts and their features are made by the hundred thousand and have no cycles: they go when nothing names
    # them any more. Looking for cycles every 700 of them took a sixth of a pull and a fifth of a fit.
    gc.set_threshold(50_000)


if __name__ == "__main__":
    main()
