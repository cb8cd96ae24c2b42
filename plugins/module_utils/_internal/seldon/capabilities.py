# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Server's capabilities, which the operator writes into the pod's environment after the merge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.json_values import strings
from ..kube.objects import mapping, mappings
from ..kube.types import KubeObject

VARIABLE = "SELDON_SERVER_CAPABILITIES"


def with_capabilities(pod_spec: KubeObject, server_spec: object) -> KubeObject:
    """The pod spec with the variable replaced in every container that has it, but not in init containers.

    ``capabilities`` replaces the value, also a ``valueFrom``; else ``extraCapabilities`` (deprecated) is appended with a
    comma.
    """
    spec = mapping(server_spec)
    wanted, extra = strings(spec.get("capabilities")), strings(spec.get("extraCapabilities"))
    if not wanted and not extra:
        return pod_spec
    containers = [
        {**container, **_environment(container, wanted, extra)} for container in mappings(pod_spec.get("containers"))
    ]
    return {**pod_spec, "containers": containers}


def has_capabilities(pod_spec: Mapping[str, Any]) -> bool:
    """Whether a container has the variable."""
    return any(
        variable.get("name") == VARIABLE
        for container in mappings(pod_spec.get("containers"))
        for variable in mappings(container.get("env"))
    )


def _environment(container: Any, wanted: list[str], extra: list[str]) -> KubeObject:
    if not isinstance(container.get("env"), list):
        return {}
    return {"env": [_variable(variable, wanted, extra) for variable in container["env"]]}


def _variable(variable: Any, wanted: list[str], extra: list[str]) -> Any:
    if not isinstance(variable, dict) or variable.get("name") != VARIABLE:
        return variable
    value = variable.get("value")
    before = value if isinstance(value, str) else ""
    return {"name": VARIABLE, "value": ",".join(wanted) if wanted else ",".join([before, *extra])}


def capabilities_of(pod_spec: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The capabilities that the agent of a Server reports to the scheduler; None where the pod spec does not tell.

    Source: scheduler/cmd/agent/cli of 2.9.1 and 2.10.2: the flag wins over the variable; words are separated by commas.
    """
    agents = [container for container in mappings(pod_spec.get("containers")) if container.get("name") == "agent"]
    if len(agents) != 1 or any("-capabilities" in word for word in strings(agents[0].get("args"))):
        return None
    values = [variable.get("value") for variable in mappings(agents[0].get("env")) if variable.get("name") == VARIABLE]
    value = values[-1] if values else None
    if not isinstance(value, str) or "$(" in value:
        return None
    return tuple(dict.fromkeys(word.strip() for word in value.split(",")))
