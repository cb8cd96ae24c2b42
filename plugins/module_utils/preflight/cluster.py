# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what the checks need to know about the cluster, and names what it may not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..applyset.inventory import Inventory
from ..isolation.guard.configuration import CONFIGURATION
from ..kube.client import KubeClient
from ..kube.discovery import Discovery
from ..kube.errors import Forbidden, NotFound
from ..kube.known import CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION, DEPLOYMENT, NAMESPACE, SECRET, SELDON_RESOURCES
from ..kube.types import KubeObject
from .charts import CHARTS
from .offered import RECORD, last_offered
from .request import CENTRAL_OPERATOR

CRD_NAMES = tuple(f"{resource.plural}.{resource.group}" for resource in SELDON_RESOURCES)

# Superseded revisions are many, each with the whole chart in it.
_RECORDS = f"owner=helm,name in ({','.join(CHARTS)}),status!=superseded"


@dataclass(frozen=True)
class Cluster:
    """The platform as it is. What does not exist is None or missing; ``refused`` holds what could not be read, and why.

    ``offered`` is the record of what the role applied last. ``guard`` is the ConfigMap with the scoping guard's options.
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
    """All reads at once, after one that shows that there is an API server. Raises KubeError, but not for a refused read."""
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
    found = executor.submit(read, f"Namespace {namespace}", lambda: client.get(NAMESPACE, None, namespace))
    operator = executor.submit(
        read, f"Deployment {CENTRAL_OPERATOR}", lambda: client.get(DEPLOYMENT, namespace, CENTRAL_OPERATOR)
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
        found.result(),
        operator.result(),
        {name: crd for name, crd in crds.items() if crd is not None},
        listed.result(),
        refused,
        last_offered(namespace, inventory.result()),
        guard.result(),
    )
