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


@dataclass(frozen=True)
class RunningOperator:
    """``release``: None where it is unknown. ``replaced``: its pods do not all run as its Deployment says, so nothing that it
    wrote before counts.
    """

    release: Version | None = None
    replaced: bool = False


def read_operator(client: KubeClient, operator: Operator | None) -> RunningOperator:
    """The operator as it runs; an unknown one for None. Raises KubeError where the read is refused."""
    if operator is None:
        return RunningOperator()
    try:
        return running(client.get(DEPLOYMENT, operator.namespace, operator.name))
    except (NotFound, Unreachable, Throttled, ServerFailure, Expired):
        return RunningOperator(replaced=True)


def running(deployment: KubeObject) -> RunningOperator:
    """The operator of a Deployment."""
    if deployment_readiness(deployment, {}).state is not State.READY:
        return RunningOperator(replaced=True)
    return RunningOperator(deployed_release(deployment))


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
