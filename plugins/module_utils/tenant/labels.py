# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The labels that this collection puts on objects, and the metadata that never travels with a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "ml-platform.seldon/"
TENANT = PREFIX + "tenant"
"""On every object of a tenant outside and inside its namespace; the value is the tenant's name."""
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "ml_platform.seldon"

CONTROL_PLANE = "control-plane"
CENTRAL_OPERATOR = "v2-controller-manager"
TENANT_OPERATOR = "v2-tenant-controller-manager"
"""The value of control-plane on a tenant's operator: never the central operator's ``v2-controller-manager``, whose selector must not match."""

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
    "helm.sh/",
    "meta.helm.sh/",
    "argocd.argoproj.io/",
    "deployment.kubernetes.io/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
)


def tenant_labels(tenant: str) -> dict[str, str]:
    """For objects whose labels stay with them. Not for SeldonRuntime, SeldonConfig and ServerConfig: theirs flow to pods."""
    return {MANAGED_BY: MANAGER, TENANT: tenant}


def operator_selector(tenant: str) -> dict[str, str]:
    """What selects the pods of a tenant's operator, and only those; for its Deployment and for network policies."""
    return {CONTROL_PLANE: TENANT_OPERATOR, TENANT: tenant}


def travelling(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """Labels or annotations without what tools keep for themselves (Helm, kubectl, Argo CD, Flux, this collection)."""
    return {
        key: value
        for key, value in (metadata or {}).items()
        if key not in _FOREIGN_KEYS and not key.startswith(_FOREIGN_PREFIXES)
    }
