# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An operator, read from its Deployment and the RBAC objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.container_text import Text, expand
from ..kube.types import KubeObject
from ..seldon.flags import Flags, parse_flags
from ..seldon.image import Version, is_operator_image, version
from ..seldon.operator_names import CONTROL_PLANE, CONTROL_PLANE_LABEL, DEFAULT_NAMESPACE
from .environment import environment
from .permissions import Permissions, permissions
from .rbac import Grants, grants
from .snapshot import RbacSnapshot
from .watch import Watch, watch

_LABEL = (CONTROL_PLANE_LABEL, CONTROL_PLANE)


@dataclass(frozen=True)
class Operator:
    """One operator Deployment.

    `version` is None when the tag of the image is not a release. `replicas`: wanted pods; `ready`: ready pods.
    `lookup_namespace` is the namespace of the ServerConfigs and SeldonConfigs that it uses. `leader_elect` and
    `deployments` (whether Servers run as Deployments) are None when unknown. `start_error`: why its process exits at its
    start; empty for no known cause. `rolling_out`: not all pods are of the current Deployment, so running processes may
    have other settings.
    """

    namespace: str
    name: str
    image: str
    version: Version | None
    replicas: int
    ready: int
    rolling_out: bool
    lookup_namespace: Text
    watch: Watch
    leader_elect: bool | None
    deployments: bool | None
    service_account: str
    start_error: str
    permissions: Permissions

    @property
    def running(self) -> bool:
        """Whether a process of it runs now. Without one it neither reconciles nor conflicts with others."""
        return self.replicas > 0 and self.ready > 0

    @property
    def title(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


def find_operators(deployments: Iterable[KubeObject], rbac: RbacSnapshot) -> list[Operator]:
    """The operators among the Deployments, sorted by namespace and name."""
    granted = grants(rbac)
    operators = [_operator(deployment, granted) for deployment in deployments if is_operator(deployment)]
    return sorted(operators, key=lambda operator: (operator.namespace, operator.name))


def is_operator(deployment: KubeObject) -> bool:
    """Whether it has the chart's label, or a container with the operator's image."""
    template = deployment["spec"]["template"]
    key, value = _LABEL
    labelled = any(
        (holder.get("labels") or {}).get(key) == value
        for holder in (deployment["metadata"], template.get("metadata") or {})
    )
    return labelled or any(
        is_operator_image(container.get("image", "")) for container in template["spec"]["containers"]
    )


def operators_watching(operators: Iterable[Operator], namespace: str) -> list[Operator]:
    """The running operators that certainly watch the namespace."""
    return [operator for operator in operators if operator.running and operator.watch.covers(namespace)]


def operators_perhaps_watching(operators: Iterable[Operator], namespace: str) -> list[Operator]:
    """The running operators for which it is unknown whether they watch the namespace."""
    return [operator for operator in operators if operator.running and operator.watch.covers(namespace) is None]


def _operator(deployment: KubeObject, granted: Grants) -> Operator:
    metadata, spec, status = deployment["metadata"], deployment["spec"], deployment.get("status") or {}
    pod, namespace = spec["template"]["spec"], metadata["namespace"]
    container = _manager(pod["containers"])
    release = version(container.get("image", ""))
    replicas = spec.get("replicas", 1)
    flags, lookup = _settings(container, namespace, release)
    watched = watch(flags)
    leader_elect = flags.boolean("leader-elect")
    account = pod.get("serviceAccountName") or pod.get("serviceAccount") or "default"
    return Operator(
        namespace=namespace,
        name=metadata["name"],
        image=container.get("image", ""),
        version=release,
        replicas=replicas,
        ready=status.get("readyReplicas") or 0,
        rolling_out=_rolling_out(metadata, status, replicas),
        lookup_namespace=lookup,
        watch=watched,
        leader_elect=leader_elect,
        deployments=flags.boolean("use-deployments-for-servers"),
        service_account=account,
        start_error=flags.error,
        permissions=permissions(
            granted.of_service_account(namespace, account),
            granted.unread,
            watched,
            release,
            namespace if leader_elect else None,
        ),
    )


def _manager(containers: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The container that runs the operator: by its image, else by the chart's name for it, else the first."""
    by_image = [container for container in containers if is_operator_image(container.get("image", ""))]
    by_name = [container for container in containers if container["name"] == "manager"]
    return (by_image or by_name or list(containers))[0]


def _settings(container: Mapping[str, Any], namespace: str, release: Version | None) -> tuple[Flags, Text]:
    variables = environment(container, namespace)
    stated = variables.lookup("POD_NAMESPACE")
    lookup = Text(DEFAULT_NAMESPACE) if stated is None else stated
    command = container.get("command") or ["/manager"]
    if command[0].rsplit("/", 1)[-1] != "manager":
        return Flags(unknown=f"the container runs {command[0]}, not the operator"), lookup
    arguments = [expand(argument, variables.lookup) for argument in [*command[1:], *(container.get("args") or ())]]
    return parse_flags(arguments, release), lookup


def _rolling_out(metadata: Mapping[str, Any], status: Mapping[str, Any], replicas: int) -> bool:
    observed = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
    updated = status.get("updatedReplicas") or 0
    return not observed or updated < replicas or (status.get("replicas") or 0) > updated
