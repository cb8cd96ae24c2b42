# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the parts of the cluster that the checks need, and lists refused reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..applyset.inventory import Inventory
from ..isolation.guard.configuration import CONFIGURATION
from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import Forbidden, NotFound
from ..kube.resources import CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, DEPLOYMENT, NAMESPACE, SECRET
from ..kube.types import KubeObject
from ..seldon.crds import CRD_NAMES
from ..seldon.operator_names import MANAGER_DEPLOYMENT
from .charts import CHARTS
from .offered import RECORD, last_offered

# Without superseded revisions: there are many, and each contains the whole chart.
_RECORDS = f"owner=helm,name in ({','.join(CHARTS)}),status!=superseded"


@dataclass(frozen=True)
class Cluster:
    """The live platform. Objects that do not exist are None or missing; ``refused`` has (object, cause) of refused reads.

    ``offered`` is the inventory of the role's last run. ``guard`` is the ConfigMap with the scoping guard's options.
    """

    server_version: str
    discovery: Discovery
    namespace: KubeObject | None
    operator: KubeObject | None
    crds: Mapping[str, KubeObject]
    releases: Sequence[KubeObject]
    refused: Sequence[tuple[str, str]]
    offered: Inventory
    guard: KubeObject | None = None


def read_cluster(client: KubeClient, namespace: str, executor: Executor) -> Cluster:
    """Reads everything in parallel, after one request that shows that there is an API server. Raises KubeError, but not
    for a refused read.
    """
    server_version = client.server_version()
    refused: list[tuple[str, str]] = []

    def read(what: str, call: Callable[[], KubeObject]) -> KubeObject | None:
        try:
            return call()
        except NotFound:
            return None
        except Forbidden as problem:
            refused.append((what, problem.message))
            return None

    def records() -> Sequence[KubeObject]:
        try:
            return client.list(SECRET, namespace, _RECORDS)
        except Forbidden as problem:
            refused.append((f"Helm's records in namespace {namespace}", problem.message))
            return []

    def get_crd(name: str) -> KubeObject | None:
        return read(f"CustomResourceDefinition {name}", lambda: client.get(CUSTOM_RESOURCE_DEFINITION, None, name))

    discovery = executor.submit(client.discover)
    live_namespace = executor.submit(read, f"Namespace {namespace}", lambda: client.get(NAMESPACE, None, namespace))
    operator = executor.submit(
        read, f"Deployment {MANAGER_DEPLOYMENT}", lambda: client.get(DEPLOYMENT, namespace, MANAGER_DEPLOYMENT)
    )
    listed = executor.submit(records)
    guard = executor.submit(
        read, f"ConfigMap {CONFIGURATION}", lambda: client.get(CONFIG_MAP, namespace, CONFIGURATION)
    )
    inventory = executor.submit(read, f"ConfigMap {RECORD}", lambda: client.get(CONFIG_MAP, namespace, RECORD))
    crds = dict(zip(CRD_NAMES, executor.map(get_crd, CRD_NAMES), strict=True))
    return Cluster(
        server_version,
        discovery.result(),
        live_namespace.result(),
        operator.result(),
        {name: crd for name, crd in crds.items() if crd is not None},
        listed.result(),
        refused,
        last_offered(namespace, inventory.result()),
        guard.result(),
    )
