# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The labels that this collection sets, and the metadata that is never copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..seldon.operator_names import CONTROL_PLANE_LABEL

PREFIX = "ml-platform.seldon/"
TENANT = PREFIX + "tenant"
"""A label on every object of a tenant, inside and outside its namespace; the value is the tenant's name."""
SERVER_CONFIG_PREFIX = "serverconfig.ml-platform.seldon/"
"""The prefix of annotations on ServerConfigs. Not PREFIX: the scoping guard refuses that in all metadata that pods get."""
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "ml_platform.seldon"
FIELD_MANAGER = MANAGER
"""The field manager with which this collection applies objects."""

TENANT_OPERATOR = "v2-tenant-controller-manager"
"""The value of control-plane on a tenant's operator: never the central operator's ``v2-controller-manager``, whose
selector must not match.
"""

_FOREIGN_KEYS = frozenset(
    (
        MANAGED_BY,
        "app.kubernetes.io/instance",
        "applyset.kubernetes.io/part-of",
        "kubectl.kubernetes.io/last-applied-configuration",
        "kubectl.kubernetes.io/restartedAt",
        "pod-template-hash",
    )
)
_FOREIGN_PREFIXES = (
    PREFIX,
    SERVER_CONFIG_PREFIX,
    "helm.sh/",
    "meta.helm.sh/",
    "argocd.argoproj.io/",
    "deployment.kubernetes.io/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
)


def tenant_labels(tenant: str) -> dict[str, str]:
    """The labels of a tenant's objects. Not for SeldonRuntime, SeldonConfig and ServerConfig, whose labels are copied to
    pods.
    """
    return {MANAGED_BY: MANAGER, TENANT: tenant}


def operator_selector(tenant: str) -> dict[str, str]:
    """The labels that select exactly the pods of a tenant's operator, for its Deployment and for network policies."""
    return {CONTROL_PLANE_LABEL: TENANT_OPERATOR, TENANT: tenant}


def travelling(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """Labels or annotations without those of tools (Helm, kubectl, Argo CD, Flux, this collection)."""
    return {
        key: value
        for key, value in (metadata or {}).items()
        if key not in _FOREIGN_KEYS and not key.startswith(_FOREIGN_PREFIXES)
    }
