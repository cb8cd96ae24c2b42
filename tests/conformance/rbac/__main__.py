# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.conformance.rbac [--roles 60] [--bindings 200] [--questions 5000] [--seed N]

Makes random Roles, ClusterRoles and bindings in the cluster of KUBECONFIG, which has to be a lab, asks its API server
SubjectAccessReviews and the evaluator the same, and removes all of them at the end. Prints the seed and every
disagreement. Exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from random import Random

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect

from .live import THREADS, compare, create, remove
from .worlds import world


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.rbac")
    parser.add_argument("--roles", type=int, default=60, help="of each kind")
    parser.add_argument("--bindings", type=int, default=200)
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--seed", type=int, help="of an earlier run, for the same world")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    made = world(Random(seed), arguments.roles, arguments.bindings, arguments.questions)  # noqa: S311
    client = connect({}, connections=THREADS)
    try:
        create(client, made)
        tally = compare(client, made.questions)
    finally:
        remove(client, made)
    for text in tally.disagreements[:5]:
        print(text)
    print(tally.text())
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
