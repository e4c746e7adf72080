"""``python -m watchtower`` and the console script."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit with its status."""
    # The matrices are small: with more threads OpenBLAS waits for them more than it reckons. On a machine with
    # other work the fit of a model took 5.6 instead of 3.0 s of CPU (benchmarks/README.md).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from watchtower.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
