# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.conformance.quota [--changes 200] [--seed N] [--lab DIR] [--replay FILE]

Takes the changes of ``named.jsonl`` and draws that many others, predicts what each will use and whether it fits, makes
it on a lab, and compares. Prints the seed, the progress, and every disagreement with its case, which ``--replay``
takes. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[3] / ".collections")]

from lab.layout import Layout  # noqa: E402
from lab.progress import stopwatch  # noqa: E402
from tests.labs import running_lab  # noqa: E402

from .cases import Json, generated  # noqa: E402
from .live import platform  # noqa: E402
from .run import render, run_all  # noqa: E402

NAMED = Path(__file__).with_name("named.jsonl")
"""Rare cases that random drawing seldom produces, each with a title."""


def read_cases(path: Path) -> list[Json]:
    """The cases of a file with one JSON object per line."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.quota")
    parser.add_argument("--changes", type=int, default=200, help="how many")
    parser.add_argument("--seed", type=int, help="of an earlier run, for the same changes")
    parser.add_argument("--lab", type=Path, help="the directory of a running lab; without it one is made for this run")
    parser.add_argument("--workers", type=int, default=12, help="how many namespaces at the same time")
    parser.add_argument("--replay", type=Path, help="a file with one case per line, as JSON")
    parser.add_argument("--only", type=int, nargs="+", help="the numbers of cases to run, of those drawn")
    arguments = parser.parse_args()
    say = stopwatch()
    number = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    if arguments.replay:
        cases = read_cases(arguments.replay)
    else:
        say(f"seed {number}")
        cases = [*generated(arguments.changes, number), *read_cases(NAMED)]
    if arguments.only:
        cases = [cases[index] for index in arguments.only]
    with ExitStack() as stack:
        if arguments.lab:
            layout = Layout(arguments.lab.resolve())
        else:
            layout = stack.enter_context(
                running_lab(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conformance-"))) / "lab")
            )
        live = stack.enter_context(platform(layout, arguments.workers))
        outcomes = run_all(live, cases, arguments.workers, say)
    print(render(outcomes, number))
    return 1 if any(outcome.disagreements for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
