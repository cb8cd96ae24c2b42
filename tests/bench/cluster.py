# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab for measurements: one of its own, so that no other program's requests are counted or waited for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kubernetes.client.exceptions import ApiException

from lab.api import Api
from lab.errors import LabError
from lab.layout import REPOSITORY, Layout
from lab.processes import recorded
from tests.labs import lab_at, wait_for_crds

from .measure import cpu_seconds, machine_cpu
from .tenants import PART_OF

LAYOUT = Layout(REPOSITORY / ".lab-bench")
CRDS = REPOSITORY / "lab/charts/2.10.2/seldon-core-v2-crds/templates"
AGENT = "bench-harness"
INVENTORIES = "bench-inventories"
"""The namespace for records that a contender stores besides the tenants' objects."""
SERVER_PROCESSES = ("kube-apiserver", "etcd")
_PATIENCE = 600.0  # seconds: namespaces are removed a few at a time
_POLL = 0.25


@contextmanager
def running() -> Iterator[Api]:
    """The lab, with Seldon's kinds served. One that already runs is used and left running."""
    with lab_at(LAYOUT):
        api = Api(LAYOUT.kubeconfig, AGENT)
        _prepare(api)
        yield api


def _prepare(api: Api) -> None:
    arguments = ("apply", "--server-side", "-f", str(CRDS))
    command = [str(LAYOUT.bin / "kubectl"), f"--kubeconfig={LAYOUT.kubeconfig}", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise LabError(f"kubectl {' '.join(arguments)}:\n{answer.stderr}")
    wait_for_crds(LAYOUT)
    try:
        api.call("POST", "/api/v1/namespaces", {"metadata": {"name": INVENTORIES}})
    except ApiException as error:
        if error.status != 409:
            raise


def resource_path(api: Api) -> Callable[[dict[str, Any]], str]:
    """A function from an object to the URL path that it is applied to."""
    plurals: dict[tuple[str, str], str] = {}

    def path(obj: dict[str, Any]) -> str:
        version, kind = obj["apiVersion"], obj["kind"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if (version, kind) not in plurals:
            served = api.call("GET", root)["resources"]
            plurals[version, kind] = next(
                entry["name"] for entry in served if entry["kind"] == kind and "/" not in entry["name"]
            )
        namespace = obj["metadata"].get("namespace")
        place = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{place}/{plurals[version, kind]}/{obj['metadata']['name']}"

    return path


def settle(api: Api) -> None:
    """Waits until the controllers have handled the tenants' namespaces, quotas and Deployments."""

    def settled() -> bool:
        namespaces = {name for name, _ in _of_bench(api, "/api/v1/namespaces")}
        for path, name in (("/api/v1/serviceaccounts", "default"), ("/api/v1/configmaps", "kube-root-ca.crt")):
            found = api.call("GET", f"{path}?fieldSelector=metadata.name%3D{name}")["items"]
            if not namespaces <= {item["metadata"]["namespace"] for item in found}:
                return False
        quotas = [item for _, item in _of_bench(api, "/api/v1/resourcequotas")]
        deployments = [item for _, item in _of_bench(api, "/apis/apps/v1/deployments")]
        return all(item.get("status", {}).get("hard") == item["spec"]["hard"] for item in quotas) and all(
            item.get("status", {}).get("observedGeneration") == item["metadata"]["generation"] for item in deployments
        )

    wait("the controllers to settle", settled)


def clear(api: Api) -> None:
    """Deletes every tenant and waits until it is gone."""
    for name, _ in _of_bench(api, "/api/v1/namespaces"):
        api.call("DELETE", f"/api/v1/namespaces/{name}")
    wait("the namespaces to be gone", lambda: not _of_bench(api, "/api/v1/namespaces"))


def _of_bench(api: Api, path: str) -> list[tuple[str, dict[str, Any]]]:
    selector = quote(f"app.kubernetes.io/part-of={PART_OF}")
    return [(item["metadata"]["name"], item) for item in api.call("GET", f"{path}?labelSelector={selector}")["items"]]


def wait(what: str, arrived: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not arrived():
        if time.monotonic() > deadline:
            raise LabError(f"The lab waited {_PATIENCE:.0f} s for {what}.\nNext: read the logs in {LAYOUT.logs}")
        time.sleep(_POLL)


@dataclass(frozen=True)
class Clock:
    """Processor time so far, in seconds: of the API server and its store, of all the lab, of the whole machine."""

    server: float
    lab: float
    machine: float

    @classmethod
    def now(cls) -> Clock:
        used = {process.name: cpu_seconds(process.pid) for process in recorded(LAYOUT.processes)}
        return cls(sum(used[name] for name in SERVER_PROCESSES), sum(used.values()), machine_cpu())

    def __sub__(self, earlier: Clock) -> Clock:
        return Clock(self.server - earlier.server, self.lab - earlier.lab, self.machine - earlier.machine)
