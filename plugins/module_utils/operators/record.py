# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An operator, as its Deployment and the RBAC objects tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..kube.types import KubeObject
from .environment import environment
from .flags import Flags, parse_flags
from .image import Version, is_operator_image, version
from .rbac import Grants, grants
from .rights import Rights, rights
from .snapshot import RbacSnapshot
from .text import Text, expand
from .watch import Watch, watch

_LABEL = ("control-plane", "v2-controller-manager")
_DEFAULT_LOOKUP = Text("seldon-mesh")


@dataclass(frozen=True)
class Operator:
    """One operator Deployment.

    `version` is None when the image reference does not tell it. `replicas` are those wanted, `ready` those ready.
    `lookup_namespace` is where its process looks for ServerConfigs and SeldonConfigs. `leader_elect` is None when that cannot be told.
    `start_error` says why its process ends at its start; empty if nothing is known to stop it.
    `rolling_out`: a change of the Deployment has not arrived in all its pods, so that running processes may have other settings than these.
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
    service_account: str
    start_error: str
    rights: Rights

    @property
    def running(self) -> bool:
        """Whether a process of it works now: without one it serves nobody, and disturbs nobody."""
        return self.replicas > 0 and self.ready > 0

    @property
    def title(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


def find_operators(deployments: Iterable[KubeObject], rbac: RbacSnapshot) -> list[Operator]:
    """The operators among the Deployments, by namespace and name."""
    granted = grants(rbac)
    found = [_operator(deployment, granted) for deployment in deployments if is_operator(deployment)]
    return sorted(found, key=lambda operator: (operator.namespace, operator.name))


def is_operator(deployment: KubeObject) -> bool:
    """By the label that the chart gives, or by the image of a container."""
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
    """The running operators of which it cannot be told whether they watch the namespace."""
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
        service_account=account,
        start_error=flags.error,
        rights=rights(
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
    found = variables.lookup("POD_NAMESPACE")
    lookup = _DEFAULT_LOOKUP if found is None else found
    command = container.get("command") or ["/manager"]
    if command[0].rsplit("/", 1)[-1] != "manager":
        return Flags(unknown=f"the container runs {command[0]}, not the operator itself"), lookup
    arguments = [expand(argument, variables.lookup) for argument in [*command[1:], *(container.get("args") or ())]]
    return parse_flags(arguments, release), lookup


def _rolling_out(metadata: Mapping[str, Any], status: Mapping[str, Any], replicas: int) -> bool:
    observed = status.get("observedGeneration", 0) >= metadata.get("generation", 0)
    updated = status.get("updatedReplicas") or 0
    return not observed or updated < replicas or (status.get("replicas") or 0) > updated
