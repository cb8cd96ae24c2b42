# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant should know about its network before the cluster enforces it."""

from __future__ import annotations

from collections.abc import Sequence

from ..kube.known import MODEL
from ..kube.objects import name_of, of, spec_of
from ..kube.types import KubeObject
from .network_addresses import Endpoint
from .network_options import NetworkOptions
from .network_runtime import NetworkedRuntime
from .problem import Problem, shown


def network_notes(
    tenant: str,
    options: NetworkOptions,
    runtime: NetworkedRuntime,
    apiserver: Sequence[Endpoint],
    team: Sequence[KubeObject],
) -> list[Problem]:
    """Flows that are needed and that nothing opens; none where there are no policies."""
    if not options.policies:
        return []
    notes = []
    if not apiserver and not options.apiserver_cidrs:
        message = "has no endpoint, so that nothing can be opened to the API server, and without it no server pod becomes ready"
        notes.append(
            Problem("Service default/kubernetes", message, "", ("set tenant_namespace_network.apiserver_cidrs",))
        )
    for option, address in runtime.unplaced.items():
        message = f"{shown(address)} is no Service of the cluster, so that nothing is opened to it"
        steps = (f"name its addresses: tenant_namespace_network.{option}: [{{cidr: …, port: …}}]",)
        notes.append(Problem(f"{option} of {tenant}", message, f"tenant_namespace_network.{option}", steps))
    remote = [
        (name_of(model), str(spec_of(model).get("storageUri")))
        for model in of(MODEL, team)
        if "://" in str(spec_of(model).get("storageUri"))
    ]
    if remote and not options.egress:
        name, uri = remote[0]
        others = f" and {len(remote) - 1} more" if len(remote) > 1 else ""
        message = f"loads {shown(uri)}{others}, and tenant_namespace_egress opens nothing to servers"
        steps = (
            "name where models are stored: [{namespace: minio, port: 9000}], or [{cidr: 0.0.0.0/0, port: 443}] for public storage",
        )
        notes.append(Problem(f"Model {name}", message, "spec.storageUri", steps))
    return notes
