# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.bench.resolve [--tenants 500] [--servers 2]

How much a Server costs: all Servers resolved, and their tenants' quotas checked, from one snapshot in memory, with the
stock ServerConfig, and each with a live StatefulSet as the API server stores it. Prints a table; it asserts nothing,
because times depend on the machine.
"""

from __future__ import annotations

import argparse
import copy
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import SERVER, SERVER_CONFIG  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.assess import assess  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.namespace_change import (  # noqa: E402
    Operator,
    SeldonObjects,
    namespace_change,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.state import NamespaceState  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.effective_servers import (
    effective_servers,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.missing import Inventory  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.policy import Policy  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.resolve import resolve  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.snapshot import (  # noqa: E402
    Listing,
    Snapshot,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.answer import answer  # noqa: E402
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.readings import KINDS  # noqa: E402

from tests.unit.quota.builders import SPECIFIED  # noqa: E402
from tests.unit.serverconfig.builders import PLATFORM, dedicated, namespace, server  # noqa: E402

Json = dict[str, Any]
STOCK = ROOT / "examples" / "fraud-detection" / "k8s" / "base" / "server-config.yaml"
QUOTA = {
    "metadata": {"name": "tenant-quota"},
    "spec": {"hard": SPECIFIED},
    "status": {"hard": SPECIFIED, "used": dict.fromkeys(SPECIFIED, "0")},
}
CONTAINER = {
    "type": "Container",
    "default": {"cpu": "1", "memory": "2Gi"},
    "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
}
LIMITS = {"metadata": {"name": "tenant-limits"}, "spec": {"limits": [CONTAINER]}}
ROUNDS = 3
NEEDED = {
    "ServiceAccount": ("seldon-server",),
    "ConfigMap": ("seldon-agent", "seldon-tracing"),
    "Secret": (),
    "PersistentVolumeClaim": (),
    "Service": ("seldon-scheduler",),
}


def main() -> int:
    """Runs the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.resolve", description="CPU and memory of resolving Servers."
    )
    parser.add_argument("--tenants", type=int, default=500)
    parser.add_argument("--servers", type=int, default=2, help="of each tenant")
    arguments = parser.parse_args()
    print(
        f"{arguments.tenants} tenants, {arguments.tenants * arguments.servers} Servers; CPU of the best of {ROUNDS} rounds"
    )
    print(f"{'':38} {'ms a Server':>12} {'peak MB':>8}")
    cases = {
        "equal to their StatefulSets": {},
        "with a podSpec of their own": {"override": True},
        "all to be changed": {"changed": True},
        "no two tenants' configs alike": {"alike": False},
    }
    for title, case in cases.items():
        snapshot, changed = _snapshot(arguments.tenants, arguments.servers, **case), case.get("changed", False)
        count = len(snapshot.servers.objects)
        seconds, megabytes, report = _measured(lambda snapshot=snapshot: resolve(snapshot, Policy()))
        states = {resolution.arrival.state.value for resolution in report.resolutions}
        assert len(report.resolutions) == count and states == ({"no"} if changed else {"yes"}), states
        print(f"resolve, {title:29} {seconds / count * 1000:12.2f} {megabytes:8.1f}")
        seconds, megabytes, verdicts = _measured(lambda snapshot=snapshot: _assessed(snapshot))
        assert verdicts == {"fits"}, verdicts
        print(f"  and its quotas checked {'':13} {seconds / count * 1000:12.2f} {megabytes:8.1f}")
        lists = dict.fromkeys(KINDS, Listing())
        seconds, megabytes, _found = _measured(
            lambda report=report, lists=lists: answer(report, Policy(), lists, (), ())
        )
        print(f"  and as data and text {'':15} {seconds / count * 1000:12.2f} {megabytes:8.1f}")
    return 0


def _measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    best = float("inf")
    for _round in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    del result
    gc.collect()
    tracemalloc.start()
    result = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best, peak / 1e6, result


def _assessed(snapshot: Snapshot) -> set[str]:
    """The verdicts of all tenants: whether their Servers fit their quotas."""
    verdicts = set()
    configs = {config["metadata"]["namespace"]: config for config in snapshot.server_configs.objects}
    for name, servers in groupby(snapshot.servers.objects, lambda one: one["metadata"]["namespace"]):
        desired = [(SERVER.group_resource, one) for one in servers] + [(SERVER_CONFIG.group_resource, configs[name])]
        namespace, nothing = {"metadata": {"name": name}}, SeldonObjects()
        operator = Operator(Version(2, 10, 2))
        change = namespace_change(desired, namespace, nothing, "seldon-system", nothing, operator)
        state = NamespaceState({"resourcequotas": [QUOTA], "limitranges": [LIMITS]}, storage_class="")
        verdicts.add(assess(change, state).report.verdict.value)
    return verdicts


def _snapshot(
    tenants: int, servers: int, *, override: bool = False, changed: bool = False, alike: bool = True
) -> Snapshot:
    stock = next(obj for obj in yaml.safe_load_all(STOCK.read_text()) if obj)
    names = [f"tenant-{number:03d}" for number in range(tenants)]
    configs = [_placed(stock, name) for name in (*names, PLATFORM)]
    for config in () if alike else configs:
        config["spec"]["podSpec"]["containers"][0].setdefault("env", []).append(
            {"name": "TENANT", "value": config["metadata"]["namespace"]}
        )
    more: Json = (
        {"podSpec": {"containers": [{"name": "mlserver", "env": [{"name": "A", "value": "b"}]}]}} if override else {}
    )
    asked = [server("mlserver-config", f"server-{number}", name, **more) for name in names for number in range(servers)]
    by_namespace = {config["metadata"]["namespace"]: config for config in configs}
    live = [_stored(one, by_namespace[one["metadata"]["namespace"]], changed) for one in asked]
    return Snapshot(
        Listing(asked),
        Listing(configs),
        Listing([namespace(name) for name in (*names, PLATFORM)]),
        dedicated(*names),
        Listing(live),
        {name: Inventory(NEEDED, (), True) for name in names},
    )


def _placed(config: Json, name: str) -> Json:
    copied = copy.deepcopy(config)
    copied["metadata"] = {"name": "mlserver-config", "namespace": name, "uid": f"uid-{name}"}
    return copied


def _stored(one: Json, config: Json, changed: bool) -> Json:
    """The StatefulSet with the defaults of the API server."""
    made = next(effective_servers([(one, config)], NEWEST))
    template = copy.deepcopy(made.template())
    pod = template["spec"]
    pod.setdefault("terminationGracePeriodSeconds", 30)
    pod.update(
        {
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": pod.get("securityContext") or {},
        }
    )
    for container in pod["containers"]:
        container.update({"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"})
        for port in container.get("ports", []):
            port.setdefault("protocol", "TCP")
    for reference in _references(pod):
        reference.setdefault("apiVersion", "v1")
    if changed:
        pod["containers"][0]["image"] = "example/old:1"
    claims = [
        {
            "metadata": {"name": claim["name"]},
            "spec": {**claim["spec"], "volumeMode": "Filesystem"},
            "status": {"phase": "Pending"},
        }
        for claim in made.volume_claim_templates
    ]
    return {
        "metadata": dict(one["metadata"]),
        "spec": {"replicas": 1, "template": template, "volumeClaimTemplates": claims},
    }


def _references(value: Any) -> Iterator[Json]:
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "fieldRef":
            yield entry
        yield from _references(entry)


if __name__ == "__main__":
    sys.exit(main())
