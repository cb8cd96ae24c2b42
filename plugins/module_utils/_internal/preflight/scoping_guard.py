# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scoping guard that the platform will have."""

from __future__ import annotations

from ..isolation.guard.configuration import configuration
from ..isolation.guard.policy import policies
from ..kube.objects import of
from ..kube.permissions import WRITE, Need
from ..kube.resources import CONFIG_MAP, VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING
from ..kube.types import KubeObject
from .request import Request

_REMOVE = ("delete", "get")


def guard_objects(request: Request, served: bool) -> list[KubeObject]:
    """The policies with their bindings where the cluster serves them, and always the ConfigMap by which tenants are checked;
    empty if the guard is off.
    """
    if not request.scoping_guard:
        return []
    admission = policies(request.guard, request.namespace) if served else []
    return [*admission, configuration(request.guard, admission, request.namespace)]


def needs_of_scoping_guard(
    objects: list[KubeObject], live: KubeObject | None, served: bool, namespace: str
) -> list[Need]:
    """Permissions to write or to remove the guard; none where it does not change. ``live`` is the guard's ConfigMap."""
    wanted = next(iter(of(CONFIG_MAP, objects)), None)
    if (
        wanted is None
        and live is None
        or wanted is not None
        and live is not None
        and wanted["data"] == live.get("data")
    ):
        return []
    verbs = WRITE if wanted else _REMOVE
    kinds = (VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING) if served else ()
    return [Need(verbs, "", "configmaps", namespace), *(Need(verbs, kind.group, kind.plural) for kind in kinds)]


def left_out(request: Request, served: bool) -> list[str]:
    """A warning where the guard is requested and the cluster has no admission policies."""
    if not request.scoping_guard or served:
        return []
    return [
        "the API server has no ValidatingAdmissionPolicies (Kubernetes 1.30 or newer), so the scoping guard only checks tenants when the platform "
        "deploys them: objects that a team applies itself are not checked"
    ]
