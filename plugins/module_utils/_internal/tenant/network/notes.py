# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant should know about its network before the cluster enforces it."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.quoting import quoted
from ...diagnosis.subject import Subject
from ...kube.objects import name_of, of, spec_of
from ...kube.resources import MODEL
from ...kube.types import KubeObject
from ..options.network import NetworkOptions
from .addresses import Endpoint
from .runtime import NetworkedRuntime


def network_notes(
    tenant: str,
    options: NetworkOptions,
    runtime: NetworkedRuntime,
    apiserver: Sequence[Endpoint],
    team: Sequence[KubeObject],
) -> list[Diagnostic]:
    """Flows that are needed and that nothing opens; none where there are no policies."""
    if not options.policies:
        return []
    notes = []
    if not apiserver and not options.apiserver_cidrs:
        message = (
            "has no endpoint: no network policy can allow the API server, and no Server pod becomes ready without it"
        )
        step = "set tenant_namespace_network.apiserver_cidrs"
        notes.append(Diagnostic(Subject("Service", "kubernetes", "default"), message, next_steps=(step,)))
    for option, address in runtime.unplaced.items():
        message = f"{quoted(address)} is not a Service of the cluster: no network policy allows connections to it"
        steps = (f"name its addresses: tenant_namespace_network.{option}: [{{cidr: …, port: …}}]",)
        field = f"tenant_namespace_network.{option}"
        notes.append(Diagnostic(Subject(name=f"{option} of {tenant}"), message, field, next_steps=steps))
    remote = [
        (name_of(model), str(spec_of(model).get("storageUri")))
        for model in of(MODEL, team)
        if "://" in str(spec_of(model).get("storageUri"))
    ]
    if remote and not options.egress:
        name, uri = remote[0]
        others = f" and {len(remote) - 1} more" if len(remote) > 1 else ""
        message = f"loads {quoted(uri)}{others}, and tenant_namespace_egress does not allow Servers any connection"
        steps = (
            "name where models are stored: [{namespace: minio, port: 9000}], or [{cidr: 0.0.0.0/0, port: 443}] for public storage",
        )
        notes.append(Diagnostic(Subject(MODEL.kind, name), message, "spec.storageUri", next_steps=steps))
    return notes
