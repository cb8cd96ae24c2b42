# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The order in which kinds are applied; the reverse is the order in which they are removed."""

from __future__ import annotations

from ..kube.resource import Resource
from ..kube.resources import NETWORK_POLICY
from ..kube.types import KubeObject

DENIAL = "NetworkPolicy that only denies"
"""Applied after the policies that allow, so that existing connections continue, and removed before them."""

_PHASES: tuple[tuple[str, ...], ...] = (
    ("CustomResourceDefinition",),
    ("Namespace",),
    ("LimitRange", "ResourceQuota", "PriorityClass", "StorageClass"),
    ("ServiceAccount", "Role", "ClusterRole", "Secret", "ConfigMap", "SeldonConfig", "ServerConfig"),
    ("RoleBinding", "ClusterRoleBinding", "NetworkPolicy"),
    (DENIAL,),
    ("PersistentVolumeClaim", "Service"),
    (),  # all kinds that no other phase names: workloads and kinds of other operators
    ("SeldonRuntime",),
    ("Server",),
    ("Model",),
    ("Experiment", "Pipeline"),
)
_REST = _PHASES.index(())
_PHASE_OF = {kind: number for number, kinds in enumerate(_PHASES) for kind in kinds}


def phase_of(resource: Resource, obj: KubeObject | None = None) -> int:
    """Objects of a lower phase are applied first; those of one phase side by side."""
    kind = DENIAL if resource == NETWORK_POLICY and obj is not None and _only_denies(obj) else resource.kind
    return _PHASE_OF.get(kind, _REST)


def _only_denies(policy: KubeObject) -> bool:
    spec = policy.get("spec") or {}
    return not spec.get("ingress") and not spec.get("egress")
