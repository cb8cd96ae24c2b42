# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.conformance.network [--worlds 5000] [--seed N]

Draws that many worlds of namespaces, pods and NetworkPolicies, and asks the evaluator and a second, independent
brute-force model the same questions about each. Prints the seed and every disagreement. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).resolve().parents[3] / ".collections")]

from .compare import Tally  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.network")
    parser.add_argument("--worlds", type=int, default=5000, help="how many")
    parser.add_argument("--seed", type=int, help="of an earlier run, for the same worlds")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    tally = Tally()
    for number in range(arguments.worlds):
        tally.add(Random(f"{seed}/{number}"))  # noqa: S311
    for text in tally.disagreements[:5]:
        print(text)
    answers = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.outcomes.items()))
    print(
        f"{tally.worlds} worlds, {sum(tally.outcomes.values())} questions ({answers}): {len(tally.disagreements)} disagreements"
    )
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
