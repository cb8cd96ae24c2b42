# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's namespace, and whether an existing one may become it."""

from __future__ import annotations

from ..applyset.fields import CONTROLLERS, ownerships
from ..kube.types import KubeObject
from .labels import TENANT, tenant_labels
from .options import TenantOptions
from .ownership import owned_by
from .problem import Problem

POD_SECURITY = "pod-security.kubernetes.io/"


def namespace(options: TenantOptions) -> KubeObject:
    """With Pod Security labels, each pinned to a version so that a cluster upgrade changes nothing unasked."""
    levels = options.pod_security
    security: dict[str, str] = {}
    for mode, level in (("enforce", levels.enforce), ("audit", levels.audit), ("warn", levels.warn)):
        security[f"{POD_SECURITY}{mode}"] = level
        security[f"{POD_SECURITY}{mode}-version"] = levels.version
    metadata: KubeObject = {
        "name": options.name,
        "labels": {**options.labels, **tenant_labels(options.name), **security},
    }
    if options.annotations:
        metadata["annotations"] = dict(options.annotations)
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def check_namespace(options: TenantOptions, live: KubeObject | None, field_manager: str) -> list[Problem]:
    """Refuses a namespace that is being deleted, and one that somebody else made, unless adopting it was asked for."""
    if live is None:
        return []
    metadata = live.get("metadata") or {}
    subject = f"Namespace {options.name}"
    if metadata.get("deletionTimestamp"):
        return [
            Problem(
                subject, "is being deleted", "metadata.deletionTimestamp", ("wait until it is gone, then run again",)
            )
        ]
    owner = (metadata.get("labels") or {}).get(TENANT)
    if owner not in (None, options.name):
        return [
            Problem(
                subject,
                f"carries {TENANT}={owner}, another tenant's name",
                f"metadata.labels.{TENANT}",
                ("choose another name",),
            )
        ]
    # The label alone proves nothing: whoever may label a namespace could have put it there.
    if options.adopt or (owner == options.name and owned_by(live, field_manager)):
        return []
    managers = ", ".join(f'"{name}"' for name in _managers(live)) or "somebody who left no name"
    message = f"exists and was not made for this tenant, but by {managers}"
    details = ("to put the guard-rails into it all the same, set tenant_namespace_adopt: true: its other labels stay",)
    return [Problem(subject, message, "metadata.managedFields", details)]


def _managers(live: KubeObject) -> list[str]:
    """Who wrote the namespace, without the controllers that keep its status."""
    return sorted(
        {entry.manager for entry in ownerships(live) if not entry.subresource and entry.manager not in CONTROLLERS}
    )
