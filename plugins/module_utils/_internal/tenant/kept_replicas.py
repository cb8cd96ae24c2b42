# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The number of replicas after a run, which leaves a number that an autoscaler or a person has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..kube.json_values import whole
from ..kube.objects import name_of, spec_of
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from ..ownership.managed_fields import is_ours, owners_of, ownerships
from ..quota_check.change import Change
from ..quota_check.state import NamespaceState
from ..resolved_tenant.resolved_tenant import ResolvedServer


def with_kept_replicas(wanted: KubeObject, live: KubeObject | None) -> KubeObject:
    """``wanted`` with the ``spec.replicas`` that it has after server-side apply without force."""
    replicas = whole(spec_of(live).get("replicas")) if live else None
    if live is None or replicas is None or not _belongs_to_others(live):
        return wanted
    return {**wanted, "spec": {**spec_of(wanted), "replicas": replicas}}


def keep_replicas(change: Change, servers: Mapping[str, KubeObject], state: NamespaceState) -> Change:
    """The change with the replicas that its objects have after the run. ``servers``: those of the namespace by name."""
    desired = [(kind, with_kept_replicas(obj, state.named(kind).get(name_of(obj)))) for kind, obj in change.desired]
    kept = tuple(_kept(server, servers.get(server.name)) for server in change.tenant.servers)
    return replace(change, desired=desired, tenant=replace(change.tenant, servers=kept))


def _kept(resolved: ResolvedServer, live: KubeObject | None) -> ResolvedServer:
    server = with_kept_replicas(resolved.server, live)
    if server is resolved.server:
        return resolved
    made = resolved.effective
    return replace(
        resolved, server=server, effective=made and replace(made, replicas=max(server["spec"]["replicas"], 0))
    )


def _belongs_to_others(live: KubeObject) -> bool:
    return any(not is_ours(entry, FIELD_MANAGER) for entry in owners_of(ownerships(live), "spec", "replicas"))
