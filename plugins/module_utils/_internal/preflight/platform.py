# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Problems of the cluster with the requested platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..crd_keep.keep import is_kept
from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.next_step import Command
from ..diagnosis.subject import Subject
from ..kube.resources import CUSTOM_RESOURCE_DEFINITION, DEPLOYMENT, NAMESPACE, SELDON_RESOURCES
from ..kube.types import KubeObject
from ..operators.record import find_operators
from ..operators.snapshot import RbacSnapshot
from ..operators.watch import Scope, Watch
from ..seldon.charts import CRDS_CHART, SETUP_CHART
from ..seldon.operator_names import MANAGER_DEPLOYMENT
from .cluster import Cluster
from .release_number import parse_release
from .releases import Release, State, is_downgrade
from .request import SUPPORTED, Request

OLDEST_KUBERNETES = (1, 27, 0)
_RELEASE_NAME, _RELEASE_NAMESPACE = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
_KUBERNETES = Subject(name="Kubernetes")
_RBAC_UNREAD = RbacSnapshot(None, None, None, None)


def check_cluster(cluster: Cluster, request: Request, releases: Mapping[str, Release]) -> list[Diagnostic]:
    """All problems of the cluster as it was read. ``releases`` by name; empty where the platform is not managed."""
    step = "grant the permission to the user of the kubeconfig, or use another context"
    problems = [
        Diagnostic(Subject(name=what), f"cannot be read ({why})", next_steps=(step,)) for what, why in cluster.refused
    ]
    problems += _check_server(cluster.server_version)
    problems += _check_namespace(cluster.namespace)
    if not request.manage:
        return problems + _check_present(cluster, request)
    problems += _check_downgrade(releases.values(), request)
    if releases[CRDS_CHART].state is not State.CURRENT:
        problems += _check_crds(cluster, request)
    if releases[SETUP_CHART].state is not State.CURRENT and cluster.operator is not None:
        problems += _check_owner(Subject(DEPLOYMENT.kind, MANAGER_DEPLOYMENT), cluster.operator, SETUP_CHART, request)
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
    """Names of the CRDs that an upgrade of the chart may delete: Helm reads the annotation of the live object."""
    return [name for name, crd in cluster.crds.items() if not is_kept(crd)]


def _check_server(version: str) -> list[Diagnostic]:
    release = parse_release(version)
    if release is not None and release >= OLDEST_KUBERNETES:
        return []
    step = "upgrade the cluster" if release else "check that the address is a Kubernetes API server's"
    message = f"the server reports version {version}"
    return [Diagnostic(_KUBERNETES, message, expected="v1.27 or newer", next_steps=(step,))]


def _check_namespace(namespace: KubeObject | None) -> list[Diagnostic]:
    if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
        return []
    name = namespace["metadata"]["name"]
    step = f"wait until it is gone; kubectl get namespace {name} -o yaml shows what holds it"
    subject = Subject(NAMESPACE.kind, name)
    return [Diagnostic(subject, "is being deleted", expected="a namespace to install into", next_steps=(step,))]


def _check_downgrade(releases: Iterable[Release], request: Request) -> list[Diagnostic]:
    newer = [release for release in releases if is_downgrade(release, request.version)]
    if not newer or request.allow_downgrade or request.version not in SUPPORTED:
        return []
    installed = newer[0].version
    what = f"{installed} is installed, {request.version} is asked for: older CRDs drop the fields that they do not know"
    step = f"set {request.option('version')} to {installed}, or {request.option('allow_downgrade')} to true"
    subject = Subject("Helm release", " and ".join(release.name for release in newer))
    return [Diagnostic(subject, what, expected=f"{installed} or newer", next_steps=(step,))]


def _check_crds(cluster: Cluster, request: Request) -> list[Diagnostic]:
    problems = []
    by_owner: dict[str, list[str]] = {}
    for name, crd in cluster.crds.items():
        if crd["metadata"].get("deletionTimestamp"):
            step = f"wait until it is gone; its objects' finalizers hold it (kubectl get {name} --all-namespaces)"
            subject = Subject(CUSTOM_RESOURCE_DEFINITION.kind, name)
            problems.append(Diagnostic(subject, "is being deleted", expected="a stable CRD", next_steps=(step,)))
        else:
            by_owner.setdefault(_owner(crd), []).append(name)
    for names in by_owner.values():
        subject = Subject(CUSTOM_RESOURCE_DEFINITION.kind, ", ".join(names))
        problems += _check_owner(subject, cluster.crds[names[0]], CRDS_CHART, request)
    return problems


def _owner(obj: KubeObject) -> str:
    """The Helm release that owns it, as ``namespace/name``; ``/`` for none."""
    annotations = obj["metadata"].get("annotations") or {}
    return f"{annotations.get(_RELEASE_NAMESPACE, '')}/{annotations.get(_RELEASE_NAME, '')}"


def _check_owner(subject: Subject, obj: KubeObject, release: str, request: Request) -> list[Diagnostic]:
    """Refuses an object of another release, or of none: Helm would fail on it after it has changed other objects."""
    namespace, slash, name = _owner(obj).partition("/")
    if (namespace, name) == (request.namespace, release):
        return []
    what = f"belongs to Helm release {name} in namespace {namespace}" if name else "exists, and no Helm release owns it"
    step = f"set {request.option('manage')} to false to work with the platform as it is"
    if name == release:
        step = f"set {request.option('namespace')} to {namespace}, or {step}"
    expected = f"release {release} in namespace {request.namespace}"
    return [Diagnostic(subject, what, expected=expected, next_steps=(step,))]


def _check_present(cluster: Cluster, request: Request) -> list[Diagnostic]:
    """The problems of a platform that others manage."""
    missing = [
        f"{resource.plural}.{resource.group}"
        for resource in SELDON_RESOURCES
        if cluster.discovery.find(resource.api_version, resource.kind) is None
    ]
    problems = []
    if missing:
        step = f"install chart {CRDS_CHART}, or set {request.option('manage')} to true"
        message = f"does not serve {', '.join(missing)}"
        problems.append(Diagnostic(_KUBERNETES, message, expected="Seldon's seven kinds", next_steps=(step,)))
    subject = Subject(DEPLOYMENT.kind, MANAGER_DEPLOYMENT, request.namespace)
    if cluster.operator is None:
        step = f"install chart {SETUP_CHART} there, correct {request.option('namespace')}, or set {request.option('manage')} to true"
        absent = Diagnostic(subject, "does not exist", expected="the central operator", next_steps=(step,))
        return [*problems, absent]
    watch = find_operators([cluster.operator], _RBAC_UNREAD)[0].watch
    problems += _check_watch(subject, watch, request.namespace)
    if not is_available(cluster.operator):
        see = Command("see why", f"kubectl describe deployment {MANAGER_DEPLOYMENT} --namespace {request.namespace}")
        message = "is not available, or is being rolled out"
        problems.append(Diagnostic(subject, message, expected="an available operator", next_steps=(see,)))
    return problems


def _check_watch(subject: Subject, watch: Watch, namespace: str) -> list[Diagnostic]:
    if watch.scope is Scope.NAMESPACES:
        return []
    what = f"watches {watch.words()}"
    step = "set controller.clusterwide to false in the values of its chart"
    expected = f"with scoping dedicated a watch set without tenants, best {namespace} only"
    return [Diagnostic(subject, what, expected=expected, next_steps=(step,))]
