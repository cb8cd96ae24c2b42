# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.conformance.pod_security [--pods 200] [--seed N] [--lab DIR]

Draws that many pods, judges each by every level and version of the Pod Security Standards, asks a lab's API server (a
dry run in a namespace of that level and version), and compares verdicts and messages. Prints the seed and every
disagreement. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from lab.layout import Layout
from tests.labs import running_lab

from .live import namespaces
from .pods import ephemeral, generated
from .run import compare, render

RELEASE = 37
"""The lab's minor release."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.pod_security")
    parser.add_argument("--pods", type=int, default=200, help="how many")
    parser.add_argument("--seed", type=int, help="of an earlier run, for the same pods")
    parser.add_argument("--lab", type=Path, help="the directory of a running lab; without it one is made for this run")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with ExitStack() as stack:
        if arguments.lab:
            layout = Layout(arguments.lab.resolve())
        else:
            layout = stack.enter_context(
                running_lab(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance-"))) / "lab")
            )
        executor = stack.enter_context(ThreadPoolExecutor(max_workers=8))
        live = stack.enter_context(namespaces(layout, executor))
        outcome = compare(
            live, generated(arguments.pods, seed), ephemeral(arguments.pods // 10, seed), RELEASE, executor
        )
    print(render(outcome, seed))
    return 1 if outcome.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
