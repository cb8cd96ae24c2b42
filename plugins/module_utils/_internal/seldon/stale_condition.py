# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions of Servers that remain after an upgrade from 2.9 to 2.10: the new operator does not update them, but uses
them for Ready.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.next_step import Command
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, mappings, name_of
from ..kube.types import KubeObject
from .conditions import STATEFUL_SET_OR_DEPLOYMENT_READY, STATEFUL_SET_READY

OLD, NEW = STATEFUL_SET_READY, STATEFUL_SET_OR_DEPLOYMENT_READY


def stale_conditions(servers: Iterable[KubeObject]) -> list[Diagnostic]:
    """One entry per Server that has a condition of 2.10 and whose old condition is False: it is never Ready again
    (measured).
    """
    return [problem for server in servers for problem in _stale(server)]


def _stale(server: KubeObject) -> list[Diagnostic]:
    conditions = mappings(mapping(server.get("status")).get("conditions"))
    if not any(condition.get("type") == NEW for condition in conditions):
        return []
    return [
        Diagnostic(
            Subject("Server", name_of(server)),
            f"its condition {OLD} is False; an operator before 2.10 wrote it, and it prevents Ready forever",
            "status.conditions",
            next_steps=(Command("remove it", _command(server, position)),),
        )
        for position, condition in enumerate(conditions)
        if condition.get("type") == OLD and condition.get("status") == "False"
    ]


def _command(server: KubeObject, position: int) -> str:
    path = f"/status/conditions/{position}"
    patch = json.dumps([{"op": "test", "path": f"{path}/type", "value": OLD}, {"op": "remove", "path": path}])
    namespace = mapping(server.get("metadata")).get("namespace", "")
    return f"kubectl patch server {name_of(server)} -n {namespace} --subresource=status --type=json -p '{patch}'"
