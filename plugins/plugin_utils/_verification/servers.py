# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether each Server gets the ServerConfig that it should, as the audit has resolved it (TV1xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    DEPLOYMENT,
    NAMESPACE,
    SERVER,
    SERVER_CONFIG,
    STATEFUL_SET,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import (
    Observation,
    Observations,
    Severity,
    rule,
)

from .part import Part, Unseen


@rule(
    "TV101",
    Severity.HIGH,
    title="a Server does not use the ServerConfig that it should",
    why="it does not run, or runs with another team's images and limits",
    repair="ansible-doc ml_platform.seldon.serverconfig_info, and docs/troubleshooting.md",
    kinds=(SERVER, SERVER_CONFIG, NAMESPACE, DEPLOYMENT, STATEFUL_SET),
)
def unresolved_server(part: Part) -> Observations:
    for server in part.servers:
        if server["verdict"] == "error":
            yield Observation(
                part.tenant, _title(part, server), server["message"], "spec.serverConfig", server["next_step"]
            )


def unseen_servers(part: Part) -> Iterator[Unseen]:
    """Those of which it could not be told."""
    for server in part.servers:
        if server["verdict"] == "unknown":
            reason = server["message"] or "it could not be told"
            yield Unseen(_title(part, server), reason, (unresolved_server.id,))


def _title(part: Part, server: Mapping[str, Any]) -> str:
    return f"Server {part.tenant}/{server['name']}"
