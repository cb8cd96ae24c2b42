# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the cluster has against the platform that is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.known import SELDON_RESOURCES
from ..kube.types import KubeObject
from ..operators.record import find_operators
from ..operators.snapshot import RbacSnapshot
from ..operators.watch import Scope, Watch
from .cluster import Cluster
from .problem import Problem
from .release_number import parse_release
from .releases import Release, State, is_downgrade
from .request import CENTRAL_OPERATOR, CRDS_CHART, SETUP_CHART, Request

OLDEST_KUBERNETES = (1, 27, 0)
KEEP = "helm.sh/resource-policy"
_OWNER = ("meta.helm.sh/release-name", "meta.helm.sh/release-namespace")
_RBAC_UNREAD = RbacSnapshot(None, None, None, None)


def check_cluster(cluster: Cluster, request: Request, releases: Mapping[str, Release]) -> list[Problem]:
    """Every problem that what was read shows. ``releases`` by name; empty when they are not managed."""
    step = "grant the right to the user of the kubeconfig, or use another context"
    problems = [Problem(what, f"cannot be read ({why})", "", step) for what, why in cluster.refused]
    problems += _check_server(cluster.server_version)
    problems += _check_namespace(cluster.namespace)
    if not request.manage:
        return problems + _check_present(cluster, request)
    problems += [_downgrade(release, request) for release in releases.values() if _is_refused_downgrade(release, request)]
    if releases[CRDS_CHART].state is not State.CURRENT:
        problems += _check_crds(cluster, request)
    if releases[SETUP_CHART].state is not State.CURRENT and cluster.operator is not None:
        problems += _check_owner("Deployment", cluster.operator, SETUP_CHART, request)
    return problems


def is_available(operator: KubeObject | None) -> bool:
    """Whether the newest revision of the Deployment is rolled out and available."""
    if operator is None:
        return False
    status, wanted = operator.get("status") or {}, operator["spec"].get("replicas", 1)
    return bool(
        status.get("observedGeneration", 0) >= operator["metadata"].get("generation", 0)
        and status.get("updatedReplicas", 0) == status.get("availableReplicas", 0) == status.get("replicas", 0) == wanted
    )


def unprotected(cluster: Cluster) -> list[str]:
    """The CRDs that an upgrade of the chart may delete: Helm looks at the live object's annotation."""
    return [
        name for name, crd in cluster.crds.items() if (crd["metadata"].get("annotations") or {}).get(KEEP) != "keep"
    ]


def _check_server(version: str) -> list[Problem]:
    release = parse_release(version)
    if release is not None and release >= OLDEST_KUBERNETES:
        return []
    step = "upgrade the cluster" if release else "check that the address is a Kubernetes API server's"
    return [Problem("Kubernetes", f"the server says it is {version}", "v1.27 or newer", step)]


def _check_namespace(namespace: KubeObject | None) -> list[Problem]:
    if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
        return []
    name = namespace["metadata"]["name"]
    step = f"wait until it is gone; kubectl get namespace {name} -o yaml says what holds it"
    return [Problem(f"Namespace {name}", "is being deleted", "a namespace to install into", step)]


def _is_refused_downgrade(release: Release, request: Request) -> bool:
    return not request.allow_downgrade and is_downgrade(release, request.version)


def _downgrade(release: Release, request: Request) -> Problem:
    what = f"{release.version} is installed, {request.version} is asked for: older CRDs drop the fields that they do not know"
    step = f"set the version to {release.version}, or allow the downgrade by allow_downgrade"
    return Problem(f"release {release.name}", what, f"{release.version} or newer", step)


def _check_crds(cluster: Cluster, request: Request) -> list[Problem]:
    problems = []
    for crd in cluster.crds.values():
        if crd["metadata"].get("deletionTimestamp"):
            name = crd["metadata"]["name"]
            step = f"wait until it is gone; its objects' finalizers hold it (kubectl get {name} --all-namespaces)"
            problems.append(Problem(f"CustomResourceDefinition {name}", "is being deleted", "a stable CRD", step))
        else:
            problems += _check_owner("CustomResourceDefinition", crd, CRDS_CHART, request)
    return problems


def _check_owner(kind: str, obj: KubeObject, release: str, request: Request) -> list[Problem]:
    """Helm refuses, halfway, what another release or nobody's release made."""
    annotations = obj["metadata"].get("annotations") or {}
    name, namespace = (annotations.get(key) for key in _OWNER)
    if (name, namespace) == (release, request.namespace):
        return []
    what = f"belongs to Helm release {name} in namespace {namespace}" if name else "exists, and no Helm release owns it"
    step = "set manage to false to work with the platform as it is"
    if name == release:
        step = f"set the platform namespace to {namespace}, or {step}"
    return [Problem(f"{kind} {obj['metadata']['name']}", what, f"release {release} in namespace {request.namespace}", step)]


def _check_present(cluster: Cluster, request: Request) -> list[Problem]:
    """What a platform that others manage has to offer."""
    missing = [
        f"{resource.plural}.{resource.group}"
        for resource in SELDON_RESOURCES
        if cluster.discovery.find(resource.api_version, resource.kind) is None
    ]
    problems = []
    if missing:
        step = f"install chart {CRDS_CHART}, or set manage to true"
        problems.append(Problem("Kubernetes", f"does not serve {', '.join(missing)}", "Seldon's seven kinds", step))
    where = f"Deployment {request.namespace}/{CENTRAL_OPERATOR}"
    if cluster.operator is None:
        step = f"install chart {SETUP_CHART} there, name its namespace, or set manage to true"
        return [*problems, Problem(where, "does not exist", "the central operator", step)]
    watch = find_operators([cluster.operator], _RBAC_UNREAD)[0].watch
    return problems + _check_watch(where, watch, request.namespace)


def _check_watch(where: str, watch: Watch, namespace: str) -> list[Problem]:
    if watch.scope is Scope.NAMESPACES:
        return []
    what = f"watches {watch.words()}"
    step = "set controller.clusterwide to false in the values of its chart"
    return [Problem(where, what, f"with scoping dedicated a watch set without tenants, best {namespace} only", step)]
