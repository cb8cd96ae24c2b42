# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the cluster has against the platform that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..kube.known import SELDON_RESOURCES
from ..kube.types import KubeObject
from ..operators.record import find_operators
from ..operators.snapshot import RbacSnapshot
from ..operators.watch import Scope, Watch
from .cluster import Cluster
from .keep import is_kept
from .problem import Problem
from .release_number import parse_release
from .releases import Release, State, is_downgrade
from .request import CENTRAL_OPERATOR, CRDS_CHART, SETUP_CHART, SUPPORTED, Request

OLDEST_KUBERNETES = (1, 27, 0)
_RELEASE_NAME, _RELEASE_NAMESPACE = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
_RBAC_UNREAD = RbacSnapshot(None, None, None, None)


def check_cluster(cluster: Cluster, request: Request, releases: Mapping[str, Release]) -> list[Problem]:
    """Every problem that what was read shows. ``releases`` by name; empty when they are not managed."""
    step = "grant the right to the user of the kubeconfig, or use another context"
    problems = [Problem(what, f"cannot be read ({why})", "", step) for what, why in cluster.refused]
    problems += _check_server(cluster.server_version)
    problems += _check_namespace(cluster.namespace)
    if not request.manage:
        return problems + _check_present(cluster, request)
    problems += _check_downgrade(releases.values(), request)
    if releases[CRDS_CHART].state is not State.CURRENT:
        problems += _check_crds(cluster, request)
    if releases[SETUP_CHART].state is not State.CURRENT and cluster.operator is not None:
        problems += _check_owner(f"Deployment {CENTRAL_OPERATOR}", cluster.operator, SETUP_CHART, request)
    return problems


def is_available(operator: KubeObject | None) -> bool:
    """Whether the newest revision of the Deployment is rolled out and available."""
    if operator is None:
        return False
    status, wanted = operator.get("status") or {}, operator["spec"].get("replicas", 1)
    return bool(
        status.get("observedGeneration", 0) >= operator["metadata"].get("generation", 0)
        and status.get("updatedReplicas", 0)
        == status.get("availableReplicas", 0)
        == status.get("replicas", 0)
        == wanted
    )


def unprotected(cluster: Cluster) -> list[str]:
    """The CRDs that an upgrade of the chart may delete: Helm looks at the live object's annotation."""
    return [name for name, crd in cluster.crds.items() if not is_kept(crd)]


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


def _check_downgrade(releases: Iterable[Release], request: Request) -> list[Problem]:
    newer = [release for release in releases if is_downgrade(release, request.version)]
    if not newer or request.allow_downgrade or request.version not in SUPPORTED:
        return []
    installed = newer[0].version
    what = f"{installed} is installed, {request.version} is asked for: older CRDs drop the fields that they do not know"
    step = f"set {request.option('version')} to {installed}, or {request.option('allow_downgrade')} to true"
    where = f"Helm release {' and '.join(release.name for release in newer)}"
    return [Problem(where, what, f"{installed} or newer", step)]


def _check_crds(cluster: Cluster, request: Request) -> list[Problem]:
    problems = []
    by_owner: dict[str, list[str]] = {}
    for name, crd in cluster.crds.items():
        if crd["metadata"].get("deletionTimestamp"):
            step = f"wait until it is gone; its objects' finalizers hold it (kubectl get {name} --all-namespaces)"
            problems.append(Problem(f"CustomResourceDefinition {name}", "is being deleted", "a stable CRD", step))
        else:
            by_owner.setdefault(_owner(crd), []).append(name)
    for names in by_owner.values():
        where = f"CustomResourceDefinition {', '.join(names)}"
        problems += _check_owner(where, cluster.crds[names[0]], CRDS_CHART, request)
    return problems


def _owner(obj: KubeObject) -> str:
    """The Helm release that made it, as ``namespace/name``; ``/`` for none."""
    annotations = obj["metadata"].get("annotations") or {}
    return f"{annotations.get(_RELEASE_NAMESPACE, '')}/{annotations.get(_RELEASE_NAME, '')}"


def _check_owner(where: str, obj: KubeObject, release: str, request: Request) -> list[Problem]:
    """Helm refuses, halfway, what another release or nobody's release made."""
    namespace, slash, name = _owner(obj).partition("/")
    if (namespace, name) == (request.namespace, release):
        return []
    what = f"belongs to Helm release {name} in namespace {namespace}" if name else "exists, and no Helm release owns it"
    step = f"set {request.option('manage')} to false to work with the platform as it is"
    if name == release:
        step = f"set {request.option('namespace')} to {namespace}, or {step}"
    return [Problem(where, what, f"release {release} in namespace {request.namespace}", step)]


def _check_present(cluster: Cluster, request: Request) -> list[Problem]:
    """What a platform that others manage has to offer."""
    missing = [
        f"{resource.plural}.{resource.group}"
        for resource in SELDON_RESOURCES
        if cluster.discovery.find(resource.api_version, resource.kind) is None
    ]
    problems = []
    if missing:
        step = f"install chart {CRDS_CHART}, or set {request.option('manage')} to true"
        problems.append(Problem("Kubernetes", f"does not serve {', '.join(missing)}", "Seldon's seven kinds", step))
    where = f"Deployment {request.namespace}/{CENTRAL_OPERATOR}"
    if cluster.operator is None:
        step = f"install chart {SETUP_CHART} there, correct {request.option('namespace')}, or set {request.option('manage')} to true"
        return [*problems, Problem(where, "does not exist", "the central operator", step)]
    watch = find_operators([cluster.operator], _RBAC_UNREAD)[0].watch
    problems += _check_watch(where, watch, request.namespace)
    if not is_available(cluster.operator):
        step = f"see why: kubectl describe deployment {CENTRAL_OPERATOR} --namespace {request.namespace}"
        problems.append(Problem(where, "is not available, or is being rolled out", "an available operator", step))
    return problems


def _check_watch(where: str, watch: Watch, namespace: str) -> list[Problem]:
    if watch.scope is Scope.NAMESPACES:
        return []
    what = f"watches {watch.words()}"
    step = "set controller.clusterwide to false in the values of its chart"
    return [Problem(where, what, f"with scoping dedicated a watch set without tenants, best {namespace} only", step)]
