# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scoping guard as the platform is going to have it."""

from __future__ import annotations

from ..isolation.guard.configuration import configuration, parse_guard_options
from ..isolation.guard.policy import policies
from ..kube.known import CONFIG_MAP, VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING
from ..kube.objects import of
from ..kube.rights import WRITE, Need
from ..kube.types import KubeObject
from .problem import Problem
from .request import Request

_REMOVE = ("delete", "get")


def check_guard_options(request: Request) -> list[Problem]:
    """Options of the guard that cannot be used."""
    _options, problems = parse_guard_options(
        request.allowed_registries,
        request.scoping_guard_options,
        request.option("allowed_registries"),
        request.option("scoping_guard_options"),
    )
    return [Problem(problem.subject, problem.message, "", "; ".join(problem.details)) for problem in problems]


def guard_objects(request: Request, served: bool) -> list[KubeObject]:
    """The policies with their bindings where the cluster serves them, and what tenants are checked by in any case; nothing if it is off."""
    if not request.scoping_guard:
        return []
    options, _problems = parse_guard_options(request.allowed_registries, request.scoping_guard_options, "", "")
    found = policies(options, request.namespace) if served else []
    return [*found, configuration(options, found, request.namespace)]


def needs_of_scoping_guard(
    objects: list[KubeObject], live: KubeObject | None, served: bool, namespace: str
) -> list[Need]:
    """To write what is not as wanted, or to remove what is not wanted any more. ``live`` is the guard's ConfigMap."""
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
    """What to say where the guard was asked for, and the cluster cannot have all of it."""
    if not request.scoping_guard or served:
        return []
    return [
        "the API server has no ValidatingAdmissionPolicies (Kubernetes 1.30 or newer), so the scoping guard is only a check of tenants before they are "
        "written: what a team writes itself is not judged"
    ]
