# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.bench.audit [--tenants 300]

Puts that many tenants of 35 objects each, and as many operators' pods, into a lab of its own. Audits all of them from
the live API server in a process of its own, and reads the same kinds, and the same logs, with kubectl in the same run:
the ratios are comparable between machines. Prints a table. It asserts nothing about time. Exit code 1: the audit made
more than one request per kind, page and operator, or used more memory than 500 MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kubernetes.client.exceptions import ApiException

from lab import pod_logs
from lab.api import Api
from lab.audit import AuditLog, Request

from . import cluster
from .measure import Cost, run
from .tenants import tenant_objects

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = "seldon-system"
LINES = 1000
SECONDS, MEMORY = 10.0, 500.0
THREADS = 8
IMAGE = "registry.example/seldonv2-controller:a:b"
"""The audit recognises it as an operator's image; the lab does not run it."""
AUDIT = """
import json, sys, time
sys.path[:0] = [sys.argv[1] + "/.collections", sys.argv[1]]
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.audit import audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.kinds import KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.read import read
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import as_data, as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
begin = time.monotonic()
snapshot = read(connect({"kubeconfig": sys.argv[2]}), sys.argv[3])
middle = time.monotonic()
found = audit(snapshot)
document = as_data(found), as_text(found)
end = time.monotonic()
objects = sum(len(snapshot.all(kind)) for kind in snapshot.readings)
kinds = [kind.group_resource for kind in KINDS]
told = {"tenants": len(found.tenants), "objects": objects, "findings": len(found.findings), "unread": snapshot.unread, "logs": len(snapshot.logs)}
print(json.dumps({**told, "read": middle - begin, "judge": end - middle, "kinds": kinds}))
"""


@dataclass(frozen=True)
class Row:
    """One contender. ``requests`` are those of its user agent; ``first`` counts those without requests for further
    pages.
    """

    name: str
    cost: Cost
    requests: Sequence[Request]

    @property
    def first(self) -> int:
        return sum("continue=" not in request.uri for request in self.requests)


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.audit", description="An audit of many tenants from a live API server."
    )
    parser.add_argument("--tenants", type=int, default=300)
    count = parser.parse_args().tenants
    with cluster.running() as api, tempfile.TemporaryDirectory(prefix="bench-audit-") as folder:
        _create(api, [f"audited-{number:03d}" for number in range(count)], Path(folder) / "operator.log")
        cluster.settle(api)
        config = str(cluster.LAYOUT.kubeconfig)
        audit = _measured(
            "tenant_audit",
            [sys.executable, "-c", AUDIT, str(ROOT), config, PLATFORM],
            "ml_platform.seldon",
            Path(folder),
        )
        result = json.loads((Path(folder) / "tenant_audit.log").read_text())
        kubectl = [str(cluster.LAYOUT.bin / "kubectl"), f"--kubeconfig={config}"]
        get = _measured(
            "kubectl get",
            [*kubectl, "get", ",".join(result["kinds"]), "--all-namespaces", "--output=json"],
            "kubectl",
            Path(folder),
        )
        logs = [
            "logs",
            f"--namespace={PLATFORM}",
            "--selector=control-plane",
            f"--tail={LINES}",
            "--since=1h",
            f"--max-log-requests={count}",
        ]
        logged = _measured("kubectl logs", [*kubectl, *logs], "kubectl", Path(folder))
    print(_table(result, audit, [get, logged]))
    return _judged(result, audit, count)


def _measured(name: str, command: Sequence[str], agent: str, folder: Path) -> Row:
    log = AuditLog(cluster.LAYOUT.audit_log, cluster.LAYOUT.kubeconfig)
    mark = log.mark()
    cost = run(command, os.environ, output := folder / f"{name.replace(' ', '_')}.log")
    if cost.code != 0:
        raise SystemExit(f"{name}:\n{output.read_text()[-2000:]}")
    return Row(name, cost, [request for request in log.since(mark) if request.user_agent.startswith(agent)])


def _table(result: dict[str, Any], audit: Row, peers: Sequence[Row]) -> str:
    lines = [
        f"{result['tenants']} tenants, {result['objects']} objects, {result['logs']} logs of {LINES} lines; {result['findings']} findings",
        f"{'':14} {'seconds':>8} {'CPU s':>7} {'MiB':>6} {'requests':>9}",
    ]
    for row in (audit, *peers):
        lines.append(
            f"{row.name:14} {row.cost.seconds:8.1f} {row.cost.cpu:7.1f} {row.cost.largest:6.0f} {len(row.requests):9}"
        )
    lines.append(f"tenant_audit: reading {result['read']:.1f} s, judging {result['judge']:.1f} s")
    for row in peers:
        lines.append(
            f"{audit.cost.seconds / row.cost.seconds:.2f} times the seconds and {audit.cost.cpu / row.cost.cpu:.2f} times the CPU of {row.name}"
        )
    lines.append(
        f"{'within' if audit.cost.seconds <= SECONDS else 'beyond'} {SECONDS:.0f} s, {'within' if audit.cost.largest <= MEMORY else 'beyond'} {MEMORY:.0f} MiB"
    )
    return "\n".join(lines)


def _judged(result: dict[str, Any], audit: Row, operators: int) -> int:
    """The exit code. Expected requests: one list per kind, one list of the platform's records, one version, one log per
    operator.
    """
    wanted = len(result["kinds"]) + 2 + operators
    problems = []
    if result["unread"] or result["logs"] != operators:
        problems.append(f"not everything was read: {result['logs']} logs, {result['unread']}")
    if audit.first > wanted:
        problems.append(f"{audit.first} requests besides those for further pages, expected at most {wanted}")
    if audit.cost.largest > MEMORY:
        problems.append(f"{audit.cost.largest:.0f} MiB, expected at most {MEMORY:.0f}")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _create(api: Api, names: Sequence[str], log: Path) -> None:
    path = cluster.resource_path(api)
    objects = [[*tenant_objects(name), _operator(name)] for name in names]
    for made in objects:
        made[0]["metadata"]["labels"]["ml-platform.seldon/tenant"] = made[0]["metadata"]["name"]
    now = datetime.now(UTC)
    line = b'{"level":"info","msg":"Reconciled","controller":"server","namespace":"audited","name":"mlserver","reconcileID":"0123456789abcdef"}'
    log.write_bytes(pod_logs.cri_line(line, now) * LINES)
    shown = pod_logs.cluster_logs("audited", PLATFORM, "", log)
    del shown["spec"]["selector"]["matchNames"]

    def create(made: list[dict[str, Any]]) -> None:
        for obj in made:
            _post(api, path(obj).rpartition("/")[0], obj)

    _post(api, pod_logs.PATH, shown)
    create([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": PLATFORM}}])
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(create, objects))
    cluster.wait("the operators to run", lambda: _running(api) == len(names))


def _operator(tenant: str) -> dict[str, Any]:
    labels = {"control-plane": "v2-tenant-controller-manager", "ml-platform.seldon/tenant": tenant}
    metadata = {"name": f"seldon-v2-controller-manager-{tenant}", "namespace": PLATFORM, "labels": labels}
    spec = {"automountServiceAccountToken": False, "containers": [{"name": "manager", "image": IMAGE}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _running(api: Api) -> int:
    return len(api.call("GET", f"/api/v1/namespaces/{PLATFORM}/pods?fieldSelector=status.phase%3DRunning")["items"])


def _post(api: Api, path: str, obj: dict[str, Any]) -> None:
    try:
        api.call("POST", path, obj)
    except ApiException as error:
        if error.status != 409:
            raise


if __name__ == "__main__":
    sys.exit(main())
