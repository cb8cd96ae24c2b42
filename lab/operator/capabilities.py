# SPDX-License-Identifier: GPL-3.0-or-later
"""Server.spec.capabilities and extraCapabilities in the environment of the pod."""

from __future__ import annotations

import copy
from typing import Any

VARIABLE = "SELDON_SERVER_CAPABILITIES"


def with_capabilities(pod_spec: dict[str, Any], server_spec: dict[str, Any]) -> dict[str, Any]:
    """The pod spec with the Server's capabilities in its environment variables."""
    replaced, extra = server_spec.get("capabilities") or [], server_spec.get("extraCapabilities") or []
    if not replaced and not extra:
        return pod_spec
    result = copy.deepcopy(pod_spec)
    for container in result.get("containers") or []:
        for variable in container.get("env") or []:
            if variable["name"] == VARIABLE:
                value = ",".join(replaced) if replaced else ",".join([variable.get("value") or "", *extra])
                variable.pop("valueFrom", None)
                variable["value"] = value
    return result


def capabilities(pod_spec: dict[str, Any]) -> frozenset[str]:
    """The capabilities of a server pod, as its agent reports them to the scheduler."""
    values = [
        variable.get("value") or ""
        for container in pod_spec.get("containers") or []
        for variable in container.get("env") or []
        if variable["name"] == VARIABLE
    ]
    return frozenset(name.strip() for value in values for name in value.split(",") if name.strip())
