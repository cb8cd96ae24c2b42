# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a profile may do in its tenant's namespace: closed lists of verbs. docs/access.md has them as a table.

Never here: wildcards; writes to quotas, limits, network policies, Roles, RoleBindings, ServiceAccounts and the
namespace; Services, whose type and external addresses could publish the scheduler or take over others' traffic; status
and finalizers; attach, proxy and ephemeral containers; tokens; impersonation; deletecollection. Kubernetes' own
``edit`` and ``admin`` grant several of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...kube.resources import RBAC_GROUP, SELDON_GROUP
from ...kube.types import KubeObject

_READ = ("get", "list", "watch")
_CHANGE = ("create", "delete", "patch", "update")
TEAM_KINDS = ("experiments", "models", "pipelines", "serverconfigs", "servers")
PLATFORM_KINDS = ("seldonconfigs", "seldonruntimes")
"""The namespace has one runtime, and its settings are the platform's."""
SCALED_KINDS = ("models", "servers")


def viewer_rules() -> list[KubeObject]:
    """Reads everything of the tenant except Secrets."""
    core = (
        "configmaps",
        "events",
        "limitranges",
        "persistentvolumeclaims",
        "pods",
        "resourcequotas",
        "serviceaccounts",
        "services",
    )
    return [
        _rule("", core, _READ),
        _rule("", ("pods/log",), ("get",)),
        _rule("apps", ("deployments", "replicasets", "statefulsets"), _READ),
        _rule("autoscaling", ("horizontalpodautoscalers",), _READ),
        _rule("batch", ("cronjobs", "jobs"), _READ),
        _rule("discovery.k8s.io", ("endpointslices",), _READ),
        _rule("events.k8s.io", ("events",), _READ),
        _rule("networking.k8s.io", ("ingresses", "networkpolicies"), _READ),
        _rule("policy", ("poddisruptionbudgets",), _READ),
        _rule(RBAC_GROUP, ("rolebindings", "roles"), _READ),
        _rule(SELDON_GROUP, (*TEAM_KINDS, *PLATFORM_KINDS), _READ),
    ]


def deployer_rules() -> list[KubeObject]:
    """Deploys and scales the team's own: the five Seldon kinds, ConfigMaps, Secrets."""
    return [
        *viewer_rules(),
        _rule(SELDON_GROUP, TEAM_KINDS, _CHANGE),
        _rule(SELDON_GROUP, tuple(f"{kind}/scale" for kind in SCALED_KINDS), ("get", "patch", "update")),
        _rule("", ("configmaps",), _CHANGE),
        # The API server answers an empty patch, and a delete that waits for dependents, with the whole Secret: both would be reads.
        _rule("", ("secrets",), ("create", "update")),
    ]


def owner_rules() -> list[KubeObject]:
    """A deployer who also clears away what cannot be had back: running pods, and claims with their data."""
    return [*deployer_rules(), _rule("", ("persistentvolumeclaims", "pods"), ("delete",))]


def debug_rules() -> list[KubeObject]:
    """A command in a pod acts as the pod's ServiceAccount; that of a Server reads the Secrets of the namespace."""
    # kubectl opens both by a WebSocket, which is a get, or by an older protocol, which is a create.
    return [_rule("", ("pods/exec", "pods/portforward"), ("create", "get"))]


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> KubeObject:
    return {"apiGroups": [group], "resources": sorted(resources), "verbs": sorted(verbs)}
