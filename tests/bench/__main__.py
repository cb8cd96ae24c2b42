# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.bench [--tenants 1 100] [--rounds 1] [--only applyset core ...]

Prints a table; it asserts nothing about time, because times depend on the machine. Exit code 1 only if a contender
failed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from lab.api import Api
from lab.audit import AuditLog, select
from lab.errors import LabError
from lab.progress import Say, stopwatch

from . import cluster
from .contenders import CONTENDERS, Contender, Files, Tenants
from .measure import run
from .report import AGAIN, FIRST, Key, Sample, render
from .tenants import tenant_objects

_USER = "lab-admin"
_TAIL = 15  # lines of a failed contender's output that are shown


def main() -> int:
    arguments = _arguments()
    say = stopwatch()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, cluster.running() as api:
            samples = _measure_all(arguments, Path(folder), api, say)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(render(samples))
    return 1 if any(sample.problem for found in samples.values() for sample in found) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Applies the same tenants with each contender and compares them."
    )
    parser.add_argument(
        "--tenants", type=int, nargs="+", default=[1, 100], help="how many tenants; one block of the table each"
    )
    parser.add_argument("--rounds", type=int, default=1, help="how often all is measured; the table shows medians")
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="measure only these")
    return parser.parse_args()


def _measure_all(arguments: argparse.Namespace, folder: Path, api: Api, say: Say) -> dict[Key, list[Sample]]:
    samples: dict[Key, list[Sample]] = {}
    contenders = [contender for contender in CONTENDERS if contender.name in arguments.only]
    say("warming up: every contender once, not counted")
    for contender in contenders:
        _measure(contender, _tenants(f"{contender.name}-warm", 1), folder, api)
    for count in arguments.tenants:
        for number in range(arguments.rounds):
            cluster.clear(api)
            # The order rotates with each round, so that growth and warm caches of the cluster favour no contender.
            for contender in contenders if number % 2 == 0 else contenders[::-1]:
                tenants = _tenants(f"{contender.name}-{count}-{number}", count)
                for name, sample in _measure(contender, tenants, folder, api).items():
                    samples.setdefault(Key(count, name, contender.name), []).append(sample)
                    say(f"{count} tenants, round {number + 1}, {contender.title}, {name}: {sample.cost.seconds:.2f} s")
                    if sample.problem:
                        say(sample.problem)
    return samples


def _tenants(prefix: str, count: int) -> Tenants:
    """Tenants with new namespaces: no two contenders and no two rounds share one."""
    names = [f"bench-{prefix}-{number:03d}" for number in range(count)]
    return {name: tenant_objects(name) for name in names}


def _measure(contender: Contender, tenants: Tenants, parent: Path, api: Api) -> dict[str, Sample]:
    folder = parent / next(iter(tenants))
    folder.mkdir()
    command = contender.prepare(Files(folder, cluster.LAYOUT, cluster.resource_path(api)), tenants)
    found = {}
    for name in (FIRST,) if contender.once else (FIRST, AGAIN):
        cluster.settle(api)
        found[name] = _sample(command, sum(map(len, tenants.values())), parent, folder / "output.txt")
        if found[name].problem:
            break
    return found


def _sample(command: list[str], objects: int, home: Path, output: Path) -> Sample:
    audit = AuditLog(cluster.LAYOUT.audit_log, cluster.LAYOUT.kubeconfig)
    mark, clock = audit.mark(), cluster.Clock.now()
    cost = run(command, _environment(home), output)
    used = cluster.Clock.now() - clock
    requests = [request for request in select(audit.since(mark), user=_USER) if request.user_agent != cluster.AGENT]
    problem = ""
    if cost.code != 0:
        problem = f"exit code {cost.code}\n" + "\n".join(output.read_text(errors="replace").splitlines()[-_TAIL:])
    verbs = Counter(request.verb for request in requests)
    others = max(used.machine - used.lab - cost.cpu, 0.0) / (cost.seconds * (os.cpu_count() or 1))
    return Sample(objects, cost, used.server, others, verbs, sum(request.is_write for request in requests), problem)


def _environment(home: Path) -> dict[str, str]:
    """Environment variables with a home of its own: a contender sees neither another's caches nor the user's files."""
    path = f"{cluster.LAYOUT.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    kubeconfig = str(cluster.LAYOUT.kubeconfig)
    return {
        "PATH": path,
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "KUBECONFIG": kubeconfig,
        "K8S_AUTH_KUBECONFIG": kubeconfig,
    }


if __name__ == "__main__":
    sys.exit(main())
