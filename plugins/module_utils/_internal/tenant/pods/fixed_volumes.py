# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of volumeClaimTemplates: a StatefulSet's cannot be changed, so the operator would fail after every write.

A dry run of the ServerConfig does not report it: the operator, not the run, writes the StatefulSet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.objects import by_name, mappings, name_of, spec_of
from ...kube.resources import SELDON_CONFIG, SERVER, STATEFUL_SET
from ...kube.types import KubeObject
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.arrived import arrived
from ...seldon.canonical import canonical_claim
from ...seldon.differences import differing_paths, shortened

_FIELD = "volumeClaimTemplates"


def fixed_volumes(tenant: ResolvedTenant, stateful_sets: Iterable[KubeObject]) -> list[Diagnostic]:
    """One entry for each Server or component whose live StatefulSet has other templates. ``stateful_sets``: the live
    ones of the tenant's namespace.
    """
    live = by_name(stateful_sets)
    return [*([] if tenant.deployments else _servers(tenant, live)), *_components(tenant, live)]


def _servers(tenant: ResolvedTenant, live: Mapping[str, KubeObject]) -> Iterator[Diagnostic]:
    for planned in tenant.planned_servers:
        stateful_set = live.get(planned.name)
        recreate = arrived(planned.effective, stateful_set).recreate if stateful_set else ()
        if recreate:
            yield Diagnostic(
                Subject(SERVER.kind, planned.name),
                f"its ServerConfig {name_of(planned.config)} changes {shortened(recreate)}, "
                f"and the StatefulSet {planned.name} exists: Kubernetes does not allow this change",
                "spec.serverConfig",
                next_steps=(
                    "take the change back, or give it to a Server of another name",
                    f"or recreate the Server (its models are unavailable meanwhile): kubectl delete server {planned.name} "
                    f"-n {tenant.name}, then run again (its PersistentVolumeClaims stay as they are)",
                ),
            )


def _components(tenant: ResolvedTenant, live: Mapping[str, KubeObject]) -> Iterator[Diagnostic]:
    for runtime, component in tenant.components:
        stateful_set = live.get(component.name)
        if component.row is None or component.row.workload != STATEFUL_SET or stateful_set is None:
            continue
        wanted = [canonical_claim(claim) for claim in mappings(component.described.get(_FIELD))]
        there = [canonical_claim(claim) for claim in mappings(spec_of(stateful_set).get(_FIELD))]
        if wanted != there:
            yield Diagnostic(
                Subject(SELDON_CONFIG.kind, name_of(runtime.config)),
                f"changes {shortened(differing_paths(wanted, there, _FIELD))} of {component.name}, "
                f"and the StatefulSet {component.name} exists: Kubernetes does not allow this change",
                f"spec.components[{component.name}].{_FIELD}",
                next_steps=("take the change back",),
            )
