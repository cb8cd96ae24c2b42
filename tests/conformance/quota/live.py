# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab for a conformance run: the platform with a central operator for all namespaces, and a record of refused
requests.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid, NotFound
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    MODEL,
    NAMESPACE,
    RESOURCE_QUOTA,
    SELDON_RUNTIME,
    SERVER,
    SERVICE_ACCOUNT,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.types import KubeObject

from lab.layout import Layout
from tests.integration.lab_fixture import Lab
from tests.integration.tenancy import PLATFORM, Tenancy

from .cases import substituted

MANAGER = "conformance"
AGENT = "manager"
"""The operator's user agent."""
_CAPACITY = {
    "cpu": "1M",
    "memory": "1Pi",
    "pods": "100k",
    "ephemeral-storage": "1Pi",
    "nvidia.com/gpu": "1k",
    "hugepages-2Mi": "1Ti",
}
_FIRST_NODE_PORT, _NODE_PORTS = 30000, 2768
_REFUSED = (403, 422)
PORT_TAKEN = "provided port is already allocated"


@dataclass(frozen=True)
class Refusal:
    """One write request that the API server refused."""

    user_agent: str
    verb: str
    resource: str
    name: str
    message: str


class Refusals:
    """The refused requests since the start, by namespace. A thread follows the audit log."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock, self._offset = path, threading.Lock(), path.stat().st_size
        self._found: dict[str, list[Refusal]] = defaultdict(list)
        self.by_operator: dict[str, int] = defaultdict(int)

    def of(self, namespace: str) -> list[Refusal]:
        """The refusals in a namespace until now."""
        with self._lock:
            with self._path.open("rb") as log:
                log.seek(self._offset)
                for line in log:
                    if not line.endswith(b"\n"):
                        break
                    self._offset += len(line)
                    self._take(line)
            return list(self._found[namespace])

    def _take(self, line: bytes) -> None:
        if (
            b'"namespace":"case-' not in line
            or b'"verb":"get"' in line
            or b'"verb":"list"' in line
            or b'"verb":"watch"' in line
        ):
            return
        entry = json.loads(line)
        if entry["stage"] != "ResponseComplete":
            return
        target, agent = entry["objectRef"], entry.get("userAgent", "").partition("/")[0]
        if agent == AGENT and not target.get("subresource"):
            self.by_operator[target["namespace"]] += 1
        status = entry.get("responseStatus", {})
        if PORT_TAKEN in status.get("message", ""):
            return
        if status.get("code") in _REFUSED and "dryRun" not in entry["requestURI"] and target["resource"] != "events":
            refusal = Refusal(
                agent, entry["verb"], target["resource"], target.get("name", ""), status.get("message", "")
            )
            self._found[target["namespace"]].append(refusal)


@dataclass
class Live:
    """The resources that trials share."""

    client: KubeClient
    discovery: Discovery
    refusals: Refusals
    seldon_config: KubeObject
    node_ports: Iterator[int] = field(default_factory=lambda: count(_FIRST_NODE_PORT))

    def node_port(self) -> int:
        """A node port that no trial has used lately; the API server may have assigned it automatically."""
        return _FIRST_NODE_PORT + next(self.node_ports) % _NODE_PORTS

    def apply(self, obj: KubeObject, namespace: str) -> KubeObject:
        """Server-side apply."""
        resource = self.discovery.find(obj["apiVersion"], obj["kind"])
        assert resource is not None, obj["kind"]
        placed = {**obj, "metadata": {**obj["metadata"], "namespace": namespace}} if resource.namespaced else obj
        while True:
            try:
                return self.client.apply(resource, placed, field_manager=MANAGER, force=True)
            except Invalid as error:
                if PORT_TAKEN not in str(error):
                    raise
                placed = substituted(placed, namespace, self.node_port)

    def new_namespace(self, name: str) -> None:
        """Creates the namespace and waits for its default ServiceAccount, which every pod needs."""
        self.client.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for _ in range(300):
            try:
                self.client.get(SERVICE_ACCOUNT, name, "default")
                return
            except NotFound:
                time.sleep(0.1)
        raise TimeoutError(f"{name} gets no ServiceAccount")


@contextmanager
def platform(layout: Layout, workers: int) -> Iterator[Live]:
    """Installs the platform on a running lab."""
    lab = Lab(layout)
    Tenancy(lab).install("2.10.2", "controller.clusterwide=true")
    client = connect({"kubeconfig": str(lab.kubeconfig)}, connections=4 * workers)
    discovery = client.discover()
    for node in ("lab-0", "lab-1"):
        patch = json.dumps({"status": {"capacity": _CAPACITY, "allocatable": _CAPACITY}})
        lab.kubectl("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch)
    gold = {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "gold"},
        "provisioner": "lab.local/host-path", "volumeBindingMode": "Immediate",
    }  # fmt: skip
    high = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "conformance-high"},
        "value": 1000,
        "preemptionPolicy": "Never",
    }
    live = Live(client, discovery, Refusals(lab.audit_log), {})
    for obj in (gold, high):
        live.apply(obj, "")
    config: Any = json.loads(lab.kubectl("get", "seldonconfig", "default", "-n", PLATFORM, "-o", "json"))
    live.seldon_config = config
    _wait_until_counted(live)
    yield live


def _wait_until_counted(live: Live) -> None:
    """The quota controller looks for new kinds every 30 s; until then a quota that counts one is never complete."""
    namespace = f"case-kinds-{time.time_ns()}"
    live.new_namespace(namespace)
    keys = [f"count/{kind.group_resource}" for kind in (SERVER, SELDON_RUNTIME, MODEL)]
    for number in range(100, 200):
        live.apply(
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": "kinds"},
                "spec": {"hard": dict.fromkeys(keys, str(number))},
            },
            namespace,
        )
        time.sleep(1)
        if set(keys) <= set(
            (live.client.get(RESOURCE_QUOTA, namespace, "kinds").get("status") or {}).get("used") or {}
        ):
            return
    raise TimeoutError("the quota controller does not count Seldon's kinds")
