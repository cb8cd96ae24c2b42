# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions of Servers that an operator of another release left behind. Operators before 2.10 and those since write
different conditions, do not update the other one, and use both for Ready.

Measured in both directions: a left-over condition that is False prevents Ready until it is removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.next_step import Command
from ..diagnosis.subject import Subject
from ..kube.objects import mapping, mappings, name_of
from ..kube.types import KubeObject
from .conditions import READY, STATEFUL_SET_READY
from .image import Version
from .release import condition_type, other_condition_type


def stale_conditions(servers: Iterable[KubeObject], release: Version | None) -> list[Diagnostic]:
    """One entry per Server that such a condition prevents from Ready; none if the ``release`` of the running operator is
    unknown.
    """
    found = ((server, stale_condition(server, release)) for server in servers)
    return [
        Diagnostic(
            Subject("Server", name_of(server)),
            stale_text(stale, release),
            "status.conditions",
            next_steps=(Command("remove it", _command(server, stale)),),
        )
        for server, stale in found
        if stale and release is not None
    ]


def stale_condition(server: KubeObject, release: Version | None) -> str:
    """The type of the condition that prevents Ready and that an operator of this release does not update; empty if there
    is none. While the operator's own condition is False, that is the reason, and Ready can still come.
    """
    if release is None:
        return ""
    status = {str(entry.get("type")): entry.get("status") for entry in _conditions(server)}
    other = other_condition_type(release)
    blocked = status.get(READY) != "True" and status.get(condition_type(release)) == "True"
    return other if blocked and status.get(other) == "False" else ""


def stale_text(stale: str, release: Version | None) -> str:
    """The problem with the condition of that type, for a message."""
    writer = "an operator before 2.10" if stale == STATEFUL_SET_READY else "an operator of 2.10 or later"
    return (
        f"its condition {stale} is False and prevents Ready: {writer} wrote it, and the operator {release}, "
        f"for which the Server is ready, does not update it"
    )


def _conditions(server: KubeObject) -> list[Mapping[str, Any]]:
    return mappings(mapping(server.get("status")).get("conditions"))


def _command(server: KubeObject, stale: str) -> str:
    position = next(place for place, entry in enumerate(_conditions(server)) if entry.get("type") == stale)
    path = f"/status/conditions/{position}"
    patch = json.dumps([{"op": "test", "path": f"{path}/type", "value": stale}, {"op": "remove", "path": path}])
    namespace = mapping(server.get("metadata")).get("namespace", "")
    return f"kubectl patch server {name_of(server)} -n {namespace} --subresource=status --type=json -p '{patch}'"
