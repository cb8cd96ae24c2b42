# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.bench.audit [--tenants 300]

Puts that many tenants of 35 objects each into a lab of its own, audits all of them from the live API server in a process of its own, and prints seconds, peak
memory and requests. It asserts nothing, since times are the machine's.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kubernetes.client.exceptions import ApiException

from lab.api import Api
from lab.audit import AuditLog

from . import cluster
from .tenants import tenant_objects

ROOT = Path(__file__).resolve().parents[2]
THREADS = 8
AUDIT = """
import json, resource, sys, time
sys.path[:0] = [sys.argv[1] + "/.collections", sys.argv[1]]
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.audit import audit
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.read import read
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.report import as_data, as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.connection import connect
begin = time.monotonic()
snapshot = read(connect({"kubeconfig": sys.argv[2]}), "seldon-system")
middle = time.monotonic()
found = audit(snapshot)
document = as_data(found), as_text(found)
end = time.monotonic()
objects = sum(len(snapshot.all(kind)) for kind in snapshot.readings)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"tenants": len(found.tenants), "objects": objects, "read": middle - begin, "judge": end - middle, "peak": peak, "findings": len(found.findings)}))
"""


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.audit", description="An audit of many tenants from a live API server.")
    parser.add_argument("--tenants", type=int, default=300)
    names = [f"audited-{number:03d}" for number in range(parser.parse_args().tenants)]
    with cluster.running() as api:
        _create(api, names)
        cluster.settle(api)
        log = AuditLog(cluster.LAYOUT.audit_log, cluster.LAYOUT.kubeconfig)
        mark = log.mark()
        done = subprocess.run([sys.executable, "-c", AUDIT, str(ROOT), str(cluster.LAYOUT.kubeconfig)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr, file=sys.stderr)
            return 1
        requests = [request for request in log.since(mark) if request.user_agent.startswith("ml_platform.seldon")]
    said = json.loads(done.stdout)
    print(f"{said['tenants']} tenants, {said['objects']} objects, {said['findings']} findings")
    print(f"read {said['read']:.1f} s, judge {said['judge']:.1f} s, peak {said['peak']:.0f} MB, {len(requests)} requests")
    return 0


def _create(api: Api, names: Sequence[str]) -> None:
    path = cluster.resource_path(api)
    objects = [tenant_objects(name) for name in names]
    for made in objects:
        made[0]["metadata"]["labels"]["ml-platform.seldon/tenant"] = made[0]["metadata"]["name"]

    def create(tenant: list[dict[str, Any]]) -> None:
        for obj in tenant:
            try:
                api.call("POST", path(obj).rpartition("/")[0], obj)
            except ApiException as error:
                if error.status != 409:
                    raise

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(create, objects))


if __name__ == "__main__":
    sys.exit(main())
