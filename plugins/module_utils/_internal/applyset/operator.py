# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Seldon's operator, which has to act on Seldon's objects of the set, as far as the wait has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.errors import Expired, NotFound, ServerFailure, Throttled, Unreachable
from ..kube.resources import DEPLOYMENT
from ..kube.types import KubeObject
from ..seldon.image import Version
from ..seldon.operator_container import deployed_release
from ..seldon.operator_names import CONTROL_PLANE, CONTROL_PLANE_LABEL
from .arrival import State
from .kubernetes_readiness import deployment_readiness


@dataclass(frozen=True)
class Operator:
    """The Deployment of the operator that reconciles Seldon's objects of the set."""

    namespace: str
    name: str


def running_release(client: KubeClient, operator: Operator | None) -> Version | None:
    """The release of the running operator; None where it is unknown, and while its pods are replaced. Raises KubeError where
    the read is refused.
    """
    if operator is None:
        return None
    try:
        return release_of(client.get(DEPLOYMENT, operator.namespace, operator.name))
    except (NotFound, Unreachable, Throttled, ServerFailure, Expired):
        return None


def release_of(deployment: KubeObject) -> Version | None:
    """The release of an operator's Deployment whose pods all run; else None."""
    is_rolled_out = deployment_readiness(deployment, {}).state is State.READY
    return deployed_release(deployment) if is_rolled_out else None


def how_to_see(operator: Operator | None) -> str:
    """The commands that show the operator and its log."""
    if operator is None:
        return (
            "See whether an operator watches the namespace, and its log: kubectl get pods --all-namespaces "
            f"--selector {CONTROL_PLANE_LABEL}={CONTROL_PLANE}"
        )
    name, namespace = operator.name, operator.namespace
    return (
        f"See the operator and its log: kubectl get deployment {name} -n {namespace}; "
        f"kubectl logs deployment/{name} -n {namespace} --since=10m"
    )
