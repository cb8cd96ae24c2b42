# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A trap of upgrades from 2.9 to 2.10: a condition that the old operator wrote and the new one only counts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..kube.objects import mapping, mappings, name_of
from ..kube.types import KubeObject
from .problem import Problem

OLD, NEW = "StatefulSetReady", "StatefulSetOrDeploymentReady"


def stale_conditions(servers: Iterable[KubeObject]) -> list[Problem]:
    """One entry a Server that an operator of 2.10 has seen and whose old condition is False: it is never Ready again. Measured."""
    return [problem for server in servers for problem in _stale(server)]


def _stale(server: KubeObject) -> list[Problem]:
    conditions = mappings(mapping(server.get("status")).get("conditions"))
    if not any(condition.get("type") == NEW for condition in conditions):
        return []
    return [
        Problem(
            f"Server {name_of(server)}",
            f"its condition {OLD} is False and of an operator before 2.10: it keeps the Server from Ready for ever",
            "status.conditions",
            (f"remove it: {_command(server, position)}",),
        )
        for position, condition in enumerate(conditions)
        if condition.get("type") == OLD and condition.get("status") == "False"
    ]


def _command(server: KubeObject, position: int) -> str:
    path = f"/status/conditions/{position}"
    patch = json.dumps([{"op": "test", "path": f"{path}/type", "value": OLD}, {"op": "remove", "path": path}])
    namespace = mapping(server.get("metadata")).get("namespace", "")
    return f"kubectl patch server {name_of(server)} -n {namespace} --subresource=status --type=json -p '{patch}'"
